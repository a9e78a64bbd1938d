"""What an import did with every row: in, out, dropped, rejected, repaired. Saved beside the clean tables."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from recsys.dataset.clean_tables import REPORT
from recsys.ingest.sources.session import Repair
from recsys.runtime.atomic_files import write_atomically

REPORT_FORMAT = 1


@dataclass(frozen=True)
class LeftOut:
    """Number of rows of a table that are not in its clean table; outcome is `dropped` or `rejected`.

    revenue  of these rows, without signs, as far as it could be read; 0 for tables without one
    """

    table: str
    outcome: str
    reason: str
    rows: int
    revenue: float = 0


@dataclass(frozen=True)
class Example:
    """One row that was left out; `row` counts a header as row 1, `value` is the offending value, if one is."""

    table: str
    outcome: str
    reason: str
    file: str
    row: int
    value: str | None

    def __str__(self) -> str:
        value = "" if self.value is None else f" ('{self.value}')"
        return f"{self.file}, row {self.row}: {self.reason}{value}"


@dataclass(frozen=True)
class CleaningReport:
    """The counts of one import. For each table rows_in = rows_out + the rows left out; no row is lost.

    options   the options of the source, as text
    repaired  counts rows that are in a clean table
    warnings  what is improbable, a sentence each
    orders, revenue, first_order_on, last_order_on  of the clean order lines
    """

    source: str
    options: dict[str, str]
    today: date
    rows_in: dict[str, int]
    rows_out: dict[str, int]
    left_out: tuple[LeftOut, ...]
    repaired: tuple[Repair, ...]
    examples: tuple[Example, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    orders: int
    revenue: float
    first_order_on: date
    last_order_on: date

    def rows(self, table: str, outcome: str) -> int:
        """Return how many rows of a table were `dropped` or `rejected`."""
        return sum(part.rows for part in self.left_out if (part.table, part.outcome) == (table, outcome))

    def save(self, folder: Path) -> None:
        """Write the report as JSON; the file also marks a folder that an import may replace."""
        content: dict[str, Any] = {"format": REPORT_FORMAT, **asdict(self)}
        write_atomically(folder / REPORT, json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n")


def example_lines(examples: Iterable[Example]) -> str:
    """Return the examples as lines of a message, each after a line break."""
    return "".join(f"\n  {example}" for example in examples)
