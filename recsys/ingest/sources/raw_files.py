"""Opening CSV, Parquet and xlsx files as DuckDB relations with the names and types of their columns.

All columns of a text file are read as text, so that the report can show a value that is no number or date.
"""

import codecs
import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import duckdb

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.sources.headers import Header, Rows, find_header, separator_line, turned
from recsys.ingest.sources.month_names import month_names
from recsys.ingest.sources.spreadsheets import Sheet, sheets_as_parquet
from recsys.ingest.sources.sql import literal, path_literal
from recsys.runtime.did_you_mean import nearest
from recsys.runtime.limited_process import CrashError, OutOfMemoryError, OutOfTimeError, run_limited

SPREADSHEETS = (".xlsx", ".xls", ".xlsb", ".ods")
DATABASES = (".sqlite", ".sqlite3", ".db")  # files of SQLite
ARCHIVE = ".zip"
DATE_NUMBERS = ("excel", "unix", "unix_ms")  # dates that are numbers: days since 1899-12-30, seconds since 1970
BLANKS = " \u00a0\u202f\u2009"  # a blank, no-break, narrow no-break, thin: on a screen they look the same
APOSTROPHES = "'\u2019"
ALL_ROWS = Rows()
USUAL_LIMITS = Limits()
# Wrong statements, Ctrl-C, want of memory; what else DuckDB raises while it reads a file is the file's fault.
_NOT_OF_THE_FILE = (
    duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.InterruptException,
    duckdb.OutOfMemoryException,
)  # fmt: skip
_BLOCK_CHARACTERS = 1 << 20
TURNED_BYTES = 20_000_000


@dataclass(frozen=True)
class Format:
    """How a file's values are written. No `date_format` means ISO dates, an empty `thousands` no separator.

    date_format  strptime formats, the first that fits counts; `excel` is a serial number, `unix` and `unix_ms` a time
    locale       whose names of months %b and %B read; empty: English
    time_zone    what times without an offset are in; empty: nowhere, they are as they are written
    day_zone     whose day a time is on; empty: the day as it is written
    is_cells     values are the cells of a spreadsheet: dates that are typed as such need no format
    says_thousands  the map says which mark of thousands there is, or that there is none

    Raises SourceError for an unknown encoding, locale or zone, and for marks that contradict each other.
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    date_format: tuple[str, ...] = ()
    locale: str = ""
    time_zone: str = ""
    day_zone: str = ""
    is_cells: bool = False
    says_thousands: bool = False

    def __post_init__(self) -> None:
        _refuse_marks(self)
        for form in self.date_format:
            if form not in DATE_NUMBERS:
                _refuse_date_format(form)
        if self.locale:
            month_names(self.locale)
        for key in ("time_zone", "day_zone"):
            _refuse_zone(key, getattr(self, key))
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise SourceError(
                f"encoding '{self.encoding}' is unknown; common ones are utf-8, cp1252, latin-1 and utf-16"
            ) from None

    @property
    def is_utf8(self) -> bool:
        """Whether DuckDB can read the encoding itself; a file in another one is rewritten first."""
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig", "ascii")


def _refuse_marks(form: Format) -> None:
    for name in ("delimiter", "quote"):
        if len(getattr(form, name)) != 1:
            raise SourceError(f"{name} is '{getattr(form, name)}'; it must be one character")
    if form.decimal not in (".", ","):
        raise SourceError(f"decimal is '{form.decimal}'; it must be '.' or ','")
    if form.thousands not in ("", ".", ",", *BLANKS, *APOSTROPHES):
        raise SourceError(f"thousands is '{form.thousands}'; it must be '.', ',', ' ', an apostrophe or empty")
    if form.thousands == form.decimal:
        raise SourceError(f"decimal and thousands are both '{form.decimal}'; they must differ")


def _refuse_zone(key: str, zone: str) -> None:
    if zone and zone not in available_timezones():
        known = sorted(available_timezones())
        raise SourceError(f"{key} is '{zone}'{nearest(zone, known)}; it must be a zone such as Europe/Berlin or UTC")


def _refuse_date_format(date_format: str) -> None:
    try:
        if "%" not in date_format:
            raise duckdb.Error(f"{date_format} has no sign of strptime")
        with duckdb.connect() as connection:
            connection.execute(f"SELECT try_strptime('', {literal(date_format)})")
    except duckdb.Error:
        raise SourceError(
            f"date_format is '{date_format}'; it must be made of strptime's signs, such as %d.%m.%Y or %m/%d/%Y %H:%M, "
            f"or be one of {', '.join(DATE_NUMBERS)}"
        ) from None


@dataclass(frozen=True)
class RawFile:
    """A file or a sheet that DuckDB can read.

    label       its name in messages and reports
    relation    SQL for the FROM clause
    types       column name -> DuckDB's type, in the order of the file
    first_row   number of the first row of data: 2 below a header, 1 in a Parquet file
    repeated    names that several columns of the file have, in small letters
    unnamed     the names given to columns that have none
    is_placed   the relation has the columns `file`, `row` and `problem` of its rows already
    """

    label: str
    relation: str
    types: dict[str, str]
    first_row: int
    form: Format
    repeated: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    is_placed: bool = False

    def refuse_missing(self, names: Iterable[str]) -> None:
        """Raise SourceError for a column that the map file names and the file does not have."""
        for name in names:
            if name not in self.types:
                found = list(self.types)
                raise SourceError(
                    f"{self.label} has no column '{name}', which the map file names{nearest(name, found)}; "
                    f"it has {', '.join(found)}{self.other_delimiter}"
                )

    @property
    def other_delimiter(self) -> str:
        """A hint if the header is a single column that contains another common delimiter, else an empty text."""
        marks = {";": ";", "\t": "\\t", "|": "|", ",": ","}
        found = [written for mark, written in marks.items() if len(self.types) == 1 and mark in next(iter(self.types))]
        return f'; if the columns are divided by "{found[0]}", declare delimiter = "{found[0]}"' if found else ""

    def refuse_repeated(self, names: Iterable[str]) -> None:
        """Raise SourceError for a name that several columns of the file have."""
        for name in names:
            if name.lower() in self.repeated:
                same = [found for found in self.types if found.lower().split(" (")[0] == name.lower()]
                there = "' and '".join(found.split(" (")[0] for found in same)
                raise SourceError(f"{self.label} has columns named '{there}'; rename or remove all but one")


@contextmanager
def damage_as_source_error(raw: RawFile) -> Iterator[None]:
    """Turn DuckDB's error for a damaged file into a SourceError."""
    try:
        yield
    except duckdb.Error as error:
        if isinstance(error, _NOT_OF_THE_FILE) or "No space left" in str(error):
            raise
        raise SourceError(f"{raw.label} cannot be read ({first_line(error)}); export it again") from error


