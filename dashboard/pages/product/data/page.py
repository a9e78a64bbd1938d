"""What the product page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.access.viewer import Viewer
from dashboard.data.repository import Repository
from dashboard.display.formats import Formats, PageTeller
from dashboard.display.reason_text import told_reason
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows
from dashboard.display.tile import Tile, Trend
from dashboard.display.urls import Links
from dashboard.display.year_bars import YearBars, year_bars, year_table
from dashboard.pages.product.data.pairs import AlsoBought, Substitute, also_bought, substitutes
from dashboard.pages.product.data.sales_sentence import sentence_to_say
from dashboard.records.products import Product, ProductBuyers, ProductMonth, Prospect, SegmentBuyers

N_PROSPECTS = 10
MOST_PROSPECTS = 100  # when all are asked for
UNITS, UNITS_TITLE = "units", "Units by month"
BUYERS = "buyers"
NO_SEGMENT = ""


@dataclass(frozen=True)
class ProspectLine:
    """A customer who should have the product, with the reason as a sentence."""

    prospect: Prospect
    sentence: str


@dataclass(frozen=True)
class ProspectList:
    """The first of them, how many the viewer sees in all, and how many belong to other reps."""

    lines: tuple[ProspectLine, ...]
    total: int
    others: int

    @property
    def has_chances(self) -> bool:
        """Whether chances were calibrated, so that those of whom most is expected come first."""
        return any(line.prospect.line.chance is not None for line in self.lines)


@dataclass(frozen=True)
class ProductPage:
    """All of the page but the proof of pairs, which is asked for line by line.

    successor   the product that replaces it, where the data name one
    first_on    the day that the data begin
    shows_rep   whether buyers have reps to tell apart
    """

    version: str
    as_of: date
    first_on: date
    product: Product
    successor: Product | None
    tiles: tuple[Tile, ...]
    pairs: tuple[AlsoBought, ...]
    substitutes: tuple[Substitute, ...]
    prospects: ProspectList
    bars: YearBars
    segments: tuple[SegmentBuyers, ...]
    buyers: ProductBuyers
    say: str
    shows_rep: bool


def product_page(
    repository: Repository,
    viewer: Viewer,
    formats: Formats,
    product_id: str,
    version: str = "",
    *,
    n_prospects: int = N_PROSPECTS,
) -> ProductPage | None:
    """Return the page of a product from a version, the newest if none is named; None where it is not known there."""
    version = version or repository.newest()
    product = repository.product(product_id, version)
    if product is None:
        return None
    about = repository.assortment
    as_of, first_on = repository.as_of(version), repository.first_order_on(version)
    buyers = about.buyers(viewer, product_id, version)
    segments = about.segments(product_id, version)
    bars = _bars(about.months(product_id, version), as_of, first_on)
    pairs = also_bought(repository, product, version)
    instead = substitutes(repository, product, version)
    return ProductPage(
        version=version,
        as_of=as_of,
        first_on=first_on,
        product=product,
        successor=repository.product(product.replaced_by, version) if product.replaced_by else None,
        tiles=tiles(product, segments, buyers, bars, formats, as_of),
        pairs=pairs,
        substitutes=instead,
        prospects=prospect_list(repository, viewer, formats, product_id, version, n_prospects),
        bars=bars,
        segments=tuple(one for one in segments if one.segment != NO_SEGMENT),
        buyers=buyers,
        say=sentence_to_say(product, pairs, instead, formats),
        shows_rep=viewer.role == "all" and any(buyer.customer.rep for buyer in buyers.shown),
    )


def prospect_list(
    repository: Repository, viewer: Viewer, formats: Formats, product_id: str, version: str, n: int
) -> ProspectList:
    """Return the first n who should have the product and why; a reason names nobody whom the viewer cannot see."""
    found = repository.assortment.prospects(viewer, product_id, n, version)
    tell = PageTeller(
        formats,
        repository.as_of(version),
        lambda customer_id: repository.customer_name(viewer, customer_id, version),
        lambda other_id: repository.product_name(other_id, version),
    )
    lines = tuple(ProspectLine(one, told_reason(one.line, one.customer, tell)) for one in found.shown)
    return ProspectList(lines, found.total, found.others)


def units_table(page: ProductPage, formats: Formats) -> TableRows:
    """Return the units of a product's months as the CSV has them."""
    return year_table(UNITS, UNITS_TITLE, page.bars, formats)


def _bars(months: Sequence[ProductMonth], as_of: date, first_on: date) -> YearBars:
    return year_bars({month.month: month.units for month in months}, as_of, first_on)


# ---- tiles ----


