from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recsys.dataset.dates import EPOCH
from recsys.dataset.hold_out import hold_out_last_baskets, hold_out_window, only_customers
from recsys.dataset.interactions import Interactions, interactions

START = date(2026, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
Lines = list[tuple[int, int, int]]  # customer, product, day


def made(lines: Lines) -> Interactions:
    customers, products, days = (np.array(column, dtype=np.int32) for column in zip(*lines, strict=True))
    names = [f"c{n}" for n in range(6)], [f"p{n}" for n in range(6)]
    last = date.fromordinal(date(2026, 1, 1).toordinal() + int(days.max()))
    return interactions((customers, products, days + START), *names, [None] * 6, last)


LINES = [(0, 0, 1), (0, 1, 5), (0, 2, 9), (0, 1, 14), (1, 1, 9), (1, 3, 14), (2, 0, 20), (3, 0, 3), (3, 4, 15)]


def as_lists(matrix: "np.ndarray") -> list[list[int]]:
    return np.asarray(matrix).astype(int).tolist()


def test_the_boundary_days_of_a_window_are_half_open() -> None:
    held = hold_out_window(made(LINES), date(2026, 1, 10), 5)  # days 9 to 13
    assert held.history.customer_ids == ("c0", "c3")
    assert held.history.product_ids == ("p0", "p1")
    assert held.history.as_of == date(2026, 1, 9)
    assert as_lists(held.truth.toarray()) == [[0, 0], [0, 0]]  # p2 on day 9 has no history, day 14 is after the window
    wider = hold_out_window(made(LINES), date(2026, 1, 10), 6)
    assert as_lists(wider.truth.toarray()) == [[0, 1], [0, 0]]


def test_history_has_no_later_customers_or_products() -> None:
    held = hold_out_window(made(LINES), date(2026, 1, 15), 28)
    assert held.history.customer_ids == ("c0", "c1", "c3")
    assert held.history.product_ids == ("p0", "p1", "p2")
    assert as_lists(held.history.counts.toarray()) == [[1, 1, 1], [0, 1, 0], [1, 0, 0]]
    assert (held.customers.tolist(), held.products.tolist()) == ([0, 1, 3], [0, 1, 2])


def test_the_last_baskets_are_held_out_of_those_with_enough() -> None:
    held = hold_out_last_baskets(made(LINES), 2)
    assert held.history.customer_ids == ("c0", "c1", "c3")
    assert held.history.product_ids == ("p0", "p1", "p2")
    assert as_lists(held.history.counts.toarray()) == [[1, 1, 1], [0, 1, 0], [1, 0, 0]]
    assert as_lists(held.truth.toarray()) == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert held.history.as_of == date(2026, 1, 10)
    assert hold_out_last_baskets(made(LINES), 3).history.customer_ids == ("c0",)


def test_without_enough_baskets_nothing_is_left() -> None:
    held = hold_out_last_baskets(made(LINES), 9)
    assert (held.history.n_customers, held.history.n_products, held.truth.shape) == (0, 0, (0, 0))


def test_hold_out_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="days is 0"):
        hold_out_window(made(LINES), date(2026, 1, 10), 0)
    with pytest.raises(ValueError, match="min_baskets is 1"):
        hold_out_last_baskets(made(LINES), 1)


def test_some_customers_alone_keep_their_baskets() -> None:
    some = only_customers(made(LINES), np.array([0, 3]))
    assert some.customer_ids == ("c0", "c3")
    assert as_lists(some.counts.toarray())[1] == [1, 0, 0, 0, 1, 0]
    assert some.first_day == date(2026, 1, 2)


lines = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 30)), min_size=1, max_size=30)


@given(lines=lines, cut=st.integers(1, 30))
def test_a_window_loses_no_basket_line_of_known_customers_and_products(lines: Lines, cut: int) -> None:
    orders = made(lines)
    held = hold_out_window(orders, date.fromordinal(date(2026, 1, 1).toordinal() + cut), 31)
    assert held.history.baskets.nnz == len({line for line in lines if line[2] < cut})
    early = {line for line in lines if line[2] < cut}
    known = {customer for customer, _, _ in early}, {product for _, product, _ in early}
    later = {(c, p) for c, p, day in lines if day >= cut and c in known[0] and p in known[1]}
    rows, columns = held.truth.nonzero()
    assert set(zip(held.customers[rows].tolist(), held.products[columns].tolist(), strict=True)) == later


def test_the_first_day_of_no_basket_is_as_of() -> None:
    empty = interactions((np.zeros(0, dtype=np.int32),) * 3, [], [], [], date(2026, 1, 1))
    assert empty.first_day == date(2026, 1, 1)


def test_revenue_and_words_are_cut_with_the_orders() -> None:
    lines = (np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 1, 2]), np.array([0, 0, 9, 1, 9]) + START)
    words = csr_matrix(np.array([[1.0, 0], [0, 1], [1, 1]]))
    orders = interactions(
        lines,
        ["A", "B"],
        ["x", "y", "z"],
        [None] * 2,
        date.fromordinal(EPOCH + START + 9),
        revenue=np.array([1.0, 3, 50, 7, 60]),
        words=words,
    )
    history = hold_out_window(orders, date.fromordinal(EPOCH + START + 5), 28).history
    assert history.product_ids == ("x", "y")
    assert history.spending.toarray().tolist() == [[0.25, 0.75], [0, 1]]
    assert history.words is not None
    assert history.words.toarray().tolist() == [[1, 0], [0, 1]]
    alone = only_customers(orders, np.array([1]))
    assert alone.spending.toarray().tolist() == [[0, 7 / 67, 60 / 67]]
