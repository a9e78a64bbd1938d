"""Where a list ends."""

import numpy as np

from recsys.lists.worth import Floor, RowWorth, choose_floor

UNKNOWN = float("nan")


def worth(owners: list[int], chances: list[float], expected: list[float] | None = None) -> RowWorth:
    return RowWorth(
        np.array(owners), np.arange(len(owners)), np.array(chances), np.array(expected or [UNKNOWN] * len(owners))
    )


def test_rows_below_the_floor_are_left_out_wherever_they_are() -> None:
    rows = worth([0] * 7, [0.2, 0.001, 0.1, 0.05, 0.004, 0.02, 0.3])
    assert rows.above(Floor(0.005)).tolist() == [True, False, True, True, False, True, True]


def test_five_rows_are_kept_where_there_are_any_the_first_ones_first() -> None:
    rows = worth([0] * 7 + [1], [0.001, 0.002, 0.2, 0.001, 0.003, 0.3, 0.001, 0.001])
    assert rows.above(Floor(0.005)).tolist() == [True, True, True, True, False, True, False, True]


def test_the_expected_value_counts_too_and_an_unknown_one_does_not() -> None:
    rows = worth([0] * 7, [0.2] * 7, [0.01, 3, UNKNOWN, 2, 0.02, 9, 5])
    assert rows.above(Floor(0.005, 1.0)).tolist() == [False, True, True, True, False, True, True]


def test_rows_without_a_chance_end_with_a_list_that_has_some_and_make_up_a_list_that_has_none() -> None:
    rows = worth([0] * 7 + [1] * 6, [0.2, 0.1, 0.1, 0.3, 0.4, UNKNOWN, UNKNOWN, *[UNKNOWN] * 6])
    assert rows.above(Floor(0.005)).tolist() == [*[True] * 5, False, False, *[True] * 6]
    assert rows.above(Floor()).all()


def test_the_highest_floor_that_loses_few_hits_is_chosen() -> None:
    # A hundred hits: two below .002, three more below .003.
    chances = np.concatenate([np.full(2, 0.0015), np.full(3, 0.0025), np.full(95, 0.1)])
    one, known = np.zeros(100, dtype=int), np.arange(100) % 2
    rows = RowWorth(one, known, chances, np.full(100, UNKNOWN))
    assert choose_floor(rows, np.ones(100, dtype=bool)) == Floor(0.002, 0.0, 0.02)
    rows = RowWorth(one, known, chances, chances * 10)  # .015, .025 and 1
    assert choose_floor(rows, np.ones(100, dtype=bool)) == Floor(0.002, 0.02, 0.02)


def test_a_floor_that_was_asked_for_is_measured_and_not_changed() -> None:
    rows = RowWorth(np.zeros(10, dtype=int), np.arange(10), np.linspace(0.01, 0.1, 10), np.full(10, 1.0))
    assert choose_floor(rows, np.ones(10, dtype=bool), asked=(0.05, 0.0)) == Floor(0.05, 0.0, 0.4)


def test_a_floor_that_costs_many_products_is_too_high() -> None:
    # Twenty lists of six rows; the last row of each is a product of its own with a low chance that nobody bought.
    owners, items = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    chances, bought = np.tile([*[0.1] * 5, 0.0025], 20), np.tile([True, *[False] * 5], 20)
    unknown, unique = np.full(120, UNKNOWN), np.where(items == 5, 10 + owners, items)
    assert choose_floor(RowWorth(owners, items % 5, chances, unknown), bought, 0.02).chance == 0.005
    assert choose_floor(RowWorth(owners, unique, chances, unknown), bought, 0.02).chance == 0.002
    assert choose_floor(RowWorth(owners, unique, chances, unknown), bought).chance == 0.005
