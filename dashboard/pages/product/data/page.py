"""What the product page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.access.viewer import Viewer
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_texts
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.tile import Tile, Trend
from dashboard.display.urls import Links
from dashboard.display.year_bars import YearBars, year_bars, year_table
from dashboard.pages.product.data.pairs import AlsoBought, Substitute, also_bought, substitutes
from dashboard.pages.product.data.sales_sentence import sentence_to_say
from dashboard.records.products import Product, ProductBuyer, ProductBuyers, Prospect, SegmentBuyers

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
        """Return whether chances were calibrated, so that those of whom most is expected come first."""
        return any(line.prospect.line.chance is not None for line in self.lines)


@dataclass(frozen=True)
class ProductPage:
    """All of the page but the proof of pairs, which is asked for line by line.

    successor   the product that replaces it, where the data name one
    first_on    the day that the data begin
    say         about the product, whoever the customer; in a language
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
    language: str
    shows_rep: bool


def product_page(context: PageContext, product_id: str, *, n_prospects: int = N_PROSPECTS) -> ProductPage | None:
    """Return the page of a product; None where the version does not know it."""
    products, formats = context.products, context.formats
    product = products.get(product_id)
    if product is None:
        return None
    buyers, segments = products.buyers(product_id), products.segments(product_id)
    bars = _bars(context, product_id)
    pairs, instead = also_bought(products, product), substitutes(products, product)
    return ProductPage(
        version=context.version.id,
        as_of=context.as_of,
        first_on=context.version.first_order_on,
        product=product,
        successor=products.get(product.replaced_by) if product.replaced_by else None,
        tiles=tiles(product, segments, buyers, bars, formats, context.as_of),
        pairs=pairs,
        substitutes=instead,
        prospects=prospect_list(context, product_id, n_prospects),
        bars=bars,
        segments=tuple(one for one in segments if one.segment != NO_SEGMENT),
        buyers=buyers,
        say=sentence_to_say(product, pairs, instead, context.speech),
        language=context.speech.language,
        shows_rep=shows_rep(context.viewer, buyers),
    )


def prospect_list(context: PageContext, product_id: str, n: int) -> ProspectList:
    """Return the first n who should have the product and why; a reason names nobody whom the viewer cannot see."""
    found = context.products.prospects(product_id, n)
    formatter = context.reason_formatter()
    texts = reason_texts([(one.line, one.customer) for one in found.shown], formatter)
    lines = tuple(ProspectLine(one, text) for one, text in zip(found.shown, texts, strict=True))
    return ProspectList(lines, found.total, found.others)


def units_table(context: PageContext, product_id: str) -> TableRows:
    """Return the units of a product's months as the CSV has them."""
    return year_table(UNITS, UNITS_TITLE, _bars(context, product_id), context.formats)


def shows_rep(viewer: Viewer, buyers: ProductBuyers) -> bool:
    """Return whether the buyers have reps to tell apart."""
    return viewer.role == "all" and any(buyer.customer.rep for buyer in buyers.shown)


def _bars(context: PageContext, product_id: str) -> YearBars:
    months = {month.month: month.units for month in context.products.months(product_id)}
    return year_bars(months, context.as_of, context.version.first_order_on)


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
    note = "nobody yet"
    if everyone is not None:
        share = formats.percent(everyone.n_customers / everyone.of_customers)
        note = f"{share} of {formats.number(everyone.of_customers)} customers"
    return Tile("Customers, ever", formats.number(product.n_customers), note)


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
    """Return the columns of the buyers' table."""
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
    """Return the viewer's customers who ever bought the product."""
    cells: dict[str, CellOf[ProductBuyer]] = {
        "customer": CellOf(
            lambda buyer: buyer.customer.name,
            lambda buyer: buyer.customer.name,
            lambda buyer: links.customer(buyer.customer.customer_id),
        ),
        "where": CellOf(_where),
        "rep": CellOf(lambda buyer: buyer.customer.rep),
        "times": CellOf(lambda buyer: buyer.n_baskets, lambda buyer: formats.number(buyer.n_baskets)),
        "usual": CellOf(lambda buyer: buyer.usual_quantity, lambda buyer: formats.quantity(buyer.usual_quantity)),
        "last": CellOf(lambda buyer: buyer.last_on, lambda buyer: formats.day(buyer.last_on, as_of)),
        "revenue": CellOf(lambda buyer: buyer.revenue_12m, lambda buyer: formats.money(buyer.revenue_12m)),
    }
    about = (BUYERS, "Who bought it", ("customer", "customers"))
    return table_of(
        about, buyer_columns(shows_rep=shows_rep), buyers.shown, lambda buyer: buyer.customer.customer_id, cells
    )


def _where(buyer: ProductBuyer) -> str:
    return ", ".join(part for part in (buyer.customer.segment, buyer.customer.region) if part)
