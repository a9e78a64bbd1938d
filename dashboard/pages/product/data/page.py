"""What the product page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.access.viewer import Viewer
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.product_pairs import AlsoBought, Substitute, also_bought, substitutes
from dashboard.display.reason_text import reason_texts
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.tile import Tile
from dashboard.display.urls import Links
from dashboard.display.year_bars import YearBars, compared_by_months, year_bars, year_table
from dashboard.pages.product.data.sales_sentence import sentence_to_say
from dashboard.records.products import (
    Product,
    ProductBuyer,
    ProductBuyers,
    Prospect,
    SegmentBuyers,
)

N_PROSPECTS = 10
MOST_PROSPECTS = 100  # when all are asked for
UNITS, UNITS_TITLE = "units", "Units by month"
BUYERS = "buyers"
NO_SEGMENT = ""


@dataclass(frozen=True)
class ProspectLine:
    """A customer who should have the product, with the reason as a sentence, and what to say to this customer."""

    prospect: Prospect
    sentence: str
    say: str


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
class Years:
    """Two years of months of a product; `first_on` is the day that the data begin."""

    units: YearBars
    revenue: YearBars
    first_on: date


@dataclass(frozen=True)
class ProductPage:
    """All of the page but the proof of pairs, which is asked for line by line.

    successor   the product that replaces it, where the data name one
    first_on    the day that the data begin
    say         about the product, whoever the customer; in a language
    shows_rep   whether buyers have reps to tell apart
    names_customers  whether the viewer's role sees any customer
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
    names_customers: bool = True


def product_page(context: PageContext, product_id: str, *, n_prospects: int = N_PROSPECTS) -> ProductPage | None:
    """Return the page of a product; None where the version does not know it."""
    products, formats = context.products, context.formats
    product = products.get(product_id)
    if product is None:
        return None
    buyers, segments = products.buyers(product_id), products.segments(product_id)
    years = _years(context, product_id)
    pairs, instead = also_bought(products, product), substitutes(products, product)
    return ProductPage(
        version=context.version.id,
        as_of=context.as_of,
        first_on=context.version.first_order_on,
        product=product,
        successor=products.get(product.replaced_by) if product.replaced_by else None,
        tiles=tiles(product, segments, buyers, years, formats, context.as_of),
        pairs=pairs,
        substitutes=instead,
        prospects=prospect_list(context, product_id, n_prospects),
        bars=years.units,
        segments=tuple(one for one in segments if one.segment != NO_SEGMENT),
        buyers=buyers,
        say=sentence_to_say(product, pairs, instead, context.speech),
        language=context.speech.language,
        shows_rep=shows_rep(context.viewer, buyers),
        names_customers=context.viewer.reaches_any,
    )


def prospect_list(context: PageContext, product_id: str, n: int) -> ProspectList:
    """Return the first n who should have the product, why, and what to say: the sentence of the customer's own page.

    A reason names nobody whom the viewer cannot see.
    """
    found = context.products.prospects(product_id, n, context.held_from(product_id))
    formatter = context.reason_formatter()
    texts = reason_texts([(one.line, one.customer) for one in found.shown], formatter)
    lines = tuple(
        ProspectLine(one, text, context.speech.of_line(one.line, one.line.rank))
        for one, text in zip(found.shown, texts, strict=True)
    )
    return ProspectList(lines, found.total, found.others)


def units_table(context: PageContext, product_id: str) -> TableRows:
    """Return the units of a product's months as the CSV has them."""
    return year_table(UNITS, UNITS_TITLE, _bars(context, product_id), context.formats)


def shows_rep(viewer: Viewer, buyers: ProductBuyers) -> bool:
    """Return whether the buyers have reps to tell apart."""
    return viewer.role == "all" and any(buyer.customer.rep for buyer in buyers.shown)


def _bars(context: PageContext, product_id: str) -> YearBars:
    return _years(context, product_id).units


def _years(context: PageContext, product_id: str) -> Years:
    months, first_on = context.products.months(product_id), context.version.first_order_on
    units = {one.month: one.units for one in months}
    revenue = {one.month: one.revenue for one in months if one.revenue is not None}
    return Years(year_bars(units, context.as_of, first_on), year_bars(revenue, context.as_of, first_on), first_on)


# ---- tiles ----


