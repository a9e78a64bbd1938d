"""The table of all bundles of a segment, made once a version: they are everyone's, and the same to everyone.

A browser gets it once, packed, and then only the places of the rows that fit the conditions.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from dashboard.data.bundle_queries import BundleShelf
from dashboard.display.formats import Formats
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows, packed
from dashboard.display.urls import Links
from dashboard.records.bundles import Bundle

BUNDLES = "bundles"
KEPT_TABLES = 8  # of 2,000 rows each a few megabytes

COLUMNS = (
    TableColumn("products", "Products", width=260, grow=8),
    TableColumn("baskets", "Baskets", "number", 88, meaning="Order days with all of them"),
    TableColumn("support", "Support", "number", 88, on_phone="hidden", meaning="Share of the order days"),
    TableColumn(
        "confidence",
        "Confidence",
        "number",
        120,
        on_phone="hidden",
        meaning="Of the order days with the others, the share that has the best predicted one too",
    ),
    TableColumn("lift", "Lift", "number", 80, meaning="Times what chance would give"),
    TableColumn("price", "Price of set", "number", 104, meaning="One unit of each"),
    TableColumn("have", "Have all", "number", 88, on_phone="hidden", meaning="Customers who ever bought all of them"),
    TableColumn(
        "miss",
        "Miss one",
        "number",
        124,
        on_phone="value",
        meaning="Customers who ever bought all but exactly one",
        phone_words="miss one",
    ),
)


class BundleRows:
    """Answers with tables of bundles. Raises as the shelf does."""

    def __init__(self, shelf: BundleShelf, formats: Formats, links: Links) -> None:
        self._shelf, self._formats, self._links = shelf, formats, links
        # 1,991 rows of the real orders take 60 ms to make. The key: a segment and a version's id.
        self._kept = lru_cache(maxsize=KEPT_TABLES)(self._make)

    def table(self, segment: str, version: str = "") -> TableRows:
        """Return the bundles of a segment, the most lifted first; each leads to itself, selected."""
        return self._kept(segment, self._shelf.version_id(version))[0]

    def packed(self, segment: str, version: str = "") -> dict[str, Any]:
        """Return the same as `table_rows.packed` packs it."""
        return self._kept(segment, self._shelf.version_id(version))[1]

    def _make(self, segment: str, version: str) -> tuple[TableRows, dict[str, Any]]:
        table = bundle_table(self._shelf.of_segment(segment, version), self._formats, self._links)
        return table, packed(table)


def bundle_table(bundles: Sequence[Bundle], formats: Formats, links: Links) -> TableRows:
    """Return a table of bundles."""
    # Thousands of rows hold few different counts and shares: each is put into its form once.
    number, percent = cache(formats.number), cache(formats.percent)
    rows = tuple(
        TableRow(
            bundle.key,
            (
                TableCell(bundle.name, bundle.name, links.bundles(bundle.segment, bundle.key)),
                TableCell(bundle.n_baskets, number(bundle.n_baskets)),
                TableCell(bundle.support, percent(bundle.support, 1)),
                TableCell(bundle.confidence, formats.percent(bundle.confidence)),
                TableCell(bundle.lift, formats.number(bundle.lift, 1)),
                TableCell(bundle.price, formats.price(bundle.price)),
                TableCell(bundle.n_have_all, number(bundle.n_have_all)),
                TableCell(bundle.n_miss_one, number(bundle.n_miss_one)),
            ),
        )
        for bundle in bundles
    )
    return TableRows(BUNDLES, "Bundles", ("bundle", "bundles"), COLUMNS, rows)