def tiles(
    product: Product,
    segments: Sequence[SegmentBuyers],
    buyers: ProductBuyers,
    bars: YearBars,
    formats: Formats,
    as_of: date,
) -> tuple[Tile, ...]:
    """Return the six figures of a product; where one is not known its comparison says why."""
    return (
        _customers(product, segments, formats),
        _order_days(product, formats, as_of),
        _units(bars, formats),
        Tile("Usual quantity", formats.quantity(buyers.usual_quantity), _usual(product, formats)),
        _price(product, formats),
        Tile(
            f"Revenue, 12 months to {formats.day(as_of, as_of)}",
            formats.money(product.revenue_12m),
            f"{formats.quantity(product.units_12m)} units",
        ),
    )


def _customers(product: Product, segments: Sequence[SegmentBuyers], formats: Formats) -> Tile:
    everyone = next((one for one in segments if one.segment == NO_SEGMENT), None)
    told = "nobody yet"
    if everyone is not None:
        share = formats.percent(everyone.n_customers / everyone.of_customers)
        told = f"{share} of {formats.number(everyone.of_customers)} customers"
    return Tile("Customers, ever", formats.number(product.n_customers), told)


def _order_days(product: Product, formats: Formats, as_of: date) -> Tile:
    last = f"last {formats.day(product.last_sold_on, as_of)}" if product.last_sold_on else "never sold"
    return Tile("Order days", formats.number(product.n_baskets), last)


def _units(bars: YearBars, formats: Formats) -> Tile:
    label = f"Units, 12 months to {formats.month(bars.months[-1])}"
    before = bars.total_before
    if before is None:
        return Tile(label, formats.quantity(bars.total), "no data on the year before")
    if not before:
        return Tile(label, formats.quantity(bars.total), "nothing the year before")
    change = formats.percent(abs(bars.total / before - 1))
    trend: Trend | None = None if bars.total == before else "up" if bars.total > before else "down"
    return Tile(label, formats.quantity(bars.total), f"{change} on {formats.quantity(before)}", trend)


def _usual(product: Product, formats: Formats) -> str:
    if not product.n_customers:
        return "nobody has bought it"
    unit = f"{product.unit}, " if product.unit else ""
    buyers = f"{formats.number(product.n_customers)} buyer{'' if product.n_customers == 1 else 's'}"
    return f"{unit}median of {buyers}"


def _price(product: Product, formats: Formats) -> Tile:
    if product.unit_price is None:
        return Tile("Price", formats.price(product.last_price), "paid last" if product.last_price else "not known")
    last = f"last paid {formats.price(product.last_price)}" if product.last_price is not None else "never sold"
    return Tile("List price", formats.price(product.unit_price), last)


# ---- the table of buyers ----


def buyer_columns(*, shows_rep: bool) -> tuple[TableColumn, ...]:
    """The columns of the buyers' table."""
    rep = (TableColumn("rep", "Rep", width=140, on_phone="hidden"),) if shows_rep else ()
    return (
        TableColumn("customer", "Customer", width=180, grow=3),
        TableColumn("where", "Segment and region", width=150, grow=2, on_phone="plain"),
        *rep,
        TableColumn("times", "Times", "number", meaning="Order days with it, ever"),
        TableColumn("usual", "Usual", "number", meaning="Median units an order day"),
        TableColumn("last", "Last", "date", meaning="Last order day with it"),
        TableColumn("revenue", "Revenue", "number", on_phone="value", meaning="Of this product, in the last 12 months"),
    )


def buyer_rows(buyers: ProductBuyers, formats: Formats, links: Links, as_of: date, *, shows_rep: bool) -> TableRows:
    """The viewer's customers who ever bought the product."""
    rows = []
    for buyer in buyers.shown:
        customer = buyer.customer
        where = ", ".join(part for part in (customer.segment, customer.region) if part)
        rep = (TableCell(customer.rep, customer.rep or ""),) if shows_rep else ()
        cells = (
            TableCell(customer.name, customer.name, links.customer(customer.customer_id)),
            TableCell(where, where),
            *rep,
            TableCell(buyer.n_baskets, formats.number(buyer.n_baskets)),
            TableCell(buyer.usual_quantity, formats.quantity(buyer.usual_quantity)),
            TableCell(buyer.last_on, formats.day(buyer.last_on, as_of)),
            TableCell(buyer.revenue_12m, formats.money(buyer.revenue_12m)),
        )
        rows.append(TableRow(customer.customer_id, cells))
    columns = buyer_columns(shows_rep=shows_rep)
    return TableRows(BUYERS, "Who bought it", ("customer", "customers"), columns, tuple(rows))
