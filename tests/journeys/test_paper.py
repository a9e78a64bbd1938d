"""A call sheet on its way to the printer: from a customer's page and the call list, on a phone, below a prefix."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PATIENCE_MS, PHONE, Shop
from tests.support.paper import pages_of, picture_of

pytestmark = pytest.mark.browser


def known_customer(artifacts: Path) -> str:
    """Return the customer with the most order days."""
    version = artifacts / (artifacts / "CURRENT").read_text().strip()
    rows = pq.read_table(version / "customers.parquet", columns=["customer_id", "n_order_days"]).to_pylist()
    return str(max(rows, key=lambda row: row["n_order_days"])["customer_id"])


def opened(page: Page, name: str) -> bytes:
    """Click on what leads to a PDF and return what the new tab shows."""
    with page.context.expect_page() as tab:
        page.get_by_role("link", name=name).locator("visible=true").click()
    address = tab.value.url
    assert page.url != address
    answer = page.context.request.get(address, timeout=PATIENCE_MS)
    assert answer.headers["content-type"] == "application/pdf"
    tab.value.close()
    return answer.body()


def test_a_customers_sheet_opens_in_a_tab_and_is_not_blank(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers/{known_customer(shop.artifacts)}")
    sheet = opened(page, "Call sheet")
    assert len(pages_of(sheet)) == 1
    assert "Notes Reached Not reached" in pages_of(sheet)[0]
    picture = picture_of(sheet)
    assert 0.02 < (picture < 128).mean() < 0.3  # ink on paper
    expect(page.locator("main h1")).to_be_visible()


def test_a_browser_shows_the_pdf_in_spite_of_the_policy(context: BrowserContext, shop: Shop) -> None:
    tab, complaints = context.new_page(), []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(f"{shop.address}customers/{known_customer(shop.artifacts)}/call-sheet.pdf")
    # Chromium's own viewer is a page in the tab, and has the PDF in a frame of its own.
    while [frame.url for frame in tab.frames].count(tab.url) < 2:
        tab.wait_for_event("framenavigated", timeout=PATIENCE_MS)
    assert [words for words in complaints if "Content Security Policy" in words] == []


def test_the_days_calls_are_an_overview_and_a_sheet_each(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    rows = page.locator(".rp-call-row")
    expect(rows.first).to_be_visible()
    names = rows.locator(".rp-call-name").all_inner_texts()
    overview, *sheets = pages_of(opened(page, "PDF of the open calls"))
    assert len(sheets) == len(names)
    assert [name for name, sheet in zip(names, sheets, strict=True) if name not in sheet or name not in overview] == []


def test_a_phone_reaches_the_sheet(page: Page, shop: Shop) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{shop.address}customers/{known_customer(shop.artifacts)}")
    link = page.get_by_role("link", name="Call sheet").locator("visible=true")
    expect(link).to_be_in_viewport()
    assert (link.bounding_box() or {"height": 0})["height"] >= 44
    assert pages_of(opened(page, "Call sheet"))


def test_a_sheet_is_there_below_a_prefix_behind_a_proxy(page: Page, prefixed_shop: Shop) -> None:
    page.goto(f"{prefixed_shop.address}customers/{known_customer(prefixed_shop.artifacts)}")
    assert pages_of(opened(page, "Call sheet"))
