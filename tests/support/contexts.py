"""What pages are put together from, without the app: a viewer's context of a version, and the services of a server."""

import atexit
import shutil
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from flask import Flask

from dashboard.access.accounts import open_accounts
from dashboard.access.tokens import Tokens
from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.shop_records import Stock
from dashboard.alerts.rule_book import RuleBook
from dashboard.data.answer_cache import AnswerCache
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.data.touched import TouchedCustomers
from dashboard.display.bundle_table import BundleTables
from dashboard.display.kept_tables import KeptTables
from dashboard.display.page_context import PageContext
from dashboard.display.urls import Links
from dashboard.paper.pdf import PdfMaker
from dashboard.services import Services
from dashboard.settings import Settings
from dashboard.shop.availability import Availability, StockWords
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.screens import FORMATS
from tests.support.viewers import rep

TODAY = date(2026, 11, 17)
ANN = rep("Ann Example")  # the reps of the small version
BOB = rep("Bob Sample")


def context_of(
    data: Repository | Path,
    viewer: Viewer = EVERYONE,
    version: str = "",
    *,
    prefix: str = "/",
    desk: Desk | None = None,
) -> PageContext:
    """Return a viewer's context of a version, the newest if none is named.

    data    what is served, or the folder of its versions
    desk    None: one on which nothing was ever recorded
    """
    repository = Repository(Reader(data)) if isinstance(data, Path) else data
    return PageContext(repository.snapshot(viewer, version), FORMATS, Links(prefix), desk or nobodys_desk())


def nobodys_desk(today: date = TODAY) -> Desk:
    """Return a desk with an empty database of its own, in a folder that goes with the process."""
    return Desk(_empty_database(), LostRule(), today)


class Said(Availability):
    """What a stock system said, without a database."""

    def __init__(self, *said: Stock) -> None:
        super().__init__(_empty_database())
        self._said = StockWords(1, {one.product_id: one for one in said})

    def words(self) -> StockWords:
        return self._said


@lru_cache(maxsize=1)
def _empty_database() -> Database:
    folder = Path(mkdtemp(prefix="repertoire-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(Settings(state=folder))
    database.prepare()
    return database


def services_of(artifacts: Path, prefix: str = "/") -> Services:
    """Return the services of an app that reads a folder of versions."""
    reader, links = Reader(artifacts), Links(prefix)
    repository = Repository(reader)
    tables = BundleTables(repository.cache.bundles, FORMATS, links)
    kept = KeptTables(lambda viewer, version: context_of(repository, viewer, version, prefix=prefix))
    settings = Settings(state=artifacts.parent / "state")
    database = open_database(settings)
    book = RuleBook(database, settings.lost_rule)
    accounts = open_accounts(settings, database, "0" * 64)
    answers = AnswerCache(Flask(__name__))
    return Services(
        settings,
        reader,
        FORMATS,
        links,
        repository,
        tables,
        kept,
        database,
        accounts,
        book,
        PdfMaker(),
        answers,
        Tokens(database),
        Availability(database),
        TouchedCustomers(database),
    )
