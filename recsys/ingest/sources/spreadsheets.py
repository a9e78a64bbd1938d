"""Spreadsheets: each filled sheet rewritten as Parquet, all cells as text, so that DuckDB reads it like a CSV file."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from recsys.errors import SourceError

_ROWS_AT_ONCE = 50_000
Cell = object


def sheets_as_parquet(path: Path, scratch: Path) -> list[tuple[str, Path]]:
    """Return label and Parquet file of each sheet that holds anything; its first row names the columns.

    Raises SourceError for a file that is no spreadsheet, and for one whose sheets are all empty.
    """
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [
                (f"{path.name}, sheet {name}", book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names
            ]
            written = [
                _write_sheet(label, rows, Path(tempfile.mkdtemp(dir=scratch)) / "sheet.parquet")
                for label, rows in sheets
            ]
    except CalamineError as error:
        raise SourceError(f"{path} is no readable spreadsheet ({error}); save it as .xlsx again") from error
    found = [sheet for sheet in written if sheet is not None]
    if not found:
        raise SourceError(f"{path} holds no rows; export it again")
    return found


def _write_sheet(label: str, rows: Iterator[Sequence[Cell]], target: Path) -> tuple[str, Path] | None:
    header = [_text(cell) or "" for cell in next(rows, [])]
    if not header:
        return None
    names = named_once(label, header)
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(target, schema) as writer:
        for part in _parts(rows):
            columns = zip(*([_text(cell) for cell in row] for row in part), strict=True)
            arrays = [pa.array(column, pa.string()) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return label, target


def _parts(rows: Iterator[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        yield part


def named_once(label: str, names: list[str]) -> list[str]:
    """Name what a header leaves empty, and refuse a name that stands twice, even in another case."""
    filled = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    twice = [name for name, times in Counter(name.lower() for name in filled).items() if times > 1]
    if twice:
        alike = "' and '".join(name for name in filled if name.lower() == twice[0])
        raise SourceError(f"{label} has columns named '{alike}'; rename or remove all but one")
    return filled


def _text(cell: Cell) -> str | None:
    """A number without a fraction is written without one: a spreadsheet keeps the id 17850 as 17850.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip() or None
