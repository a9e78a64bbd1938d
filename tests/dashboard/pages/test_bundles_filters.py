"""Conditions on bundles, and what excludes everything; numbers worked by hand."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.bundles.data.filters import FIRST, NONE, Filters, advice, filters_of, fitting, nice_floor
from dashboard.records.bundles import Bundle, Part
from recsys.schema.bundle_groups import EVERYBODY


def bundle(key: str, **facts: Any) -> Bundle:
    parts = tuple(Part(f"P{n}", f"Product {n}", "Drinks", 1.0) for n in range(facts.pop("size", 2)))
    known: dict[str, Any] = {
        "members": ("segment", name) if (name := key.rpartition("/")[0]) else EVERYBODY,
        "n_baskets": 10,
        "of_baskets": 1000,
        "support": 0.01,
        "consequent_id": "P0",
        "confidence": 0.5,
        "lift": 4.0,
        "redundant": False,
        "price": 2.0,
        "n_have_all": 3,
        "n_miss_one": 5,
        "n_miss_two": 0,
        "lift_low": 3.0,
        "lift_high": 5.0,
        "zhangs_metric": 0.7,
        "leverage": 0.01,
        "substitutes": False,
        "cost": None,
        "typical": 15.0,
    }
    return Bundle(key=key, parts=parts, **(known | facts))


FOOD = (Part("P8", "Bread", "Food", 1.0), Part("P9", "Salt", None, None))
MANY = (
    bundle("/1", n_baskets=402, support=0.4, lift=2.0),
    bundle("/2", n_baskets=96, support=0.1, lift=14.6, size=3),
    bundle("/3", n_baskets=50, support=0.05, lift=3.0, redundant=True),
    replace(bundle("/4", n_baskets=20, support=0.02, lift=5.0), parts=FOOD, consequent_id="P8"),
    bundle("cafe/1", lift=9.0),
)
ALL = MANY[:4]
KNOWN = (EVERYBODY, ("segment", "cafe"), ("rfm", "At risk"))
CATEGORIES = ("Drinks", "Food")


def keys(**conditions: Any) -> list[str]:
    return [one.key for one in fitting(ALL, replace(NONE, **conditions))]


@pytest.mark.parametrize(
    ("conditions", "fit"),
    [
        ({}, ["/1", "/2", "/3", "/4"]),
        ({"baskets": 96}, ["/1", "/2"]),
        ({"support": 5}, ["/1", "/2", "/3"]),
        ({"confidence": 50.1}, []),
        ({"lift": 3}, ["/2", "/3", "/4"]),
        ({"size": 3}, ["/2"]),
        ({"category": "Food"}, ["/4"]),
        ({"hide": True}, ["/1", "/2", "/4"]),
        ({"lift": 3, "baskets": 50, "hide": True}, ["/2"]),
    ],
)
def test_each_bound_is_inclusive_and_all_must_hold(conditions: dict[str, Any], fit: list[str]) -> None:
    assert keys(**conditions) == fit


def test_what_is_not_said_is_as_at_first() -> None:
    assert filters_of({}, KNOWN, CATEGORIES) == FIRST


def test_controls_and_address_say_the_same() -> None:
    said = {"segment": "cafe", "category": "Food", "size": "3", "baskets": "50", "support": "0.4", "hide": "no"}
    sent = {"segment": "cafe", "category": "Food", "size": 3, "baskets": 50, "support": 0.4, "hide": False}
    wanted = Filters(("segment", "cafe"), "", "Food", 3, 50, 0.4, 0, 1.5, hide=False)
    assert filters_of(said, KNOWN, CATEGORIES) == wanted
    assert filters_of(sent, KNOWN, CATEGORIES) == wanted


def test_an_emptied_number_is_no_condition() -> None:
    assert filters_of({"lift": "", "baskets": None}, KNOWN, CATEGORIES) == replace(FIRST, lift=0)


@pytest.mark.parametrize(
    ("asked", "taken"),
    [(-5, 0), ("-1", 0), (1e30, 1_000_000), ("1e300", 1_000_000), ("inf", 1_000_000), (10**400, 1.5)],
)
def test_a_number_that_is_too_small_or_too_large_is_the_nearest_one(asked: Any, taken: float) -> None:
    assert filters_of({"lift": asked, "size": asked}, KNOWN, CATEGORIES) == replace(FIRST, lift=taken)


@pytest.mark.parametrize("odd", ["nan", "much", ["3"], {"a": 1}])
def test_what_is_no_number_is_as_at_first(odd: Any) -> None:
    assert filters_of({"lift": odd, "size": odd, "segment": odd, "category": odd}, KNOWN, CATEGORIES) == FIRST


def test_without_bundles_of_all_customers_the_first_segment_is_shown() -> None:
    assert filters_of({}, (("segment", "cafe"), ("segment", "hotel")), ()).members == ("segment", "cafe")


@pytest.mark.parametrize(
    ("said", "members"),
    [
        ({"segment": "cafe"}, ("segment", "cafe")),
        ({"group": "segment", "segment": "cafe"}, ("segment", "cafe")),
        ({"group": "rfm", "segment": "At risk"}, ("rfm", "At risk")),
        ({"group": "rfm", "segment": "cafe"}, EVERYBODY),
        ({"group": "all", "segment": ""}, EVERYBODY),
        ({"group": ["rfm"], "segment": 3}, EVERYBODY),
    ],
)
def test_an_address_says_whose_bundles_by_group_and_name(said: dict[str, Any], members: tuple[str, str]) -> None:
    assert filters_of(said, KNOWN, CATEGORIES).members == members


def test_substitutes_are_apart_from_what_is_bought_together() -> None:
    apart = bundle("/5", substitutes=True, lift=0.1, n_baskets=3)
    both = (*ALL, apart)
    assert [one.key for one in fitting(both, FIRST)] == ["/1", "/2", "/4"]
    assert [one.key for one in fitting(both, replace(FIRST, kind="substitutes", baskets=50))] == ["/5"]
    assert fitting(both, replace(FIRST, kind="substitutes", category="Food")) == ()


def test_the_condition_that_alone_excludes_everything_is_named_with_a_value_that_helps() -> None:
    # Lift 3 leaves /2 (96) and /4 (20) with the redundant one hidden: 500 baskets exclude both, 20 none.
    [one] = advice(ALL, replace(FIRST, lift=3, baskets=500))
    assert (one.name, one.n_without, one.best) == ("baskets", 2, 96)
    assert (one.value, one.n) == (20, 2)


def test_the_condition_that_costs_most_comes_first() -> None:
    found = advice(ALL, replace(NONE, size=4, lift=1))
    assert [(one.name, one.n_without, one.value) for one in found] == [("size", 4, 0)]
    both = advice(ALL, replace(NONE, lift=10, baskets=200))
    assert [(one.name, one.n_without, one.value, one.n) for one in both] == [("baskets", 1, 50, 1), ("lift", 1, 2, 1)]


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        (replace(NONE, hide=True, baskets=50, lift=3, size=2), "hide"),
        (replace(NONE, category="Food", baskets=21), "category"),
    ],
)
def test_choices_can_be_what_excludes(filters: Filters, name: str) -> None:
    assert name in [one.name for one in advice(ALL, filters)]


def test_where_several_exclude_together_none_is_named() -> None:
    assert advice(ALL, replace(NONE, baskets=1000, lift=100)) == ()


@given(st.floats(1e-6, 1e9))
def test_a_nice_value_is_not_above_and_within_a_factor(value: float) -> None:
    assert nice_floor(value) <= value < nice_floor(value) * 2.6


@pytest.mark.parametrize(("value", "nice"), [(402, 200), (96, 50), (1, 1), (0.07, 0.05), (0.99, 0.5), (0, 0)])
def test_nice_values_are_one_two_and_five(value: float, nice: float) -> None:
    assert nice_floor(value) == nice
