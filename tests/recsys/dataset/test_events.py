from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.dataset.dates import day_number
from recsys.dataset.events import Events, read_events
from recsys.dataset.hold_out import hold_out_last_baskets, hold_out_window, only_customers
from recsys.dataset.interactions import Interactions, with_events
from recsys.errors import TableError
from recsys.schema.clean import EVENT_KINDS, EVENTS
from tests.recsys.models.conftest import made_interactions

START = date(2026, 1, 1)
FIRST = day_number(START)
Told = tuple[int, int, int, str]  # customer, product, day from 1 January 2026, kind


def write_events(folder: Path, rows: list[tuple[str | None, str | None, int, str]]) -> Path:
    """Write events (customer, product, day, kind), each at ten to midnight."""
    path = folder / "events.parquet"
    table = [
        {
            "event_id": f"E{n}",
            "customer_id": customer,
            "product_id": product,
            "kind": kind,
            "at": datetime.combine(START + timedelta(day), time(23, 50)),
        }
        for n, (customer, product, day, kind) in enumerate(rows)
    ]
    pq.write_table(pa.Table.from_pylist(table, schema=EVENTS.arrow_schema()), path)
    return path


def read(path: Path, last_day: int = 30) -> list[Told]:
    events = read_events(path, ("A", "B"), ("x", "y"), FIRST + last_day)
    return [] if events is None else told(events)


def told(events: Events) -> list[Told]:
    kinds = [EVENT_KINDS[kind] for kind in events.kinds]
    numbers = (events.customers.tolist(), events.products.tolist(), (events.days - FIRST).tolist())
    return list(zip(*numbers, kinds, strict=True))


def made(rows: list[tuple[int, int, int, str]]) -> Events:
    """Return events of (customer, product, day, kind), one each."""
    customers, products, days = (np.array([row[at] for row in rows], dtype=np.int64) for at in range(3))
    kinds = np.array([EVENT_KINDS.index(row[3]) for row in rows], dtype=np.int64)
    return Events(customers, products, days + FIRST, kinds, np.ones(len(rows), dtype=np.int64))


def test_events_are_read_by_customer_product_and_day(tmp_path: Path) -> None:
    path = write_events(tmp_path, [("B", "x", 3, "view"), ("A", "y", 5, "click"), ("A", "y", 2, "mailed")])
    assert read(path) == [(0, 1, 2, "mailed"), (0, 1, 5, "click"), (1, 0, 3, "view")]


def test_events_of_one_kind_and_day_are_counted(tmp_path: Path) -> None:
    events = read_events(write_events(tmp_path, [("A", "x", 3, "view")] * 3), ("A",), ("x",), FIRST + 9)
    assert events is not None
    assert (events.n.tolist(), events.rows) == ([3], 3)


def test_events_without_customer_or_product_or_of_unknown_ones_are_left_out(tmp_path: Path) -> None:
    rows = [(None, "x", 1, "view"), ("A", None, 1, "opened"), ("C", "x", 1, "view"), ("A", "z", 1, "view")]
    assert read(write_events(tmp_path, [*rows, ("A", "x", 1, "opened")])) == [(0, 0, 1, "opened")]


@pytest.mark.parametrize("kind", ["impression", "order", "assigned"])
def test_what_is_no_doing_of_the_customers_is_left_out(tmp_path: Path, kind: str) -> None:
    assert read(write_events(tmp_path, [("A", "x", 1, kind), ("A", "y", 1, "cart")])) == [(0, 1, 1, "cart")]


def test_the_last_day_counts_and_none_after_it(tmp_path: Path) -> None:
    path = write_events(tmp_path, [("A", "x", 4, "view"), ("A", "x", 5, "view")])
    assert read(path, last_day=4) == [(0, 0, 4, "view")]


def test_there_are_no_events_without_the_table_or_before_the_first_one(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.parquet", ("A",), ("x",), FIRST) is None
    assert read_events(write_events(tmp_path, [("A", "x", 4, "view")]), ("A",), ("x",), FIRST + 3) is None


def test_a_file_that_is_no_table_of_events_is_named(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(pa.table({"customer_id": ["A"]}), path)
    with pytest.raises(TableError, match=r"events\.parquet cannot be read as events .* import the data again"):
        read_events(path, ("A",), ("x",), FIRST)


def test_interactions_get_the_events_up_to_their_last_day(
    tmp_path: Path, orders_with_as_of: Callable[[int], Interactions]
) -> None:
    path = write_events(tmp_path, [("A", "x", 6, "view"), ("A", "x", 7, "view")])
    events = with_events(orders_with_as_of(6), path).events
    assert events is not None
    assert told(events) == [(0, 0, 6, "view")]


@pytest.fixture
def orders_with_as_of() -> Callable[[int], Interactions]:
    return lambda last: made_interactions([("A", 0, "x"), ("A", last, "x")])


# ---- orders held out ----


@pytest.fixture
def orders() -> Interactions:
    """A buys w, x and y and last on day 20; B buys x on day 2 and y on day 20; C buys z on day 25 alone."""
    lines = [("A", 0, "w"), ("A", 5, "x"), ("A", 20, "y"), ("B", 2, "x"), ("B", 20, "y"), ("C", 25, "z")]
    days = [(c, p, day, "view") for c in range(3) for p in range(4) for day in (0, 4, 5, 9, 10, 30)]
    return replace(made_interactions(lines), events=made(days))


def test_a_window_knows_the_events_before_it_alone_of_known_customers_and_products(orders: Interactions) -> None:
    history = hold_out_window(orders, START + timedelta(10), 28).history
    assert (history.customer_ids, history.product_ids) == (("A", "B"), ("w", "x"))
    assert history.events is not None
    assert told(history.events) == [(c, p, day, "view") for c in range(2) for p in range(2) for day in (0, 4, 5, 9)]


def test_with_the_last_basket_held_out_events_end_with_the_basket_before(orders: Interactions) -> None:
    history = hold_out_last_baskets(orders, 2).history
    assert history.events is not None
    assert {(c, day) for c, _, day, _ in told(history.events)} == {(0, 0), (0, 4), (0, 5), (1, 0)}


def test_some_customers_keep_their_own_events(orders: Interactions) -> None:
    some = only_customers(orders, np.array([1, 2])).events
    assert some is not None
    assert len(some.customers) == 2 * 4 * 6
    assert set(some.customers.tolist()) == {0, 1}


def test_without_events_a_history_has_none(orders: Interactions) -> None:
    plain = replace(orders, events=None)
    assert hold_out_window(plain, START + timedelta(10), 28).history.events is None
    assert hold_out_last_baskets(plain, 2).history.events is None
    assert only_customers(plain, np.array([0])).events is None
