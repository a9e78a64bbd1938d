"""The table of all bundles of a segment, made once a version: they are everyone's, and the same to everyone.

A browser gets it once, packed, and then only the places of the rows that fit the conditions.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from dashboard.data.version_cache import BundleIndex
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, packed, table_of
from dashboard.display.urls import Links
from dashboard.records.bundles import Bundle
from recsys.artifacts.kept_by_version import kept_by_version

BUNDLES = "bundles"
KEPT_TABLES = 8  # of each version; of 2,000 rows each a few megabytes

COLUMNS = (
    TableColumn("products", "Products", width=260, grow=8),
    TableColumn("numbers", "Product numbers", in_file_only=True),
    TableColumn("segment", "Segment", in_file_only=True),
    TableColumn("baskets", "Order days", "number", 104, meaning=MEANINGS["Order days with all"]),
    TableColumn("support", "Support", "number", 88, on_phone="hidden", meaning=MEANINGS["Support"], decimals=4),
    TableColumn(
        "confidence", "Confidence", "number", 116, on_phone="hidden", meaning=MEANINGS["Confidence"], decimals=4
    ),
    TableColumn("lift", "Lift", "number", 80, meaning=MEANINGS["Lift"], decimals=2),
    TableColumn("price", "Price of set", "number", 104, meaning=MEANINGS["Price of set"], decimals=2),
    TableColumn(
        "have",
        "Have all",
        "number",
        88,
        on_phone="hidden",
        meaning=MEANINGS["Have all"],
        file_label="Customers who have all",
    ),
    TableColumn(
        "miss",
        "Miss one",
        "number",
        112,
        on_phone="value",
        meaning=MEANINGS["Miss one"],
        phone_words="miss one",
        file_label="Customers who miss one",
    ),
)


class BundleTables:
    """Makes tables of bundles and keeps them. Raises VersionGone for a version that is not kept any more."""

    def __init__(self, bundles_of: Callable[[str], BundleIndex], formats: Formats, links: Links) -> None:
        """bundles_of   returns the bundles of a version by its id"""
        self._bundles_of, self._formats, self._links = bundles_of, formats, links
        # 1,991 rows of the real orders take 60 ms to make.
        self._kept = kept_by_version(self._make, KEPT_TABLES)

    def table(self, segment: str, version: str) -> TableRows:
        """Return the bundles of a segment, most above chance first; each leads to itself, selected."""
        return self._kept(version, segment)[0]

    def packed(self, segment: str, version: str) -> dict[str, Any]:
        """Return the same as `table.packed` packs it."""
        return self._kept(version, segment)[1]

    def _make(self, version: str, segment: str) -> tuple[TableRows, dict[str, Any]]:
        bundles = self._bundles_of(version).by_segment.get(segment, ())
        table = bundle_table(bundles, self._formats, self._links)
        return table, packed(table)


def bundle_table(bundles: Sequence[Bundle], formats: Formats, links: Links) -> TableRows:
    """Return a table of bundles."""
    # Thousands of rows hold few different counts and shares: each is put into its form once.
    number, percent = cache(formats.number), cache(formats.percent)
    cells: dict[str, CellOf[Bundle]] = {
        "products": CellOf(
            lambda bundle: bundle.name,
            lambda bundle: bundle.name,
            lambda bundle: links.bundles(bundle.segment, bundle.key),
        ),
        "numbers": CellOf(lambda bundle: " + ".join(part.product_id for part in bundle.parts)),
        "segment": CellOf(lambda bundle: bundle.segment or "All customers"),
        "baskets": CellOf(lambda bundle: bundle.n_baskets, lambda bundle: number(bundle.n_baskets)),
        "support": CellOf(lambda bundle: bundle.support, lambda bundle: percent(bundle.support, 1)),
        "confidence": CellOf(lambda bundle: bundle.confidence, lambda bundle: formats.percent(bundle.confidence)),
        "lift": CellOf(lambda bundle: bundle.lift, lambda bundle: formats.number(bundle.lift, 1)),
        "price": CellOf(lambda bundle: bundle.price, lambda bundle: formats.price(bundle.price)),
        "have": CellOf(lambda bundle: bundle.n_have_all, lambda bundle: number(bundle.n_have_all)),
        "miss": CellOf(lambda bundle: bundle.n_miss_one, lambda bundle: number(bundle.n_miss_one)),
    }
    about = (BUNDLES, "Bundles", ("bundle", "bundles"))
    return table_of(about, COLUMNS, bundles, lambda bundle: bundle.key, cells)
