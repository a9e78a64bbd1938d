"""How text files are laid out."""

import pytest

from recsys.errors import SourceError
from recsys.ingest.propose.layouts import header_of, text_layout

ROWS = "Order;Kunde;Menge\n1;Müller;2\n2;Möller;3\n"


def layout(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return text_layout(path)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_what_divides_the_columns(tmp_path, mark):
    found = layout(tmp_path, ROWS.replace(";", mark))
    assert (found.delimiter, found.width, found.header_row) == (mark, 3, 1)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encodings_of_western_exports(tmp_path, encoding, found):
    assert layout(tmp_path, ROWS, encoding).encoding == found


def test_a_cyrillic_file_is_not_taken_for_a_western_one(tmp_path):
    text = "Заказ;Клиент;Количество\n" + "1;Рога и копыта, общество с ограниченной ответственностью;2\n" * 20
    assert layout(tmp_path, text, "cp1251").encoding in ("cp1251", "windows-1251")


def test_a_comma_within_amounts_does_not_divide(tmp_path):
    assert layout(tmp_path, "Nr;Betrag\n1;2,50\n2;3,75\n").delimiter == ";"


def test_lines_above_the_header_are_skipped(tmp_path):
    found = layout(tmp_path, "Sales report 2025\n\nOrder,Customer,Qty\n1,K1,2\n2,K2,3\n")
    assert found.header_row == 3


def test_junk_that_repeats_a_word_is_no_header():
    rows = [["column", "column", "column"], ["OrderDate", "ProductKey", "OrderQuantity"], ["2025-01-01", "7", "1"]]
    assert header_of(rows) == (2, False)


def test_a_line_sep_is_no_header(tmp_path):
    found = layout(tmp_path, "sep=;\nOrder;Customer;Qty\n1;K1;2\n")
    assert (found.delimiter, found.header_row) == (";", 2)


def test_rows_that_are_columns_are_seen():
    assert header_of([["CategoryKey", "1", "2", "3"], ["CategoryName", "Bikes", "Parts", "Clothes"]]) == (1, True)


def test_a_file_of_values_alone_has_no_header():
    assert header_of([["1001", "2025-01-01", "K1", "2"], ["1002", "2025-01-02", "K2", "3"]]) == (0, False)


def test_a_binary_file_is_refused(tmp_path):
    (tmp_path / "file.csv").write_bytes(b"PK\x03\x04" + bytes(40))
    with pytest.raises(SourceError, match=r"is no text; name a spreadsheet \.xlsx"):
        text_layout(tmp_path / "file.csv")
