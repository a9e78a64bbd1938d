"""What the home page shows: who needs attention, and the viewer's largest customers. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.pages.home.data.attention import Need, needs, needs_table, which_are_shown
from dashboard.records.customers import Customer

N_LARGEST = 20
LARGEST = "largest"
LARGEST_COLUMNS = (
    TableColumn("customer", "Customer"),
    TableColumn("number", "Number"),
    TableColumn("where", "Segment and region"),
    TableColumn("rep", "Rep"),
    TableColumn("revenue", "Revenue, 12 months", "number"),
    TableColumn("before", "Year before", "number"),
    TableColumn("last", "Last order", "date"),
    TableColumn("since", "Days since", "number"),
    TableColumn("usual", "Usual", "number"),
)


@dataclass(frozen=True)
class HomePage:
    """The lists, of how many customers, and whether there are reps to tell apart and a year before to compare with."""

    version: str
    as_of: date
    needs: TableRows
    needs_note: str
    largest: tuple[Customer, ...]
    n_customers: int
    shows_rep: bool
    has_year_before: bool


def home_page(context: PageContext) -> HomePage:
    """Return the page of the viewer's customers."""
    everyone = context.customers.everyone()
    found = needs_of(context, everyone)
    shows_rep = _shows_rep(context, everyone)
    return HomePage(
        version=context.version.id,
        as_of=context.as_of,
        needs=needs_table(found, context.formats, context.links, shows_rep=shows_rep),
        needs_note=which_are_shown(found, context.formats),
        largest=everyone[:N_LARGEST],
        n_customers=len(everyone),
        shows_rep=shows_rep,
        has_year_before=context.version.has_year_before(),
    )


def attention_table(context: PageContext) -> TableRows:
    """Return the viewer's customers who need attention, as the CSV has them."""
    everyone = context.customers.everyone()
    shows_rep = _shows_rep(context, everyone)
    return needs_table(needs_of(context, everyone), context.formats, context.links, shows_rep=shows_rep)


def largest_table(context: PageContext) -> TableRows:
    """Return the viewer's largest customers as the CSV has them: a column for each number on the screen."""
    everyone = context.customers.everyone()
    left_out = set() if _shows_rep(context, everyone) else {"rep"}
    left_out |= set() if context.version.has_year_before() else {"before"}
    return table_of(
        (LARGEST, "Largest customers", ("customer", "customers")),
        tuple(column for column in LARGEST_COLUMNS if column.name not in left_out),
        everyone[:N_LARGEST],
        lambda customer: customer.customer_id,
        _raw_cells(context.as_of),
    )


def needs_of(context: PageContext, everyone: tuple[Customer, ...]) -> tuple[Need, ...]:
    """Return who of the viewer's customers needs attention."""
    has_year_before = context.version.has_year_before()
    return needs(everyone, context.as_of, context.formats, has_year_before=has_year_before)


def _raw_cells(as_of: date) -> dict[str, CellOf[Customer]]:
    def since(customer: Customer) -> int | None:
        return (as_of - customer.last_order_on).days if customer.last_order_on else None

    return {
        "customer": CellOf(lambda customer: customer.name),
        "number": CellOf(lambda customer: customer.customer_id),
        "where": CellOf(where_words),
        "rep": CellOf(lambda customer: customer.rep),
        "revenue": CellOf(lambda customer: customer.revenue_12m),
        "before": CellOf(lambda customer: customer.revenue_12m_before),
        "last": CellOf(lambda customer: customer.last_order_on),
        "since": CellOf(since),
        "usual": CellOf(lambda customer: customer.usual_gap_days),
    }


def where_words(customer: Customer) -> str:
    """Return `Cafe, Berlin Nord`, as far as it is known."""
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    return where[:1].upper() + where[1:]


def _shows_rep(context: PageContext, everyone: tuple[Customer, ...]) -> bool:
    """Return whether there are reps to tell apart."""
    return context.viewer.role == "all" and any(customer.rep for customer in everyone)
