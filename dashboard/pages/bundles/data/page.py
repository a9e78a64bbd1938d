"""What the bundles page shows, put together for one viewer; no Dash, no components but plain records."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.pages.bundles.data.filters import Advice, Filters, advice, places
from dashboard.records.bundles import Bundle, Gap, Gaps

GAPS = "gaps"
MOST_ADVICE = 2
_NOUN = ("bundle", "bundles")

GAP_COLUMNS = (
    TableColumn("customer", "Customer", width=144, grow=3),
    TableColumn("number", "Number", width=96, on_phone="hidden", file_label="Customer number"),
    TableColumn("segment", "Segment", in_file_only=True),
    TableColumn("region", "Region", width=124, grow=2, on_phone="plain"),
    TableColumn("misses", "Misses", width=152, grow=4, meaning=MEANINGS["Misses"]),
    TableColumn("product", "Product number", in_file_only=True),
    TableColumn("price", "Price", "number", 80, on_phone="value", meaning=MEANINGS["Price"], decimals=2),
    TableColumn("last", "Last order", "date", 104, meaning=MEANINGS["Last order"]),
)


@dataclass(frozen=True)
class BundlesPage:
    """The page for some filters.

    of_segment  how many bundles the segment has
    places      which of the segment's fit, counted from 0; `shown` are these, most above chance first
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


def bundles_page(context: PageContext, filters: Filters) -> BundlesPage:
    """Return the page of a version that has bundles."""
    own = context.bundles.of_segment(filters.segment)
    fit = places(own, filters)
    return BundlesPage(
        version=context.version.id,
        as_of=context.as_of,
        built_at=context.version.built_at,
        filters=filters,
        segments=context.bundles.segments(),
        categories=context.bundles.categories(),
        of_segment=len(own),
        of_baskets=own[0].of_baskets,
        places=fit,
        shown=tuple(own[at] for at in fit),
        advice=() if fit else advice(own, filters)[:MOST_ADVICE],
    )


# ---- words ----


def built_words(page: BundlesPage, formats: Formats) -> str:
    """Return `Built 17 Nov 2026, 03:10, from 12,480 order days of Cafe customers`."""
    of_whom = f" of {page.filters.segment} customers" if page.filters.segment else ""
    days = formats.number(page.of_baskets)
    return f"Built {formats.moment(page.built_at)}, from {days} order days{of_whom}"


def count_words(page: BundlesPage, formats: Formats) -> tuple[str, str]:
    """Return `14` and ` of 312 bundles`."""
    return formats.number(len(page.shown)), f" of {_counted(page.of_segment, formats)}"


def empty_title(filters: Filters, formats: Formats) -> str:
    """Return `No bundle reaches lift 3 on 50 order days`."""
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
        said += f"{' on' if reached else ' is on'} {formats.quantity(filters.baskets)} order days"
    return f"{what}{said or ' is left'}"


def empty_why(page: BundlesPage, formats: Formats) -> str:
    """Return a sentence with the condition that excludes all bundles."""
    if not page.advice:
        everything = _counted(page.of_segment, formats)
        return f"No single condition excludes them, several do together. Without any there are {everything}."
    first = page.advice[0]
    rest, best = _counted(first.n_without, formats), formats.quantity(round(first.best, 2))
    fit = "fits" if first.n_without == 1 else "fit"
    endings = {
        "baskets": f"The order days are what excludes them: {rest} {fit} all else, on {best} order days at most.",
        "support": f"The support is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "confidence": f"The confidence is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "lift": f"The lift is what excludes them: {rest} {fit} all else, the highest has {best}.",
        "category": f"The category is what excludes them: {rest} without it {fit} all else.",
        "size": f"The number of products is what excludes them: {rest} of other sizes {fit} all else.",
        "hide": f"Hiding the redundant ones is what excludes them: {rest} {fit} all else.",
    }
    return endings[first.name]


def advice_words(one: Advice, formats: Formats) -> str:
    """Return `Set order days to 50 (13 bundles)`."""
    unit = " %" if one.name in ("support", "confidence") else ""
    does = {"category": "Any category", "size": "Any size", "hide": "Show redundant ones"}
    name = {"baskets": "order days"}.get(one.name, one.name)
    words = does[one.name] if one.name in does else f"Set {name} to {formats.quantity(one.value)}{unit}"
    return f"{words} ({_counted(one.n, formats)})"


def gap_title(bundle: Bundle, formats: Formats) -> str:
    """Return `118 customers miss exactly one`."""
    one = bundle.n_miss_one == 1
    return f"{formats.number(bundle.n_miss_one)} {'customer misses' if one else 'customers miss'} exactly one"


def gap_sentence(bundle: Bundle, formats: Formats) -> str:
    """Return a bundle's figures in three sentences."""
    others = [part.name for part in bundle.parts if part.product_id != bundle.consequent_id]
    rest = f"{', '.join(others[:-1])} and {others[-1]}" if len(others) > 1 else others[0]
    of_whom = f" of {bundle.segment} customers" if bundle.segment else ""
    n, of = formats.number(bundle.n_baskets), formats.number(bundle.of_baskets)
    share, lift = formats.percent(bundle.confidence), formats.number(bundle.lift, 1)
    has = "1 customer has" if bundle.n_have_all == 1 else f"{formats.number(bundle.n_have_all)} customers have"
    return (
        f"On {n} of {of} order days{of_whom}. With {rest} comes {bundle.consequent.name} on {share} of the days, "
        f"{lift} times what chance would give. {has} {('both', 'all three', 'all four')[bundle.size - 2]}."
    )


def chart_sentence(page: BundlesPage, formats: Formats) -> str:
    """Return what the chart shows in words, for people who do not see it."""
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


def gap_table(context: PageContext, bundle: Bundle, gaps: Gaps) -> TableRows:
    """Return who of the viewer's customers misses exactly one product of a bundle."""
    formats, links, as_of = context.formats, context.links, context.as_of
    day, price = cache(lambda on: formats.day(on, as_of)), cache(formats.price)  # many share one
    cells: dict[str, CellOf[Gap]] = {
        "customer": CellOf(
            lambda gap: gap.customer.name,
            lambda gap: gap.customer.name,
            lambda gap: links.customer(gap.customer.customer_id),
        ),
        "number": CellOf(lambda gap: gap.customer.customer_id),
        "segment": CellOf(lambda gap: gap.customer.segment),
        "region": CellOf(lambda gap: gap.customer.region),
        "product": CellOf(lambda gap: gap.missing.product_id),
        "misses": CellOf(
            lambda gap: gap.missing.name,
            lambda gap: gap.missing.name,
            lambda gap: links.product(gap.missing.product_id),
        ),
        "price": CellOf(lambda gap: gap.missing.price, lambda gap: price(gap.missing.price)),
        "last": CellOf(lambda gap: gap.customer.last_order_on, lambda gap: day(gap.customer.last_order_on)),
    }
    about = (GAPS, gap_title(bundle, formats), ("customer", "customers"))
    return table_of(about, _gap_columns(gaps), gaps.shown, lambda gap: gap.customer.customer_id, cells)


def _gap_columns(gaps: Gaps) -> tuple[TableColumn, ...]:
    """Return the columns without the region or number where no row would show one."""
    left_out = set()
    if not any(gap.customer.region for gap in gaps.shown):
        left_out.add("region")
    if all(gap.customer.name == gap.customer.customer_id for gap in gaps.shown):
        left_out.add("number")
    return tuple(column for column in GAP_COLUMNS if column.name not in left_out)


def _counted(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} {_NOUN[0] if n == 1 else _NOUN[1]}"
