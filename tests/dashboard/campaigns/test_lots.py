"""The lot: as many as stated, alike in segments and revenue, each with the same chance."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.campaigns.lots import Drawn, balance, held_by_lot

GROUP = [Drawn(f"C{at:03}", ("Loyal", "At risk", "New")[at % 3], float(at)) for at in range(240)]


def test_the_stated_share_is_held_out_in_all_and_in_each_segment() -> None:
    held = held_by_lot(GROUP, 0.2, 1)
    assert len(held) == 48
    assert Counter(one.stratum for one in GROUP if one.customer_id in held) == {"Loyal": 16, "At risk": 16, "New": 16}


def test_the_same_seed_holds_out_the_same_whatever_the_order() -> None:
    assert held_by_lot(GROUP, 0.2, 7) == held_by_lot(GROUP[::-1], 0.2, 7)
    assert held_by_lot(GROUP, 0.2, 7) != held_by_lot(GROUP, 0.2, 8)


def test_each_customer_has_the_same_chance() -> None:
    times = Counter(one for seed in range(1500) for one in held_by_lot(GROUP[:17], 0.3, seed))
    assert len(times) == 17
    assert all(abs(n / 1500 - 0.3) < 4 * (0.3 * 0.7 / 1500) ** 0.5 for n in times.values())


def test_no_share_holds_out_nobody_and_the_whole_everybody() -> None:
    assert held_by_lot(GROUP, 0, 1) == frozenset()
    assert held_by_lot(GROUP, 1, 1) == {one.customer_id for one in GROUP}
    assert held_by_lot([], 0.2, 1) == frozenset()


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_bounds_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="must be between 0 and 1"):
        held_by_lot(GROUP, share, 1)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("abcd"), max_size=60), st.floats(0.05, 0.95), st.integers(0, 99))
def test_each_segment_has_its_share_up_to_one(segments: list[str], share: float, seed: int) -> None:
    drawn = [Drawn(str(at), name, float(at % 7)) for at, name in enumerate(segments)]
    held = held_by_lot(drawn, share, seed)
    assert abs(len(held) - share * len(drawn)) <= 1 + 1e-9
    for name in set(segments):
        own = [one for one in drawn if one.stratum == name]
        n = sum(one.customer_id in held for one in own)
        assert abs(n - share * len(own)) < 2


def test_the_groups_are_more_alike_in_revenue_than_by_a_plain_lot() -> None:
    differences = []
    for seed in range(40):
        row = balance(GROUP, held_by_lot(GROUP, 0.2, seed)).revenue
        assert row is not None
        assert row.difference is not None
        differences.append(abs(row.difference))
    assert max(differences) < 0.1  # a plain lot has a standard deviation of 0.16


def test_the_balance_counts_both_groups() -> None:
    drawn = [Drawn("A", "x", 10.0), Drawn("B", "x", 20.0), Drawn("C", "y", 30.0)]
    found = balance(drawn, frozenset("B"))
    assert (found.customers.sent, found.customers.held) == (2, 1)
    assert found.revenue is not None
    assert (found.revenue.sent, found.revenue.held) == (20.0, 20.0)
    assert [(row.name, row.sent, row.held) for row in found.segments] == [("x", 1, 1), ("y", 1, 0)]
    assert balance(drawn, frozenset("B"), shows_revenue=False).revenue is None
