"""Postage, fees and samples are found by name and by behaviour, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest

from recsys.dataset.baskets import fold
from recsys.dataset.clean_tables import open_tables
from recsys.dataset.interactions import read_interactions
from recsys.dataset.purchases import count_purchases, read_goods, read_purchases
from recsys.dataset.services import MIN_LINES, is_service_name, mark_services
from recsys.outputs.entities import product_facts
from tests.recsys.conftest import CleanFolder, day, write_clean


@pytest.mark.parametrize(
    "name",
    ["POSTAGE", "DOTCOM POSTAGE", "CARRIAGE", "Bank Charges", "Manual", "Samples", "Discount", "AMAZON FEE",
     "Versandkosten DHL Express", "Pfand", "Gutschein", "Next day delivery"],
)  # fmt: skip
def test_the_name_of_a_service_is_known(name: str) -> None:
    assert is_service_name(name)


@pytest.mark.parametrize(
    "name",
    ["PADS TO MATCH ALL CUSHIONS", "Sample bottles 50 ml", "Postage stamp album", "Delivery van toy", "Gift box", "",
     "Discount rack red", "Manual coffee grinder", "22423"],
)  # fmt: skip
def test_a_product_with_a_word_of_a_service_is_none(name: str) -> None:
    assert not is_service_name(name)


def lines(product: str, prices: list[float]) -> list[dict[str, Any]]:
    return [
        {
            "order_id": f"{product}{n}",
            "customer_id": f"c{n % 7}",
            "product_id": product,
            "ordered_on": day(n),
            "quantity": 1.0,
            "revenue": price,
        }
        for n, price in enumerate(prices)
    ]


def test_a_product_whose_price_has_no_level_is_a_service_and_one_with_two_prices_is_none(tmp_path: Path) -> None:
    half = MIN_LINES // 2
    rows = [
        *lines("wild", [0.5, 400.0] * half),
        *lines("sale", [1.0, 5.0] * half),
        *lines("rare", [0.5, 400.0]),
        *lines("POST", [18.0]),
    ]
    folder = write_clean(tmp_path / "clean", rows, {}, {"POST": {"name": "Postage"}, "wild": {"name": "Various"}})
    with fold(open_tables(folder)) as baskets:
        count_purchases(baskets)
        mark_services(baskets)
        goods = read_goods(baskets, product_facts(baskets))
        interactions, purchases = read_interactions(baskets), read_purchases(baskets)
    assert interactions.product_ids == ("POST", "rare", "sale", "wild")
    assert goods.service.tolist() == [True, False, False, True]
    assert goods.sellable.tolist() == [False, True, True, False]
    assert interactions.baskets_with().tolist() == [0, 2, 2 * half, 0]
    assert set((purchases.keys % 4).tolist()) == {1, 2}


def test_a_quantity_is_usual_up_to_the_inner_fence_of_its_logarithm(clean_folder: CleanFolder) -> None:
    # Quartiles 10 and 10: up to 10 x 2 ** 1.5; four order days are too few to say.
    many = [(f"c{n}", n, ("a",), 10) for n in range(7)] + [("c9", 9, ("a",), 74_215)]
    few = [(f"c{n}", 20, ("b",), 5) for n in range(4)]
    with fold(open_tables(clean_folder(many + few))) as baskets:
        count_purchases(baskets)
        mark_services(baskets)
        goods = read_goods(baskets, product_facts(baskets))
    assert goods.most_usual_quantity.tolist() == [pytest.approx(10 * 2**1.5), float("inf")]
