"""The list of the customers whom a segment, cells or a move choose."""

from functools import cache

from dashboard.display.formats import NONE
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.pages.segments.data.filters import SegmentFilters
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import cell_name, day_of, money_change, segment_name
from dashboard.records.customers import Customer

SEGMENTS = "segments"
ALL_WITH_ORDERS = "All with orders"
COLUMNS = (
    TableColumn("customer", "Customer", width=150, grow=4),
    TableColumn("number", "Customer number", in_file_only=True),
    TableColumn("segment", "Segment", width=96, grow=2, on_phone="plain", meaning=MEANINGS["Segment"]),
    TableColumn("region", "Region", in_file_only=True),
    TableColumn(
        "since",
        "Days since",
        "number",
        decimals=0,
        width=80,
        meaning=MEANINGS["Days since"],
        file_label="Days since the last order",
        has_filter_button=False,
    ),
    TableColumn("cell", "R, F", in_file_only=True),
    TableColumn(
        "before",
        "Year before",
        "number",
        width=88,
        meaning=MEANINGS["Revenue by the year before"],
        file_label="Revenue, year before",
        decimals=2,
        may_be_withheld=True,
        has_filter_button=False,
    ),
    TableColumn(
        "revenue",
        "Last 12 m.",
        "number",
        width=88,
        meaning=MEANINGS["Revenue"],
        file_label="Revenue, 12 months",
        decimals=2,
        may_be_withheld=True,
        has_filter_button=False,
    ),
    TableColumn(
        "change",
        "Change",
        "number",
        width=88,
        on_phone="value",
        meaning=MEANINGS["Change of revenue"],
        file_label="Change of revenue",
        decimals=2,
        may_be_withheld=True,
        has_filter_button=False,
    ),
    TableColumn("rep", "Rep", width=136, grow=2, on_phone="hidden", meaning=MEANINGS["Rep"]),
    TableColumn("rfm", "RFM segment", in_file_only=True),
    TableColumn("cluster", "Group of similar orders", "number", decimals=0, in_file_only=True),
)


def list_title(filters: SegmentFilters) -> str:
    """Return what the chosen customers are: `At risk`, `R2 F3 and R2 F4`, `All with orders`."""
    if filters.segment:
        name = segment_name(filters.by, filters.segment)
        return {"": name, "in": f"Moved to {name}", "out": f"Left {name}"}[filters.moved]
    cells = [cell_name(cell) for cell in filters.cells]
    if len(cells) > 4:
        return f"{len(cells)} cells"
    return " and ".join([", ".join(cells[:-1]), cells[-1]] if len(cells) > 1 else cells) or ALL_WITH_ORDERS


def list_note(page: SegmentsPage, context: PageContext) -> str:
    """Return who they are in words."""
    filters = page.filters
    if filters.moved:
        return f"Since {day_of(page, context.formats)}"
    return page.descriptions.get(filters.segment, "")


def segment_table(context: PageContext, filters: SegmentFilters, customers: tuple[Customer, ...]) -> TableRows:
    """Return the table of some customers, in their order."""
    formats, links, as_of = context.formats, context.links, context.as_of
    money, number = cache(formats.money), cache(formats.number)

    def since(one: Customer) -> int | None:
        return None if one.last_order_on is None else (as_of - one.last_order_on).days

    def cell(one: Customer) -> str | None:
        has_cell = one.rfm_recency is not None and one.rfm_frequency is not None
        return cell_name((one.rfm_recency or 0, one.rfm_frequency or 0)) if has_cell else None

    def change(one: Customer) -> float | None:
        known = one.revenue_12m is not None and one.revenue_12m_before is not None
        return (one.revenue_12m or 0) - (one.revenue_12m_before or 0) if known else None

    cells: dict[str, CellOf[Customer]] = {
        "customer": CellOf(lambda one: one.name, lambda one: one.name, lambda one: links.customer(one.customer_id)),
        "number": CellOf(lambda one: one.customer_id),
        "segment": CellOf(lambda one: one.segment),
        "region": CellOf(lambda one: one.region),
        "since": CellOf(since, lambda one: number(since(one))),
        "cell": CellOf(cell, lambda one: cell(one) or NONE),
        "before": CellOf(lambda one: one.revenue_12m_before, lambda one: money(one.revenue_12m_before)),
        "revenue": CellOf(lambda one: one.revenue_12m, lambda one: money(one.revenue_12m)),
        "change": CellOf(change, lambda one: money_change(change(one), formats)),
        "rep": CellOf(lambda one: one.rep),
        "rfm": CellOf(lambda one: one.rfm_segment),
        "cluster": CellOf(lambda one: one.cluster),
    }
    columns = _columns(context, customers)
    about = (SEGMENTS, list_title(filters), ("customer", "customers"))
    return table_of(about, columns, customers, lambda one: one.customer_id, cells)


def _columns(context: PageContext, customers: tuple[Customer, ...]) -> tuple[TableColumn, ...]:
    left_out = set() if context.version.has_year_before() else {"before", "change"}
    left_out |= set() if any(one.rep for one in customers) else {"rep"}
    left_out |= set() if any(one.cluster for one in customers) else {"cluster"}
    left_out |= set() if any(one.segment for one in customers) else {"segment"}
    return tuple(column for column in COLUMNS if column.name not in left_out)
