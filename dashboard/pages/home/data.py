"""What the home page shows: who needs attention, and the viewer's largest customers. No Dash."""

import sys
from dataclasses import dataclass
from datetime import date

from dashboard.answers import Customer, Listing
from dashboard.formats import Formats
from dashboard.links import Links
from dashboard.pages.home.attention import needs, needs_table, which_are_shown
from dashboard.repository import Repository
from dashboard.table_rows import TableRows
from dashboard.viewer import Viewer

N_LARGEST = 20


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


def _any_rep(customers: tuple[Customer, ...]) -> bool:
    return any(customer.rep for customer in customers)
