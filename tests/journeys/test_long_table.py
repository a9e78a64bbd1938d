"""A table too long to be sent: the app filters, sorts and finds, and the file has all that fits."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from dashboard.components import list_page
from dashboard.display import kept_tables
from dashboard.factory import create_app
from dashboard.settings import Settings
from tests.journeys.conftest import DESK, PHONE, is_sound
from tests.support.artifacts import publish_small
from tests.support.fonts import put_font

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve five customers where three are too many to be sent, and two are."""
    monkeypatch.setattr(kept_tables, "MOST_SENT", 3)
    monkeypatch.setattr(list_page, "MOST_PART", 2)
    publish_small(tmp_path / "artifacts")
    put_font(tmp_path / "state")
    app = create_app(Settings(artifacts=tmp_path / "artifacts", state=tmp_path / "state"))
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def names(page: Page) -> Locator:
    """Return the names of the rows, in the order of the screen."""
    return page.locator(".rp-grid-place .ag-row a")


def counted(page: Page, words: str) -> None:
    expect(page.locator(".rp-table-count")).to_have_text(words)


def rows_of_file(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as waited:
        page.locator("[data-rp-table-csv]").click()
    text = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))


@pytest.mark.parametrize("visit", [(DESK, "light"), (PHONE, "dark")], indirect=True, ids=["desk", "phone"])
def test_filters_order_and_text_are_of_the_whole_table(address: str, visit: Page) -> None:
    page = visit
    page.goto(f"{address}/customers")
    counted(page, "5 customers, the first 2")
    expect(names(page)).to_have_count(2)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".rp-paper-said")).to_have_text("5 customers, the first 2")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".rp-paper-said")).to_have_count(0)
    is_sound(page)
    assert len(rows_of_file(page)) == 5
    page.get_by_role("button", name=re.compile("^hotel")).click()
    expect(page).to_have_url(re.compile("segment=hotel"))
    counted(page, "1 of 5 customers")
    expect(names(page)).to_have_text(["Hotel O'Brien"])
    assert [row["Customer"] for row in rows_of_file(page)] == ["Hotel O'Brien"]
    page.get_by_role("button", name=re.compile("^All ")).click()
    counted(page, "5 customers, the first 2")
    field = page.get_by_label("Find in All customers")
    field.press_sequentially("hill", delay=60)
    counted(page, "1 of 5 customers")
    expect(names(page)).to_have_text(["Hill School"])
    expect(field).to_be_focused()
    expect(field).to_have_value("hill")
    field.fill("")
    counted(page, "5 customers, the first 2")
    page.goto(f"{address}/customers?sort=customer.desc")
    counted(page, "5 customers, the first 2")
    expect(names(page)).to_have_text(sorted((row["Customer"] for row in rows_of_file(page)), reverse=True)[:2])