def open_files(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    form: Format,
    scratch: Path,
    rows: Rows = ALL_ROWS,
    *,
    limits: Limits = USUAL_LIMITS,
) -> list[RawFile]:
    """Return the tables of a file: one RawFile, or for a spreadsheet one for each filled sheet that is meant.

    Files in another encoding and spreadsheets are rewritten first, in the folder `scratch`.
    Raises SourceError for a file that is missing, empty, not of the type that its name says or beyond the limits.
    """
    if not path.is_file():
        raise SourceError(f"there is no file {path}; check the name")
    if not path.stat().st_size:
        raise SourceError(f"{path} is empty; export it again")
    if path.suffix.lower() == ARCHIVE:
        raise SourceError(
            f"{path} is an archive within the folder, which is not read; unpack it there, or import it alone"
        )
    if path.suffix.lower() in DATABASES:
        raise SourceError(
            f"{path} is a database; name it with what to read of it, instead of file: "
            f'database = "{path.name}", query = "SELECT ..."'
        )
    if path.suffix.lower() in SPREADSHEETS:
        cells = replace(form, is_cells=True)
        return [
            replace(
                _open_parquet(connection, sheet.path, cells), label=sheet.label, first_row=sheet.header.row + 1,
                repeated=sheet.header.repeated, unnamed=sheet.header.unnamed,
            )
            for sheet in _read_spreadsheet(path, scratch, rows, limits)
        ]  # fmt: skip
    if path.suffix.lower() in (".parquet", ".pq"):
        return [_open_parquet(connection, path, form)]
    return [_open_text(path, form, scratch, rows)]


def open_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    form: Format,
    scratch: Path,
    rows: Rows = ALL_ROWS,
    *,
    limits: Limits = USUAL_LIMITS,
) -> RawFile:
    """Return the one table of a file; raises SourceError like open_files, and for several filled sheets."""
    raws = open_files(connection, path, form, scratch, rows, limits=limits)
    refuse_sheets(path, raws)
    return raws[0]


def refuse_sheets(path: Path, raws: list[RawFile]) -> None:
    """Raise SourceError for a spreadsheet of which several sheets are filled, and none is named."""
    if len(raws) > 1:
        raise SourceError(
            f"{path} has {len(raws)} filled sheets; save the one that is meant as its own file, "
            f"or name it in a map file: sheet = {raws[0].label.rpartition(', sheet ')[2]!r}".replace("= '", '= "')
        )


def _read_spreadsheet(path: Path, scratch: Path, rows: Rows, limits: Limits) -> list[Sheet]:
    """Return what sheets_as_parquet returns, from a process that takes no more memory and time than it may."""
    beyond = "; save the sheet that is meant as CSV"
    try:
        return run_limited(sheets_as_parquet, limits.seconds, limits.memory_mb, path, scratch, rows, limits)
    except OutOfTimeError as error:
        raise SourceError(
            f"{path} is not read after {limits.seconds} seconds{beyond}, or allow more with --max-seconds"
        ) from error
    except OutOfMemoryError as error:
        raise SourceError(
            f"{path} needs more than {limits.memory_mb:,} MB of memory, which {limits.cells:,} cells may take{beyond}, "
            "or allow more with --max-cells"
        ) from error
    except CrashError as error:
        raise SourceError(f"{path} is no readable spreadsheet ({error}); save it as .xlsx again") from error


