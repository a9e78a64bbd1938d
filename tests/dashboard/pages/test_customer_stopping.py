"""How likely a customer stops buying, and whether they order less often than they used to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.display.customer_figures import stopping_of
from dashboard.records.customers import Customer
from tests.support.artifacts import AS_OF, publish_small
from tests.support.contexts import context_of
from tests.support.screens import FORMATS

SILENT = {"usual_gap_days": 7.0, "stopped": 12, "as_silent": 48}
SLOW = {"n_order_days": 30, "recent_gap_days": 12.25, "order_days_90d": 9, "order_days_90d_before": 11}


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Customer:
    folder: Path = tmp_path_factory.mktemp("small")
    publish_small(folder)
    found = context_of(folder).customers.get("CAFE1")
    assert found is not None
    return found


def said_of(customer: Customer, **facts: Any) -> tuple[str, ...]:
    found = stopping_of(replace(customer, **{**SILENT, **facts}), AS_OF, FORMATS)
    return () if found is None else (found.chance, found.counts, found.sentence, found.before, found.slowing)


def test_it_is_a_count_of_customers_who_were_as_silent(customer: Customer) -> None:
    assert said_of(customer) == (
        "3 in 10",
        "12 of 48 as silent",
        "Silent for 13 days, usual 7. Of 48 customers as silent half a year ago, 12 did not order since.",
        "",
        "",
    )


def test_it_says_what_it_was_on_the_day_of_the_last_order(customer: Customer) -> None:
    assert said_of(customer, stopped_then=5, as_silent_then=50)[3] == "It was 1 in 10 on 2 Nov."
    assert said_of(customer, stopped_then=13, as_silent_then=52)[3] == ""  # the same in words


@pytest.mark.parametrize(
    "facts", [{"stopped": None}, {"as_silent": 0}, {"last_order_on": None}, {"usual_gap_days": None}]
)
def test_of_who_has_no_rhythm_nothing_is_said(customer: Customer, facts: dict[str, Any]) -> None:
    assert said_of(customer, **facts) == ()


@pytest.mark.parametrize(
    ("facts", "slowing"),
    [
        ({}, "Slowing: every 12 days lately, usual 7; 9 order days in the last 90 days, 11 in the 90 before."),
        ({"recent_gap_days": 12.24}, ""),
        (
            {"recent_gap_days": 7.0, "order_days_90d": 1, "order_days_90d_before": 6},
            "Slowing: 1 order day in the last 90 days, 6 in the 90 before.",
        ),
        ({"recent_gap_days": 7.0, "order_days_90d": 2, "order_days_90d_before": 5}, ""),
        ({"n_order_days": 5}, ""),
        ({"recent_gap_days": None}, ""),
        ({"order_days_90d": None}, ""),
    ],
)
def test_a_customer_who_orders_less_often_is_slowing(customer: Customer, facts: dict[str, Any], slowing: str) -> None:
    assert said_of(customer, **{**SLOW, **facts})[4] == slowing
