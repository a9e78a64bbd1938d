"""Finding the product that a whole number or name means."""

import pytest

from dashboard.records.products import Product
from dashboard.search.product_names import ProductNames
from tests.support.artifacts import small_rows


@pytest.fixture(scope="module")
def names() -> ProductNames:
    empty = dict.fromkeys(Product.__dataclass_fields__)
    called = {"00123": "Oat drink", "4-711": "Crème fraîche", "55": "Rye", "66": "rye", "0077": "Salt", "77": "Sugar"}
    base = {**empty, **small_rows()["products"][0]}
    return ProductNames(Product.from_row({**base, "product_id": one, "name": name}) for one, name in called.items())


@pytest.mark.parametrize("text", ["00123", "123", "0123", "oat DRINK"])
def test_zeros_in_front_and_case_do_not_matter(names: ProductNames, text: str) -> None:
    assert names.find(text) == "00123"


@pytest.mark.parametrize("text", ["4-711", "4711", "4 711", "creme fraiche"])
def test_hyphens_blanks_and_accents_do_not_matter(names: ProductNames, text: str) -> None:
    assert names.find(text) == "4-711"


@pytest.mark.parametrize("text", ["rye", "Rye", "77", "", "0", "oat", "nonsense"])
def test_what_several_products_or_none_have_names_none(names: ProductNames, text: str) -> None:
    assert names.find(text) is None


def test_a_name_finds_the_product_whose_number_another_one_shares(names: ProductNames) -> None:
    assert names.find("Sugar") == "77"
