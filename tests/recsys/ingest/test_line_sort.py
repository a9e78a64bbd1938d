"""Sorting lines by their keys, compared with Python's own sort."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.ingest.line_checks import count_order_numbers, have_id_before
from recsys.ingest.line_sort import LineKeys, line_order, text_starts
from recsys.ingest.order_lines import KnownIds, read_lines, write_lines

KEY = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.text("0aé", max_size=3), st.integers(0, 2), st.sampled_from([0.5, 1, 2]),
    st.sampled_from([0.0, 1.5]),
)  # fmt: skip


def keys_of(lines: list[tuple[int, int, str, int, float, float]]) -> LineKeys:
    customers, days, orders, products, quantities, revenues = map(list, zip(*lines, strict=True))
    texts = [order.encode() for order in orders]
    return LineKeys(
        np.array(customers, dtype=np.int32),
        np.array(days, dtype=np.int32),
        np.cumsum([0, *map(len, texts)]),
        np.frombuffer(b"".join(texts), dtype=np.uint8),
        np.array(products, dtype=np.int32),
        np.array(quantities, dtype=np.float64),
        np.array(revenues, dtype=np.float64),
    )


def ordered(lines: list[tuple[int, int, str, int, float, float]], n_customers: int = 4) -> list[int]:
    return line_order(keys_of(lines), n_customers).tolist()


@settings(deadline=None)
@given(st.lists(KEY, min_size=1, max_size=120))
def test_order_equals_a_stable_sort_by_all_keys_with_ids_by_their_bytes(lines) -> None:
    def key(line: int):
        return (*lines[line][:2], lines[line][2].encode(), *lines[line][3:])

    assert ordered(lines) == sorted(range(len(lines)), key=key)


def test_order_id_that_begins_another_comes_before_it_and_nine_after_ten() -> None:
    lines = [(0, 5, order, 0, 1.0, 1.0) for order in ("9", "10", "1", "100")]
    assert ordered(lines) == [2, 1, 3, 0]


def test_lines_in_descending_order_are_reversed() -> None:
    assert ordered([(0, 400 - day, "1", 0, 1.0, 1.0) for day in range(400)]) == list(range(399, -1, -1))


def test_customers_without_lines_are_skipped() -> None:
    assert ordered([(3, 1, "1", 0, 1.0, 1.0), (1, 1, "1", 0, 1.0, 1.0)]) == [1, 0]


@settings(deadline=None)
@given(st.lists(KEY, min_size=1, max_size=120))
def test_orders_are_counted_once_in_any_order_of_their_lines(lines) -> None:
    input_order = np.arange(len(lines))
    keys = keys_of(lines)
    has_id_before = have_id_before(keys, input_order)
    assert count_order_numbers(keys, input_order, has_id_before)[0] == len({line[2] for line in lines})


def test_no_line_is_no_order() -> None:
    keys, nothing = keys_of([(0, 0, "1", 0, 1.0, 1.0)]), np.arange(0)
    assert count_order_numbers(keys, nothing, have_id_before(keys, nothing))[0] == 0


def test_texts_begin_where_those_before_them_end() -> None:
    assert text_starts(np.array([3, 0, 2], dtype=np.int32)).tolist() == [0, 3, 3, 5]
    assert text_starts(np.array([], dtype=np.int32)).tolist() == [0]


SCHEMA = pa.schema(
    [("order_id", pa.string()), ("customer_id", pa.string()), ("product_id", pa.string()), ("ordered_on", pa.date32()),
     ("quantity", pa.float64()), ("revenue", pa.float64()), ("problem", pa.string()), ("line", pa.string())]
)  # fmt: skip
KNOWN = KnownIds(pa.array(["c1", "c2"]), pa.array(["p1", "p2"]))
DAY = date(2025, 1, 31)


def read(*slices: list[tuple[object, ...]]):
    batches = [
        pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)
        for rows in slices
    ]
    return read_lines(pa.RecordBatchReader.from_batches(SCHEMA, batches), KNOWN)


def test_invalid_rows_are_returned_apart_with_place_and_problem() -> None:
    lines, rest = read(
        [("1", "c1", "p1", DAY, 1.0, 2.0, None, None), ("1", "c9", "p1", DAY, 1.0, 2.0, None, None)],
        [("1", "c1", None, DAY, 1.0, 2.0, None, None), (None, "c2", "p2", DAY, 1.0, 2.0, "wrong", "as it was")],
    )
    assert lines.n == 1
    invalid = rest.select(["place", "customer_known", "product_known", "problem", "line"]).to_pylist()
    assert [tuple(row.values()) for row in invalid] == [
        (1, False, True, None, None), (2, True, False, None, None), (3, True, True, "wrong", "as it was")
    ]  # fmt: skip


def test_no_batches_give_no_lines_and_an_empty_file(tmp_path) -> None:
    lines, rest = read()
    assert (lines.n, rest.num_rows, lines.revenue) == (0, 0, 0)
    assert write_lines(lines, tmp_path / "lines.parquet").numbers.n == 0
    assert pq.read_table(tmp_path / "lines.parquet").num_rows == 0


def test_written_lines_are_sorted_and_orders_count_once(tmp_path) -> None:
    lines, _ = read(
        [("20", "c2", "p1", DAY, 1.0, 2.0, None, None), ("10", "c1", "p2", DAY, 3.0, 4.0, None, None)],
        [("10", "c1", "p1", DAY, 5.0, 6.5, None, None), ("20", "c1", "p1", date(2024, 1, 1), 7.0, 8.0, None, None)],
    )
    assert write_lines(lines, tmp_path / "lines.parquet").numbers.n == 2
    assert [tuple(row.values()) for row in pq.read_table(tmp_path / "lines.parquet").to_pylist()] == [
        ("20", "c1", "p1", date(2024, 1, 1), 7.0, 8.0),
        ("10", "c1", "p1", DAY, 5.0, 6.5),
        ("10", "c1", "p2", DAY, 3.0, 4.0),
        ("20", "c2", "p1", DAY, 1.0, 2.0),
    ]
    assert (lines.revenue, lines.span) == (20.5, (date(2024, 1, 1), DAY))
