"""What a rep does before a call, in a real browser on a real server."""

import json
import re
import urllib.request
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, Shop
from tests.support.processes import recsys
from tests.support.waiting import until

pytestmark = pytest.mark.browser


def frequent_customer(shop: Shop) -> dict[str, str]:
    """Return the active customer with the most order days and a unique name."""
    version = (shop.artifacts / "CURRENT").read_text().strip()
    customers = pq.read_table(shop.artifacts / version / "customers.parquet").to_pandas()
    names = customers.groupby("name")["customer_id"].transform("size")
    return dict(customers[(customers["status"] == "active") & (names == 1)].nlargest(1, "n_order_days").iloc[0])


def search(page: Page, place: str, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()  # the page knows of which version it is
    field = page.locator(f'[data-rp-search="{place}"] input')
    if (page.viewport_size or DESK)["width"] < DESK["width"]:
        page.locator(".rp-search-button").click()  # on a phone
    field.click()
    field.press_sequentially(text, delay=20)


def find_a_customer_and_read_a_reason(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    page.goto(shop.address)
    search(page, "top", customer["name"].lower()[:-1])
    expect(page.locator(".rp-option").first).to_contain_text(customer["customer_id"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer["name"])
    expect(page).to_have_url(re.compile(f"/customers/{customer['customer_id']}$"))
    reason = page.locator(".rp-reason").first
    expect(reason).to_have_attribute("aria-expanded", "false")
    reason.click()
    expect(reason).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".rp-proof").first).not_to_be_empty()
    expect(page.locator(".rp-proof").first).to_contain_text(re.compile(r"\d"))


def test_rep_finds_a_customer_reads_a_reason_and_comes_back_by_a_copied_link(page: Page, shop: Shop) -> None:
    find_a_customer_and_read_a_reason(page, shop)
    expect(page).to_have_url(re.compile("open="))
    address, proof = page.url, page.locator(".rp-proof").first.inner_text()
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator(".rp-proof").first).to_have_text(proof, use_inner_text=True)
    other.close()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls")


