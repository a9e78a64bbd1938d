"""What customers did in the shop and with mails, by customer, product and day."""

from dataclasses import dataclass, fields
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.errors import TableError
from recsys.schema.clean import EVENT_KINDS, EVENTS

LOOKS = ("click", "view", "cart")  # in the shop or from a mail: the customer had the product before them
TAKEN_OUT = "uncart"
MAILS = ("mailed", "opened")  # a mail that offered the product was sent, and opened
# `order` is in order_lines; who was `assigned` and got nothing, and a list's rows, say nothing.
READ = (*LOOKS, TAKEN_OUT, *MAILS)


@dataclass(frozen=True)
class Events:
    """Events of known customers and products, (m,) each, by customer, product, day and kind.

    customers, products  rows and columns of the interactions that they belong to
    days                 days since 1970-01-01
    kinds                position in EVENT_KINDS
    n                    how many of the kind that day
    """

    customers: Counts
    products: Counts
    days: Counts
    kinds: Counts
    n: Counts

    @property
    def rows(self) -> int:
        """How many events they are."""
        return int(self.n.sum())

    def of(self, *names: str) -> "Events":
        """Return the events of some kinds."""
        return self.where(np.isin(self.kinds, [EVENT_KINDS.index(name) for name in names]))

    def where(self, keep: NDArray[np.bool_]) -> "Events":
        """Return the events that `keep` selects."""
        return Events(*(getattr(self, field.name)[keep] for field in fields(self)))

    def until(self, last_days: Counts) -> "Events":
        """Return the events up to and with each customer's own day, (n_customers,)."""
        return self.where(self.days <= last_days[self.customers])

    def renumbered(self, customers: Counts, products: Counts) -> "Events":
        """Return the events of some customers and products only, by their places in these ascending numbers."""
        kept = self.where(np.isin(self.customers, customers) & np.isin(self.products, products))
        rows, columns = np.searchsorted(customers, kept.customers), np.searchsorted(products, kept.products)
        return Events(rows, columns, kept.days, kept.kinds, kept.n)


def read_events(
    path: Path, customer_ids: tuple[str, ...], product_ids: tuple[str, ...], last_day: int
) -> Events | None:
    """Return the events up to and with a day; None without the table, or if it has none of READ up to then.

    last_day  days since 1970-01-01; the day of an event is that of its time in UTC

    Events without a customer or a product are left out, and those of ids that are not among the given ones.
    Raises TableError for a file that cannot be read.
    """
    if not path.exists():
        return None
    with duckdb.connect() as connection:
        for name, ids in (("customers", customer_ids), ("products", product_ids), ("kinds", EVENT_KINDS)):
            places = pa.array(np.arange(len(ids)))
            connection.register(name, pa.table({"id": pa.array(ids, pa.string()), "place": places}))
        try:
            found = connection.execute(
                _READ, {"path": str(path), "last_day": last_day, "kinds": list(READ)}
            ).fetchnumpy()
        except duckdb.Error as error:
            raise TableError(
                f"{path} cannot be read as {EVENTS.name} with {', '.join(_COLUMNS)} ({str(error).splitlines()[0]}); "
                f"import the data again"
            ) from error
    events = Events(*(np.asarray(found[name], dtype=np.int64) for name in ("c", "p", "day", "kind", "n")))
    return events if events.rows else None


_COLUMNS = ("customer_id", "product_id", "kind", "at")
_READ = """
    SELECT c.place AS c, p.place AS p, date_diff('day', DATE '1970-01-01', CAST(e."at" AS DATE)) AS day,
           k.place AS kind, count(*) AS n
    FROM read_parquet($path) e JOIN kinds k ON k.id = e.kind
         JOIN customers c ON c.id = e.customer_id JOIN products p ON p.id = e.product_id
    WHERE e.kind IN $kinds
    GROUP BY ALL HAVING day <= $last_day ORDER BY c, p, day, kind
"""
