"""What the home page shows: the viewer's largest customers. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.answers import Listing
from dashboard.repository import Repository
from dashboard.viewer import Viewer

N_LARGEST = 20


@dataclass(frozen=True)
class HomePage:
    """The list, and whether it has reps to tell apart and a year before to compare with."""

    version: str
    as_of: date
    largest: Listing
    shows_rep: bool
    has_year_before: bool


def home_page(repository: Repository, viewer: Viewer) -> HomePage:
    """Return the page from the newest version. Raises ArtifactError where there is none."""
    version = repository.newest()
    largest = repository.largest_customers(viewer, N_LARGEST, version)
    shows_rep = viewer.role == "all" and any(customer.rep for customer in largest.customers)
    return HomePage(version, repository.as_of(version), largest, shows_rep, repository.has_year_before(version))
