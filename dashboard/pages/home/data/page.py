"""What the home page shows: who needs attention, and the viewer's largest customers. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.display.customer_table import customer_cells, customer_columns, what_of
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, table_of
from dashboard.pages.home.data.attention import Need, needs, needs_table
from dashboard.records.customers import Customer

N_LARGEST = 20
LARGEST = "largest"


@dataclass(frozen=True)
class HomePage:
    """The lists, of how many customers, and whether there are reps to tell apart and a year before to compare with."""

    version: str
    as_of: date
    needs: TableRows
    largest: tuple[Customer, ...]
    n_customers: int
    shows_rep: bool
    has_year_before: bool


def home_page(context: PageContext) -> HomePage:
    """Return the page of the viewer's customers."""
    everyone = context.customers.everyone()
    found = needs_of(context, everyone)
    shows_rep = context.shows_rep(everyone)
    return HomePage(
        version=context.version.id,
        as_of=context.as_of,
        needs=needs_table(found, context.formats, context.links, shows_rep=shows_rep),
        largest=everyone[:N_LARGEST],
        n_customers=len(everyone),
        shows_rep=shows_rep,
        has_year_before=context.version.has_year_before(),
    )


def attention_table(context: PageContext) -> TableRows:
    """Return the viewer's customers who need attention, as the CSV has them."""
    everyone = context.customers.everyone()
    shows_rep = context.shows_rep(everyone)
    return needs_table(needs_of(context, everyone), context.formats, context.links, shows_rep=shows_rep)


def largest_table(context: PageContext) -> TableRows:
    """Return the viewer's largest customers as the CSV has them: the columns of the list of all."""
    everyone = context.customers.everyone()
    what = what_of(context, everyone)
    return table_of(
        (LARGEST, "Largest customers", ("customer", "customers")),
        customer_columns(what),
        everyone[:N_LARGEST],
        lambda customer: customer.customer_id,
        customer_cells(context.as_of, context.formats, context.links),
    )


def needs_of(context: PageContext, everyone: tuple[Customer, ...]) -> tuple[Need, ...]:
    """Return who of the viewer's customers needs attention."""
    has_year_before = context.version.has_year_before()
    return needs(everyone, context.as_of, context.formats, has_year_before=has_year_before)


def where_words(customer: Customer) -> str:
    """Return `Cafe, Berlin Nord`, as far as it is known."""
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    return where[:1].upper() + where[1:]
