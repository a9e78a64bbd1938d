"""What goes with a basket, by bundles, by pairs and by what is due; worked by hand."""

from pathlib import Path

import pytest

from dashboard.data import goes_with as module
from dashboard.data.goes_with import Evidence, GoesWith, goes_with
from dashboard.display.page_context import PageContext
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import context_of
from tests.support.figures import figures, ranked_recommendations


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_DAYS", 1)
    monkeypatch.setattr(module, "LEAST_LIFT", 0.1)


def context(folder: Path, **changed: object) -> PageContext:
    rows = {"recommendations": ranked_recommendations(), **changed}
    publish_small(folder, changed=rows, evaluation=figures())  # type: ignore[arg-type]
    return context_of(folder)


def found(at: PageContext, *basket: str, customer_id: str = "HOTEL1", n: int = 9) -> tuple[GoesWith, ...]:
    customer = at.customers.get(customer_id)
    assert customer is not None
    return goes_with(basket, customer, at.raised(customer), at.products, at.bundles, n)


def by_orders(at: PageContext, *basket: str) -> dict[str, Evidence | None]:
    return {one.product.product_id: one.evidence for one in found(at, *basket) if one.evidence}


def test_of_the_days_with_a_product_so_many_have_the_other(tmp_path: Path) -> None:
    assert by_orders(context(tmp_path), "P1") == {
        "P2": Evidence(("P1",), 4, 7, ""),
        "P3": Evidence(("P1",), 1, 7, ""),
    }


def test_a_bundle_counts_where_the_rest_of_it_is_in_the_basket(tmp_path: Path) -> None:
    at = context(tmp_path)
    assert by_orders(at, "P2")["P1"] == Evidence(("P2",), 4, 4, "")  # four of four days
    cafe = {one.product.product_id: one.evidence for one in found(at, "P2", customer_id="CAFE2")}
    assert cafe.get("P1") in (None, Evidence(("P2",), 4, 4, "cafe"))


def test_nothing_in_the_basket_nor_what_cannot_be_sold_is_offered(tmp_path: Path) -> None:
    products = [row | {"available": row["product_id"] != "P2"} for row in small_rows()["products"]]
    at = context(tmp_path, products=products)
    assert "P2" not in by_orders(at, "P1")
    assert {"P1", "P3"}.isdisjoint(one.product.product_id for one in found(at, "P1", "P3"))


def test_what_is_due_is_at_most_half_where_orders_name_others(tmp_path: Path) -> None:
    at = context(tmp_path)
    everything = found(at, "P3", customer_id="CAFE1")
    due = [one for one in everything if one.evidence is None]
    assert all(one.line is not None for one in due)
    assert [one.share for one in everything] == sorted((one.share for one in everything), reverse=True)
    assert len(found(at, "P3", customer_id="CAFE1", n=1)) <= 1


def test_an_empty_basket_goes_with_what_is_due_alone(tmp_path: Path) -> None:
    assert by_orders(context(tmp_path)) == {}
