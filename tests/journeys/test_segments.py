"""What a director does with segments: choose one, see whom it means, follow it on; who moved; who still orders."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop, is_sound
from tests.journeys.test_pages import TOO_LOW, TOUCH
from tests.support.processes import serving
from tests.support.segment_figures import publish_two

pytestmark = pytest.mark.browser


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Segments")


def largest(page: Page) -> str:
    """Return the name of the named segment with the most customers."""
    tiles = page.locator(".rp-segment-tile:not(.rp-segment-total)")
    counts = [int(text.replace(",", "")) for text in tiles.locator(".rp-segment-count b").all_inner_texts()]
    return tiles.nth(counts.index(max(counts))).locator(".rp-segment-name").inner_text()


def test_a_tile_outlines_its_cells_lists_its_customers_and_leads_on(page: Page, shop: Shop, tmp_path: Path) -> None:
    opened(page, f"{shop.address}segments")
    expect(page.locator(".rp-rf-cell")).to_have_count(25)
    name = largest(page)
    tile = page.locator(".rp-segment-tile", has_text=name).first
    tile.click()
    expect(page.locator("#segments-list").get_by_role("heading", level=2)).to_have_text(name)
    expect(tile).to_have_attribute("aria-pressed", "true")
    expect(tile).to_be_focused()
    expect(page).to_have_url(re.compile(rf"segment={name.replace(' ', '[+]')}$"))
    n = int(tile.locator(".rp-segment-count b").inner_text().replace(",", ""))
    outlined = page.locator('.rp-rf-cell[aria-pressed="true"]')
    assert sum(int(text.replace(",", "")) for text in outlined.all_inner_texts()) == n
    with page.expect_download() as download:
        page.get_by_role("button", name=f"CSV of {name}").click()
    download.value.save_as(tmp_path / "file.csv")
    rows = list(csv.DictReader((tmp_path / "file.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert (len(rows), {row["RFM segment"] for row in rows}) == (n, {name})
    expect(page.get_by_role("link", name="Make campaign list")).to_have_attribute(
        "href", re.compile("campaigns/new[?]from=segment&rfm=")
    )
    page.locator("#segments-list").get_by_role("link", name="Customers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.locator(".rp-table-count")).to_contain_text(f"{n:,} of")
    page.go_back()
    expect(page.locator("#segments-list").get_by_role("heading", level=2)).to_have_text(name)
    page.locator("#segments-list").get_by_role("link", name="Bundles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundles")


def test_cells_are_chosen_one_by_one_with_the_keyboard(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}segments")
    cell = page.get_by_role("button", name=re.compile("^R5 F5, Champions"))
    cell.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("cell=R5F5$"))
    expect(cell).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name=re.compile("^R4 F5, Champions")).press("Enter")
    expect(page.locator("#segments-list").get_by_role("heading", level=2)).to_have_text("Champions")
    expect(page).to_have_url(re.compile("segment=Champions$"))


def test_groups_of_similar_orders_have_a_picture_and_words(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}segments")
    page.get_by_label("By").select_option("cluster")
    expect(page.locator(".rp-segment-explained, .rp-empty").first).to_be_visible()
    expect(page).to_have_url(re.compile("by=cluster"))
    is_sound(page)


def test_moves_and_retention_are_tabs_of_their_own(page: Page, shop: Shop) -> None:
    opened(page, f"{shop.address}segments")
    tabs = page.get_by_role("navigation", name="Segments, moves and retention")
    tabs.get_by_role("link", name="Moves").click()
    expect(page.locator(".rp-moves, .rp-empty").first).to_be_visible()
    is_sound(page)
    tabs.get_by_role("link", name="Retention").click()
    expect(page.locator(".rp-retention, .rp-empty").first).to_be_visible()
    is_sound(page)


def test_names_beside_the_moves_are_high_enough_for_a_thumb(phone: Page, tmp_path: Path) -> None:
    publish_two(tmp_path / "artifacts")
    with serving(tmp_path / "artifacts", tmp_path / "state", tmp_path / "log") as address:
        opened(phone, f"{address}/segments?tab=moves")
        expect(phone.locator(".rp-flow-band").first).to_be_attached()
        names = phone.locator(".rp-flow-name").count()
        assert names > 0
        assert phone.evaluate(TOO_LOW, TOUCH - 2) == []


def test_a_phone_shows_the_list_of_a_tile_that_is_tapped(phone: Page, shop: Shop) -> None:
    opened(phone, f"{shop.address}segments")
    name = largest(phone)
    phone.locator(".rp-segment-tile", has_text=name).first.tap()
    expect(phone.locator("#segments-list").get_by_role("heading", level=2)).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == phone.viewport_size["width"]  # type: ignore[index]
    is_sound(phone)
