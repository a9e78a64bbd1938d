"""For all tests: real data where it is there (the folder that REPERTOIRE_REAL_DATA names), Chromium's flags."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from selenium.webdriver.chrome.options import Options

ROOT = Path(__file__).parent.parent


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


def pytest_setup_options() -> Options:
    """What Dash's own browser fixture starts Chromium with."""
    options = Options()
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    return options


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("REPERTOIRE_REAL_DATA"):
        return
    skip = pytest.mark.skip(reason="REPERTOIRE_REAL_DATA is not set")
    for item in items:
        if item.get_closest_marker("realdata"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if "REPERTOIRE_REAL_DATA" in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests on real data skipped: REPERTOIRE_REAL_DATA is not set")


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """An app sends what is logged to stdout; the next test is not to see that in what its command prints."""
    loggers = [logging.getLogger(name) for name in ("dashboard", "recsys", "dash")]
    before = [(one, one.handlers, one.propagate, one.level) for one in loggers]
    yield
    for one, handlers, propagate, level in before:
        one.handlers, one.propagate, one.level = handlers, propagate, level


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests that drive it with Playwright: there can be no second one in a process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real orders."""
    folder = (ROOT / os.environ["REPERTOIRE_REAL_DATA"]).resolve()
    assert folder.is_dir(), f"REPERTOIRE_REAL_DATA names {folder}, which is no folder"
    return folder
