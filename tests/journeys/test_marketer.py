"""What a marketer does with bundles: narrow them, select in the chart, take the customers who miss one as a file."""

import csv
import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop

pytestmark = pytest.mark.browser


def count(page: Page) -> int:
    return int(page.locator("#bundles-count b").inner_text().replace(",", ""))


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundles")
    expect(page.locator('[data-rp-table="bundles"] .ag-row').first).to_be_visible()


def test_marketer_filters_selects_in_the_chart_and_downloads_the_customers(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    before = count(page)
    page.get_by_label("Products", exact=True).select_option("2")
    expect(page.locator("#bundles-count")).not_to_contain_text(f"{before:,} of")
    assert 0 < count(page) < before
    expect(page).to_have_url(re.compile("size=2"))
    point = page.locator(".js-plotly-plot .scatterlayer .point").first
    point.scroll_into_view_if_needed()
    at = point.bounding_box()
    assert at is not None
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    expect(page.locator(".rp-gap-about")).to_be_visible()
    expect(page).to_have_url(re.compile("selected="))
    selected = page.locator('[data-rp-table="bundles"] .ag-row-selected')
    expect(selected).to_have_count(1)
    name = page.locator(".rp-gap-name").inner_text()
    assert selected.locator("a").inner_text() == name
    address = page.url
    page.reload()
    expect(page.locator(".rp-gap-name")).to_have_text(name)
    expect(page.locator('[data-rp-table="bundles"] .ag-row-selected a')).to_have_text(name)
    expect(page).to_have_url(address)


def test_the_card_of_a_bundle_is_in_sight_beside_its_row_without_scrolling(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    row = page.locator('[data-rp-table="bundles"] .ag-row').nth(1)
    row.click()
    expect(page.locator(".rp-gap-about")).to_be_in_viewport(ratio=1)
    expect(page.locator('[data-rp-table="gaps"] .ag-row').first).to_be_in_viewport(ratio=1)
    expect(row).to_be_in_viewport(ratio=1)
    assert page.evaluate("window.scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_whose_bundles_is_chosen_and_stays_in_a_readable_address(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    whose = page.get_by_label("Customers", exact=True)
    region = whose.locator('option[value^="region:"]').first.get_attribute("value") or ""
    whose.select_option(region)
    name = region.removeprefix("region:")
    expect(page.locator("#bundles-built")).to_contain_text(f"order days of customers in {name}")
    expect(page).to_have_url(
        re.compile(f"group=region&segment={quote_plus(name)}|segment={quote_plus(name)}&group=region")
    )
    page.reload()
    expect(page.locator("#bundles-built")).to_contain_text(f"order days of customers in {name}")
    expect(page.get_by_label("Customers", exact=True)).to_have_value(region)


def test_two_segments_stand_side_by_side(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    whose = page.get_by_label("Customers", exact=True)
    values = [
        value
        for one in whose.locator('option[value^="segment:"]').all()
        if "too few" not in one.inner_text() and (value := one.get_attribute("value"))
    ]
    whose.select_option(values[0])
    page.get_by_label("Compare with").select_option(values[1])
    compared = page.locator('[data-rp-table="compared"]')
    expect(compared.get_by_role("heading", level=2)).to_have_text(
        f"{values[0].partition(':')[2]} customers beside {values[1].partition(':')[2]} customers"
    )
    expect(compared.locator(".ag-row").first).to_be_in_viewport()
    expect(page).to_have_url(re.compile("compare=segment:"))
    page.get_by_label("Compare with").select_option("none")
    expect(compared).to_have_count(0)


def test_a_discount_says_what_it_must_bring_back_and_stays(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    page.locator('[data-rp-table="bundles"] .ag-row').first.click()
    page.get_by_label("Discount, %").fill("10")
    offer = page.locator(".rp-gap-offer p")
    expect(offer).to_contain_text("for each 100 sold without it")
    expect(page).to_have_url(re.compile("discount=10"))
    page.locator('[data-rp-table="bundles"] .ag-row').nth(1).click()
    expect(page.get_by_label("Discount, %")).to_have_value("10")
    expect(offer).to_contain_text("for each 100 sold without it")


def test_who_has_all_is_one_click_away_and_focus_stays_on_the_button(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    page.locator('[data-rp-table="bundles"] .ag-row').first.click()
    button = page.locator(".rp-gap-switch").get_by_role("button", name="Have all")
    button.click()
    expect(page.locator('[data-rp-table="gaps"] h2')).to_contain_text(re.compile("ha(s|ve) all"))
    expect(button).to_be_focused()
    expect(page).to_have_url(re.compile("who=all"))
    page.reload()
    expect(page.locator('[data-rp-table="gaps"] h2')).to_contain_text(re.compile("ha(s|ve) all"))


def test_list_of_who_misses_one_is_the_file_of_who_misses_one(page: Page, shop: Shop, tmp_path: Path) -> None:
    opened(page, f"{shop.address}bundles")
    page.locator('[data-rp-table="bundles"] .ag-row').first.click()
    gaps = page.locator('[data-rp-table="gaps"]')
    expect(gaps.locator(".ag-row").first).to_be_visible()
    total = int(re.findall(r"^[\d,]+", gaps.get_by_role("heading", level=2).inner_text())[0].replace(",", ""))
    with page.expect_download() as download:
        gaps.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "file.csv")
    rows = list(csv.DictReader((tmp_path / "file.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == total
    assert rows[0]["Customer"] == gaps.locator(".ag-row a").first.inner_text()


def test_condition_that_excludes_everything_is_undone_by_its_button(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    page.get_by_label("Order days from").fill("99999")
    empty = page.locator("#bundles-empty")
    expect(empty).to_contain_text("99,999 order days")
    expect(empty).to_contain_text("The order days are what excludes them")
    expect(page.locator("#bundles-results")).to_be_hidden()
    button = empty.get_by_role("button").first
    promised = int(re.findall(r"\(([\d,]+) bundle", button.inner_text())[0].replace(",", ""))
    button.click()
    expect(page.locator("#bundles-results")).to_be_visible()
    assert count(page) == promised
    expect(page).to_have_url(re.compile("baskets="))


def test_bundle_is_selected_by_keyboard(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}bundles")
    page.locator('[data-rp-table="bundles"] .ag-row .ag-cell').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".rp-gap-about")).to_be_visible()
    expect(page.locator('[data-rp-table="bundles"] .ag-row-selected')).to_have_count(1)


def test_same_on_a_phone_in_the_dark(phone: Page, shop: Shop) -> None:
    opened(phone, f"{shop.address}bundles")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="More").tap()
    phone.get_by_label("Products", exact=True).select_option("2")
    expect(phone).to_have_url(re.compile("size=2"))
    phone.locator('[data-rp-table="bundles"] .ag-row').first.tap()
    expect(phone.locator(".rp-gap-about")).to_be_visible()
    expect(phone.locator(".rp-gap-name")).to_be_in_viewport(ratio=1)
    expect(phone.locator(".rp-gap-name")).to_be_focused()
    expect(phone.locator(".rp-gap-figures")).to_be_in_viewport()
    phone.get_by_role("button", name="Back to the bundles").tap()
    expect(phone.locator('[data-rp-table="bundles"] .ag-row-selected')).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_same_under_a_prefix(page: Page, prefixed_shop: Shop) -> None:
    opened(page, f"{prefixed_shop.address}bundles")
    page.locator('[data-rp-table="bundles"] .ag-row a').first.click()
    expect(page.locator(".rp-gap-about")).to_be_visible()
    expect(page).to_have_url(re.compile("/repertoire/bundles[?]selected="))


@pytest.mark.parametrize("asked", ["baskets=-5", "lift=1e300", "baskets=1e30&lift=2", "lift=NaN&support=-0"])
def test_odd_numbers_in_the_address_fall_to_the_nearest_allowed(page: Page, shop: Shop, asked: str) -> None:
    page.goto(f"{shop.address}bundles?{asked}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundles")
    wanted = {"lift=1e300": "1e+06", "baskets=1e30&lift=2": "2"}.get(asked, "1.5")
    expect(page.get_by_role("spinbutton", name="Lift from")).to_have_value(wanted)
    page.get_by_role("spinbutton", name="Order days from").fill("-7")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert "NaN" not in page.url
