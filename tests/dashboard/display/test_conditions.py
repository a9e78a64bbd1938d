"""Conditions of columns as an address says them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.display.conditions import Kind, condition_of


@pytest.mark.parametrize(
    ("said", "test", "value"),
    [
        ("Cafe", "equals", "Cafe"),
        ("!Cafe", "notEqual", "Cafe"),
        ("*oat*", "contains", "oat"),
        ("!*oat*", "notContains", "oat"),
        ("oat*", "startsWith", "oat"),
        ("*oat", "endsWith", "oat"),
        (r"5\* hotel", "equals", "5* hotel"),
        (r"*5\**", "contains", "5*"),
        (r"\!now", "equals", "!now"),
        (r"a\\*", "startsWith", "a\\"),
    ],
)
def test_a_text_is_looked_for_as_its_stars_say(said: str, test: str, value: str) -> None:
    assert condition_of(said, "text") == {"filterType": "text", "type": test, "filter": value}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("5", {"type": "equals", "filter": 5}),
        ("!5", {"type": "notEqual", "filter": 5}),
        (">1000", {"type": "greaterThan", "filter": 1000}),
        (">=-2.5", {"type": "greaterThanOrEqual", "filter": -2.5}),
        ("<9", {"type": "lessThan", "filter": 9}),
        ("<=9", {"type": "lessThanOrEqual", "filter": 9}),
        ("5..9", {"type": "inRange", "filter": 5, "filterTo": 9}),
    ],
)
def test_a_number_is_compared(said: str, expected: dict[str, Any]) -> None:
    assert condition_of(said, "number") == {"filterType": "number", **expected}


def test_days_are_compared_as_numbers_are() -> None:
    assert condition_of("2026-01-01..2026-03-31", "date") == {
        "filterType": "date",
        "type": "inRange",
        "dateFrom": "2026-01-01 00:00:00",
        "dateTo": "2026-03-31 00:00:00",
    }
    found = condition_of(">=2026-01-01", "date")
    assert found is not None
    assert (found["type"], found["dateFrom"]) == ("greaterThanOrEqual", "2026-01-01 00:00:00")


@pytest.mark.parametrize("kind", ["text", "number", "date"])
def test_a_star_is_any_value_and_its_negation_none(kind: Kind) -> None:
    assert condition_of("*", kind) == {"filterType": kind, "type": "notBlank"}
    assert condition_of("!*", kind) == {"filterType": kind, "type": "blank"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("", "text"), ("  ", "text"), ("!", "text"), ("**", "text"), ("!oat*", "text"), ("many", "number"),
        ("nan", "number"), (">", "number"), ("1..", "number"), ("1..x", "number"), ("2026-13-01", "date"),
        ("7", "date"),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_none(said: str, kind: Kind) -> None:
    assert condition_of(said, kind) is None


@given(st.text(), st.sampled_from(["text", "number", "date"]))
def test_no_text_is_too_odd_to_be_read(said: str, kind: Kind) -> None:
    found = condition_of(said, kind)
    assert found is None or found["filterType"] == kind
