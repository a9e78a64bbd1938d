"""Spreadsheets: each filled sheet is rewritten as Parquet with text columns, which DuckDB reads like a CSV file."""

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
from recsys.ingest.limits import Limits
from recsys.ingest.sources.spreadsheet_size import refuse_oversized

_ROWS_AT_ONCE = 50_000
Cell = object


def sheets_as_parquet(path: Path, scratch: Path, limits: Limits) -> list[tuple[str, Path]]:
    """Return the label and the Parquet file of each sheet that is not empty; the first row has the column names.

    Raises SourceError for a file that is no spreadsheet or beyond the limits, and if all sheets are empty.
    """
    refuse_oversized(path, limits)
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
    names = unique_names(label, header)
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


def unique_names(label: str, names: list[str]) -> list[str]:
    """Return the column names, empty ones as `column 3`; raises SourceError for a duplicate, also in another case."""
    filled = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    repeated = [name for name, times in Counter(name.lower() for name in filled).items() if times > 1]
    if repeated:
        duplicates = "' and '".join(name for name in filled if name.lower() == repeated[0])
        raise SourceError(f"{label} has columns named '{duplicates}'; rename or remove all but one")
    return filled


def _text(cell: Cell) -> str | None:
    """Return a cell as text, None if empty; without `.0`, since a spreadsheet stores the id 17850 as 17850.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip() or None
