"""What the bundles page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal

from dashboard.access.viewer import Viewer
from dashboard.data.bundle_queries import BundleShelf
from dashboard.data.repository import Repository
from dashboard.display.formats import Formats
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows
from dashboard.display.urls import Links
from dashboard.pages.bundles.data.filters import Advice, Filters, advice, places
from dashboard.records.bundles import Bundle, Gap, Gaps

GAPS = "gaps"
MOST_ADVICE = 2
_NOUN = ("bundle", "bundles")

FIRST_SORT: tuple[str, Literal["asc", "desc"]] = ("miss", "desc")

GAP_COLUMNS = (
    TableColumn("customer", "Customer", width=144, grow=3),
    TableColumn("number", "Number", width=96, on_phone="hidden"),
    TableColumn("region", "Region", width=124, grow=2, on_phone="plain"),
    TableColumn("misses", "Misses", width=152, grow=4),
    TableColumn("price", "Price", "number", 80, on_phone="value", meaning="Of one unit: list price, else last price"),
    TableColumn("last", "Last order", "date", 104),
)


@dataclass(frozen=True)
class BundlesPage:
    """The page for some filters.

    of_segment  how many bundles the segment has
    places      which of the segment's fit, counted from 0; `shown` are these, the most lifted first
    advice      which conditions exclude everything, where nothing fits
    """

    version: str
    as_of: date
    built_at: datetime
    filters: Filters
    segments: tuple[tuple[str, int], ...]
    categories: tuple[str, ...]
    of_segment: int
    of_baskets: int
    places: tuple[int, ...]
    shown: tuple[Bundle, ...]
    advice: tuple[Advice, ...]


def bundles_page(shelf: BundleShelf, repository: Repository, filters: Filters, version: str) -> BundlesPage:
    """Return the page of a version that has bundles."""
    own = shelf.of_segment(filters.segment, version)
    fit = places(own, filters)
    return BundlesPage(
        version=version,
        as_of=repository.as_of(version),
        built_at=shelf.built_at(version),
        filters=filters,
        segments=shelf.segments(version),
        categories=shelf.categories(version),
        of_segment=len(own),
        of_baskets=own[0].of_baskets,
        places=fit,
        shown=tuple(own[at] for at in fit),
        advice=() if fit else advice(own, filters)[:MOST_ADVICE],
    )


# ---- words ----


def built_words(page: BundlesPage, formats: Formats) -> str:
    """`Static, built 17 Nov 2026, 03:10, from 12,480 order days of Cafe`."""
    of_whom = f" of {page.filters.segment}" if page.filters.segment else ""
    days = formats.number(page.of_baskets)
    return f"Static, built {formats.moment(page.built_at)}, from {days} order days{of_whom}"


def count_words(page: BundlesPage, formats: Formats) -> tuple[str, str]:
    """`14` and ` of 312 bundles`."""
    return formats.number(len(page.shown)), f" of {_counted(page.of_segment, formats)}"


def empty_title(filters: Filters, formats: Formats) -> str:
    """`No bundle reaches lift 3 with 50 baskets`."""
    what = "No bundle"
    if filters.size:
        what += f" of {filters.size} products"
    if filters.category:
        what += f" with {filters.category} in it"
    reached = [
        words
        for words, value in (
            (f"support {formats.quantity(filters.support)} %", filters.support),
            (f"confidence {formats.quantity(filters.confidence)} %", filters.confidence),
            (f"lift {formats.quantity(filters.lift)}", filters.lift),
        )
        if value
    ]
    said = f" reaches {' and '.join(reached)}" if reached else ""
    if filters.baskets:
        said += f"{' with' if reached else ' stands in'} {formats.quantity(filters.baskets)} baskets"
    return f"{what}{said or ' is left'}"


def empty_why(page: BundlesPage, formats: Formats) -> str:
    """Say which condition excludes all bundles."""
    if not page.advice:
        everything = _counted(page.of_segment, formats)
        return f"No single condition excludes them, several do together. Without any there are {everything}."
    first = page.advice[0]
    rest, best = _counted(first.n_without, formats), formats.quantity(round(first.best, 2))
    fit = "fits" if first.n_without == 1 else "fit"
    endings = {
        "baskets": f"The baskets are what excludes them: {rest} {fit} all else, in {best} baskets at most.",
        "support": f"The support is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "confidence": f"The confidence is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "lift": f"The lift is what excludes them: {rest} {fit} all else, the highest has {best}.",
        "category": f"The category is what excludes them: {rest} without it {fit} all else.",
        "size": f"The number of products is what excludes them: {rest} of other sizes {fit} all else.",
        "hide": f"Hiding the redundant ones is what excludes them: {rest} {fit} all else.",
    }
    return endings[first.name]


def advice_words(one: Advice, formats: Formats) -> str:
    """`Set baskets to 50 (13 bundles)`."""
    unit = " %" if one.name in ("support", "confidence") else ""
    does = {"category": "Any category", "size": "Any size", "hide": "Show redundant ones"}
    words = does[one.name] if one.name in does else f"Set {one.name} to {formats.quantity(one.value)}{unit}"
    return f"{words} ({_counted(one.n, formats)})"


def gap_title(bundle: Bundle, formats: Formats) -> str:
    """`118 customers miss exactly one`."""
    one = bundle.n_miss_one == 1
    return f"{formats.number(bundle.n_miss_one)} {'customer misses' if one else 'customers miss'} exactly one"


def gap_sentence(bundle: Bundle, formats: Formats) -> str:
    """What is known of a bundle, in three sentences."""
    others = [part.name for part in bundle.parts if part.product_id != bundle.consequent_id]
    told = f"{', '.join(others[:-1])} and {others[-1]}" if len(others) > 1 else others[0]
    of_whom = f" of {bundle.segment}" if bundle.segment else ""
    n, of = formats.number(bundle.n_baskets), formats.number(bundle.of_baskets)
    share, lift = formats.percent(bundle.confidence), formats.number(bundle.lift, 1)
    has = "1 customer has" if bundle.n_have_all == 1 else f"{formats.number(bundle.n_have_all)} customers have"
    return (
        f"On {n} of {of} order days{of_whom}. With {told} comes {bundle.consequent.name} on {share} of the days, "
        f"{lift} times what chance would give. {has} {('both', 'all three', 'all four')[bundle.size - 2]}."
    )


def chart_sentence(page: BundlesPage, formats: Formats) -> str:
    """What the chart shows, for who does not see it."""
    if not page.shown:
        return "No bundle to show."
    supports = [bundle.support for bundle in page.shown]
    lifts = [bundle.lift for bundle in page.shown]
    return (
        f"Support and lift of {_counted(len(page.shown), formats)}: support from {formats.percent(min(supports), 1)} "
        f"to {formats.percent(max(supports), 1)}, lift from {formats.number(min(lifts), 1)} "
        f"to {formats.number(max(lifts), 1)}. The table above lists them."
    )


# ---- tables ----


def gap_table(
    shelf: BundleShelf, repository: Repository, viewer: Viewer, formats: Formats, links: Links, key: str, version: str
) -> tuple[TableRows, Gaps] | None:
    """Return who of the viewer's customers misses exactly one product of a bundle; None for an unknown bundle."""
    bundle = shelf.bundle(key, version)
    if bundle is None:
        return None
    gaps, as_of = shelf.gaps(viewer, key, version), repository.as_of(version)
    columns = _gap_columns(gaps)
    day, price = cache(lambda on: formats.day(on, as_of)), cache(formats.price)  # many share one
    rows = tuple(_gap_row(gap, columns, day, price, links) for gap in gaps.shown)
    return TableRows(GAPS, gap_title(bundle, formats), ("customer", "customers"), columns, rows), gaps


def _gap_columns(gaps: Gaps) -> tuple[TableColumn, ...]:
    """Without the columns that say nothing of anybody."""
    left_out = set()
    if not any(gap.customer.region for gap in gaps.shown):
        left_out.add("region")
    if all(gap.customer.name == gap.customer.customer_id for gap in gaps.shown):
        left_out.add("number")
    return tuple(column for column in GAP_COLUMNS if column.name not in left_out)


def _gap_row(
    gap: Gap,
    columns: tuple[TableColumn, ...],
    day: Callable[[date | None], str],
    price: Callable[[float | None], str],
    links: Links,
) -> TableRow:
    who, missing = gap.customer, gap.missing
    cells = {
        "customer": TableCell(who.name, who.name, links.customer(who.customer_id)),
        "number": TableCell(who.customer_id, who.customer_id),
        "region": TableCell(who.region, who.region or ""),
        "misses": TableCell(missing.name, missing.name, links.product(missing.product_id)),
        "price": TableCell(missing.price, price(missing.price)),
        "last": TableCell(who.last_order_on, day(who.last_order_on)),
    }
    return TableRow(who.customer_id, tuple(cells[column.name] for column in columns))


def _counted(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} {_NOUN[0] if n == 1 else _NOUN[1]}"
