"""Alerts in words: a line each, for the page, its file and the digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.activity.records import AlertKey
from dashboard.alerts.found import Alert
from dashboard.alerts.newness import seen_until
from dashboard.alerts.queries import AlertStates
from dashboard.alerts.rules import DUE, LOST, MISSED, SEASON, SLOWING, STOCK
from dashboard.display.page_context import PageContext
from dashboard.display.timeline import Timeline, timeline_since
from dashboard.records.customers import Customer, Recommendation

YEAR = timedelta(days=365)  # of the line of purchases
LISTS = {LOST: ("lost",), DUE: ("usual",), SEASON: ("seasonal",)}  # whose line an alert is about


@dataclass(frozen=True)
class Offer:
    """What to offer in the place of a lost product."""

    product_id: str
    name: str
    note: str


@dataclass(frozen=True)
class AlertLine:
    """One alert.

    title, number  of the product, the customer, or the next step, whose number is empty
    about          what happened, in a sentence or two
    days, worth    for how long, and what it is worth; empty where the kind has none
    extra          what the kind says besides; `offer` where it is a product
    state          what became of it
    is_new         since the person's visit before this one
    dots           purchases in the last year
    """

    key: AlertKey
    title: str
    number: str
    customer: Customer | None
    about: str
    days: str
    worth: str
    extra: str
    state: str
    is_new: bool
    alert: Alert
    dots: Timeline | None = None
    offer: Offer | None = None
    line: Recommendation | None = None


def alert_lines(
    context: PageContext,
    alerts: Sequence[Alert],
    states: AlertStates,
    until: Mapping[AlertKey, date],
    *,
    has_dots: bool = True,
) -> tuple[AlertLine, ...]:
    """Return alerts in words, in their order; an alert about a customer whom the viewer does not see is left out.

    until     until which day it is put off, of those that are
    has_dots  whether purchases are read for their line
    """
    found = (_WRITERS[alert.key.kind](context, alert, states) for alert in alerts)
    lines = (_with_state(context, line, states, until.get(line.key)) for line in found if line is not None)
    return tuple(replace(line, dots=_dots(context, line)) if has_dots else line for line in lines)


def _dots(context: PageContext, line: AlertLine) -> Timeline | None:
    """Return the purchases of the last year that an alert is about."""
    kind, customer_id, product_id = line.key
    if kind in LISTS:
        days = [purchase.on for purchase in context.customers.purchases(customer_id, product_id)]
    elif kind == SLOWING:
        days = list(context.customers.order_dates(customer_id))
    else:
        return None
    return timeline_since(days, context.as_of - YEAR, context.as_of)


# ---- kinds ----


def _of_product(context: PageContext, alert: Alert, _: AlertStates) -> AlertLine | None:
    customer, key, formats = context.customers.get(alert.key.customer_id), alert.key, context.formats
    if customer is None:
        return None
    rows = context.customers.recommendations(key.customer_id)
    line = next((one for one in rows if one.list in LISTS[key.kind] and one.product_id == key.product_id), None)
    usual = formats.quantity_price(line.quantity, line.price) if line else ""
    return AlertLine(
        key=key,
        title=context.products.name(key.product_id),
        number=key.product_id,
        customer=customer,
        about=f"{customer.name}. {rhythm(context, alert)}",
        days="" if key.kind == SEASON else formats.days(alert.days),
        worth=formats.money(alert.worth),
        extra="None in the range" if key.kind == LOST else usual,
        state="",
        is_new=False,
        alert=alert,
        offer=_offer(context, line) if key.kind == LOST else None,
        line=line,
    )


def rhythm(context: PageContext, alert: Alert) -> str:
    """Return `Every 13 days (22 times) until 1 Sep.`"""
    formats, on = context.formats, context.formats.day(alert.last_on, context.as_of)
    times = "once" if alert.n == 1 else f"{formats.number(alert.n)} times"
    if alert.key.kind == SEASON:
        return f"Bought {times} in these weeks of last year, last on {on}; not since."
    every = f"Every {formats.days(alert.gap)} ({times})" if alert.gap is not None else f"Bought {times}"
    if alert.key.kind == LOST:
        return f"{every} until {on}."
    since = (context.as_of - alert.last_on).days if alert.last_on else 0
    return f"{every}; {formats.days(since)} since the last."


def _offer(context: PageContext, line: Recommendation | None) -> Offer | None:
    if line is None or line.substitute_id is None:
        return None
    n = context.formats.number(line.substitute_n)
    buy = f"{n} similar customer{' buys' if line.substitute_n == 1 else 's buy'} it"
    return Offer(line.substitute_id, context.products.name(line.substitute_id), buy)


def _of_customer(context: PageContext, alert: Alert, _: AlertStates) -> AlertLine | None:
    customer, formats = context.customers.get(alert.key.customer_id), context.formats
    if customer is None:
        return None
    lately = f"Every {formats.days(customer.recent_gap_days)} lately, usual {formats.number(customer.usual_gap_days)}."
    now, before = formats.number(customer.order_days_90d), formats.number(customer.order_days_90d_before)
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    return AlertLine(
        key=alert.key,
        title=customer.name,
        number=customer.customer_id,
        customer=customer,
        about=f"{where[:1].upper()}{where[1:]}. {lately}" if where else lately,
        days=formats.days(alert.days),
        worth=formats.money(alert.worth),
        extra=f"{now} order days in 90 days, {before} in the 90 before",
        state="",
        is_new=False,
        alert=alert,
    )


def _of_step(context: PageContext, alert: Alert, states: AlertStates) -> AlertLine | None:
    customer, step = context.customers.get(alert.key.customer_id), states.steps.get(alert.key.product_id)
    if customer is None or step is None:
        return None
    formats, by = context.formats, states.names.get(step.person_id, "")
    return AlertLine(
        key=alert.key,
        title=step.text,
        number="",
        customer=customer,
        about=f"{customer.name}. Was due on {formats.day(step.due_on, context.desk.today)}.",
        days=formats.days(alert.days),
        worth="",
        extra=by,
        state="",
        is_new=False,
        alert=alert,
    )


def _of_stock(context: PageContext, alert: Alert, _: AlertStates) -> AlertLine | None:
    product, formats = context.products.get(alert.key.product_id), context.formats
    if product is None:
        return None
    left, wanted = alert.gap or 0.0, (alert.gap or 0.0) + alert.days
    mine = formats.number(alert.n)
    return AlertLine(
        key=alert.key,
        title=product.name,
        number=product.product_id,
        customer=None,
        about=(
            f"On the open lists of {mine} of your customers. "
            f"All open lists would take {formats.quantity(round(wanted))} in 4 weeks."
        ),
        days=formats.quantity(alert.days),
        worth="",
        extra=f"{formats.quantity(left)}, counted {formats.day(alert.last_on, context.as_of)}",
        state="",
        is_new=False,
        alert=alert,
    )


_WRITERS: Mapping[str, Callable[[PageContext, Alert, AlertStates], AlertLine | None]] = {
    LOST: _of_product,
    DUE: _of_product,
    SEASON: _of_product,
    SLOWING: _of_customer,
    MISSED: _of_step,
    STOCK: _of_stock,
}


# ---- what became of it ----


def _with_state(context: PageContext, line: AlertLine, states: AlertStates, until: date | None) -> AlertLine:
    opened = line.alert.opened_on
    return replace(
        line,
        state=state_words(context, line.alert, states, until),
        is_new=is_new(context, line.key.kind, opened, states),
    )


def state_words(context: PageContext, alert: Alert, states: AlertStates, until: date | None) -> str:
    """Return `Snoozed until 1 Dec`, `Assigned to Tom Albers`, `Pitched 12 Nov` or `Open, 9 days`."""
    formats, today = context.formats, context.desk.today
    if until is not None:
        return f"Snoozed until {formats.day(until, today)}"
    assigned = states.assigned.get(alert.key)
    if assigned is not None:
        name = states.names.get(assigned.assigned_to)
        return f"Assigned to {name}" if name else "Assigned"
    pitched = pitched_on(context, alert, states)
    if pitched is not None:
        return f"Pitched {formats.day(pitched, today)}"
    now = today if alert.key.kind == MISSED else context.as_of
    if alert.opened_on is None:
        return "Open"
    days = (now - alert.opened_on).days
    return f"Open, {formats.days(days)}" if days > 0 else "Open, today"


def pitched_on(context: PageContext, alert: Alert, states: AlertStates) -> date | None:
    """Return on which day the product was pitched since the alert began; None where it was not."""
    at = states.pitched.get((alert.key.customer_id, alert.key.product_id))
    if at is None:
        return None
    day = at.astimezone(context.formats.time_zone).date()
    return day if alert.opened_on is None or day >= alert.opened_on else None


def is_new(context: PageContext, kind: str, opened_on: date | None, states: AlertStates) -> bool:
    """Return whether an alert began since the person's visit before this one; False while visits cannot be read."""
    if states.visit is None or opened_on is None:
        return False
    return opened_on > seen_until(kind, states.visit, context.as_of, context.desk.today, before=True)
