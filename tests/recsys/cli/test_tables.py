"""Tables of plain text: nothing is cut, whatever the width."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from recsys.cli.tables import Table, folded, table_lines

PRICES = Table(("", "Product", "Price"), [("1", "Green tea", "9.00"), ("2", "Rye", "10.50")], ("Product",), key=2)
REPORT = Table(("table", "outcome", "reason", "rows"), [("returns", "rejected", "ordered_on is no date", "7")],
               ("table", "outcome", "reason"), key=3, title="Report")  # fmt: skip
FIGURES = Table(("", "recall@10", "ndcg@10", "peak MB"), [("ease", "0.5 ± 0.1", "0.4 ± 0.1", "300")], ("",))


def shown(table: Table, width: int | None = None) -> list[str]:
    return [line.text for line in table_lines(table, width)]


def test_texts_are_aligned_left_and_numbers_right() -> None:
    assert shown(PRICES) == ["   Product    Price", "1  Green tea   9.00", "2  Rye        10.50"]


def test_heads_and_title_are_told_from_rows() -> None:
    assert [line.is_head for line in table_lines(REPORT)] == [True, True, False]


def test_without_a_limit_a_row_is_one_line() -> None:
    long = Table(("Reason",), [("word " * 100,)], ("Reason",))
    assert len(shown(long)) == 2


def test_a_text_is_wrapped_at_blanks_where_the_table_is_too_wide() -> None:
    table = Table(("Product", "Price"), [("Green tea from the hills of Assam", "9.00")], ("Product",))
    assert shown(table, 31) == ["Product                   Price", "Green tea from the hills   9.00", "of Assam"]


def test_columns_that_do_not_fit_go_to_a_second_table_with_the_name_again() -> None:
    assert shown(FIGURES, 27) == [
        "      recall@10    ndcg@10",
        "ease  0.5 ± 0.1  0.4 ± 0.1",
        "",
        "      peak MB",
        "ease      300",
    ]


def test_a_row_of_texts_that_do_not_fit_becomes_a_block() -> None:
    key = ["table: returns", "outcome: rejected", "reason: ordered_on is no date"]
    assert shown(REPORT, 32) == ["Report", *key, "  rows: 7"]


def test_an_id_is_not_broken_while_there_is_room() -> None:
    table = Table(("Version", "State"), [("2026-11-26-151551", "whole, current, and more")], ("Version", "State"))
    assert shown(table, 36)[1].startswith("2026-11-26-151551 ")


def test_control_characters_of_a_cell_are_written_out() -> None:
    assert shown(Table(("Name",), [("a\x1b[31m\nb",)], ("Name",)))[1] == r"a\x1b[31m\nb"


def test_wide_characters_take_two_columns() -> None:
    table = Table(("", "n"), [("緑茶", "1"), ("tea", "2")], ("",))
    assert shown(table)[1:] == ["緑茶  1", "tea   2"]


@pytest.mark.parametrize("width", [None, 80])
def test_a_table_without_rows_has_its_heads(width: int | None) -> None:
    assert shown(Table(("Table", "Rows"), [], ("Table",)), width) == ["Table  Rows"]


CELLS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)
TEXTS = st.lists(CELLS, min_size=1, max_size=5).map(" ".join)


@example(rows=[("0000000", "0", "0", "000000\u2e80 \u0300")], width=20)  # a combining mark alone
@given(
    rows=st.lists(st.tuples(CELLS, TEXTS, st.integers(0, 10**9).map(str), TEXTS), min_size=1, max_size=3),
    width=st.integers(20, 100),
)
def test_no_line_is_wider_and_no_character_is_lost(rows: list[tuple[str, ...]], width: int) -> None:
    table = Table(("Id", "Name", "Figure", "Reason"), rows, ("Id", "Name", "Reason"))
    lines = shown(table, width)
    assert max(map(cell_len, lines)) <= width
    printed = "".join(lines).replace(" ", "")
    for character in set("".join("".join(row) for row in rows)) - {" "}:
        wanted = sum(cell.count(character) for row in rows for cell in row)
        assert printed.count(character) >= wanted


def test_sentences_are_folded_at_blanks_and_paths_stay_whole() -> None:
    assert folded("in /a/long/path/of/files; more", 12) == "in\n/a/long/path/of/files;\nmore"
    assert folded("  kept as it is", None) == "  kept as it is"
