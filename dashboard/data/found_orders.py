"""Orders that are found after a pitch: of the products pitched, on the day of the pitch or within 30 days after."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

FOUND_DAYS = 30
OrderLine = tuple[str, date, float]  # product, day, revenue of it


def ordered_after(rows: Iterable[Mapping[str, Any]], on: date, products: Collection[str]) -> tuple[OrderLine, ...]:
    """Return what of a customer's basket lines was found for a pitch of some products on a day."""
    end = on + timedelta(FOUND_DAYS)
    return tuple(
        (row["product_id"], row["ordered_on"], row["revenue"])
        for row in rows
        if row["product_id"] in products and on <= row["ordered_on"] <= end
    )
