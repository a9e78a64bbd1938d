"""Every page, both themes, both widths: axe finds nothing serious; and what can be done by keyboard alone."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import DESK, PHONE, Shop, watched

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


def first_of(shop: Shop, table: str, key: str, by: str) -> str:
    version = (shop.artifacts / "CURRENT").read_text().strip()
    rows = pq.read_table(shop.artifacts / version / f"{table}.parquet").to_pandas()
    return str(rows.nlargest(1, by).iloc[0][key])


@pytest.fixture(params=["light-1440", "dark-1440", "light-390", "dark-390"])
def anyone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    theme, width = request.param.split("-")
    is_phone = width == "390"
    fresh = browser.new_context(
        viewport=PHONE if is_phone else DESK,
        color_scheme=theme,
        is_mobile=is_phone,
        has_touch=is_phone,
        locale="en-GB",
        reduced_motion="reduce",
    )
    yield fresh
    fresh.close()


def serious(page: Page) -> list[str]:
    response = Axe().run(page).response
    assert len(response["passes"]) > 20  # it has looked
    found = response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def test_no_page_has_anything_serious(anyone: BrowserContext, shop: Shop) -> None:
    customer = first_of(shop, "customers", "customer_id", "n_order_days")
    product = first_of(shop, "products", "product_id", "n_baskets")
    names = first_of(shop, "customers", "name", "n_order_days"), first_of(shop, "products", "name", "n_baskets")
    for page in watched(anyone):
        page.goto(shop.address)
        titles = (
            "Calls",
            "Customers",
            names[0],
            "Products",
            names[1],
            "My results",
            "Bundles",
            "Model",
            "API tokens",
            "Unknown customer",
            "Unknown page",
        )
        whose = (f"customers/{customer}", f"products/{product}")
        paths = ("", "customers", whose[0], "products", whose[1], "results", "bundles", "model", "tokens?new=1")
        paths += ("customers/nobody", "nowhere")
        for path, title in zip(paths, titles, strict=True):
            page.evaluate(f"window.repertoireShell.go('{shop.address}{path}')")  # an unknown page is no complaint then
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            if title == names[0]:
                page.locator(".rp-reason").first.click()
                expect(page.locator(".rp-proof").first).not_to_be_empty()
            if page.locator(".rp-grid").count():
                expect(page.locator(".rp-grid .ag-row").first).to_be_visible()
            assert serious(page) == [], path


def test_a_table_is_sorted_found_in_and_read_by_keyboard_and_the_address_keeps_it(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    grid = page.locator('[data-rp-table="buys"]')
    head = grid.get_by_role("columnheader", name="Times")
    expect(head).to_be_visible()
    head.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    product = page.evaluate("document.activeElement.textContent")
    expect(page).to_have_url(re.compile("buys-sort=times.desc"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(product)
    page.go_back()
    expect(head).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Tab")
    grid.get_by_label("Find in What they buy").fill("zzzz")
    expect(grid.locator(".rp-table-count")).to_contain_text("0 of")
    expect(grid).to_contain_text("No product fits")
    expect(page).to_have_url(re.compile("buys-find=zzzz"))
    page.wait_for_load_state("networkidle")  # else the reload breaks off what is under way, and that is a complaint
    page.reload()
    expect(grid.locator(".rp-table-count")).to_contain_text("0 of")


def test_a_phone_sorts_a_table_by_its_own_choice_and_the_address_keeps_it(phone: Page, shop: Shop) -> None:
    phone.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    choice = phone.get_by_label("Sort What they buy")
    expect(phone.locator('[data-rp-table="buys"] .ag-row').first).to_be_visible()
    expect(choice).to_have_value("")
    choice.select_option(label="Times, least first")
    expect(phone).to_have_url(re.compile(r"buys-sort=times\.asc"))
    times = phone.locator('[data-rp-table="buys"] .rp-grid-facts').all_inner_texts()
    counts = [int(facts.split()[1].replace(",", "")) for facts in times]
    assert counts == sorted(counts)
    assert len(counts) > 1
    phone.wait_for_load_state("networkidle")
    phone.reload()
    expect(choice).to_have_value("times.asc")
    choice.select_option(label="As first shown")
    expect(phone).not_to_have_url(re.compile("buys-sort"))


def test_a_page_older_than_the_app_shows_so_and_can_be_loaded_again(context: BrowserContext, shop: Shop) -> None:
    page = context.new_page()
    page.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    message = page.get_by_role("alert").filter(has_text="The app was updated")
    expect(page.locator(".rp-reason").first).to_be_visible()
    expect(message).to_be_hidden()

    def from_before(route: Route) -> None:  # what an earlier release's page would ask for
        asked = json.loads(route.request.post_data or "{}")
        route.continue_(post_data=json.dumps(asked | {"output": "gone.children"}))

    page.route("**/_dash-update-component*", from_before)
    page.locator(".rp-reason").first.click()
    expect(message).to_be_visible()
    page.unroute("**/_dash-update-component*")
    message.get_by_role("button", name="Reload").click()
    expect(page.locator(".rp-proof").first).not_to_be_empty()
    expect(message).to_be_hidden()


def test_csv_of_a_table_has_the_rows_and_the_order_of_the_screen(page: Page, shop: Shop, tmp_path: Path) -> None:
    page.goto(
        f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}?buys-sort=last.asc"
    )
    grid = page.locator('[data-rp-table="buys"]')
    expect(grid.locator(".ag-row").first).to_be_visible()
    shown = grid.locator('.ag-row [aria-colindex="1"]').all_inner_texts()
    with page.expect_download() as download:
        grid.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "buys.csv")
    rows = list(csv.reader((tmp_path / "buys.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1 : len(shown) + 1]] == shown
    last = [row[rows[0].index("Last order day with it")] for row in rows[1:]]
    assert last == sorted(last)


def test_csv_of_a_plain_table_has_its_rows(page: Page, shop: Shop, tmp_path: Path) -> None:
    customer = first_of(shop, "customers", "customer_id", "n_order_days")
    page.goto(f"{shop.address}customers/{customer}")
    page.get_by_text("As a table", exact=True).click()
    shown = page.locator(".rp-chart-table tbody tr")
    expect(shown.first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of Revenue by month as a table").click()
    download.value.save_as(tmp_path / "file.csv")
    assert (tmp_path / "file.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len((tmp_path / "file.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + shown.count()


def test_what_was_opened_is_below_the_calls(page: Page, shop: Shop) -> None:
    name = first_of(shop, "customers", "name", "n_order_days")
    page.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator(".rp-brand").click()
    expect(page.locator("#recent").get_by_role("link", name=name)).to_be_visible()


def test_single_keys_go_through_a_list_and_can_be_switched_off(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    reasons = page.locator(".rp-reason")
    expect(reasons.first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(reasons.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(reasons.first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("?")
    page.get_by_label("Switch single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(reasons.first).to_have_attribute("aria-expanded", "true")


def test_charts_take_the_colours_of_the_theme(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers/{first_of(shop, 'customers', 'customer_id', 'n_order_days')}")
    bar = page.locator(".rp-chart .bars path").last
    expect(bar).to_be_visible()
    light = bar.evaluate("one => getComputedStyle(one).fill")
    page.get_by_role("button", name="Theme").click()
    page.locator("#theme-panel").get_by_label("Dark", exact=True).check()
    expect(bar).not_to_have_css("fill", light)


def test_who_types_before_a_page_has_come_goes_on_typing(page: Page, shop: Shop) -> None:
    customer = first_of(shop, "customers", "customer_id", "n_order_days")
    page.goto(f"{shop.address}bundles")
    expect(page.locator(".rp-grid .ag-row").first).to_be_visible()
    held: list[Route] = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.evaluate(f"window.repertoireShell.go('{shop.address}customers/{customer}')")
    expect(page.locator(".rp-skeleton", has_text="Active products")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("gold")
    for route in held:
        route.continue_()
    page.unroute("**/_dash-update-component*")
    expect(page.locator(".rp-skeleton", has_text="Active products")).to_be_hidden()
    page.keyboard.type("en")
    expect(page.get_by_role("combobox", name="Search customers and products")).to_have_value("golden")


def test_a_page_that_takes_long_shows_its_heads_meanwhile(page: Page, shop: Shop) -> None:
    customer = first_of(shop, "customers", "customer_id", "n_order_days")
    page.goto(shop.address)
    expect(page.locator(".rp-call-row").first).to_be_visible()
    held: list[Route] = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.evaluate(f"window.repertoireShell.go('{shop.address}customers/{customer}')")
    expect(page.locator(".rp-skeleton", has_text="Active products")).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/_dash-update-component*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".rp-skeleton", has_text="Active products")).to_be_hidden()


def test_who_goes_back_before_the_shell_is_drawn_gets_no_error(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.clock.install()
    page.evaluate("document.querySelector('.rp-brand').remove()")
    page.evaluate("window.dispatchEvent(new PopStateEvent('popstate'))")
    page.clock.run_for(1_000)  # `page` fails on any error of the page meanwhile
