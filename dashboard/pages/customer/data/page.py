"""What the customer page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.display.csv import Cell, csv_text
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_texts
from dashboard.display.tile import Tile, Trend
from dashboard.records.customers import Customer, Neighbours, Recommendation
from dashboard.records.model_report import Report

LIST_ORDER = ("new", "usual", "seasonal")
N_SIMILAR = 5
NO_YEAR_BEFORE = "no data on the year before"
CSV_COLUMNS = ("Product", "Number", "Quantity", "Price", "If ordered", "Reason")
CSV_CHANCE_COLUMNS = ("Product", "Number", "Quantity", "Price", "If ordered", "Chance", "Expected", "Reason")


@dataclass(frozen=True)
class Line:
    """A recommendation with its reason as a sentence, and what to say to the customer."""

    what: Recommendation
    sentence: str
    say: str


@dataclass(frozen=True)
class PitchList:
    """One list, best first.

    left_out    products that are not worth it any more
    total       the sum of the values that are known, None where none is
    expected    the same of the expected values
    """

    name: str
    lines: tuple[Line, ...]
    left_out: int = 0

    @property
    def total(self) -> float | None:
        values = [line.what.value for line in self.lines if line.what.value is not None]
        return sum(values) if values else None

    @property
    def expected(self) -> float | None:
        values = [line.what.expected for line in self.lines if line.what.expected is not None]
        return sum(values) if values else None

    @property
    def has_chances(self) -> bool:
        """Return whether chances were calibrated; if not, lists show ranks, and values if ordered."""
        return any(line.what.chance is not None for line in self.lines)


@dataclass(frozen=True)
class CustomerPage:
    """All of the page but the evidence, which is asked for line by line.

    about_chances   what chance and expected mean, or why there are none
    no_season       why there is no seasonal list; empty where there is one
    language        of what to say
    """

    version: str
    as_of: date
    customer: Customer
    tiles: tuple[Tile, ...]
    lists: tuple[PitchList, ...]
    similar: Neighbours
    about_chances: str = ""
    no_season: str = ""
    language: str = "en"


def customer_page(context: PageContext, customer_id: str) -> CustomerPage | None:
    """Return the page of a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    lists = pitch_lists(context, customer) if customer.is_pitched_to else ()
    report = context.version.report()
    return CustomerPage(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        tiles=tiles(customer, context.as_of, context.formats, has_year_before=context.version.has_year_before()),
        lists=lists,
        similar=context.customers.similar(customer_id, N_SIMILAR),
        about_chances=about_chances(lists, report, context.formats),
        no_season=no_season(lists, customer, report),
        language=context.speech.language,
    )


def pitch_lists(context: PageContext, customer: Customer) -> tuple[PitchList, ...]:
    """Return the lists in the order of the page, empty ones too; a reason names nobody whom the viewer cannot see."""
    lines = _lines(context, customer)
    return tuple(
        PitchList(name, tuple(line for line in lines if line.what.list == name), customer.left_out(name))
        for name in LIST_ORDER
    )


def pitch_list(context: PageContext, customer: Customer, name: str) -> PitchList | None:
    """Return one of the lists; None for one that there is not."""
    if name not in LIST_ORDER:
        return None
    return PitchList(name, _lines(context, customer, name), customer.left_out(name))


def _lines(context: PageContext, customer: Customer, list_name: str = "") -> tuple[Line, ...]:
    formatter = context.reason_formatter()
    found = context.customers.recommendations(customer.customer_id, list_name)
    texts = reason_texts([(what, customer) for what in found], formatter)
    return tuple(
        Line(what, text, context.speech.of_line(what, what.rank)) for what, text in zip(found, texts, strict=True)
    )


def end_of_list(pitches: PitchList, formats: Formats) -> str:
    """Return why a list ends before it is full; nothing where it does not."""
    if not pitches.left_out:
        return ""
    what = "1 more product is" if pitches.left_out == 1 else f"{formats.number(pitches.left_out)} more products are"
    return f"Nothing more worth pitching: {what} unlikely to sell."


def about_chances(lists: Sequence[PitchList], report: Report, formats: Formats) -> str:
    """Return what chance and expected mean, with n; of what was not calibrated, that it is ranked alone."""
    if not any(pitches.lines for pitches in lists):
        return ""
    known, why_not = report.calibrations, report.build.calibration.why_not
    if not known:
        why = f": {why_not.rstrip('.')}" if why_not else ""
        return f"Ranked only, as no chances were calibrated{why}. If ordered = quantity x price, net of VAT."
    counts = " and ".join(f"{formats.number(one.n)} {name}" for name, one in known.items())
    return (
        "Expected = chance x quantity x price, next 4 weeks, net of VAT. Chance: share of such suggestions bought "
        f"within 4 weeks ({counts} suggestions, held out).{_ranked_alone(lists)}"
    )


