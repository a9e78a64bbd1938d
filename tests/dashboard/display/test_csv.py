"""CSV: raw values, one mark at the start, nothing that a spreadsheet runs."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.display.csv import LONGEST_NAME, Cell, csv_text, file_name, rounded


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_text_starts_with_the_byte_order_mark_and_ends_lines_with_cr_lf() -> None:
    assert csv_text(["Product"], [["Käse"]]).encode() == b'\xef\xbb\xbf"Product"\r\n"K\xc3\xa4se"\r\n'


def test_values_stay_raw() -> None:
    text = csv_text(["a", "b", "c", "d", "e"], [[1240, 4.8, Decimal("14.90"), date(2026, 11, 20), None]])
    assert cells(text)[1] == ["1240", "4.8", "14.90", "2026-11-20", ""]


FULL_WIDTH = [chr(code) for code in (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)]  # what Asian keyboards write for = + - @


UNSEEN = [" =", "\xa0=", "\x00=", "\x0b=", "\ufeff=", "\u200b=", "\u2060@"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH, *UNSEEN])
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert cells(csv_text(["a"], [[f"{start}SUM(A1)"]]))[1] == [f"'{start}SUM(A1)"]


@pytest.mark.parametrize("number", ["-12.5", "+3", "-.5", "007"])
def test_a_number_that_came_as_text_gets_none(number: str) -> None:
    assert cells(csv_text(["a"], [[number]]))[1] == [number]


@pytest.mark.parametrize("text", ["-1+2", "-", "--1", "-1.2.3", "-१", "=1"])
def test_what_only_looks_like_a_number_gets_one(text: str) -> None:
    assert cells(csv_text(["a"], [[text]]))[1] == [f"'{text}"]


def test_a_negative_number_is_no_formula() -> None:
    assert cells(csv_text(["a"], [[-12.5]]))[1] == ["-12.5"]


def test_the_head_is_made_safe_too() -> None:
    assert cells(csv_text(["=a"], []))[0] == ["'=a"]


def test_quotes_commas_and_line_breaks_come_back_as_they_were() -> None:
    assert cells(csv_text(["a"], [['12" pans, "deep"\nblue']]))[1] == ['12" pans, "deep"\nblue']


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells, there are 2 columns"):
        csv_text(["a", "b"], [["only"]])


WITHIN = ["x;=1+1", "x,=1+1", 'x";=1+1', "x\n=1+1", "x\t=1+1", "x; =1+1", "x;\u200b\uff1d1", "x\r\n@SUM(A1)", 'a;"=1"']
SEPARATORS = [",", ";", "\t", ",;", ",;\t"]


@pytest.mark.parametrize("text", WITHIN)
@pytest.mark.parametrize("separators", SEPARATORS)
@pytest.mark.parametrize("column", range(3))
def test_no_separator_of_libreoffice_makes_a_formula_of_what_is_within_a_text(
    text: str, separators: str, column: int
) -> None:
    row: list[Cell] = ["Tea", 'Käse, "old"', 7]
    row[column] = text
    rows = libreoffice(csv_text(["a", "b", "c"], [row, ["end", "", 1]]), separators)
    assert [cell for one in rows for cell in one if is_formula(cell)] == []


@pytest.mark.parametrize("text", ["x;=1+1", "x,=1+1", 'x";=1+1', "x\n=1+1", "x\t=1+1"])
@pytest.mark.parametrize("separators", [",", ",;", ",;\t"])
def test_where_commas_divide_a_text_stays_one_cell(text: str, separators: str) -> None:
    rows = libreoffice(csv_text(["a", "b"], [["first", text]]), separators)
    assert [cell.replace("'", "") for cell in rows[1]] == ["first", text]


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet computes a cell: blanks and what cannot be seen may stand before the sign.

    A number is none, also where commas do not divide and the next cell is behind it: `-1,"end"` is computed by nobody.
    """
    bare = cell.lstrip("".join(map(chr, [*range(33), 0x7F, 0xA0, 0xFEFF, *range(0x200B, 0x2010), 0x2060])))
    number = bare[1:].split(',"')[0].replace(".", "", 1)
    return bare.startswith(("=", "+", "-", "@", *FULL_WIDTH)) and not (number.isdecimal() and number.isascii())


def libreoffice(text: str, separators: str) -> list[list[str]]:
    """Return the cells as LibreOffice's import divides them, with each character a separator.

    A quotation mark opens a text at the start of a cell alone; two within the text are one, a single one ends it.
    """
    rows, row, cell, at, body = [], [], "", 0, text.removeprefix("\ufeff")
    is_open, is_start = False, True
    while at < len(body):
        sign = body[at]
        if is_open and sign == '"' and body[at + 1 : at + 2] == '"':
            cell, at = cell + '"', at + 1
        elif is_open and sign == '"':
            is_open = False
        elif is_open:
            cell += sign
        elif is_start and sign == '"':
            is_open = True
        elif sign in separators:
            row, cell = [*row, cell], ""
        elif sign in "\r\n":
            at += body[at : at + 2] == "\r\n"
            rows, row, cell = [*rows, [*row, cell]], [], ""
        else:
            cell += sign
        is_start = not is_open and (sign in separators or sign in "\r\n")
        at += 1
    return rows


@given(st.text(st.sampled_from("=+-@;,\t\r\n\"' a1.\u200b\xa0" + FULL_WIDTH[0])), st.sampled_from(SEPARATORS))
def test_no_text_ever_starts_a_formula(text: str, separators: str) -> None:
    for row in ([text, "end"], ["first", text]):
        for one in libreoffice(csv_text(["a", "b"], [row]), separators):
            assert not any(map(is_formula, one))


@given(st.text())
def test_a_text_comes_back_but_for_apostrophes(text: str) -> None:
    shown = cells(csv_text(["a", "b"], [["first", text]]))[1][1]
    assert shown.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("needs-attention",), "needs-attention.csv"),
        (("customer", "K-1_2", "usual"), "customer-K-1_2-usual.csv"),
        (("customer", "Käse 9", "new"), "customer-Käse-9-new.csv"),
        (("product", "../../etc/passwd", "also"), "product-etc-passwd-also.csv"),
        (("customer", 'A/7 %&?#"', "new"), "customer-A-7-new.csv"),
        (("customer", "", "new"), "customer-new.csv"),
    ],
)
def test_a_file_is_named_by_its_parts_and_what_a_folder_would_not_take_is_a_hyphen(
    parts: tuple[str, ...], name: str
) -> None:
    assert file_name(*parts) == name


@given(st.text())
def test_no_part_leads_a_file_elsewhere(part: str) -> None:
    name = file_name("customer", part)
    assert name.startswith("customer")
    assert name.removesuffix(".csv").replace("-", "").replace("_", "").isalnum()
    assert len(name) <= LONGEST_NAME + len(".csv")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (2 / 3, 4, 0.6667),
        (0.125, 2, 0.13),
        (152.0, 2, 152),
        (-0.5, 0, -1),
        (1.25, None, 1.25),
        ("1.25", 1, "1.25"),
        (3, 1, 3),
    ],
)
def test_a_number_has_at_most_so_many_decimals_rounded_half_up(value: Cell, decimals: int | None, shown: Cell) -> None:
    assert rounded(value, decimals) == shown
