"""Typed rows with their problems: how values are read, row numbers, and what makes the whole file an error."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from recsys.ingest.sources.format_detection import find_date_format
from recsys.ingest.sources.raw_files import Format, open_files
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.staging import damage_as_source_error, refuse_duplicate_keys, refuse_without_rows, stage
from recsys.ingest.sources.value_parsing import Field


def staged(session: ImportSession, path: Path, *fields: Field, form: Format | None = None) -> None:
    [raw] = open_files(session.connection, path, form or Format(), session.scratch)
    stage(session, "staged", raw, list(fields))


def values(session: ImportSession, path: Path, kind: str, form: Format | None = None) -> list[object]:
    staged(session, path, Field("x", kind, "x"), Field("y", "text", "y"), form=form)
    return [row[0] for row in session.rows("SELECT x FROM staged ORDER BY row")]


def problems(session: ImportSession) -> list[tuple[object, ...]]:
    return session.rows(
        "SELECT row, problem.outcome, problem.reason, problem.value FROM staged WHERE problem IS NOT NULL ORDER BY row"
    )


def column(*xs: str) -> list[str]:
    return ["x;y", *(f"{x};-" for x in xs)]


FORM = Format(delimiter=";")
GERMAN = Format(delimiter=";", decimal=",", thousands=".")


def test_numbers_read_with_a_decimal_point(session, write):
    assert values(session, write("a.csv", *column("6", " 2.55 ", "-1", "1e3", "")), "number", FORM) == [
        6, 2.55, -1, 1000, None
    ]  # fmt: skip
    assert problems(session) == []


def test_text_where_a_number_belongs_is_rejected_with_its_value(session, write):
    assert (
        values(session, write("a.csv", *column("16.50 kg", "six", "nan", "inf", "1_000")), "number", FORM) == [None] * 5
    )
    assert problems(session) == [
        (row, "rejected", "x is no number", value)
        for row, value in enumerate(["16.50 kg", "six", "nan", "inf", "1_000"], start=2)
    ]


def test_declared_marks_read_german_numbers(session, write):
    assert values(session, write("a.csv", *column("1.234,50", "1234,5", "-0,5", "12")), "number", GERMAN) == [
        1234.5, 1234.5, -0.5, 12
    ]  # fmt: skip


def test_thousands_mark_in_the_wrong_place_is_no_number(session, write):
    assert values(session, write("a.csv", *column("1.23.4", "1.2,345")), "number", GERMAN) == [None, None]


def test_decimal_comma_where_a_point_is_declared_refuses_the_file(session, write):
    with pytest.raises(SourceError) as caught:
        values(session, write("a.csv", *column("1.234", "1.234,50")), "number", FORM)
    assert str(caught.value) == (
        "a.csv, row 3: column 'x' holds '1.234,50', a number with a decimal comma, but decimal = \".\" is expected, so "
        'that others may be misread; declare decimal = "," and thousands = "." or bring the column into one format'
    )


def test_decimal_point_where_a_comma_is_declared_refuses_the_file(session, write):
    with pytest.raises(SourceError, match="holds '16.50', a number with a decimal point"):
        values(session, write("a.csv", *column("1.234", "16.50")), "number", GERMAN)


def test_iso_dates_read_with_or_without_a_time(session, write):
    path = write("a.csv", *column("2025-03-31", "2025-03-31 23:59:00", "2025-03-31T23:59:00"))
    assert values(session, path, "date", FORM) == [date(2025, 3, 31)] * 3


def test_declared_date_format_is_read(session, write):
    form = Format(delimiter=";", date_format=("%d-%b-%y",))
    assert values(session, write("a.csv", *column("01-Jan-17", "31-DEC-17")), "date", form) == [
        date(2017, 1, 1), date(2017, 12, 31)
    ]  # fmt: skip


def test_day_that_does_not_exist_is_rejected(session, write):
    assert values(session, write("a.csv", *column("2025-02-28", "2025-02-30")), "date", FORM) == [
        date(2025, 2, 28), None
    ]  # fmt: skip
    assert problems(session) == [(3, "rejected", "x is no date", "2025-02-30")]


def test_year_before_1900_is_rejected(session, write):
    assert values(session, write("a.csv", *column("1899-12-31", "1900-01-01")), "date", FORM) == [
        None,
        date(1900, 1, 1),
    ]


def test_infinity_is_no_date(session, write):
    assert values(session, write("a.csv", *column("infinity", "9999-12-31")), "date", FORM) == [
        None,
        date(9999, 12, 31),
    ]


def test_two_date_formats_in_one_column_refuse_the_file(session, write):
    with pytest.raises(SourceError) as caught:
        values(session, write("a.csv", *column("2025-03-31", "31.03.2025")), "date", FORM)
    assert str(caught.value) == (
        "a.csv, row 3: column 'x' holds '31.03.2025', a date in the format \"%d.%m.%Y\", but YYYY-MM-DD is expected; "
        'declare date_format = ["%Y-%m-%d", "%d.%m.%Y"], which reads all 2'
    )


def test_month_before_day_where_day_before_month_is_declared_refuses_the_file(session, write):
    form = Format(delimiter=";", date_format=("%d/%m/%Y",))
    with pytest.raises(
        SourceError, match=r"holds '04/25/2025', a date in .* declare date_format = \"%m/%d/%Y\", which reads all 2"
    ):
        values(session, write("a.csv", *column("04/05/2025", "04/25/2025")), "date", form)


def test_dates_all_in_another_format_name_what_to_declare(session, write):
    with pytest.raises(SourceError, match=r'but YYYY-MM-DD is expected; declare date_format = "%d.%m.%y"'):
        values(session, write("a.csv", *column("31.03.25", "01.04.25")), "date", FORM)


def test_dates_that_two_formats_read_name_both(session, write):
    with pytest.raises(SourceError, match=r'declare date_format = "%d/%m/%Y" or "%m/%d/%Y"'):
        values(session, write("a.csv", *column("01/02/2025")), "date", FORM)


def test_flags_read_as_they_are_usually_written(session, write):
    path = write("a.csv", *column("true", "FALSE", "1", "0", "yes", "no", "", "perhaps"))
    assert values(session, path, "flag", FORM) == [True, False, True, False, True, False, None, None]
    assert problems(session) == [(9, "rejected", "x is neither true nor false", "perhaps")]


def test_text_loses_blanks_around_it_and_blank_is_empty(session, write):
    assert values(session, write("a.csv", *column(" Acme ", "   ", "00123")), "text", FORM) == ["Acme", None, "00123"]


def test_blanks_beyond_ascii_are_lost_too_and_letters_beyond_it_stay(session, write):
    path = write("a.csv", *column("\u00a0Acme\u3000", "\u2003", "Bär", "é x"))
    assert values(session, path, "text", FORM) == ["Acme", None, "Bär", "é x"]


def test_whole_ids_lose_the_point_zero_of_a_spreadsheet(session, write):
    path = write("a.csv", *column("17850.0", "17850", "85123A", "1.5"))
    staged(session, path, Field("x", "text", "x", is_whole_id=True), form=FORM)
    assert session.rows("SELECT x FROM staged ORDER BY row") == [("17850",), ("17850",), ("85123A",), ("1.5",)]


def test_constant_is_in_every_row_and_is_read_as_the_map_writes_it(session, write):
    staged(session, write("a.csv", *column("1", "2")), Field("x", "text", "x"), Field("c", "number", constant="1.5"),
           form=GERMAN)  # fmt: skip
    assert session.rows("SELECT x, c FROM staged ORDER BY row") == [("1", 1.5), ("2", 1.5)]


def test_parquet_types_are_taken_as_they_are(session, tmp_path):
    pq.write_table(
        pa.table(
            {
                "id": pa.array([17850.0, 1.5], pa.float64()),
                "code": pa.array([7, 8], pa.int32()),
                "price": pa.array([Decimal("2.55"), None], pa.decimal128(9, 2)),
                "moment": pa.array(
                    [datetime(2025, 1, 2, 3, 4), None],  # noqa: DTZ001 - the file has none
                    pa.timestamp("us"),
                ),
                "ok": pa.array([True, None]),
                "amount": pa.array([float("nan"), 3.0]),
            }
        ),
        tmp_path / "a.parquet",
    )
    kinds = {"id": "text", "code": "text", "price": "number", "moment": "date", "ok": "flag", "amount": "number"}
    staged(session, tmp_path / "a.parquet", *(Field(name, kind, name) for name, kind in kinds.items()))
    assert session.rows(f"SELECT {', '.join(kinds)} FROM staged ORDER BY row") == [  # noqa: S608
        ("17850", "7", 2.55, date(2025, 1, 2), True, None),
        ("1.5", "8", None, None, None, 3.0),
    ]
    assert problems(session) == [(1, "rejected", "amount is no number", "nan")]


def test_row_of_blanks_is_dropped(session, write):
    staged(session, write("a.csv", "x,y", "1,2", ",", "3,4"), Field("x", "number", "x"), Field("y", "text", "y"))
    assert problems(session) == [(3, "dropped", "the row is empty", None)]


def test_raw_row_is_kept_as_found_where_there_is_a_problem(session, write):
    staged(session, write("a.csv", "Menge,y", "six, b "), Field("quantity", "number", "Menge"), Field("y", "text", "y"))
    assert session.rows("SELECT line, file FROM staged") == [('{"Menge":"six","y":" b "}', "a.csv")]


def test_ragged_rows_are_rejected_and_the_rows_below_keep_their_numbers(session, write):
    path = write("a.csv", "x,y", "one,", "short", "3,ok", "4,too,long", "5,also,long", '6,"quoted",x', "seven,")
    staged(session, path, Field("x", "number", "x"), Field("y", "text", "y"))
    assert problems(session) == [
        (2, "rejected", "x is no number", "one"),
        (3, "rejected", "the row has fewer columns than the header", None),
        (5, "rejected", "the row has more columns than the header", None),
        (6, "rejected", "the row has more columns than the header", None),
        (7, "rejected", "the row has more columns than the header", None),
        (8, "rejected", "x is no number", "seven"),
    ]
    assert session.rows("SELECT row, x FROM staged WHERE problem IS NULL") == [(4, 3)]
    assert session.rows("SELECT line FROM staged WHERE row = 3") == [("short",)]


def test_wrong_encoding_in_a_row_refuses_the_file_and_names_the_row(session, write):
    path = write("a.csv", "x,y", "1,plain", "2,Müller", encoding="cp1252")
    # The header is read with the first block of the file, so a bad byte there is found with it.
    long = write("b.csv", "x,y", *["1,plain"] * 3_000, "2,Müller", encoding="cp1252")
    with pytest.raises(SourceError, match="a.csv is not UTF-8"):
        staged(session, path, Field("x", "number", "x"))
    with pytest.raises(SourceError, match="b.csv, row 3002: this is not utf-8; declare the file's encoding"):
        staged(session, long, Field("x", "number", "x"), Field("y", "text", "y"))


@pytest.mark.parametrize("line", ['"3,three', '3,"th"ree'])
def test_quotation_mark_that_is_not_closed_refuses_the_file_instead_of_swallowing_rows(session, write, line):
    path = write("a.csv", "x,y", "2,two", line, *(f"{number},more" for number in range(4, 1_000)))
    with pytest.raises(SourceError) as caught:
        staged(session, path, Field("x", "number", "x"), Field("y", "text", "y"))
    assert str(caught.value) == (
        f"a.csv, row 3: the quotation mark \" is not closed or is within a value, in '{line}', so that the rows "
        "after it cannot be separated; double it or remove it"
    )


def test_blank_lines_are_no_rows_and_no_sign_of_a_quotation_mark(session, write):
    staged(session, write("a.csv", "x,y", "1,a", "", "", "2", "", "3,c"), Field("x", "number", "x"))
    assert session.rows("SELECT x FROM staged WHERE problem IS NULL ORDER BY row") == [(1,), (3,)]
    assert session.rows("SELECT line, problem.reason FROM staged WHERE problem IS NOT NULL") == [
        ("2", "the row has fewer columns than the header")
    ]


def test_quotation_marks_that_swallow_rows_between_them_refuse_the_file(session, write):
    path = write("a.csv", "x,y", '"2,two', "3,three", '4,four"', "5,five")
    with pytest.raises(SourceError, match="a.csv, row 2: the quotation mark"):
        staged(session, path, Field("x", "number", "x"), Field("y", "text", "y"))


def test_inch_mark_within_an_unquoted_value_is_read(session, write):
    staged(session, write("a.csv", "x,y", '1,19" rack'), Field("x", "number", "x"), Field("y", "text", "y"))
    assert session.rows("SELECT y, problem FROM staged") == [('19" rack', None)]


def test_parquet_that_is_damaged_behind_its_footer_is_refused(session, tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [f"text {n}" for n in range(10_000)]}), path)
    content = bytearray(path.read_bytes())
    content[4:2_000] = bytes(1_996)
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"a.parquet cannot be read \(.*\); export it again"):
        staged(session, path, Field("x", "text", "x"))


def test_error_of_our_own_is_not_blamed_on_the_file(session, write):
    session.run('CREATE TABLE "staged staged" (x INT)')
    with pytest.raises(duckdb.CatalogException):
        staged(session, write("a.csv", "x,y", "1,2"), Field("x", "number", "x"))


def test_row_that_is_too_long_is_rejected(session, write):
    path = write("a.csv", "x,y", "1,2", f"3,{'y' * 3_000_000}", "4,5")
    staged(session, path, Field("x", "number", "x"), Field("y", "text", "y"))
    assert problems(session) == [(3, "rejected", "the row is too long", None)]


def test_rows_keep_the_order_of_a_file_that_is_read_in_parallel(session, write):
    path = write("a.csv", "x,y", *(f"{number},{'pad' * 20}" for number in range(2, 60_002)))
    staged(session, path, Field("x", "number", "x"))
    assert session.number("SELECT count(*) FROM staged WHERE x <> row") == 0
    assert session.number("SELECT count(*) FROM staged") == 60_000


def test_file_without_a_row_below_its_header_is_refused(session, write):
    path = write("a.csv", "x,y")
    staged(session, path, Field("x", "number", "x"))
    [raw] = open_files(session.connection, path, Format(), session.scratch)
    with pytest.raises(SourceError, match="a.csv has no rows below its header; export it again"):
        refuse_without_rows(session, "staged", raw)


def test_key_that_is_there_twice_names_its_rows(session, write):
    staged(session, write("a.csv", "x,y", "a,1", "b,2", "a,3"), Field("x", "text", "x"))
    with pytest.raises(SourceError) as caught:
        refuse_duplicate_keys(session, "staged", ("x",))
    assert str(caught.value) == (
        "a.csv: x 'a' is in 2 rows, the first is row 2, the last row 4; it is the key, keep one row"
    )


def test_date_format_is_found_out_by_a_day_above_twelve(session, write):
    [raw] = open_files(
        session.connection, write("a.csv", "x", "1/2/2010 8:26", "1/13/2010 8:26"), Format(), session.scratch
    )
    assert find_date_format(session, raw, "x", "--date-format") == "%m/%d/%Y %H:%M"


def test_ambiguous_date_format_is_asked_for(session, write):
    [raw] = open_files(session.connection, write("a.csv", "x", "1/2/2010 8:26"), Format(), session.scratch)
    with pytest.raises(SourceError, match="can be read as %d/%m/%Y %H:%M or as %m/%d/%Y %H:%M; say which with --date"):
        find_date_format(session, raw, "x", "--date-format")


def test_column_without_any_date_is_left_to_be_rejected(session, write):
    [raw] = open_files(session.connection, write("a.csv", "x", "never"), Format(), session.scratch)
    assert find_date_format(session, raw, "x", "--date-format") == ""


def test_what_duckdb_raises_while_it_reads_a_file_is_the_files_fault(session, write):
    (raw,) = open_files(session.connection, write("a.csv", "x", "1"), Format(), session.scratch)
    said = "a.csv cannot be read .IO Error: Could not read enough bytes.; export it again"
    with pytest.raises(SourceError, match=said), damage_as_source_error(raw):
        raise duckdb.IOException("IO Error: Could not read enough bytes\nSELECT")
    for other in (duckdb.IOException("IO Error: No space left on device"), duckdb.BinderException("no such column")):
        with pytest.raises(type(other)), damage_as_source_error(raw):
            raise other
