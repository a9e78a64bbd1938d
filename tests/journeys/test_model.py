"""What the models say on screen: the model page and its tables; chances and the switch of lists on a phone."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop
from tests.journeys.test_for_everyone import first_of

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
    expect(page).to_have_url(re.compile("steps-sort=seconds.desc"))
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


def test_on_a_phone_the_switch_of_lists_is_in_the_address_with_chance_and_what_is_expected(
    phone: Page, shop: Shop
) -> None:
    customer = first_of(shop, "customers", "customer_id", "n_order_days")
    phone.goto(f"{shop.address}customers/{customer}")
    due, new = (phone.locator(f'.rp-list[data-list="{name}"]') for name in ("due", "new"))
    expect(due).to_be_visible()
    phone.locator('[data-rp-list="new"]').click()
    expect(new).to_be_visible()
    expect(due).to_be_hidden()
    expect(phone).to_have_url(re.compile("list=new"))
    phone.reload()
    expect(new).to_be_visible()
    phone.locator('[data-rp-list="due"]').click()
    expect(phone.locator(".rp-switch-sum").first).to_contain_text("€")
    line = due.locator(".rp-line").first
    expect(line.locator(".rp-line-chance")).to_contain_text(" in 10")
    line.locator(".rp-reason").click()
    expect(line.locator(".rp-shares")).to_contain_text("Their own purchases")
    expect(line.locator(".rp-chance-share")).to_contain_text(
        re.compile(r"Of [\d,]+ such suggestions [\d,]+ w(as|ere) bought within four weeks")
    )
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
