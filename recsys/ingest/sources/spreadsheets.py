"""Spreadsheets: each filled sheet is rewritten as Parquet with text columns, which DuckDB reads like a CSV file."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.sources.headers import Header, Rows, find_header, turned
from recsys.ingest.sources.spreadsheet_errors import error_cells
from recsys.ingest.sources.spreadsheet_size import refuse_oversized
from recsys.runtime.did_you_mean import nearest

_HEADER_ROWS = 50  # rows in which a header is looked for
_ROWS_AT_ONCE = 50_000
Cell = object


class Sheet(NamedTuple):
    """A sheet that was rewritten as Parquet."""

    label: str
    path: Path
    header: Header


def sheets_as_parquet(path: Path, scratch: Path, rows: Rows, limits: Limits) -> list[Sheet]:
    """Return each sheet that is meant and not empty; the row of its header has the column names.

    Raises SourceError for a file that is no spreadsheet or beyond the limits, and if all sheets are empty.
    """
    refuse_oversized(path, limits)
    try:
        with CalamineWorkbook.from_path(path) as book:
            names = _meant(path, book.sheet_names, rows.sheets)
            errors = error_cells(path)
            written = [
                _write_sheet(
                    f"{path.name}, sheet {name}",
                    _with_errors(book.get_sheet_by_name(name).iter_rows(), errors.get(name, {})),
                    Path(tempfile.mkdtemp(dir=scratch)) / "sheet.parquet",
                    rows,
                )
                for name in names
            ]
    except CalamineError as error:
        raise SourceError(f"{path} is no readable spreadsheet ({error}); save it as .xlsx again") from error
    found = [sheet for sheet in written if sheet is not None]
    if not found:
        raise SourceError(f"{path} holds no rows; export it again")
    return found


def _meant(path: Path, names: list[str], wanted: tuple[str, ...]) -> list[str]:
    """Return the sheets that the names or globs mean; all without one."""
    if not wanted:
        return names
    for pattern in wanted:
        if not any(fnmatchcase(name, pattern) for name in names):
            near = nearest(pattern, names)
            raise SourceError(f"{path} has no sheet '{pattern}'{near}; it has {', '.join(names)}")
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in wanted)]


def _with_errors(rows: Iterator[Sequence[Cell]], errors: dict[tuple[int, int], str]) -> Iterator[list[str | None]]:
    """Yield the rows as texts, with the errors of cells such as #N/A, which calamine leaves empty."""
    for number, row in enumerate(rows):
        texts = [_text(cell) for cell in row]
        if errors:
            texts = [errors.get((number, column), text) for column, text in enumerate(texts)]
        yield texts


def _write_sheet(label: str, rows: Iterator[list[str | None]], target: Path, meant: Rows) -> Sheet | None:
    if meant.turned:
        rows = (list(row) for row in turned([cell or "" for cell in row] for row in rows))
    above = list(islice(rows, _HEADER_ROWS))
    if not any(cell for row in above for cell in row) and (above := list(islice(rows, 1))) == []:
        return None
    header = find_header(label, ([cell or "" for cell in row] for row in above), meant)
    schema = pa.schema([(name, pa.string()) for name in header.names])
    with pq.ParquetWriter(target, schema) as writer:
        for part in _parts(chain(above[header.row :], rows)):
            columns = zip(*part, strict=True)
            arrays = [pa.array([cell or None for cell in column], pa.string()) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return Sheet(label, target, header)


def _parts(rows: Iterator[list[str | None]]) -> Iterator[list[list[str | None]]]:
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        yield part


def _text(cell: Cell) -> str | None:
    """Return a cell as text, None if empty; without `.0`, since a spreadsheet stores the id 17850 as 17850.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip() or None
