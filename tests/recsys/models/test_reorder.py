"""Reorder cycles, worked by hand; day 0 is 1 January 2026."""

from collections.abc import Callable

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.models.reorder import reorder_cycles, silent_cycles
from recsys.schema.reorder_rules import LostRule
from tests.recsys.models.conftest import START, made_interactions

Made = Callable[..., Interactions]


def spent(data: Interactions, revenue: float = 10.0) -> Interactions:
    """Return the interactions with this revenue on each line."""
    amounts = csr_matrix((data.baskets.data * revenue, data.baskets.indices, data.baskets.indptr), data.baskets.shape)
    return Interactions(**{**vars(data), "spent": amounts})


def test_the_usual_gap_is_the_median_and_the_long_one_close_to_the_longest(interactions_of: Made) -> None:
    # x on days 0, 4, 9, 13, 23, 28: gaps 4, 5, 4, 10, 5; their .95 quantile is .8 of the way from 5 to 10.
    cycles = reorder_cycles(interactions_of([("A", day, "x") for day in (0, 4, 9, 13, 23, 28)] + [("B", 40, "y")]))
    assert cycles.n_baskets.tolist() == [6, 1]
    assert cycles.usual_gap_days[0] == 5
    assert cycles.long_gap_days[0] == 9
    assert cycles.mean_gap_days[0] == 5.6
    assert cycles.silent_days(day_number(START) + 40).tolist() == [12, 0]


def test_two_purchases_make_no_rhythm(interactions_of: Made) -> None:
    cycles = reorder_cycles(interactions_of([("A", 0, "x"), ("A", 5, "x"), ("A", 9, "y")]))
    assert np.isnan(cycles.usual_gap_days).all()
    assert np.isnan(cycles.long_gap_days).all()
    assert not cycles.is_lost(LostRule(purchases=3, worth=0), day_number(START) + 300).any()


def test_entries_are_those_of_the_counts(interactions_of: Made) -> None:
    data = interactions_of([("A", 0, "xy"), ("A", 5, "x"), ("B", 9, "y"), ("C", 9, "xz")], shuffle=3)
    cycles, counts = reorder_cycles(data), data.counts.tocoo()
    assert cycles.customers.tolist() == counts.row.tolist()
    assert cycles.products.tolist() == counts.col.tolist()
    assert cycles.n_baskets.tolist() == counts.data.tolist()


def test_worth_is_the_year_up_to_the_last_purchase_not_up_to_today(interactions_of: Made) -> None:
    days = (0, 100, 200, 400)  # the year up to day 400 holds 100, 200 and 400; the year up to day 600 only 400
    data = spent(interactions_of([*(("A", day, "x") for day in days), ("B", 600, "y")]))
    cycles = reorder_cycles(data)
    assert cycles.worth[0] == 30
    assert cycles.last_year[0] == 10


def test_a_silence_longer_than_the_own_gaps_is_found_while_it_is_not_older_than_a_year(interactions_of: Made) -> None:
    regular = [("A", day, "x") for day in (0, 10, 20, 30)]
    silent = silent_cycles(*_both(interactions_of([*regular, ("B", 41, "y")])))
    assert silent[0, 0] == 1
    assert not silent_cycles(*_both(interactions_of([*regular, ("B", 40, "y")])))[0, 0]  # as long as usual
    assert not silent_cycles(*_both(interactions_of([*regular, ("B", 400, "y")])))[0, 0]  # of the year before


def _both(data: Interactions) -> tuple:  # type: ignore[type-arg]
    return reorder_cycles(data), data


def test_no_orders_have_no_cycles(interactions_of: Made) -> None:
    cycles = reorder_cycles(interactions_of([], segments={"A": "cafe"}))
    assert len(cycles.n_baskets) == 0
    assert cycles.matrix(np.zeros(0, dtype=bool)).shape == (1, 0)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 60), st.sampled_from("xyz")), min_size=1, max_size=60))
def test_the_gaps_are_those_of_duckdb(lines: list[tuple[str, int, str]]) -> None:
    cycles = reorder_cycles(made_interactions(lines))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE lines (c TEXT, d INTEGER, p TEXT)")
        connection.executemany("INSERT INTO lines VALUES (?, ?, ?)", lines)
        expected = connection.execute(
            """
            WITH steps AS (
                SELECT *, d - lag(d) OVER (PARTITION BY c, p ORDER BY d) AS gap FROM (SELECT DISTINCT * FROM lines)
            )
            SELECT CASE WHEN count(*) >= 3 THEN median(gap) END,
                   CASE WHEN count(*) >= 3 THEN quantile_cont(gap, 0.95) END
            FROM steps GROUP BY c, p ORDER BY c, p
            """
        ).fetchall()
    found = zip(cycles.usual_gap_days.tolist(), cycles.long_gap_days.tolist(), strict=True)
    for row, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(row, [np.nan if one is None else one for one in wanted])
