"""The data team looks at the model page: from the navigation, its tables sorted and downloaded; and on a phone."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop

pytestmark = pytest.mark.browser


def test_the_model_page_opens_from_the_navigation_and_keeps_what_is_sorted(
    page: Page, shop: Shop, tmp_path: Path
) -> None:
    page.goto(shop.address)
    page.get_by_role("link", name="Model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Model")
    expect(page).to_have_title("Model - Repertoire")
    expect(page.get_by_role("link", name="Model")).to_have_attribute("aria-current", "page")
    steps = page.locator('[data-rp-table="steps"]')
    head = steps.get_by_role("columnheader", name="Seconds")
    head.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert "steps-sort=seconds.desc" in page.url
    page.reload()
    expect(head).to_have_attribute("aria-sort", "descending")
    with page.expect_download() as download:
        steps.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "steps.csv")
    rows = list(csv.reader((tmp_path / "steps.csv").read_text(encoding="utf-8-sig").splitlines()))
    seconds = [float(row[1]) for row in rows[1:]]
    assert len(seconds) > 5
    assert seconds == sorted(seconds, reverse=True)


def test_on_a_phone_the_model_page_is_as_wide_as_the_phone(phone: Page, shop: Shop) -> None:
    phone.goto(f"{shop.address}model")
    expect(phone.locator('[data-rp-table="steps"] .ag-row').first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.get_by_role("button", name="Menu").click()
    expect(phone.get_by_role("link", name="Model")).to_be_visible()
