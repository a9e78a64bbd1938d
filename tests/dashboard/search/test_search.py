"""Which kind of answer comes first, and which is left out because it is far less like what was typed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.records.customers import Customer
from dashboard.records.products import Product
from dashboard.search.search import Finder

NOBODY = Customer(**dict.fromkeys(Customer.__dataclass_fields__))  # type: ignore[arg-type]
NOTHING = Product(**{**dict.fromkeys(Product.__dataclass_fields__), "n_baskets": 0})  # type: ignore[arg-type]


def finder(customers: dict[str, str], products: dict[str, str]) -> Finder:
    return Finder(
        lambda _: (
            [replace(NOBODY, customer_id=number, name=name) for number, name in customers.items()],
            [replace(NOTHING, product_id=number, name=name) for number, name in products.items()],
        ),
        lambda _, viewer: [number for number in customers if viewer.sees(number)],
    )


@pytest.mark.parametrize(
    ("text", "customer", "product", "kept"),
    [
        ("kafeehaus ost", "Kaffeehaus Ost", "Kaffeehaus Mischung, 8 x 1 kg Bohnen", (1, 0)),
        ("ketchpu hot classic", "Ketchup Hotel, Inhaber Wohlgemuth und Partner", "Ketchup Hot Classic", (0, 1)),
        ("kafeehaus", "Kaffeehaus Ost", "Kaffeehaus Mischung", (1, 1)),
    ],
)
def test_the_kind_that_is_far_less_like_the_text_is_left_out(
    text: str, customer: str, product: str, kept: tuple[int, int]
) -> None:
    found = finder({"1": customer}, {"P1": product}).search("v1", EVERYONE, text)
    assert (len(found.customers.shown), len(found.products.shown)) == kept


@pytest.mark.parametrize(("prefer_products", "products_first"), [(False, False), (True, True)])
def test_a_number_of_both_kinds_comes_first_as_asked(prefer_products: bool, products_first: bool) -> None:
    found = finder({"7": "One"}, {"7": "Other"}).search("v1", EVERYONE, "7", prefer_products=prefer_products)
    assert found.products_first is products_first
    assert (len(found.customers.shown), len(found.products.shown)) == (1, 1)


def test_the_better_answer_comes_first_whatever_is_preferred() -> None:
    both = finder({"1": "Tea House"}, {"tea": "Green leaves"})
    assert both.search("v1", EVERYONE, "tea").products_first
    other = finder({"tea": "House"}, {"1": "Tea leaves"})
    assert not other.search("v1", EVERYONE, "tea", prefer_products=True).products_first


def test_twenty_answers_are_shared_by_both_kinds() -> None:
    many = finder({str(at): f"Same {at}" for at in range(30)}, {f"P{at}": f"Same {at}" for at in range(30)})
    found = many.search("v1", EVERYONE, "same")
    assert (len(found.customers.shown), len(found.products.shown), found.customers.total) == (10, 10, 30)
    few = finder({str(at): f"Same {at}" for at in range(30)}, {"P1": "Same"}).search("v1", EVERYONE, "same")
    assert (len(few.customers.shown), len(few.products.shown)) == (19, 1)


def test_searches_at_the_same_time_make_the_index_once() -> None:
    read: list[str] = []

    def slowly(version: str) -> tuple[list[Customer], list[Product]]:
        read.append(version)
        time.sleep(0.1)
        return [replace(NOBODY, customer_id="1", name="One")], []

    one = Finder(slowly, lambda *_: ["1"])
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: one.search("v1", EVERYONE, text), ["one"] * 4))
    assert [len(each.customers.shown) for each in found] == [1] * 4
    assert read == ["v1"]


def test_a_prepared_version_is_not_read_again_by_its_first_search() -> None:
    read: list[str] = []

    def noted(version: str) -> tuple[list[Customer], list[Product]]:
        read.append(version)
        return [replace(NOBODY, customer_id="1", name="One")], []

    one = Finder(noted, lambda *_: ["1"])
    one.prepare("v1")
    assert read == ["v1"]
    one.search("v1", EVERYONE, "one")
    assert read == ["v1"]


def test_nothing_typed_finds_nothing() -> None:
    found = finder({"1": "One"}, {}).search("v1", EVERYONE, "  ", prefer_products=True)
    assert (found.customers.shown, found.products.shown, found.products_first) == ((), (), False)


def test_only_customers_whom_the_viewer_sees_are_found() -> None:
    one = finder({"1": "Tea House", "2": "Tea Room"}, {})
    found = one.search("v1", Viewer("2", "rep"), "tea")
    assert [hit.what.customer_id for hit in found.customers.shown] == ["2"]
    assert [near.customer_id for near in one.nearest_customers("v1", Viewer("2", "rep"), "tee")] == ["2"]
