"""What a request needs and the factory made, found through the app that answers: never through a global."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, g

from dashboard.access.accounts import Accounts
from dashboard.access.tokens import Tokens
from dashboard.access.trail import person_number
from dashboard.access.viewer import Viewer, current_viewer
from dashboard.activity.database.connect import Database
from dashboard.alerts.rule_book import RuleBook
from dashboard.data.answer_cache import AnswerCache
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.data.touched import TouchedCustomers
from dashboard.display.bundle_table import BundleTables
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import KeptTables
from dashboard.display.page_context import PageContext
from dashboard.display.urls import Links
from dashboard.paper.pdf import PdfMaker
from dashboard.settings import Settings
from dashboard.shop.availability import Availability
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError

EXTENSION = "repertoire"


@dataclass(frozen=True)
class Services:
    """The objects that live as long as the app."""

    settings: Settings
    reader: Reader
    formats: Formats
    links: Links
    repository: Repository
    bundle_tables: BundleTables
    kept_tables: KeptTables
    database: Database
    accounts: Accounts
    rule_book: RuleBook
    pdf_maker: PdfMaker
    answers: AnswerCache
    tokens: Tokens
    availability: Availability
    touched: TouchedCustomers

    def desk(self, person_id: int = 0) -> Desk:
        """Return a person's desk, as of now."""
        today, rule = self.formats.today(datetime.now(UTC)), self.rule_book.team_lost_rule()
        at = self.settings
        return Desk(self.database, rule, today, person_id, at.calls, at.call_again_days, self.availability)


def services() -> Services:
    """Return the current app's services. Needs an app context; raises RuntimeError without one."""
    found = current_app.extensions[EXTENSION]
    if not isinstance(found, Services):
        raise TypeError(f"extensions[{EXTENSION!r}] is {type(found).__name__}, not Services")
    return found


def newest_context() -> PageContext | None:
    """Return `page_context` of the newest version; None where there are no data."""
    try:
        return page_context()
    except ArtifactError:
        return None


def page_context(version: str = "") -> PageContext:
    """Return what a page is put together from, for who sends the request: the newest version if none is named.

    It is the same one for the whole request, so that a page and its title are of one version.
    Raises ArtifactError where there is none, VersionGone for an old one that is not kept any more.
    """
    at, viewer = services(), current_viewer()
    kept: dict[Viewer, str] = g.setdefault("repertoire_newest", {})
    snapshot = at.repository.snapshot(viewer, version or kept.get(viewer, ""))
    context = PageContext(snapshot, at.formats, at.links, at.desk(person_number() or 0))
    if not version:
        kept[viewer] = context.version.id
    return context
