"""The table of all bundles of some customers, made once a version: they are everyone's, and the same to everyone.

A browser gets it once, packed, and then only the places of the rows that fit the conditions.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from dashboard.data.bundle_index import BundleIndex
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, packed, table_of
from dashboard.display.urls import Links
from dashboard.records.bundles import Bundle
from recsys.artifacts.kept_by_version import kept_by_version
from recsys.schema.bundle_groups import Members

BUNDLES = "bundles"
KEPT_TABLES = 64  # of each version: all groups have their own; of 2,000 rows each one megabyte

COLUMNS = (
    TableColumn("products", "Products", width=220, grow=8),
    TableColumn("numbers", "Product numbers", in_file_only=True),
    TableColumn("group", "Group", in_file_only=True),
    TableColumn("segment", "Segment", in_file_only=True),
    TableColumn("kind", "Bought", in_file_only=True),
    TableColumn("baskets", "Order days", "number", 104, meaning=MEANINGS["Order days with all"], decimals=0),
    TableColumn("support", "Support", "number", 88, on_phone="hidden", meaning=MEANINGS["Support"], decimals=4),
    TableColumn(
        "confidence", "Confidence", "number", 108, on_phone="hidden", meaning=MEANINGS["Confidence"], decimals=4
    ),
    TableColumn("lift", "Lift", "number", 72, meaning=MEANINGS["Lift"], decimals=2),
    TableColumn("lift_low", "Lift from", "number", in_file_only=True, decimals=2),
    TableColumn("lift_high", "Lift to", "number", in_file_only=True, decimals=2),
    TableColumn(
        "zhang", "Zhang", "number", 80, on_phone="hidden", meaning=MEANINGS["Zhang"], decimals=3, may_be_withheld=True
    ),
    TableColumn(
        "leverage",
        "Leverage",
        "number",
        92,
        on_phone="hidden",
        meaning=MEANINGS["Leverage"],
        decimals=4,
        may_be_withheld=True,
    ),
    TableColumn(
        "price", "Price of set", "number", 104, on_phone="hidden", meaning=MEANINGS["Price of set"], decimals=2
    ),
    TableColumn(
        "have",
        "Have all",
        "number",
        88,
        on_phone="hidden",
        meaning=MEANINGS["Have all"],
        file_label="Customers who have all",
        decimals=0,
    ),
    TableColumn(
        "miss",
        "Miss one",
        "number",
        100,
        on_phone="value",
        meaning=MEANINGS["Miss one"],
        phone_words="miss one",
        file_label="Customers who miss one",
        decimals=0,
    ),
    TableColumn("two", "Customers who miss two", "number", in_file_only=True, decimals=0),
    TableColumn("typical", "Typical", "number", in_file_only=True, decimals=1),
)
GROUP_WORDS = {"all": "All customers", "segment": "Segment", "region": "Region", "rfm": "RFM segment"}
TOGETHER, INSTEAD = "together", "instead of each other"


class BundleTables:
    """Makes tables of bundles and keeps them. Raises VersionGone for a version that is not kept any more."""

    def __init__(self, bundles_of: Callable[[str], BundleIndex], formats: Formats, links: Links) -> None:
        """bundles_of   returns the bundles of a version by its id"""
        self._bundles_of, self._formats, self._links = bundles_of, formats, links
        # 1,991 rows of the real orders take 60 ms to make.
        self._kept = kept_by_version(self._make, KEPT_TABLES)

    def table(self, members: Members, version: str) -> TableRows:
        """Return some customers' bundles, the most typical first; each leads to itself, selected."""
        return self._kept(version, members)[0]

    def packed(self, members: Members, version: str) -> dict[str, Any]:
        """Return the same as `table.packed` packs it."""
        return self._kept(version, members)[1]

    def _make(self, version: str, members: Members) -> tuple[TableRows, dict[str, Any]]:
        bundles = self._bundles_of(version).by_members.get(members, ())

        def table() -> TableRows:
            return bundle_table(bundles, self._formats, self._links)

        return table(), packed(table())  # the one that is kept holds no rows as they are drawn


def bundle_table(bundles: Sequence[Bundle], formats: Formats, links: Links) -> TableRows:
    """Return a table of bundles."""
    # Thousands of rows hold few different counts and shares: each is put into its form once.
    number, percent = cache(formats.number), cache(formats.percent)
    address = cache(links.bundle_of)
    cells: dict[str, CellOf[Bundle]] = {
        "products": CellOf(
            lambda bundle: bundle.name,
            lambda bundle: bundle.name,
            lambda bundle: address(bundle.members)(bundle.key),
        ),
        "numbers": CellOf(lambda bundle: " + ".join(part.product_id for part in bundle.parts)),
        "group": CellOf(lambda bundle: GROUP_WORDS[bundle.group]),
        "segment": CellOf(lambda bundle: bundle.segment or "All customers"),
        "kind": CellOf(lambda bundle: INSTEAD if bundle.substitutes else TOGETHER),
        "baskets": CellOf(lambda bundle: bundle.n_baskets, lambda bundle: number(bundle.n_baskets)),
        "support": CellOf(lambda bundle: bundle.support, lambda bundle: percent(bundle.support, 1)),
        "confidence": CellOf(lambda bundle: bundle.confidence, lambda bundle: formats.percent(bundle.confidence)),
        "lift": CellOf(lambda bundle: bundle.lift, lambda bundle: formats.number(bundle.lift, 1)),
        "lift_low": CellOf(lambda bundle: bundle.lift_low),
        "lift_high": CellOf(lambda bundle: bundle.lift_high),
        "zhang": CellOf(lambda bundle: bundle.zhangs_metric, lambda bundle: formats.number(bundle.zhangs_metric, 2)),
        "leverage": CellOf(lambda bundle: bundle.leverage, lambda bundle: formats.percent(bundle.leverage, 1)),
        "price": CellOf(lambda bundle: bundle.price, lambda bundle: formats.price(bundle.price)),
        "have": CellOf(lambda bundle: bundle.n_have_all, lambda bundle: number(bundle.n_have_all)),
        "miss": CellOf(lambda bundle: bundle.n_miss_one, lambda bundle: number(bundle.n_miss_one)),
        "two": CellOf(lambda bundle: bundle.n_miss_two),
        "typical": CellOf(lambda bundle: bundle.typical),
    }
    about = (BUNDLES, "Bundles", ("bundle", "bundles"))
    return table_of(about, COLUMNS, bundles, lambda bundle: bundle.key, cells)
