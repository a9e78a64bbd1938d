"""What the home page shows: who needs attention, and the viewer's largest customers. No Dash."""

import sys
from dataclasses import dataclass
from datetime import date

from dashboard.access.viewer import Viewer
from dashboard.data.repository import Repository
from dashboard.display.csv import Cell
from dashboard.display.formats import Formats
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows
from dashboard.display.urls import Links
from dashboard.pages.home.data.attention import needs, needs_table, which_are_shown
from dashboard.records.customers import Customer, Listing

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
    """The lists, and whether there are reps to tell apart and a year before to compare with."""

    version: str
    as_of: date
    needs: TableRows
    needs_note: str
    largest: Listing
    shows_rep: bool
    has_year_before: bool


def home_page(repository: Repository, viewer: Viewer, formats: Formats, links: Links, version: str = "") -> HomePage:
    """Return the page, from the newest version if no other is named. Raises ArtifactError where there is none."""
    version = version or repository.newest()
    all_of_them = repository.largest_customers(viewer, sys.maxsize, version)
    largest = Listing(all_of_them.customers[:N_LARGEST], all_of_them.total)
    shows_rep = viewer.role == "all" and _any_rep(all_of_them.customers)
    as_of, has_year_before = repository.as_of(version), repository.has_year_before(version)
    found = needs(all_of_them.customers, as_of, formats, has_year_before=has_year_before)
    table = needs_table(found, formats, links, shows_rep=shows_rep)
    return HomePage(version, as_of, table, which_are_shown(found, formats), largest, shows_rep, has_year_before)


def largest_table(page: HomePage) -> TableRows:
    """Return the largest customers as the CSV has them: a column for each number that the screen tells."""
    left_out = set() if page.shows_rep else {"rep"}
    left_out |= set() if page.has_year_before else {"before"}
    columns = tuple(column for column in LARGEST_COLUMNS if column.name not in left_out)
    rows = tuple(
        TableRow(
            one.customer_id, tuple(TableCell(raw, "") for name, raw in _raw(one, page).items() if name not in left_out)
        )
        for one in page.largest.customers
    )
    return TableRows(LARGEST, "Largest customers", ("customer", "customers"), columns, rows)


def _raw(customer: Customer, page: HomePage) -> dict[str, Cell]:
    last = customer.last_order_on
    return {
        "customer": customer.name,
        "number": customer.customer_id,
        "where": where_words(customer),
        "rep": customer.rep,
        "revenue": customer.revenue_12m,
        "before": customer.revenue_12m_before,
        "last": last,
        "since": (page.as_of - last).days if last else None,
        "usual": customer.usual_gap_days,
    }


def where_words(customer: Customer) -> str:
    """`Cafe, Berlin Nord`, as far as it is known."""
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    return where[:1].upper() + where[1:]


def _any_rep(customers: tuple[Customer, ...]) -> bool:
    return any(customer.rep for customer in customers)
