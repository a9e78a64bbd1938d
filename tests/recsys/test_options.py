from datetime import date

import pytest

from recsys.options import BuildOptions


@pytest.mark.parametrize("support", [0, -0.1, 1.01])
def test_a_support_outside_its_bounds_is_refused(support: float) -> None:
    with pytest.raises(ValueError, match=f"min_support is {support}; it must be above 0 and at most 1"):
        BuildOptions(min_support=support)


def test_a_support_of_one_is_allowed() -> None:
    assert BuildOptions(min_support=1).min_support == 1


@pytest.mark.parametrize("name", ["list_length", "knn_customers", "min_baskets", "bounds_days", "block_customers"])
def test_a_count_below_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 0; it must be at least 1"):
        BuildOptions(**{name: 0})


@pytest.mark.parametrize("name", ["half_life_days", "own_half_life_days"])
def test_a_half_life_of_no_days_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"a half-life is 0.0 days; it must be above 0"):
        BuildOptions(**{name: 0.0})


@pytest.mark.parametrize("name", ["rhythm_steady", "reason_pair_share", "popular_share", "max_share"])
def test_a_share_outside_its_bounds_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 1.5; it must be above 0 and at most 1"):
        BuildOptions(**{name: 1.5})


@pytest.mark.parametrize("name", ["rhythm_overdue", "reason_pair_lift", "rising_ratio"])
def test_a_ratio_that_would_argue_against_its_product_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 0.9; it must be at least 1"):
        BuildOptions(**{name: 0.9})


def test_another_use_of_events_is_refused() -> None:
    with pytest.raises(ValueError, match="events is 'maybe'; it must be one of auto, always, never"):
        BuildOptions(events="maybe")


def test_options_are_returned_as_json_values() -> None:
    facts = BuildOptions(as_of=date(2026, 1, 2), list_length=9).as_facts()
    assert (facts["as_of"], facts["list_length"]) == ("2026-01-02", 9)
    assert BuildOptions().as_facts()["as_of"] is None
