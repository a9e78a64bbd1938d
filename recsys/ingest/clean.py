"""Raw to clean: what a source staged is judged by the schema, counted, and written as clean tables with a report."""

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
from recsys.ingest.order_lines import Lines, write_lines
from recsys.ingest.report import CleaningReport, Example, LeftOut, told
from recsys.ingest.row_checks import judge, judge_lines, make_left_out
from recsys.ingest.sources import SOURCES
from recsys.ingest.sources.session import Source, Workbench, workbench
from recsys.ingest.sources.sql import column_list, identifier, literal
from recsys.ingest.sources.staging import ABOUT_A_ROW, told_if_damaged
from recsys.runtime.atomic_files import fsync_tree, replaced_folder
from recsys.runtime.progress import Progress, Silent
from recsys.schema.clean import CLEAN_TABLES
from recsys.schema.columns import Table

MAX_REJECTED = 0.05
LEFT_OUT = "left_out"  # folder beside the clean tables: dropped.csv and rejected.csv
_EXAMPLES = 3  # of each reason
_PARTIES = ("customers", "products")
_LINES = ("order_lines", "returns")


def clean(
    source: Source,
    out: Path,
    *,
    today: date,
    max_rejected: float = MAX_REJECTED,
    progress: Progress | None = None,
) -> CleaningReport:
    """Import a source into the folder `out` and return the report, which is saved there too.

    max_rejected  largest share (0-1) of a table's rows that may be rejected

    The folder appears whole or stays as it was. Raises SourceError for what cannot be imported, RecsysError for a
    folder that cannot be written or a full disk, ValueError for a share that is none.
    """
    if not 0 <= max_rejected <= 1:
        raise ValueError(f"max_rejected is {max_rejected}; it must be from 0 to 1")
    with _told_when_full(out), replaced_folder(out, marker=REPORT) as fresh:
        scratch = fresh / ".scratch"
        scratch.mkdir()
        with workbench(scratch, today, progress or Silent()) as bench:
            source.stage(bench)
            report = _clean_staged(bench, source, fresh, max_rejected)
        shutil.rmtree(scratch)
        report.save(fresh)
        with (progress or Silent()).step("Checking the clean tables"), ThreadPoolExecutor(1) as thread:
            durable = thread.submit(fsync_tree, fresh)  # the disk takes its time too
            check_tables(fresh)
            durable.result()
    return report


def _clean_staged(bench: Workbench, source: Source, fresh: Path, max_rejected: float) -> CleaningReport:
    make_left_out(bench)
    with bench.progress.step("Judging customers and products"):
        rows_in = {name: judge(bench, name, CLEAN_TABLES[name]) for name in _PARTIES}
    lines: dict[str, Lines] = {}
    for name in _LINES:
        with _reading(bench, name):
            lines[name], rows_in[name] = judge_lines(bench, name, CLEAN_TABLES[name])
    left_out = tuple(
        LeftOut(*row)
        for row in bench.rows(
            'SELECT "table", outcome, reason, count(*) AS n FROM left_out GROUP BY ALL '
            'ORDER BY "table", outcome, n DESC, reason'
        )
    )
    _refuse_too_many(bench, rows_in, left_out, max_rejected)
    if not lines["order_lines"].n:
        raise SourceError(f"no order line is left; the reasons: {_reasons(left_out)}")
    with bench.progress.step("Writing the clean tables", total=sum(rows_in.values())) as advance:
        rows_out, orders = {}, {}
        for name in _PARTIES:
            rows_out[name] = _write(bench, name, fresh)
            advance(rows_in[name])
        for name in _LINES:
            rows_out[name], orders[name] = lines[name].n, write_lines(lines[name], fresh / f"{name}.parquet")
            advance(rows_in[name])
    with bench.progress.step("Writing what was left out"):
        _write_left_out(bench, fresh)
    return CleaningReport(
        source=next(name for name, kind in SOURCES.items() if isinstance(source, kind)),
        options={option.name: _option(getattr(source, option.name)) for option in fields(source)},
        today=bench.today,
        rows_in=rows_in,
        rows_out=rows_out,
        left_out=left_out,
        repaired=tuple(bench.repairs),
        examples=tuple(_examples(bench)),
        notes=tuple(bench.notes),
        orders=orders["order_lines"],
        revenue=lines["order_lines"].revenue,
        first_order_on=lines["order_lines"].span[0],
        last_order_on=lines["order_lines"].span[1],
    )


