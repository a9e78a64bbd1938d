"""Who needs attention, and what was looked at last."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard.data.recently_viewed import recently_seen
from dashboard.data.repository import Repository
from dashboard.display.urls import Links
from dashboard.pages.home.data.attention import needs, needs_table
from dashboard.pages.home.view import recent_list
from dashboard.records.customers import Customer
from dashboard.records.recently_viewed import Seen
from tests.support.artifacts import AS_OF
from tests.support.contexts import ANN, context_of
from tests.support.screens import FORMATS, of_type, prop, words


@pytest.fixture
def cafe(repository: Repository) -> Customer:
    """Return a customer of four order days: usual gap 14 days, last order 13 days ago, €152 this year after €24."""
    found = context_of(repository).customers.get("CAFE1")
    assert found is not None
    return found


def needs_of(customer: Customer, *, has_year_before: bool = True) -> list[tuple[str, str]]:
    found = needs([customer], AS_OF, FORMATS, has_year_before=has_year_before)
    return [(need.what, need.why) for need in found]


def last_order(customer: Customer, days_ago: int) -> Customer:
    return replace(customer, last_order_on=AS_OF - timedelta(days=days_ago))


def test_a_customer_in_the_usual_rhythm_needs_nothing(cafe: Customer) -> None:
    assert needs_of(cafe) == []


@pytest.mark.parametrize(("days", "is_silent"), [(28, False), (29, True)])
def test_silent_is_more_than_twice_the_usual_gap(cafe: Customer, days: int, is_silent: bool) -> None:
    said = [("Silent", "29 days since the last order, usual 14.")]
    assert needs_of(last_order(cafe, days)) == (said if is_silent else [])


def test_two_order_days_show_no_usual_gap(cafe: Customer) -> None:
    assert needs_of(replace(last_order(cafe, 90), n_order_days=2)) == []


def test_silence_of_more_than_a_year_is_no_news_but_a_fall(cafe: Customer) -> None:
    gone = replace(last_order(cafe, 400), orders_12m=0, revenue_12m=0.0, revenue_12m_before=900.0)
    assert needs_of(gone) == [("Falling", "Nothing in 12 months, €900 before.")]


@pytest.mark.parametrize(("now", "is_falling"), [(76.0, False), (75.0, True)])
def test_falling_is_a_quarter_below_the_year_before(cafe: Customer, now: float, is_falling: bool) -> None:
    said = [("Falling", "€25 (25\N{NO-BREAK SPACE}%) less than the year before.")]
    assert needs_of(replace(cafe, revenue_12m=now, revenue_12m_before=100.0)) == (said if is_falling else [])


def test_without_a_whole_year_before_nobody_falls(cafe: Customer) -> None:
    assert needs_of(replace(cafe, revenue_12m=1.0, revenue_12m_before=100.0), has_year_before=False) == []


def test_a_customer_without_orders_is_named(cafe: Customer) -> None:
    assert needs_of(replace(cafe, last_order_on=None)) == [("No orders", "In the list of customers, but no order yet.")]


def test_blocked_and_closed_customers_need_nothing(cafe: Customer) -> None:
    assert needs_of(replace(last_order(cafe, 90), status="blocked")) == []


def test_more_at_stake_comes_first(cafe: Customer) -> None:
    small = replace(last_order(cafe, 90), customer_id="A", revenue_12m=10.0, revenue_12m_before=99.0)
    large = replace(last_order(cafe, 90), customer_id="B", revenue_12m=50.0, revenue_12m_before=0.0)
    found = needs([small, large], AS_OF, FORMATS, has_year_before=False)
    assert [need.customer.customer_id for need in found] == ["B", "A"]


def test_table_names_reps_where_there_are_several(cafe: Customer) -> None:
    found = needs([replace(cafe, last_order_on=None)], AS_OF, FORMATS, has_year_before=True)
    several, one = (needs_table(found, FORMATS, Links("/"), shows_rep=shows) for shows in (True, False))
    assert [cell.text for cell in several.rows[0].cells][3:] == ["Ann Example", "–"]
    assert len(one.columns) == len(several.columns) - 1
    assert several.choices() == {"No orders": 1}


def test_everybody_who_needs_attention_is_in_the_table(cafe: Customer) -> None:
    found = needs([replace(cafe, last_order_on=None)] * 300, AS_OF, FORMATS, has_year_before=True)
    assert len(needs_table(found, FORMATS, Links("/"), shows_rep=True).rows) == 300


@pytest.mark.parametrize(
    ("changes", "at_stake"),
    [
        ({"revenue_12m": 70.0, "revenue_12m_before": 100.0}, 30.0),  # falling: what is missing
        ({"last_order_on": AS_OF - timedelta(days=90), "revenue_12m_before": 900.0}, 152.0),  # silent: what they bought
        ({"last_order_on": None}, None),
    ],
)
def test_at_stake_is_what_is_missing_of_a_falling_and_the_revenue_of_a_silent_customer(
    cafe: Customer, changes: dict[str, Any], at_stake: float | None
) -> None:
    [need] = needs([replace(cafe, **changes)], AS_OF, FORMATS, has_year_before=True)
    assert need.at_stake == at_stake


def seen_by_ann(repository: Repository, asked: object) -> tuple[Seen, ...]:
    context = context_of(repository, ANN)
    return recently_seen(context.customers, context.products, asked)


def test_what_was_looked_at_is_named_in_the_order_of_the_browser(repository: Repository) -> None:
    asked = ["product:P2", "customer:CAFE1", "customer:NOPE", "product:NOPE", "supplier:X", 7, None, "customer"]
    assert seen_by_ann(repository, asked) == (
        Seen("product", "P2", "Oat drink"),
        Seen("customer", "CAFE1", "Café Müller"),
    )


@pytest.mark.parametrize("asked", [None, "customer:CAFE1", {"customer": "CAFE1"}, ["customer:HOTEL1"], []])
def test_nothing_is_named_that_is_no_list_or_another_reps(repository: Repository, asked: object) -> None:
    assert seen_by_ann(repository, asked) == ()


def test_list_of_what_was_looked_at_leads_there() -> None:
    drawn = recent_list((Seen("customer", "A/1", "Café"), Seen("product", "P2", "Oat drink")), Links("/x/"))
    assert [prop(link, "href") for link in of_type(drawn, "A")] == ["/x/customers/~A~2F1", "/x/products/P2"]
    assert words(recent_list((), Links("/"))) == "Customers and products that you open are listed here."


def test_day_of_the_orders_counts_not_the_clock(cafe: Customer) -> None:
    late = replace(cafe, last_order_on=date(2026, 10, 1))
    assert [need.why for need in needs([late], date(2026, 10, 5), FORMATS, has_year_before=True)] == []
