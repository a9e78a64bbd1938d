"""The figures of a customer: tiles, and how likely they stop buying."""

from dataclasses import dataclass, replace
from datetime import date

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.tile import Tile, Trend
from dashboard.display.year_bars import YearBars, compared_by_months, year_bars
from dashboard.records.customers import Customer
from recsys.schema.reorder_rules import SlowRule


@dataclass(frozen=True)
class Years:
    """A customer's revenue by month, the day that the data begin, and whether they hold a year to compare with."""

    months: YearBars
    first_on: date
    has_year_before: bool


@dataclass(frozen=True)
class Stopping:
    """How likely a customer stops buying: `1 in 10`, of how many, and what it was on the day of the last order.

    slowing  that they order less often than they used to; empty where they do not
    """

    chance: str
    counts: str
    sentence: str
    before: str
    slowing: str = ""


def years_of(context: PageContext, customer_id: str) -> Years:
    """Return the months of a customer whom the viewer sees; of who sees no revenue all are empty."""
    first_on = context.version.first_order_on
    months = year_bars(context.customers.months(customer_id), context.as_of, first_on)
    return Years(months, first_on, has_year_before=context.version.has_year_before())


# ---- how likely they stop ----


def stopping_of(customer: Customer, as_of: date, formats: Formats) -> Stopping | None:
    """Return how many of the customers who had been silent for as long half a year ago did not order since."""
    n, of = customer.stopped, customer.as_silent
    if n is None or not of or customer.last_order_on is None or customer.usual_gap_days is None:
        return None
    since = formats.days((as_of - customer.last_order_on).days)
    silent = f"Silent for {since}, usual {formats.number(customer.usual_gap_days)}."
    counts = f"Of {formats.number(of)} customers as silent half a year ago, {formats.number(n)} did not order since."
    before = ""
    if customer.stopped_then is not None and customer.as_silent_then:
        then = formats.chance(customer.stopped_then / customer.as_silent_then)
        if then != formats.chance(n / of):
            before = f"It was {then} on {formats.day(customer.last_order_on, as_of)}."
    of_as_silent = f"{formats.number(n)} of {formats.number(of)} as silent"
    return Stopping(formats.chance(n / of), of_as_silent, f"{silent} {counts}", before, _slowing(customer, formats))


def _slowing(customer: Customer, formats: Formats) -> str:
    """Return how much less often a customer orders than usual; empty where they do not, or it is not known."""
    usual, recent = customer.usual_gap_days, customer.recent_gap_days
    now, before = customer.order_days_90d, customer.order_days_90d_before
    if usual is None or recent is None or now is None or before is None:
        return ""
    rule = SlowRule()
    if not rule.holds(customer.n_order_days, usual, recent, now, before):
        return ""
    every = (
        f"every {formats.days(recent)} lately, usual {formats.number(usual)}; " if recent >= rule.gaps * usual else ""
    )
    days = f"{formats.number(now)} order day{'' if now == 1 else 's'} in the last 90 days, {formats.number(before)}"
    return f"Slowing: {every}{days} in the 90 before."


# ---- tiles ----


def tiles(customer: Customer, years: Years, as_of: date, formats: Formats) -> tuple[Tile, ...]:
    """Return the six figures of a customer; where one is not known its comparison says why.

    Who sees no revenue gets the four that are not made of it.
    """
    revenue, average = _revenue(customer, as_of, formats), _average_order(customer, formats)
    orders = Tile(
        "Orders, 12 months",
        formats.number(customer.orders_12m),
        _before(formats.number(customer.orders_12m_before)),
        meaning=MEANINGS["Orders"],
    )
    if not years.has_year_before:
        # Full months, as far as the data hold them twice; of orders and their average they hold no months.
        begin = f"data from {formats.day(years.first_on)}"
        revenue = compared_by_months(revenue, years.months, years.first_on, formats)
        orders, average = replace(orders, note=begin), replace(average, note=begin)
    money = (revenue, average) if customer.revenue_12m is not None else ()
    return (
        *money[:1],
        orders,
        *money[1:],
        _days_since(customer, as_of, formats),
        *_stop_tile(customer, as_of, formats),
        _products(customer, formats),
        *([] if customer.stopped is not None else [_category(customer, formats)]),
    )


def _revenue(customer: Customer, as_of: date, formats: Formats) -> Tile:
    now, before = customer.revenue_12m, customer.revenue_12m_before
    tile = Tile(
        f"Revenue, 12 months to {formats.day(as_of, as_of)}",
        formats.money(now),
        "nothing the year before",
        meaning=MEANINGS["Revenue"],
    )
    if not before or now is None:
        return tile
    return replace(tile, note=formats.compared(now, before, formats.money), trend=_trend(now, before))


def _average_order(customer: Customer, formats: Formats) -> Tile:
    now = _ratio(customer.revenue_12m, customer.orders_12m)
    before = _ratio(customer.revenue_12m_before, customer.orders_12m_before)
    note = _before(formats.money(before)) if before is not None else "nothing the year before"
    return Tile("Average order", formats.money(now), note, meaning=MEANINGS["Average order"])


def _ratio(revenue: float | None, n_orders: int) -> float | None:
    return revenue / n_orders if revenue is not None and n_orders else None


def _days_since(customer: Customer, as_of: date, formats: Formats) -> Tile:
    label, meaning = "Days since last order", MEANINGS["Days since"]
    if customer.last_order_on is None:
        return Tile(label, formats.number(None), "no orders yet", meaning=meaning)
    parts = []
    if customer.usual_gap_days is not None:
        parts.append(f"usual {formats.number(customer.usual_gap_days)}")
    if customer.longest_gap_days is not None:
        parts.append(f"longest before {formats.number(customer.longest_gap_days)}")
    since = formats.number((as_of - customer.last_order_on).days)
    return Tile(label, since, ", ".join(parts) or "one order day only", meaning=meaning)


def _stop_tile(customer: Customer, as_of: date, formats: Formats) -> list[Tile]:
    found = stopping_of(customer, as_of, formats)
    if found is None:
        return []
    return [Tile("Likely to stop buying", found.chance, found.counts, meaning=MEANINGS["Likely to stop buying"])]


def _products(customer: Customer, formats: Formats) -> Tile:
    similar = customer.similar_active_products
    note = "no similar customers" if similar is None else f"median of similar: {formats.number(similar)}"
    return Tile("Active products", formats.number(customer.active_products), note, meaning=MEANINGS["Active products"])


def _category(customer: Customer, formats: Formats) -> Tile:
    label, meaning = "Largest category", MEANINGS["Largest category"]
    if customer.top_category is None:
        why = "no categories in the data" if customer.orders_12m else "nothing in 12 months"
        return Tile(label, formats.percent(None), why, meaning=meaning)
    return Tile(label, formats.percent(customer.top_category_share), customer.top_category, meaning=meaning)


def _trend(now: float, before: float) -> Trend | None:
    if now == before:
        return None
    return "up" if now > before else "down"


def _before(amount: str) -> str:
    return f"{amount} the year before"