@contextmanager
def _reading(bench: Workbench, name: str) -> Iterator[None]:
    """Show that lines are judged, and the file if it is read meanwhile; a damaged one is a SourceError."""
    unread = bench.unread.get(name)
    with bench.progress.step(f"Reading {unread.raw.label}" if unread else f"Judging {name}"), ExitStack() as stack:
        if unread:
            stack.enter_context(told_if_damaged(unread.raw))
        yield


def _refuse_too_many(
    bench: Workbench, rows_in: dict[str, int], left_out: tuple[LeftOut, ...], max_rejected: float
) -> None:
    for name, rows in rows_in.items():
        rejected = [part for part in left_out if (part.table, part.outcome) == (name, "rejected")]
        n = sum(part.rows for part in rejected)
        if n > max_rejected * rows:
            shown = [example for example in _examples(bench) if (example.table, example.outcome) == (name, "rejected")]
            raise SourceError(
                f"{n:,} of {rows:,} rows of {name} are rejected ({n / rows:.1%}), at most {max_rejected:.1%} may be; "
                f"nothing was written. The reasons: {_reasons(rejected)}. The first of each:{told(shown)}\n"
                "Mend them in the source, declare how it writes them (data/README.md), "
                "or allow more with --max-rejected"
            )


def _reasons(parts: tuple[LeftOut, ...] | list[LeftOut]) -> str:
    return "; ".join(f"{part.reason} ({part.rows:,})" for part in parts) or "none, it was empty"


def _examples(bench: Workbench) -> list[Example]:
    return [
        Example(*row)
        for row in bench.rows(
            'SELECT "table", outcome, reason, file, "row", "value" FROM left_out QUALIFY row_number() OVER '  # noqa: S608
            f'(PARTITION BY "table", outcome, reason ORDER BY file, "row") <= {_EXAMPLES} ORDER BY ALL'
        )
    ]


def _write(bench: Workbench, name: str, fresh: Path) -> int:
    table = CLEAN_TABLES[name]
    there = [row[0] for row in bench.rows(f'DESCRIBE "judged {name}"') if row[0] not in ABOUT_A_ROW]
    known = [column for column in table.column_names if column in there]
    columns = known + [column for column in there if column not in known]
    order = column_list(table.key)
    written = ", ".join(_nullable(table, column) for column in columns)
    return bench.number(
        f'COPY (SELECT {written} FROM "judged {name}" WHERE problem IS NULL ORDER BY {order}) '  # noqa: S608 - quoted
        f"TO {literal(str(fresh / f'{name}.parquet'))} (FORMAT parquet)"
    )


def _nullable(table: Table, name: str) -> str:
    """Return a column, unchanged, that DuckDB's Parquet writer marks as nullable.

    By itself it goes by statistics, and equal tables would differ in their bytes by the way they came.
    """
    kind, quoted = table.column(name).kind if name in table.column_names else "text", identifier(name)
    is_there = f"isfinite({quoted})" if kind in ("number", "date") else f"{quoted}::VARCHAR <> ''"
    return f"CASE WHEN {is_there} THEN {quoted} END AS {quoted}"


def _write_left_out(bench: Workbench, fresh: Path) -> None:
    (fresh / LEFT_OUT).mkdir()
    for outcome in ("dropped", "rejected"):
        bench.run(
            'COPY (SELECT "table", reason, file, "row", "value", line FROM left_out '  # noqa: S608 - quoted
            f'WHERE outcome = \'{outcome}\' ORDER BY "table", file, "row") '
            f"TO {literal(str(fresh / LEFT_OUT / f'{outcome}.csv'))} (HEADER)"
        )


def _option(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@contextmanager
def _told_when_full(out: Path) -> Iterator[None]:
    """Turn a full disk into a message; DuckDB and Python each have an error of their own for it."""
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