def _open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, form: Format) -> RawFile:
    relation = f"read_parquet({path_literal(path)})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608 - quoted
    except duckdb.Error as error:
        raise SourceError(f"{path} is no readable Parquet file ({first_line(error)}); export it again") from error
    return RawFile(path.name, relation, {row[0]: row[1] for row in described}, 1, form)


def _open_text(path: Path, form: Format, scratch: Path, rows: Rows) -> RawFile:
    label = path.name
    if not form.is_utf8:
        path = _as_utf8(path, form, scratch)
    mark = separator_line(path)
    if mark and form.delimiter == Format.delimiter:
        form = replace(form, delimiter=mark)
    if rows.turned:
        path, form = _turned(label, path, form, scratch), replace(form, delimiter=",", quote='"')
        mark = ""
    return _open_utf8(label, path, form, rows, 1 if mark else 0)


def _open_utf8(label: str, path: Path, form: Format, rows: Rows, n_above: int) -> RawFile:
    """Return an opened text file.

    n_above  number of lines above the first row
    """
    header, skipped = _header(label, path, form, rows, n_above)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header.names)
    relation = (
        f"read_csv({path_literal(path)}, columns = {{{columns}}}, auto_detect = false, "
        f"header = {'true' if header.row else 'false'}, skip = {skipped}, "
        f"delim = {literal(form.delimiter)}, quote = {literal(form.quote)}, escape = {literal(form.quote)}, "
        "store_rejects = true)"
    )
    types = dict.fromkeys(header.names, "VARCHAR")
    first_row = n_above + header.row + 1
    return RawFile(label, relation, types, first_row, form, header.repeated, header.unnamed)


def _header(label: str, path: Path, form: Format, rows: Rows, n_above: int) -> tuple[Header, int]:
    """Return the header of a text file and the number of lines above it."""
    ends = [n_above]
    if rows.header_row is not None:
        rows = replace(rows, header_row=max(rows.header_row - n_above, 1))  # people count the line `sep=;`
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for _ in range(n_above):
                file.readline()
            header = find_header(label, _counted(csv.reader(file, **_dialect(form)), ends), rows)
    except UnicodeDecodeError as error:
        raise SourceError(f"{label} is not UTF-8 ({error.reason}); {_other_encoding(path)}") from error
    except csv.Error as error:
        raise SourceError(f"{label}: the header cannot be read ({error}); save it as CSV again") from error
    return header, ends[max(header.row - 1, 0)]


def _counted(reader: Any, ends: list[int]) -> Iterator[list[str]]:
    """Yield the rows of a CSV reader; `ends` gets the number of lines up to the end of each."""
    for row in reader:
        ends.append(ends[0] + reader.line_num)
        yield row


def _dialect(form: Format) -> dict[str, Any]:
    return {"delimiter": form.delimiter, "quotechar": form.quote}


def _turned(label: str, path: Path, form: Format, scratch: Path) -> Path:
    """Return a copy of a text file with rows as columns."""
    size = path.stat().st_size
    if size > TURNED_BYTES:
        raise SourceError(
            f"{label} has {size:,} bytes, at most {TURNED_BYTES:,} are turned; export it with a row for each row, and "
            "remove turned"
        )
    target = Path(tempfile.mkdtemp(dir=scratch)) / "turned.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = turned(csv.reader(file, **_dialect(form)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{label} cannot be turned ({error}); save it as CSV again") from error
    with target.open("w", encoding="utf-8", newline="") as copy:
        csv.writer(copy).writerows(rows)
    return target


def _other_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        return "it looks like a spreadsheet; name it .xlsx"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return 'it looks like UTF-16; declare encoding = "utf-16"'
    return 'declare its encoding, for files saved on Windows mostly encoding = "cp1252"'


def _as_utf8(path: Path, form: Format, scratch: Path) -> Path:
    """Return a copy of a text file in UTF-8; raises SourceError with the line that is not in the declared encoding."""
    target = Path(tempfile.mkdtemp(dir=scratch)) / "utf8.csv"
    lines = 0
    with (
        path.open(encoding=form.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        try:
            while block := source.read(_BLOCK_CHARACTERS):
                lines += block.count("\n")
                copy.write(block)
        except UnicodeError as error:
            raise SourceError(
                f"{path.name}, after line {lines}: this is not {form.encoding} ({error}); "
                "declare the encoding that the file was saved in"
            ) from error
    return target


def first_line(error: Exception) -> str:
    """Return the first line of an error's message; DuckDB appends the statement below it."""
    return str(error).splitlines()[0]
