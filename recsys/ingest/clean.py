"""Raw to clean: staged rows are checked against the schema and written as clean tables with a report."""

import errno
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from recsys.dataset.clean_tables import REPORT, check_tables
from recsys.errors import RecsysError, SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.order_lines import Lines, Written, write_lines
from recsys.ingest.remedies import remedies, told
from recsys.ingest.report import CleaningReport, Example, LeftOut, example_lines
from recsys.ingest.row_checks import check_lines, check_table, make_left_out
from recsys.ingest.sources import SOURCES
from recsys.ingest.sources.raw_files import USUAL_LIMITS, damage_as_source_error
from recsys.ingest.sources.session import ImportSession, Source, import_session
from recsys.ingest.sources.sql import column_list, identifier, literal
from recsys.ingest.sources.staging import ROW_COLUMNS
from recsys.ingest.thousands import thousands_warnings
from recsys.ingest.warnings import id_warnings, line_warnings
from recsys.runtime.atomic_files import fsync_tree, replaced_folder
from recsys.runtime.progress import Progress, Silent
from recsys.schema.clean import CLEAN_TABLES
from recsys.schema.columns import Table

MAX_REJECTED = 0.05
LEFT_OUT = "left_out"  # folder beside the clean tables: dropped.csv and rejected.csv
_EXAMPLES = 3  # of each reason
_ROUNDING = 1 + 1e-9  # a share that is exactly at the limit may be a rounding above it
_PARTIES = ("customers", "products")
_LINES = ("order_lines", "returns")


def clean(
    source: Source,
    out: Path,
    *,
    today: date,
    max_rejected: float = MAX_REJECTED,
    strict: bool = False,
    progress: Progress | None = None,
    limits: Limits = USUAL_LIMITS,
) -> CleaningReport:
    """Import a source into the folder `out` and return the report, which is saved there too.

    max_rejected  largest share (0-1) of a table's rows, and of the revenue of lines, that may be rejected
    strict        refuse an import with warnings
    limits        what reading one file may take

    The folder appears complete or is unchanged. Raises SourceError for data that cannot be imported, RecsysError for
    a folder that cannot be written or a full disk, ValueError for a max_rejected outside 0 to 1.
    """
    if not 0 <= max_rejected <= 1:
        raise ValueError(f"max_rejected is {max_rejected}; it must be from 0 to 1")
    with _full_disk_as_error(out), replaced_folder(out, marker=REPORT) as fresh:
        scratch = fresh / ".scratch"
        scratch.mkdir()
        with import_session(scratch, today, progress or Silent(), limits) as session:
            source.stage(session)
            report = _clean_staged(session, source, fresh, max_rejected)
        if strict and report.warnings:
            warned = "".join(f"\n  {warning}" for warning in report.warnings)
            raise SourceError(f"--strict refuses an import with warnings; nothing was written:{warned}")
        shutil.rmtree(scratch)
        report.save(fresh)
        with (progress or Silent()).step("Checking the clean tables"), ThreadPoolExecutor(1) as thread:
            durable = thread.submit(fsync_tree, fresh)  # flushing to the disk takes long, so it runs during the check
            check_tables(fresh)
            durable.result()
    return report


def _clean_staged(session: ImportSession, source: Source, fresh: Path, max_rejected: float) -> CleaningReport:
    make_left_out(session)
    with session.progress.step("Checking customers and products"):
        rows_in = {name: check_table(session, name, CLEAN_TABLES[name]) for name in _PARTIES}
    lines: dict[str, Lines] = {}
    for name in _LINES:
        with _reading(session, name):
            lines[name], rows_in[name] = check_lines(session, name, CLEAN_TABLES[name])
    given = [table.name for table in CLEAN_TABLES.values() if table.optional and session.has(table.name)]
    for name in given:
        with session.progress.step(f"Checking {name}"):
            rows_in[name] = check_table(session, name, CLEAN_TABLES[name])
    left_out = tuple(
        LeftOut(*row)
        for row in session.rows(
            'SELECT "table", outcome, reason, count(*) AS n, coalesce(sum(worth), 0) FROM left_out GROUP BY ALL '
            'ORDER BY "table", outcome, n DESC, reason'
        )
    )
    revenues = {name: lines[name].revenue for name in _LINES}
    _refuse_too_many(session, rows_in, revenues, left_out, max_rejected)
    if not lines["order_lines"].n:
        raise SourceError(f"no order line is left; the reasons: {_reasons(left_out)}")
    with session.progress.step("Writing the clean tables", total=sum(rows_in.values())) as advance:
        rows_out: dict[str, int] = {}
        written: dict[str, Written] = {}
        for name in _PARTIES:
            rows_out[name] = _write(session, name, fresh)
            advance(rows_in[name])
        for name in _LINES:
            rows_out[name] = lines[name].n
            written[name] = write_lines(lines[name], fresh / f"{name}.parquet")
            advance(rows_in[name])
        for name in given:
            rows_out[name] = _write(session, name, fresh)
            advance(rows_in[name])
    with session.progress.step("Writing what was left out"):
        _write_left_out(session, fresh)
    return CleaningReport(
        source=next(name for name, kind in SOURCES.items() if isinstance(source, kind)),
        options={option.name: _option(getattr(source, option.name)) for option in fields(source)},
        today=session.today,
        rows_in=rows_in,
        rows_out=rows_out,
        left_out=left_out,
        repaired=tuple(session.repairs),
        examples=tuple(_examples(session)),
        notes=(*session.notes, *told(session)),
        warnings=tuple(_warnings(session, lines, written)),
        orders=written["order_lines"].numbers.n,
        revenue=lines["order_lines"].revenue,
        first_order_on=lines["order_lines"].span[0],
        last_order_on=lines["order_lines"].span[1],
    )


