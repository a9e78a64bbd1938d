"""What a support agent does while a customer is on the phone: a number typed or scanned, the add-ons, what to say."""

import re

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop

pytestmark = pytest.mark.browser


def table(shop: Shop, name: str) -> list[dict[str, object]]:
    version = (shop.artifacts / "CURRENT").read_text().strip()
    return pq.read_table(shop.artifacts / version / f"{name}.parquet").to_pylist()


def product_with_add_ons(shop: Shop) -> dict[str, str]:
    """Return the best seller that goes with others well above chance, and whose number is no customer's."""
    customers = {row["customer_id"] for row in table(shop, "customers")}
    paired = {row["product_id"] for row in table(shop, "similar_products") if (row["lift"] or 0) > 3}
    products = [row for row in table(shop, "products") if row["product_id"] in paired - customers and row["available"]]
    best = max(products, key=lambda row: int(str(row["n_baskets"])))
    return {name: str(best[name]) for name in ("product_id", "name")}


def scan(page: Page, number: str) -> None:
    """Type as a scanner does: letter by letter without a pause, then Enter, before any answer has come."""
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def read_the_add_ons(page: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    page.goto(shop.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    scan(page, product["product_id"])
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])
    expect(page).to_have_url(f"{shop.address}products/{product['product_id']}")
    add_on = page.locator(".rp-line-also .rp-reason").first
    expect(add_on).to_contain_text(re.compile(r"On [\d,]+ of its [\d,]+ order days"))
    add_on.click()
    expect(page.locator(".rp-proof").first).to_contain_text("times as often as chance would have it")
    expect(page).to_have_url(re.compile("open="))


def test_support_agent_scans_a_number_reads_the_add_ons_and_copies_the_sentence(page: Page, shop: Shop) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    read_the_add_ons(page, shop)
    page.keyboard.press("c")
    expect(page.locator(".rp-say-done")).to_have_text("Copied")
    sentence = page.locator(".rp-say .rp-say-sentence").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == sentence
    proof, address = page.locator(".rp-proof").first.inner_text(), page.url
    page.goto(address)
    expect(page.locator(".rp-proof").first).to_have_text(proof, use_inner_text=True)


def test_the_next_number_scanned_on_a_products_page_opens_the_next_product(page: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    page.goto(f"{shop.address}products/{product['product_id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])
    other = next(row for row in table(shop, "products") if row["product_id"] != product["product_id"])
    scan(page, str(other["product_id"]))
    expect(page.get_by_role("heading", level=1)).to_have_text(str(other["name"]))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])


def test_a_name_with_typing_errors_finds_the_product_and_says_that_it_is_no_exact_match(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("espreso", delay=20)
    group = page.get_by_role("group", name="Products")
    expect(group).to_contain_text("no exact match, closest first")
    expect(group.get_by_role("option").first).to_contain_text("Espresso")
    expect(group.locator("mark").first).to_have_text("Espres")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Espresso")


def test_same_journey_on_a_phone_in_the_dark(phone: Page, shop: Shop) -> None:
    read_the_add_ons(phone, shop)
    expect(phone.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    small = phone.evaluate(
        """() => [...document.querySelectorAll('main .rp-page > :not(.rp-below) button:not(.rp-explained), main a.btn')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
        .map((one) => one.className)"""
    )
    assert small == []


def test_the_search_opens_over_the_page_and_closes_without_moving_it(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}bundles")
    row = page.locator(".ag-row").first
    expect(row).to_be_visible()
    before = row.bounding_box()
    page.keyboard.press("/")
    box = page.locator('[data-rp-search="top"]')
    place = box.bounding_box()
    assert place is not None
    assert (place["width"], place["y"]) == (640, 72)
    assert row.bounding_box() == before
    page.keyboard.press("Escape")
    expect(box).not_to_have_attribute("data-open", "")
    page.keyboard.press("/")
    expect(box).to_have_attribute("data-open", "")
    page.mouse.click(1400, 850)
    expect(box).not_to_have_attribute("data-open", "")
    expect(page).to_have_url(f"{shop.address}bundles")


def test_the_phones_search_fills_the_screen(phone: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    phone.goto(f"{shop.address}products/{product['product_id']}")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.locator("[data-rp-search-open]").tap()
    field = phone.locator('[data-rp-search="top"] input')
    expect(field).to_be_focused()
    field.press_sequentially(product["name"][:6], delay=20)
    expect(phone.locator('[data-rp-search="top"] .rp-option').first).to_be_visible()
    box = phone.locator("#top-search").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    phone.locator("[data-rp-search-close]").first.tap()
    expect(phone.locator("#top-search")).to_be_hidden()


def test_same_journey_under_a_prefix_behind_a_proxy(page: Page, prefixed_shop: Shop) -> None:
    read_the_add_ons(page, prefixed_shop)
    assert "/repertoire/products/" in page.url


def test_an_add_on_leads_to_its_own_page_and_a_customer_to_theirs(page: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    page.goto(f"{shop.address}products/{product['product_id']}")
    link = page.locator(".rp-line-also .rp-line-title").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])
    buyer = page.locator(".rp-below .ag-row a").first
    name = buyer.inner_text()
    buyer.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_search_offers_what_was_looked_at_last_before_anything_is_typed(page: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    page.goto(f"{shop.address}products/{product['product_id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])
    page.evaluate(f"window.repertoireShell.go('{shop.address}')")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("/")
    group = page.get_by_role("group", name="Recently viewed")
    expect(group.get_by_role("option")).to_contain_text(product["name"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])


def test_unknown_product_answers_404_and_shows_the_nearest(page: Page, shop: Shop) -> None:
    product = product_with_add_ons(shop)
    wrong = product["product_id"] + "9"
    assert page.request.get(f"{shop.address}products/{wrong}").status == 404
    page.goto(shop.address)
    page.evaluate(f"window.repertoireShell.go('{shop.address}products/{wrong}')")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unknown product")
    expect(page.get_by_role("link", name=product["name"])).to_be_visible()
