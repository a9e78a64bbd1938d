"""create_app: the only place where objects are made and handed down."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import quote

from dash import Dash
from flask import Flask, Response, request
from flask_compress import Compress
from flask_openapi3.openapi import OpenAPI

from dashboard import pages, shell
from dashboard.access.accounts import open_accounts
from dashboard.access.tokens import Tokens
from dashboard.access.trail import Retention
from dashboard.activity.database.connect import open_database
from dashboard.alerts.rule_book import RuleBook
from dashboard.api.app import add_api, api_server
from dashboard.components.page_guard import first_page, guard_pages
from dashboard.data.answer_cache import AnswerCache
from dashboard.data.repository import Repository
from dashboard.data.touched import TouchedCustomers
from dashboard.display.bundle_table import BundleTables
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import KeptTables
from dashboard.display.page_context import PageContext
from dashboard.display.urls import Links
from dashboard.paper.pdf import PdfMaker
from dashboard.services import EXTENSION, Services, newest_context
from dashboard.settings import Settings
from dashboard.shop.availability import Availability
from dashboard.state.folder import CACHE, LOOKUP, prepare_state, secret_key
from dashboard.warm import make_campaigns_ready, make_ready
from dashboard.web.api_guard import add_api_guard
from dashboard.web.campaign_files import add_campaign_files
from dashboard.web.fonts import inter_file
from dashboard.web.guard import guard
from dashboard.web.health import add_health
from dashboard.web.paper import add_paper
from dashboard.web.request_log import RequestLog, answer_plainly, set_up_logging
from dashboard.web.security import POLICY, content_security_policy, refuse_unknown, secure
from dashboard.web.sign_in.guard import PUBLIC_ASSETS, WARM_UP, add_guard
from dashboard.web.sign_in.pages import add_pages
from dashboard.web.sign_in.view import Head
from dashboard.web.static_files import YEAR_SECONDS, own_stylesheet, serve_files, vendor_files
from recsys.artifacts.open_version import Version
from recsys.artifacts.reader import Reader

TITLE = "Repertoire"
ASSETS = Path(__file__).parents[1] / "assets"
META_TAGS = (
    {"name": "viewport", "content": "width=device-width, initial-scale=1, viewport-fit=cover"},
    {"name": "robots", "content": "noindex"},
)


def create_app(settings: Settings) -> Dash:
    """Return the app, warmed up: its first request is as fast as any other.

    It holds a reader with a thread that looks for new versions: make it in the process that serves, not before a
    fork. Without artifacts or the database it starts too and says what is missing. May be called again in one process;
    the pages' registry is Dash's own global, so that apps in one process have equal pages.
    Raises RecsysError for a state folder or key that cannot be used, and for a database with a newer schema.
    """
    set_up_logging(settings.log_level)
    server = _server(settings)
    database = open_database(settings)
    database.prepare_if_available()
    forms = settings.state / CACHE / LOOKUP
    reader = Reader(settings.artifacts, poll_seconds=settings.poll_seconds, forms=forms)
    formats = Formats(settings.locale, settings.currency, settings.time_zone)
    repository = Repository(reader)
    links = Links(settings.url_prefix)
    tables = BundleTables(repository.cache.bundles, formats, links)
    kept = KeptTables(
        lambda viewer, version: PageContext(repository.snapshot(viewer, version), formats, links, made.desk())
    )
    book = RuleBook(database, settings.lost_rule)
    accounts = open_accounts(settings, database, secret_key(settings.state))
    pdf_maker = PdfMaker(inter_file())
    answers = AnswerCache(server, settings.cache_url)
    made = Services(
        settings,
        reader,
        formats,
        links,
        repository,
        tables,
        kept,
        database,
        accounts,
        book,
        pdf_maker,
        answers,
        Tokens(database),
        Availability(database),
        TouchedCustomers(database),
    )
    server.extensions[EXTENSION] = made
    add_health(server, settings.url_prefix)
    add_paper(server, settings.url_prefix)
    add_campaign_files(server, settings.url_prefix)
    add_api(server, settings.url_prefix)
    app = _dash(server, settings)
    _answer_unknown_pages_with_404(server, settings.url_prefix)
    shell.register(app)
    for page in pages.PAGES:
        page.register(app)
    retention = Retention(database, settings.audit_days, accounts.remove_old)
    retention.look(datetime.now(UTC))
    server.before_request(lambda: retention.look(datetime.now(UTC)))
    guard_pages()
    guard(app, settings.url_prefix, pages.name_at, lambda identity: first_page(identity.roles, settings.url_prefix))
    reader.start(each_new=partial(_look_after, made), before=lambda version: make_ready(made, version.id))
    _warm_up(app, settings.url_prefix)
    repository.forget_who_asked()
    server.wsgi_app = RequestLog(server.wsgi_app, repository.newest)  # type: ignore[method-assign]
    return app


def _look_after(made: Services, version: Version) -> None:
    """Make of a version what those who ask first would wait for; what is there already costs nothing."""
    make_ready(made, version.id)
    Thread(target=make_campaigns_ready, args=(made, version), name=f"campaigns {version.id}", daemon=True).start()


def _server(settings: Settings) -> OpenAPI:
    prepare_state(settings.state)
    server = api_server("dashboard", static_folder=None)
    server.secret_key = secret_key(settings.state)
    server.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    server.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    # Flask calls these in the opposite order: first the headers, then the compression, which adds to them.
    Compress(server)
    secure(server, settings)
    add_api_guard(server, settings)
    add_guard(server, settings)
    answer_plainly(server)
    return server


def _dash(server: Flask, settings: Settings) -> Dash:
    vendor = vendor_files(settings.state / CACHE)
    stylesheets = serve_files(server, settings.url_prefix, (*vendor.stylesheets, own_stylesheet(ASSETS)), vendor.others)
    app = Dash(
        "dashboard",
        server=cast(Any, server),  # Dash's annotation forgets that it takes one
        url_base_pathname=settings.url_prefix,
        use_pages=True,
        pages_folder="",
        assets_folder=str(ASSETS),
        assets_ignore=r"\.css$",  # they are joined in one
        external_stylesheets=stylesheets,
        serve_locally=True,
        # Otherwise the page's source holds the layout of every page with its data.
        suppress_callback_exceptions=True,
        title=TITLE,
        update_title="",
        meta_tags=list(META_TAGS),
        include_pages_meta=False,
        add_log_handler=False,
        enable_mcp=False,
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en">')
    refuse_unknown(app)
    *scripts, icon = (shell.asset(app, name) for name in PUBLIC_ASSETS)
    where = (settings.locale.replace("_", "-"), settings.time_zone)
    add_pages(server, settings, Head(tuple(stylesheets), tuple(scripts), icon, settings.url_prefix, *where))
    return app


def _answer_unknown_pages_with_404(server: Flask, prefix: str) -> None:
    """Answer unknown paths with 404: Dash answers each with 200 and lets the browser draw a missing page."""
    page_endpoints = {prefix, f"{prefix}<path:path>"}

    @server.after_request
    def unknown_is_404(response: Response) -> Response:
        if request.endpoint in page_endpoints and response.status_code == 200 and not _is_known(prefix):
            response.status_code = 404
        return response


def _is_known(prefix: str) -> bool:
    """Return whether the pages know the path, quoted as browsers send it. Without data the page itself says so."""
    path = quote(f"/{request.path.removeprefix(prefix)}")
    context = newest_context()
    return context is None or pages.is_known(path, context)


def _warm_up(app: Dash, prefix: str) -> None:
    """Send a first request: Dash registers its routing callback in it, and several at once would get errors."""
    app.server.test_client().get(f"{prefix}_dash-layout", environ_overrides={WARM_UP: True})
    app.server.config[POLICY] = content_security_policy(app.csp_hashes())