def _warnings(session: ImportSession, lines: dict[str, Lines], written: dict[str, Written]) -> Iterator[str]:
    yield from session.warnings
    yield from thousands_warnings(session, lines)
    known = lines["order_lines"].known
    for name, ids in zip(_PARTIES, known, strict=True):
        [key] = CLEAN_TABLES[name].key
        yield from id_warnings(name, ids, session.written.get((name, key), key))
    with session.progress.step("Looking for what is improbable"):
        yield from line_warnings("order_lines", lines["order_lines"], written["order_lines"])


@contextmanager
def _reading(session: ImportSession, name: str) -> Iterator[None]:
    """Show the progress of checking lines, which reads an unread file; a damaged file is a SourceError."""
    unread = session.unread.get(name)
    with session.progress.step(f"Reading {unread.raw.label}" if unread else f"Checking {name}"), ExitStack() as stack:
        if unread:
            stack.enter_context(damage_as_source_error(unread.raw))
        yield


def _refuse_too_many(
    session: ImportSession,
    rows_in: dict[str, int],
    revenues: dict[str, float],
    left_out: tuple[LeftOut, ...],
    max_rejected: float,
) -> None:
    for name, rows in rows_in.items():
        rejected = [part for part in left_out if (part.table, part.outcome) == (name, "rejected")]
        n, worth = sum(part.rows for part in rejected), sum(part.revenue for part in rejected)
        total = worth + revenues.get(name, 0)
        if n > max_rejected * rows:
            what = f"{n:,} of {rows:,} rows of {name} are rejected ({n / rows:.1%})"
        elif worth > max_rejected * total * _ROUNDING:
            share = f"{worth:,.2f} of {total:,.2f} of the revenue ({worth / total:.1%})"
            what = f"the {n:,} rejected rows of {name} have {share}"
        else:
            continue
        shown = [example for example in _examples(session) if (example.table, example.outcome) == (name, "rejected")]
        raise SourceError(
            f"{what}, at most {max_rejected:.1%} may be; "
            f"nothing was written. The reasons: {_reasons(rejected)}. The first of each:{example_lines(shown)}\n"
            f"{remedies(session, name)}"
        )


def _reasons(parts: tuple[LeftOut, ...] | list[LeftOut]) -> str:
    return "; ".join(f"{part.reason} ({part.rows:,})" for part in parts) or "none, it was empty"


def _examples(session: ImportSession) -> list[Example]:
    return [
        Example(*row)
        for row in session.rows(
            'SELECT "table", outcome, reason, file, "row", "value" FROM left_out QUALIFY row_number() OVER '  # noqa: S608
            f'(PARTITION BY "table", outcome, reason ORDER BY file, "row") <= {_EXAMPLES} ORDER BY ALL'
        )
    ]


def _write(session: ImportSession, name: str, fresh: Path) -> int:
    table = CLEAN_TABLES[name]
    present = [row[0] for row in session.rows(f'DESCRIBE "checked {name}"') if row[0] not in ROW_COLUMNS]
    known = [column for column in table.column_names if column in present]
    columns = known + [column for column in present if column not in known]
    order = column_list(table.key)
    written = ", ".join(_nullable(table, column) for column in columns)
    return session.number(
        f'COPY (SELECT {written} FROM "checked {name}" WHERE problem IS NULL ORDER BY {order}) '  # noqa: S608 - quoted
        f"TO {literal(str(fresh / f'{name}.parquet'))} (FORMAT parquet)"
    )


def _nullable(table: Table, name: str) -> str:
    """Return SQL for an unchanged column that DuckDB's Parquet writer marks as nullable.

    Without it the writer decides by statistics, so that equal tables could have different bytes.
    """
    kind, quoted = table.column(name).kind if name in table.column_names else "text", identifier(name)
    has_value = f"isfinite({quoted})" if kind in ("number", "date", "moment") else f"{quoted}::VARCHAR <> ''"
    return f"CASE WHEN {has_value} THEN {quoted} END AS {quoted}"


def _write_left_out(session: ImportSession, fresh: Path) -> None:
    (fresh / LEFT_OUT).mkdir()
    for outcome in ("dropped", "rejected"):
        session.run(
            'COPY (SELECT "table", reason, file, "row", "value", worth AS revenue, line FROM left_out '  # noqa: S608 - quoted
            f'WHERE outcome = \'{outcome}\' ORDER BY "table", file, "row") '
            f"TO {literal(str(fresh / LEFT_OUT / f'{outcome}.csv'))} (HEADER)"
        )


def _option(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@contextmanager
def _full_disk_as_error(out: Path) -> Iterator[None]:
    """Turn the errors that DuckDB and Python raise for a full disk into a RecsysError."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _full(out) from error
    except duckdb.Error as error:
        if not isinstance(error, duckdb.OutOfMemoryException) and "No space left" not in str(error):
            raise
        raise _full(out) from error


def _full(out: Path) -> RecsysError:
    return RecsysError(f"the disk of {out} is full; nothing was changed, make room and import again")
