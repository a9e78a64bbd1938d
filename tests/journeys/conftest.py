"""One browser and one server for all journeys; each page fails its test on anything that the console complains of."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dash.testing.application_runners import ThreadedRunner
from dash.testing.composite import DashComposite
from dash.testing.consts import SELENIUM_GRID_DEFAULT
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from selenium.webdriver.chrome.options import Options

from tests.support.processes import BEHIND_PROXY, add_proxy_person, make_artifacts, proxy, serving
from tests.support.shared import made_once
from tests.support.waiting import PATIENCE_SECONDS

CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,900",
)

DESK = {"width": 1440, "height": 900}
PATIENCE_MS = PATIENCE_SECONDS * 1000  # beside other work a browser takes seconds to read plotly's script
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shop:
    """A served installation: its address (with the prefix, ending in a slash), its folders and its log."""

    address: str
    clean: Path
    artifacts: Path
    log: Path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield Chromium, one for all tests that drive it with Playwright: a process cannot have two."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def dash_duo(tmp_path: Path) -> Iterator[DashComposite]:
    """Yield Dash's own browser, made here: Dash's plugin would import Dash for every test."""
    options = Options()
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    (tmp_path / "download").mkdir()
    with (
        ThreadedRunner() as server,
        DashComposite(
            server,
            browser="Chrome",
            remote=False,
            remote_url=SELENIUM_GRID_DEFAULT,
            headless=False,  # CHROMIUM_FLAGS say so
            options=[options],
            download_path=str(tmp_path / "download"),
            percy_assets_root="",
            percy_finalize=False,
            pause=False,
            wait_timeout=int(PATIENCE_SECONDS),
        ) as composite,
    ):
        yield composite


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with `clean/` and `artifacts/` of a small sample wholesaler; nobody changes it."""
    return made_once(tmp_path_factory, "built", make_artifacts)


@pytest.fixture(scope="session")
def shop(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(built / "artifacts", folder / "artifacts")
    log = folder / "log"
    with serving(folder / "artifacts", folder / "state", log) as address:
        yield Shop(f"{address}/", built / "clean", folder / "artifacts", log)


@pytest.fixture(scope="session")
def prefixed_shop(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Yield the shop below /repertoire/, behind a proxy."""
    folder = tmp_path_factory.mktemp("prefixed")
    settings = {"REPERTOIRE_URL_PREFIX": "/repertoire/", **BEHIND_PROXY}
    add_proxy_person(folder / "state")
    log = folder / "log"
    with (
        serving(built / "artifacts", folder / "state", log, **settings) as upstream,
        proxy(upstream, "/repertoire/") as address,
    ):
        yield Shop(f"{address}/repertoire/", built / "clean", built / "artifacts", log)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce")
    yield fresh
    fresh.close()


@pytest.fixture
def phone_context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB", color_scheme="dark")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    yield from watched(context)


@pytest.fixture
def phone(phone_context: BrowserContext) -> Iterator[Page]:
    yield from watched(phone_context)


def _failure(request: Request) -> list[str]:
    """Return a failed request as text; empty if the browser gave it up because the page was left."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} {request.failure}"]


def watched(context: BrowserContext) -> Iterator[Page]:
    """Yield a page; fail on a message in its console, an error, or a request that leaves the loopback."""
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    addresses: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
    page.on("request", lambda request: addresses.append(request.url))
    yield page
    assert complaints == []
    assert [url for url in addresses if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []
    assert addresses


@pytest.fixture(params=[(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")], ids=str)
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Yield a page of a new visitor, wide and narrow, light and dark."""
    size, theme = request.param
    context = browser.new_context(
        viewport=size, color_scheme=theme, reduced_motion="reduce", locale="en-GB", ignore_https_errors=True
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def is_sound(page: Page) -> None:
    """Assert that axe finds nothing and nothing is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