def _ranked_alone(lists: Sequence[PitchList]) -> str:
    names = [pitches.name for pitches in lists if pitches.lines and not pitches.has_chances]
    return f" Without chances, as they were not calibrated: {', '.join(names)}." if names else ""


def no_season(lists: Sequence[PitchList], customer: Customer, report: Report) -> str:
    """Return why there is no seasonal list; nothing where there is one, or for a customer without any list."""
    if not any(pitches.lines for pitches in lists) or not customer.n_orders:
        return ""
    if any(pitches.lines for pitches in lists if pitches.name == "seasonal"):
        return ""
    seasonal = report.build.seasonal
    if seasonal.why_not:
        return f"No seasonal list: {seasonal.why_not.rstrip('.')}."
    if seasonal.customers is not None:
        return "No seasonal list: they miss no seasonal product that they bought in these weeks of last year."
    return ""


def list_csv(pitches: PitchList) -> str:
    """Return a list as CSV: the rows, columns and order of the screen, the values raw."""
    columns = CSV_CHANCE_COLUMNS if pitches.has_chances else CSV_COLUMNS
    return csv_text(columns, [_csv_row(line, has_chances=pitches.has_chances) for line in pitches.lines])


def _csv_row(line: Line, *, has_chances: bool) -> tuple[Cell, ...]:
    what = line.what
    chance = (what.chance, what.expected) if has_chances else ()
    return what.product_name, what.product_id, what.quantity, what.price, what.value, *chance, line.sentence


# ---- tiles ----


def tiles(customer: Customer, as_of: date, formats: Formats, *, has_year_before: bool) -> tuple[Tile, ...]:
    """Return the six figures of a customer; where one is not known its comparison says why.

    has_year_before     whether the data hold the 12 months before, to compare with
    """
    orders = formats.number(customer.orders_12m)
    compared: tuple[Tile, ...] = (
        _revenue(customer, as_of, formats),
        Tile("Orders, 12 months", orders, _before(formats.number(customer.orders_12m_before))),
        _average_order(customer, formats),
    )
    if not has_year_before:
        compared = tuple(replace(tile, note=NO_YEAR_BEFORE, trend=None) for tile in compared)
    return (
        *compared,
        _days_since(customer, as_of, formats),
        _products(customer, formats),
        _category(customer, formats),
    )


def _revenue(customer: Customer, as_of: date, formats: Formats) -> Tile:
    now, before = customer.revenue_12m, customer.revenue_12m_before
    label = f"Revenue, 12 months to {formats.day(as_of, as_of)}"
    if not before:
        return Tile(label, formats.money(now), "nothing the year before")
    change = formats.percent(abs(now / before - 1))
    return Tile(label, formats.money(now), f"{change} on {formats.money(before)}", _trend(now, before))


def _average_order(customer: Customer, formats: Formats) -> Tile:
    now = customer.revenue_12m / customer.orders_12m if customer.orders_12m else None
    before = customer.revenue_12m_before / customer.orders_12m_before if customer.orders_12m_before else None
    note = _before(formats.money(before)) if before is not None else "nothing the year before"
    return Tile("Average order", formats.money(now), note)


def _days_since(customer: Customer, as_of: date, formats: Formats) -> Tile:
    label = "Days since last order"
    if customer.last_order_on is None:
        return Tile(label, formats.number(None), "no orders yet")
    parts = []
    if customer.usual_gap_days is not None:
        parts.append(f"usual {formats.number(customer.usual_gap_days)}")
    if customer.longest_gap_days is not None:
        parts.append(f"longest before {formats.number(customer.longest_gap_days)}")
    since = formats.number((as_of - customer.last_order_on).days)
    return Tile(label, since, ", ".join(parts) or "one order day only")


def _products(customer: Customer, formats: Formats) -> Tile:
    similar = customer.similar_active_products
    note = "no similar customers" if similar is None else f"median of similar: {formats.number(similar)}"
    return Tile("Active products", formats.number(customer.active_products), note)


def _category(customer: Customer, formats: Formats) -> Tile:
    if customer.top_category is None:
        why = "no categories in the data" if customer.orders_12m else "nothing in 12 months"
        return Tile("Largest category", formats.percent(None), why)
    return Tile("Largest category", formats.percent(customer.top_category_share), customer.top_category)


def _trend(now: float, before: float) -> Trend | None:
    if now == before:
        return None
    return "up" if now > before else "down"


def _before(amount: str) -> str:
    return f"{amount} the year before"
