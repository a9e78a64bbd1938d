"""Netting in SQL equals taking units from a stack one by one."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.ingest.sources.cancellations import net_cancellations
from recsys.ingest.sources.session import ImportSession, import_session
from recsys.runtime.progress import Silent

START = date(2025, 1, 1)
Move = tuple[str, int, int]  # product, day, units; a cancellation has negative ones


def netted(session: ImportSession, moves: list[Move]) -> dict[int, float]:
    """Return what is left of each row, by its number; rows that `net_cancellations` does not name keep their units."""
    session.run(
        "CREATE OR REPLACE TABLE lines (file_no INT, row BIGINT, customer_id VARCHAR, product_id VARCHAR, "
        "price DOUBLE, moment TIMESTAMP, quantity DOUBLE, is_return BOOLEAN, problem VARCHAR);"
        "DROP TABLE IF EXISTS netted"
    )
    for row, (product, day, units) in enumerate(moves):
        session.connection.execute(
            "INSERT INTO lines VALUES (0, ?, 'c', ?, 1, ?, ?, ?, NULL)",
            [row, product, START + timedelta(days=day), units, units < 0],
        )
    net_cancellations(session)
    left = {row: float(abs(units)) for row, (_, _, units) in enumerate(moves)}
    return left | dict(session.rows("SELECT row, remaining FROM netted"))


def taken_one_by_one(moves: list[Move]) -> dict[int, float]:
    left = {row: float(abs(units)) for row, (_, _, units) in enumerate(moves)}
    by_time = sorted(range(len(moves)), key=lambda row: (moves[row][1], moves[row][2] < 0, row))
    for place, cancellation in enumerate(by_time):
        if moves[cancellation][2] < 0:
            for line in reversed(by_time[:place]):
                if moves[line][2] > 0 and moves[line][0] == moves[cancellation][0]:
                    units = min(left[line], left[cancellation])
                    left[line] -= units
                    left[cancellation] -= units
    return left


def test_latest_earlier_line_is_reduced_first(session):
    assert netted(session, [("p", 1, 10), ("p", 2, 5), ("p", 3, -8), ("p", 4, 2), ("p", 5, -12)]) == {
        0: 0, 1: 0, 2: 0, 3: 0, 4: 3
    }  # fmt: skip
    assert netted(session, [("p", 1, 10), ("p", 2, 5), ("p", 3, -8)]) == {0: 7, 1: 0, 2: 0}


def test_cancellation_of_a_later_line_is_left_whole(session):
    assert netted(session, [("p", 2, 10), ("p", 1, -4)]) == {0: 10, 1: 4}


def test_line_of_the_same_moment_counts_as_earlier(session):
    assert netted(session, [("p", 1, -4), ("p", 1, 10)]) == {0: 0, 1: 6}


def test_other_product_is_not_touched(session):
    assert netted(session, [("p", 1, 10), ("q", 2, -4)]) == {0: 10, 1: 4}


def test_rows_with_a_problem_take_no_part(session):
    netted(session, [("p", 1, 10), ("p", 2, -4)])
    session.run("UPDATE lines SET problem = 'left out' WHERE row = 0; DROP TABLE netted")
    net_cancellations(session)
    assert session.rows("SELECT row, remaining FROM netted") == [(1, 4)]


moves = st.lists(
    st.tuples(st.sampled_from("pq"), st.integers(0, 4), st.integers(-6, 6).filter(bool)), min_size=1, max_size=12
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(moves)
def test_any_moves_net_as_if_taken_one_by_one(moves):
    with TemporaryDirectory() as scratch, import_session(Path(scratch), START, Silent()) as session:
        assert netted(session, moves) == taken_one_by_one(moves)