def test_rep_finds_a_misspelled_customer_and_follows_a_similar_one(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    name = customer["name"]
    page.goto(shop.address)
    search(page, "top", name[:2] + name[3] + name[2] + name[4:])  # two letters changed places
    page.locator(".rp-option", has_text=customer["customer_id"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator(".rp-reason").first.click()
    expect(page.locator(".rp-proof").first).not_to_be_empty()
    similar = page.locator(".rp-similar .rp-link").first
    other = similar.inner_text()
    similar.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(other)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".rp-chart .xtick").first).to_be_visible()
    copied = page.context.new_page()
    copied.goto(page.url)
    expect(copied.get_by_role("heading", level=1)).to_have_text(other)
    copied.close()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_rep_copies_what_to_say_of_the_line_that_has_the_focus(page: Page, shop: Shop) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{shop.address}customers/{frequent_customer(shop)['customer_id']}")
    lines = page.locator(".rp-line")
    expect(lines.nth(1).locator(".rp-reason")).to_be_visible()
    for place in (0, 1):
        page.keyboard.press("j")
        expect(lines.nth(place).locator(".rp-reason")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator(".rp-say-done")).to_have_text("Copied")
    expect(lines.nth(1).locator(".rp-copy .bi-check-lg")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == lines.nth(1).locator(".rp-say-sentence").inner_text()
    lines.nth(0).locator(".rp-copy").click()
    expect(lines.nth(0).locator(".rp-copy .bi-check-lg")).to_be_visible()
    expect(lines.nth(1).locator(".rp-copy .bi-copy")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == lines.nth(0).locator(".rp-say-sentence").inner_text()


def test_search_text_gets_neither_into_the_address_nor_into_the_log(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    page.goto(shop.address)
    search(page, "top", customer["name"])
    expect(page.locator(".rp-option").first).to_be_visible()
    assert page.url == shop.address
    lines = [line for line in shop.log.read_text().splitlines() if line.startswith("{")]
    assert all(set(json.loads(line)) >= {"time", "level", "message"} for line in lines)
    assert any('"path": "/_dash-update-component"' in line for line in lines)
    assert [line for line in lines if customer["name"] in line] == []


def test_same_journey_by_keyboard_alone(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    page.goto(shop.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(customer["customer_id"], delay=20)
    expect(page.locator(".rp-option").first).to_contain_text(customer["customer_id"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('rp-reason')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".rp-reason").first).to_have_attribute("aria-expanded", "true")


def test_theme_stays_over_a_reload(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Theme").click()
    page.locator("#theme-panel").get_by_label("Dark", exact=True).check()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_choice_of_rep_narrows_what_is_found(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    page.goto(shop.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    reps = [label for label in page.locator("#rep-panel option").all_inner_texts() if label and "All reps" not in label]
    other = next(label for label in reps if not label.startswith(customer["rep"]))
    with page.expect_navigation():
        page.locator("#rep-panel select").select_option(label=other)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    search(page, "top", customer["customer_id"])
    expect(page.locator(f'[data-rp-text="{customer["customer_id"]}"]')).to_be_attached()
    expect(page.locator('[data-rp-search="top"] .rp-answers')).not_to_contain_text(customer["name"])
    answer = page.request.get(f"{shop.address}customers/{customer['customer_id']}")
    assert answer.status == 404
    assert customer["name"] not in answer.text()


def test_version_published_meanwhile_is_offered_and_then_shown(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers/{frequent_customer(shop)['customer_id']}")
    expect(page.locator(".rp-reason").first).to_be_visible()
    before = served_version(shop)
    built = recsys("build", "--data", str(shop.clean), "--artifacts", str(shop.artifacts), "--as-of", "2026-10-16")
    assert built.returncode == 0, built.stderr
    offer = page.get_by_role("button", name="New data, show them")
    expect(offer).to_be_visible()
    assert until(lambda: served_version(shop) != before)  # the other worker looks for new data by itself
    page.locator(".rp-reason").first.click()  # still answered, from the version that the page was drawn from
    expect(page.locator(".rp-proof").first).not_to_be_empty()
    expect(page.locator(".rp-proof").first).not_to_contain_text("older data")
    offer.click()
    expect(page.locator("#data-chip")).to_contain_text("16 Oct")
    expect(offer).to_be_hidden()


def served_version(shop: Shop) -> str:
    with urllib.request.urlopen(f"{shop.address}readyz") as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["version"])


def test_same_journey_under_a_prefix_behind_a_proxy(page: Page, prefixed_shop: Shop) -> None:
    find_a_customer_and_read_a_reason(page, prefixed_shop)
    assert "/repertoire/customers/" in page.url


def test_same_journey_on_a_phone_in_the_dark(phone: Page, shop: Shop) -> None:
    find_a_customer_and_read_a_reason(phone, shop)
    expect(phone.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    small = phone.evaluate(
        """() => [...document.querySelectorAll(
          'main button:not(.rp-explained), main a.btn, .rp-switch-link, header button')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
        .map((one) => one.className)"""
    )
    assert small == []


def test_list_downloads_as_it_is_on_the_screen(page: Page, shop: Shop, tmp_path: Path) -> None:
    page.goto(f"{shop.address}customers/{frequent_customer(shop)['customer_id']}")
    expect(page.locator(".rp-reason").first).to_be_visible()
    page.locator('[data-rp-list="new"]').click()
    shown = page.locator('.rp-list[data-list="new"] .rp-line-title').all_inner_texts()
    with page.expect_download() as download:
        page.locator('.rp-list[data-list="new"] .rp-csv').click()
    download.value.save_as(tmp_path / "new.csv")
    content = (tmp_path / "new.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == len(shown) + 1
    assert all(name.split(",")[0] in line for name, line in zip(shown, lines[1:], strict=True))


def test_unknown_customer_answers_404_and_shows_the_nearest(page: Page, shop: Shop) -> None:
    customer = frequent_customer(shop)
    wrong = customer["customer_id"] + "9"
    assert page.request.get(f"{shop.address}customers/{wrong}").status == 404
    page.goto(shop.address)
    page.evaluate(f"window.repertoireShell.go('{shop.address}customers/{wrong}')")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unknown customer")
    expect(page.locator("main")).to_contain_text(wrong)
    expect(page.get_by_role("link", name=customer["name"])).to_be_visible()
