"""What an import would bring, to be compared with a company's ledger; nothing is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from recsys.ingest.clean import LEFT_OUT, clean
from recsys.ingest.limits import Limits
from recsys.ingest.report import CleaningReport
from recsys.ingest.sources.raw_files import USUAL_LIMITS
from recsys.ingest.sources.session import Source
from recsys.ingest.sources.sql import path_literal
from recsys.runtime.progress import Progress

_LARGEST = 10


@dataclass(frozen=True)
class Period:
    """The order lines of a month (`2025-03`) or of all months: revenue in the currency."""

    month: str
    lines: int
    orders: int
    customers: int
    revenue: float


@dataclass(frozen=True)
class LostLine:
    """A line that would be left out, with the revenue that it has in the file."""

    revenue: float
    file: str
    row: int
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What an import would bring.

    largest  the lines that would be left out, dropped or rejected, with the highest revenue
    """

    report: CleaningReport
    months: tuple[Period, ...]
    total: Period
    largest: tuple[LostLine, ...]

    @property
    def left_out_lines(self) -> int:
        return sum(part.rows for part in self.report.left_out if part.table == "order_lines")

    @property
    def left_out_revenue(self) -> float:
        return sum(part.revenue for part in self.report.left_out if part.table == "order_lines")

    @property
    def left_out_share(self) -> float:
        """Share (0-1) of the revenue of all lines whose revenue could be read."""
        everything = self.left_out_revenue + self.total.revenue
        return self.left_out_revenue / everything if everything else 0.0

    def refusals(self, max_rejected: float) -> Iterator[str]:
        """Yield a sentence for each table of which more rows are rejected than may be."""
        for table, rows in self.report.rows_in.items():
            n = self.report.rows(table, "rejected")
            if n > max_rejected * rows:
                most = f"at most {max_rejected:.1%} may be"
                yield f"{n:,} of {rows:,} rows of {table} are rejected ({n / rows:.1%}), {most}"
        rejected = sum(
            part.revenue for part in self.report.left_out if (part.table, part.outcome) == ("order_lines", "rejected")
        )
        share = rejected / (rejected + self.total.revenue) if rejected else 0.0
        if share > max_rejected:
            yield f"the rejected order lines have {share:.1%} of the revenue, at most {max_rejected:.1%} may be"


def dry_run(source: Source, *, today: date, progress: Progress | None = None, limits: Limits = USUAL_LIMITS) -> Outcome:
    """Import into a folder that is removed afterwards, and return what would come out.

    Raises SourceError like clean() for what is refused, however many rows may be rejected.
    """
    with TemporaryDirectory() as folder:
        out = Path(folder) / "clean"
        report = clean(source, out, today=today, max_rejected=1, progress=progress, limits=limits)
        with duckdb.connect() as connection:
            lines = f"read_parquet({path_literal(out / 'order_lines.parquet')})"
            figures = "count(*), count(DISTINCT order_id), count(DISTINCT customer_id), sum(revenue)"
            months = connection.execute(
                f"SELECT strftime(ordered_on, '%Y-%m') AS month, {figures} FROM {lines} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - quoted
            ).fetchall()
            [total] = connection.execute(f"SELECT 'all', {figures} FROM {lines}").fetchall()  # noqa: S608 - quoted
            left_out = ", ".join(path_literal(out / LEFT_OUT / f"{name}.csv") for name in ("dropped", "rejected"))
            largest = _largest(connection, left_out)
    return Outcome(report, tuple(Period(*row) for row in months), Period(*total), largest)


def _largest(connection: duckdb.DuckDBPyConnection, files: str) -> tuple[LostLine, ...]:
    names = ("table", "reason", "file", "row", "value", "revenue", "line")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    found = connection.execute(
        f"SELECT revenue::DOUBLE AS worth, file, row::BIGINT, reason FROM read_csv([{files}], header = true, "  # noqa: S608 - quoted
        f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}}) "
        f"WHERE \"table\" = 'order_lines' AND worth > 0 ORDER BY worth DESC, file, row LIMIT {_LARGEST}"
    ).fetchall()
    return tuple(LostLine(*row) for row in found)
