"""What sells best among some customers: for who is not in the data, or of whom no order is."""

from typing import NamedTuple

from dashboard.data.snapshot import Snapshot
from recsys.schema.published import EVERYONE


class Seller(NamedTuple):
    """A product that `n` of the `of` customers of a segment with orders ever bought."""

    product_id: str
    n: int
    of: int


def best_sellers(snapshot: Snapshot, segment: str = EVERYONE) -> tuple[Seller, ...]:
    """Return a segment's best sellers in their order, up to a hundred; nothing for an unknown segment."""
    rows = snapshot.source.rows("popular", segment)
    return tuple(Seller(row["product_id"], row["n_customers"], row["of_customers"]) for row in rows)
