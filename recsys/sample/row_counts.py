"""Counts of the generated tables, for their cleaning report."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from recsys.ingest.report import CleaningReport
from recsys.sample.options import SampleOptions
from recsys.schema.clean import CLEAN_TABLES

NOTE = "invented by `python -m recsys sample`: no firm, person or order in it is real"


@dataclass
class RowCounts:
    """Counts of the written rows by table, and of what is in the order lines.

    An order is in one block only; cents are summed exactly.
    """

    rows: Counter[str] = field(default_factory=Counter)
    orders: int = 0
    cents: int = 0
    days: set[date] = field(default_factory=set)

    def add(self, lines: pa.Table) -> None:
        """Add the order lines of one block of customers; the block must have orders."""
        self.orders += pc.count_distinct(lines["order_id"]).as_py()
        self.cents += pc.sum(pc.round(pc.multiply(lines["revenue"], 100)).cast(pa.int64())).as_py()
        self.days.update(day for day in lines["ordered_on"].unique().to_pylist() if day)

    def report(self, options: SampleOptions) -> CleaningReport:
        """Return the cleaning report, in which no row was left out or repaired."""
        rows = {name: self.rows[name] for name in CLEAN_TABLES}
        return CleaningReport(
            source="sample",
            options={name: str(getattr(options, name)) for name in ("until", "seed", "customers", "products")},
            today=options.until,
            rows_in=rows,
            rows_out=rows,
            left_out=(),
            repaired=(),
            examples=(),
            notes=(NOTE,),
            warnings=(),
            orders=self.orders,
            revenue=self.cents / 100,
            first_order_on=min(self.days),
            last_order_on=max(self.days),
        )
