"""What goes with a basket: own habits, the lists' chances, bundles and pairs; worked by hand."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.records import NOT_RELEVANT, HeldBack
from dashboard.data import goes_with as module
from dashboard.data.goes_with import Buying, Evidence, GoesWith, by_orders, goes_with, habit_of
from dashboard.data.version_cache import UsualPurchase
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Recommendation
from dashboard.records.raised import Raised
from tests.support.artifacts import AS_OF, publish_small, small_rows
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


def buying(at: PageContext, customer_id: str = "HOTEL1", raised: Raised | None = None) -> Buying:
    customer = at.customers.get(customer_id)
    assert customer is not None
    usual = at.customers.usual_purchases(customer_id)
    return Buying(customer, usual, at.raised(customer) if raised is None else raised, AS_OF)


def found(
    at: PageContext, *basket: str, customer_id: str = "HOTEL1", n: int = 9, raised: Raised | None = None
) -> tuple[GoesWith, ...]:
    return goes_with(basket, buying(at, customer_id, raised), at.products, at.bundles, n)


def ids(offered: tuple[GoesWith, ...]) -> list[str]:
    return [one.product.product_id for one in offered]


def orders_of(at: PageContext, *basket: str, customer_id: str = "HOTEL1") -> dict[str, Evidence]:
    return dict(by_orders(basket, buying(at, customer_id).customer, at.products, at.bundles))


# ---- order days of others ----


def test_of_the_days_with_a_product_so_many_have_the_other(tmp_path: Path) -> None:
    assert orders_of(context(tmp_path), "P1") == {"P2": Evidence(("P1",), 4, 7, ""), "P3": Evidence(("P1",), 1, 7, "")}


def test_a_bundle_counts_where_the_rest_of_it_is_in_the_basket(tmp_path: Path) -> None:
    at = context(tmp_path)
    assert orders_of(at, "P2", customer_id="CAFE2")["P1"] == Evidence(("P2",), 4, 4, "cafe")
    assert orders_of(at, "P3", customer_id="CAFE2") == {"P1": Evidence(("P3",), 1, 3, "")}


def test_a_segment_without_bundles_has_those_of_everybody(tmp_path: Path) -> None:
    assert orders_of(context(tmp_path), "P2")["P1"] == Evidence(("P2",), 4, 4, "")


def test_too_few_days_and_what_everybody_buys_are_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = context(tmp_path)
    monkeypatch.setattr(module, "LEAST_DAYS", 4)
    assert set(orders_of(at, "P1")) == {"P2"}
    monkeypatch.setattr(module, "LEAST_LIFT", 2.0)
    assert orders_of(at, "P1") == {}


# ---- the customer's own ----


def bought(n: int, first: int, last: int, gap: float | None) -> UsualPurchase:
    """Return purchases by days before AS_OF."""
    return UsualPurchase(n, 2.0, AS_OF - timedelta(first), AS_OF - timedelta(last), 1.0, gap)


def test_a_habit_is_the_share_of_order_days_since_the_first_with_four_more_without(tmp_path: Path) -> None:
    customer = buying(context(tmp_path), "CAFE1").customer  # four order days, 10 Jan 2025 to 2 Nov 2026
    first, last = ((AS_OF - day).days for day in (date(2025, 1, 10), date(2026, 11, 2)))
    assert habit_of(bought(4, first, last, 14.0), customer, AS_OF) == pytest.approx(4 / 8)
    half_way = (first + last) / 2  # of the three gaps one and a half lie after it
    assert habit_of(bought(2, int(half_way), last, None), customer, AS_OF) == pytest.approx(2 / 6.5, rel=0.01)
    assert habit_of(bought(1, last, last, None), customer, AS_OF) == pytest.approx(1 / 5)


@pytest.mark.parametrize(
    ("gap", "since", "times"), [(10.0, 30, 1), (10.0, 60, 1 / 2), (10.0, 90, 1 / 3), (None, 60, 1), (None, 120, 1 / 2)]
)
def test_a_silent_habit_counts_less(tmp_path: Path, gap: float | None, since: int, times: float) -> None:
    customer = buying(context(tmp_path), "CAFE1").customer
    fresh, silent = (habit_of(bought(3, 300, 13, gap), customer, AS_OF + timedelta(days)) for days in (0, since - 13))
    assert silent == pytest.approx(fresh * times)


def test_own_habits_come_without_any_evidence(tmp_path: Path) -> None:
    offered = found(context(tmp_path), "P4", customer_id="CAFE1")
    whys = {one.product.product_id: one.why for one in offered}
    assert isinstance(whys["P1"], UsualPurchase)
    assert ids(offered)[0] == "P1"  # on all four order days


def test_a_line_of_the_lists_counts_by_its_chance(tmp_path: Path) -> None:
    offered = found(context(tmp_path), "P1", customer_id="CAFE1", n=9)
    rye = next(one for one in offered if one.product.product_id == "P4")
    assert isinstance(rye.why, Recommendation)
    assert rye.why.list == "new"
    assert rye.score == pytest.approx(module.CHANCE_WEIGHT * (rye.why.chance or 0.0))


def test_a_basket_makes_what_is_often_with_it_likelier_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = context(tmp_path)
    monkeypatch.setattr(module, "LEAST_LIFT", 99.0)  # no evidence but the lift
    alone, beside = (
        next(one.score for one in found(at, *basket, customer_id="CAFE1") if one.product.product_id == "P2")
        for basket in (("P4",), ("P1",))
    )
    assert beside == pytest.approx(alone * (10 / 7) ** module.LIFT_POWER)
    monkeypatch.setattr(module, "MOST_LIFTED", 1.01)
    bounded = next(one.score for one in found(at, "P1", customer_id="CAFE1") if one.product.product_id == "P2")
    assert bounded == pytest.approx(alone * 1.01)


# ---- what is offered ----


def test_likeliest_come_first_and_no_more_than_are_wanted(tmp_path: Path) -> None:
    at = context(tmp_path)
    scores = [one.score for one in found(at, "P3", customer_id="CAFE1")]
    assert scores == sorted(scores, reverse=True)
    assert len(found(at, "P3", customer_id="CAFE1", n=1)) == 1


def test_nothing_that_is_in_the_basket_is_offered(tmp_path: Path) -> None:
    at = context(tmp_path)
    assert {"P1", "P3"}.isdisjoint(ids(found(at, "P1", "P3")))


@pytest.mark.parametrize("fact", [{"available": False}, {"replaced_by": "P5"}, {"stock": 0.0, "stock_on": AS_OF}])
def test_nothing_that_cannot_be_had_is_offered(tmp_path: Path, fact: dict[str, Any]) -> None:
    products = [row | (fact if row["product_id"] == "P2" else {}) for row in small_rows()["products"]]
    at = context(tmp_path, products=products)
    assert "P2" in orders_of(at, "P1")
    assert "P2" not in ids(found(at, "P1"))


def test_nothing_that_an_outcome_holds_back_is_offered_whether_it_is_on_a_list_or_not(tmp_path: Path) -> None:
    at = context(tmp_path)
    assert "P2" in ids(found(at, "P1", raised=Raised()))
    assert "P2" not in ids(found(at, "P1", raised=Raised(held=frozenset({"P2"}))))


def test_nothing_is_offered_to_an_account_off_the_lists_nor_to_a_blocked_customer(tmp_path: Path) -> None:
    at = context(tmp_path)
    whole = Raised(account=HeldBack("HOTEL1", "", NOT_RELEVANT, None, None, None))
    assert found(at, "P1", raised=whole) == ()
    assert found(at, "P1", customer_id="SCHOOL1") == ()


def test_a_product_that_they_never_bought_takes_the_last_place_where_a_fifth_of_the_days_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = context(tmp_path)  # HOTEL1 bought P1 and P3; of the days with P1 4 in 7 have P2
    monkeypatch.setattr(module, "SHARE_POWER", 99.0)  # its score is next to nothing
    nothing_listed = Raised()
    two = found(at, "P4", "P1", n=2, raised=nothing_listed)
    assert ids(two) == ["P3", "P2"]
    monkeypatch.setattr(module, "LEAST_SHARE_OF_NEW", 0.6)
    first = found(at, "P4", "P1", n=1, raised=nothing_listed)
    assert ids(first) == ["P3"]


def test_an_empty_basket_goes_with_nothing_of_others(tmp_path: Path) -> None:
    assert orders_of(context(tmp_path)) == {}