def tiles(
    product: Product,
    segments: Sequence[SegmentBuyers],
    buyers: ProductBuyers,
    years: Years,
    formats: Formats,
    as_of: date,
) -> tuple[Tile, ...]:
    """Return the figures of a product, the sixth for who sees revenue; where one is not known it is said why.

    Units and revenue are of the same 12 months; what they are compared by are full months, which are named.
    """
    span = f"12 months to {formats.day(as_of, as_of)}"
    units = Tile(f"Units, {span}", formats.quantity(product.units_12m), "", meaning=MEANINGS["Units sold"])
    revenue = Tile(f"Revenue, {span}", formats.money(product.revenue_12m), "", meaning=MEANINGS["Revenue sold"])
    return (
        _customers(product, segments, formats),
        _order_days(product, formats, as_of),
        compared_by_months(units, years.units, years.first_on, formats),
        Tile(
            "Usual quantity",
            formats.quantity(buyers.usual_quantity),
            _usual(product, formats),
            meaning=MEANINGS["Usual quantity"],
        ),
        _price(product, formats),
        *(
            [compared_by_months(revenue, years.revenue, years.first_on, formats)]
            if product.revenue_12m is not None
            else []
        ),
    )


def _customers(product: Product, segments: Sequence[SegmentBuyers], formats: Formats) -> Tile:
    everyone = next((one for one in segments if one.segment == NO_SEGMENT), None)
    note = "nobody yet"
    if everyone is not None:
        share = formats.percent(everyone.n_customers / everyone.of_customers)
        note = f"{share} of {formats.number(everyone.of_customers)} customers"
    meaning = MEANINGS["Customers, ever"]
    return Tile("Customers, ever", formats.number(product.n_customers), note, meaning=meaning)


def _order_days(product: Product, formats: Formats, as_of: date) -> Tile:
    last = f"last {formats.day(product.last_sold_on, as_of)}" if product.last_sold_on else "never sold"
    return Tile("Order days", formats.number(product.n_baskets), last, meaning=MEANINGS["Order days"])


def _usual(product: Product, formats: Formats) -> str:
    if not product.n_customers:
        return "nobody has bought it"
    unit = f"{product.unit}, " if product.unit else ""
    buyers = f"{formats.number(product.n_customers)} buyer{'' if product.n_customers == 1 else 's'}"
    return f"{unit}median of {buyers}"


def _price(product: Product, formats: Formats) -> Tile:
    meaning = MEANINGS["Price"]
    if product.unit_price is None:
        why = "paid last" if product.last_price else "not known"
        return Tile("Price", formats.price(product.last_price), why, meaning=meaning)
    last = f"last paid {formats.price(product.last_price)}" if product.last_price is not None else "never sold"
    return Tile("List price", formats.price(product.unit_price), last, meaning=meaning)


# ---- the table of buyers ----


def buyer_columns(*, shows_rep: bool) -> tuple[TableColumn, ...]:
    """Return the columns of the buyers' table."""
    rep = (TableColumn("rep", "Rep", width=140, on_phone="hidden", meaning=MEANINGS["Rep"]),) if shows_rep else ()
    return (
        TableColumn("customer", "Customer", width=180, grow=3),
        TableColumn("number", "Customer number", in_file_only=True),
        TableColumn("segment", "Segment", width=110, grow=1, on_phone="plain", meaning=MEANINGS["Segment"]),
        TableColumn("region", "Region", width=124, grow=2, on_phone="plain"),
        *rep,
        TableColumn("times", "Times", "number", meaning=MEANINGS["Times"], file_label="Order days with it", decimals=0),
        TableColumn(
            "usual", "Usual", "number", meaning=MEANINGS["Usual quantity"], file_label="Usual quantity", decimals=2
        ),
        TableColumn("last", "Last", "date", meaning=MEANINGS["Last"], file_label="Last order day with it"),
        TableColumn(
            "revenue",
            "Revenue",
            "number",
            on_phone="value",
            meaning=MEANINGS["Revenue of a product"],
            file_label="Revenue with it, 12 months",
            decimals=2,
            may_be_withheld=True,
        ),
    )


def buyer_rows(buyers: ProductBuyers, formats: Formats, links: Links, as_of: date, *, shows_rep: bool) -> TableRows:
    """Return the viewer's customers who ever bought the product."""
    cells: dict[str, CellOf[ProductBuyer]] = {
        "customer": CellOf(
            lambda buyer: buyer.customer.name,
            lambda buyer: buyer.customer.name,
            lambda buyer: links.customer(buyer.customer.customer_id),
        ),
        "number": CellOf(lambda buyer: buyer.customer.customer_id),
        "segment": CellOf(lambda buyer: buyer.customer.segment),
        "region": CellOf(lambda buyer: buyer.customer.region),
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
