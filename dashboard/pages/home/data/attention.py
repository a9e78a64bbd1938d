"""Which of the viewer's customers need attention, and why, as far as the orders show. No Dash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.urls import Links
from dashboard.records.customers import Customer

NEEDS = "needs"
NEEDS_COLUMNS = (
    TableColumn("customer", "Customer", width=180, grow=2),
    TableColumn("number", "Customer number", in_file_only=True),
    TableColumn("segment", "Segment", in_file_only=True),
    TableColumn("region", "Region", in_file_only=True),
    TableColumn("what", "What", width=96, on_phone="hidden", meaning=MEANINGS["What"]),
    TableColumn("why", "Why", width=290, grow=3, on_phone="plain", meaning=MEANINGS["Why"]),
    TableColumn("rep", "Rep", width=140, on_phone="hidden", meaning=MEANINGS["Rep"]),
    TableColumn(
        "stake",
        "At stake",
        "number",
        width=112,
        on_phone="value",
        meaning=MEANINGS["At stake"],
        file_label="At stake, 12 months",
        decimals=2,
    ),
)

SILENT, FALLING, NEW = "Silent", "Falling", "No orders"

SILENT_GAPS = 2  # times the usual gap without an order
SILENT_FROM_DAYS = 3  # order days: fewer show no usual gap
FALLEN_TO = 0.75  # of the year before
MOST_FIRST = "Most at stake first"


@dataclass(frozen=True)
class Need:
    """A customer and the first thing that is wrong.

    at_stake    for 12 months: of a falling customer what is missing against the year before, of a silent one what they
                bought in the last 12 months; None of one who never ordered
    """

    customer: Customer
    what: str
    why: str
    at_stake: float | None


def needs(customers: Iterable[Customer], as_of: date, formats: Formats, *, has_year_before: bool) -> tuple[Need, ...]:
    """Return who needs attention, most revenue at stake first; blocked and closed customers do not.

    Silent: ordered within 12 months, and for more than twice the usual gap not any more. Falling: a quarter or more
    below the year before. No orders: none ever.
    """
    found = [
        need
        for customer in customers
        if customer.is_pitched_to and (need := _need(customer, as_of, formats, has_year_before))
    ]
    return tuple(sorted(found, key=lambda need: (-(need.at_stake or 0), need.customer.name, need.customer.customer_id)))


def _need(customer: Customer, as_of: date, formats: Formats, has_year_before: bool) -> Need | None:
    if customer.last_order_on is None:
        return Need(customer, NEW, "In the list of customers, but no order yet.", None)
    since, usual = (as_of - customer.last_order_on).days, customer.usual_gap_days
    is_known = usual is not None and customer.n_order_days >= SILENT_FROM_DAYS
    if is_known and customer.orders_12m and usual is not None and since > SILENT_GAPS * usual:
        why = f"{formats.days(since)} since the last order, usual {formats.number(usual)}."
        return Need(customer, SILENT, why, customer.revenue_12m)
    now, before = customer.revenue_12m, customer.revenue_12m_before
    if has_year_before and before and now is not None and now <= FALLEN_TO * before:
        fallen = f"{formats.money(before - now)} ({formats.percent(1 - now / before)}) less than the year before."
        why = fallen if now else f"Nothing in 12 months, {formats.money(before)} before."
        return Need(customer, FALLING, why, before - now)
    return None


def needs_table(found: tuple[Need, ...], formats: Formats, links: Links, *, shows_rep: bool) -> TableRows:
    """Return them as a table; with their reps where there are several to tell apart."""
    cells = {
        "customer": CellOf[Need](
            lambda need: need.customer.name,
            lambda need: need.customer.name,
            lambda need: links.customer(need.customer.customer_id),
        ),
        "number": CellOf[Need](lambda need: need.customer.customer_id),
        "segment": CellOf[Need](lambda need: need.customer.segment),
        "region": CellOf[Need](lambda need: need.customer.region),
        "what": CellOf[Need](lambda need: need.what),
        "why": CellOf[Need](lambda need: need.why),
        "rep": CellOf[Need](lambda need: need.customer.rep, lambda need: need.customer.rep or NONE),
        "stake": CellOf[Need](lambda need: need.at_stake, lambda need: formats.money(need.at_stake)),
    }
    return table_of(
        (NEEDS, "Needs attention", ("customer", "customers")),
        tuple(column for column in NEEDS_COLUMNS if shows_rep or column.name != "rep"),
        found,
        lambda need: need.customer.customer_id,
        cells,
        choice="what",
        is_main=True,
    )
