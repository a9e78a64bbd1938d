"""Lists filled from ordered candidates, worked by hand."""

import numpy as np

from recsys.kernels.list_choice import choose


def places(
    candidates: list[tuple[int, int, int]], slots: int, varied: int = 3, closed: tuple[int, ...] = ()
) -> list[int]:
    """Return the places of one list's candidates (group, limit, twin)."""
    groups, limits, twins = (np.array(column, dtype=np.int64) for column in zip(*candidates, strict=True))
    is_open = ~np.isin(np.arange(len(groups)), closed)
    out = np.full(len(groups), -1, dtype=np.int64)
    choose(np.array([0, len(groups)]), is_open, groups, limits, twins, np.array([slots]), varied, out)
    return out.tolist()


def test_the_best_come_first_as_far_as_there_are_places() -> None:
    assert places([(-1, 1, 0), (-1, 1, 1), (-1, 1, 2)], slots=2) == [0, 1, -1]


def test_a_group_beyond_its_limit_waits_until_the_first_places_are_filled() -> None:
    kale, other = (0, 1), (1, 1)
    candidates = [(*kale, 0), (*kale, 1), (*other, 2), (-1, 1, 3), (*kale, 4)]
    assert places(candidates, slots=4) == [0, 3, 1, 2, -1]


def test_where_nothing_else_is_left_the_group_fills_the_list() -> None:
    assert places([(0, 1, 0), (0, 1, 1), (0, 1, 2)], slots=3) == [0, 1, 2]


def test_of_near_duplicates_only_the_best_that_is_open_is_taken() -> None:
    assert places([(-1, 1, 7), (-1, 1, 7), (-1, 1, 2)], slots=3) == [0, -1, 1]
    assert places([(-1, 1, 7), (-1, 1, 7), (-1, 1, 2)], slots=3, closed=(0,)) == [-1, 0, 1]


def test_each_list_counts_for_itself() -> None:
    starts, slots = np.array([0, 2, 4]), np.array([2, 2])
    groups, limits, twins = np.zeros(4, np.int64), np.ones(4, np.int64), np.array([0, 1, 0, 1])
    out = np.full(4, -1, dtype=np.int64)
    choose(starts, np.ones(4, bool), groups, limits, twins, slots, 1, out)
    assert out.tolist() == [0, 1, 0, 1]
