"""Files as relations: header, encoding, spreadsheets, and the message of each bad file."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import Format, open_files
from recsys.ingest.sources.session import ImportSession, arrow_errors_as_duckdb


def rows(session: ImportSession, path: Path, form: Format | None = None) -> list[tuple[object, ...]]:
    [raw] = open_files(session.connection, path, form or Format(), session.scratch)
    return session.rows(f"SELECT * FROM {raw.relation}")  # noqa: S608


def refusal(session: ImportSession, path: Path, form: Format | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        rows(session, path, form)
    return str(caught.value)


def test_ids_keep_their_leading_zeros(session, write):
    assert rows(session, write("a.csv", "id,name", "00123,Acme")) == [("00123", "Acme")]


def test_byte_order_mark_and_carriage_returns_are_no_part_of_the_values(session, write):
    path = write("a.csv", "id,name", "1,Acme", encoding="utf-8-sig", end="\r\n")
    [raw] = open_files(session.connection, path, Format(), session.scratch)
    assert list(raw.types) == ["id", "name"]
    assert session.rows(f"SELECT * FROM {raw.relation}") == [("1", "Acme")]  # noqa: S608


def test_quoted_delimiters_and_line_breaks_stay_in_the_value(session, write):
    assert rows(session, write("a.csv", "id,name", '1,"Acme, the ""old""', 'one"')) == [("1", 'Acme, the "old"\none')]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16"])
def test_declared_encoding_is_read(session, write, encoding):
    path = write("a.csv", "id,name", "1,Café Müller", encoding=encoding)
    assert rows(session, path, Format(encoding=encoding)) == [("1", "Café Müller")]


def test_value_that_is_not_in_the_declared_encoding_names_the_line(session, write):
    path = write("a.csv", "id,name", "1,Café", encoding="cp1252")
    assert refusal(session, path, Format(encoding="utf-16")).startswith("a.csv, after line 0: this is not utf-16")


def test_header_in_another_encoding_names_the_remedy(session, write):
    path = write("a.csv", "id,größe", encoding="cp1252")
    assert refusal(session, path).endswith(
        'declare its encoding, for files saved on Windows mostly encoding = "cp1252"'
    )


def test_utf16_that_is_not_declared_is_recognised(session, write):
    assert 'declare encoding = "utf-16"' in refusal(session, write("a.csv", "id,name", encoding="utf-16"))


def test_spreadsheet_named_csv_is_recognised(session, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.save(tmp_path / "a.xlsx")
    path = (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert "it looks like a spreadsheet; name it .xlsx" in refusal(session, path)


def test_missing_file_names_it(session, tmp_path):
    assert refusal(session, tmp_path / "none.csv") == f"there is no file {tmp_path / 'none.csv'}; check the name"


def test_empty_file_is_refused(session, write):
    assert refusal(session, write("a.csv")).endswith("a.csv is empty; export it again")


def test_blank_lines_are_no_header(session, write):
    assert refusal(session, write("a.csv", "", ",,")) == ("a.csv has no header; its first line must name the columns")


def test_header_that_python_cannot_split_is_refused(session, write):
    assert "the header cannot be read" in refusal(session, write("a.csv", '"' + "x" * 200_000))


def test_column_named_twice_gets_a_number_and_is_refused_where_it_is_used(session, write):
    [raw] = open_files(session.connection, write("a.csv", "a,A,b", "1,2,3"), Format(), session.scratch)
    assert list(raw.types) == ["a", "A (2)", "b"]
    raw.refuse_repeated(["b"])
    with pytest.raises(SourceError, match=r"a.csv has columns named 'a' and 'A'; rename or remove all but one"):
        raw.refuse_repeated(["a"])


def test_column_without_a_name_gets_its_number(session, write):
    [raw] = open_files(session.connection, write("a.csv", "id,", "1,2"), Format(), session.scratch)
    assert list(raw.types) == ["id", "column 2"]


def test_name_with_stars_and_brackets_means_this_one_file(session, write):
    write("a1.csv", "id", "1")
    assert rows(session, write("a[1]*.csv", "id", "2")) == [("2",)]


def test_parquet_keeps_its_types_and_counts_from_row_one(session, tmp_path):
    pq.write_table(pa.table({"day": [date(2025, 1, 2)], "n": [1.5]}), tmp_path / "a.parquet")
    [raw] = open_files(session.connection, tmp_path / "a.parquet", Format(), session.scratch)
    assert raw.types == {"day": "DATE", "n": "DOUBLE"}
    assert raw.first_row == 1


def test_damaged_parquet_is_refused(session, write):
    assert "a.parquet is no readable Parquet file" in refusal(session, write("a.parquet", "PAR1 but no more"))


def test_damaged_spreadsheet_is_refused(session, write):
    assert "a.xlsx is no readable spreadsheet" in refusal(session, write("a.xlsx", "no zip"))


def test_sheets_are_read_as_text_without_point_zero(session, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "when", "day", "price", "note"])
    book.active.append([17850, datetime(2010, 12, 1, 8, 26), date(2010, 12, 1), 2.55, None])  # noqa: DTZ001 - the sheet has none
    book.create_sheet("empty")
    book.save(tmp_path / "a.xlsx")
    assert rows(session, tmp_path / "a.xlsx") == [("17850", "2010-12-01 08:26:00", "2010-12-01", "2.55", None)]


def test_each_filled_sheet_is_a_file_of_its_own(session, tmp_path):
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("second")):
        sheet.append(["id"])
    book.save(tmp_path / "a.xlsx")
    raws = open_files(session.connection, tmp_path / "a.xlsx", Format(), session.scratch)
    assert [raw.label for raw in raws] == ["a.xlsx, sheet Sheet", "a.xlsx, sheet second"]


def test_spreadsheet_without_a_row_is_refused(session, tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refusal(session, tmp_path / "a.xlsx").endswith("a.xlsx holds no rows; export it again")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ";;"}, "delimiter is ';;'; it must be one character"),
        ({"quote": ""}, "quote is ''; it must be one character"),
        ({"decimal": "·"}, "decimal is '·'; it must be '.' or ','"),
        ({"thousands": "x"}, "thousands is 'x'; it must be '.', ',', ' ', an apostrophe or empty"),
        ({"decimal": ",", "thousands": ","}, "decimal and thousands are both ','; they must differ"),
        ({"encoding": "klingon"}, "encoding 'klingon' is unknown; common ones are utf-8, cp1252, latin-1 and utf-16"),
    ],
)
def test_impossible_format_is_refused_where_it_is_given(options, message):
    with pytest.raises(SourceError) as caught:
        Format(**options)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("IO Error: No space left on device", duckdb.IOException),
        ("Out of Memory Error: failed to offload data block", duckdb.OutOfMemoryException),
        ("Invalid Input Error: Snappy decompression failure", duckdb.Error),
    ],
)
def test_error_between_two_slices_is_the_error_that_a_statement_raises(message, kind):
    with pytest.raises(duckdb.Error) as caught, arrow_errors_as_duckdb():
        raise OSError(message)
    assert (type(caught.value), str(caught.value)) == (kind, message)
