"""What holds of every page: heads say what they mean, addresses are plain, thumbs hit."""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Shop
from tests.journeys.test_for_everyone import first_of

pytestmark = pytest.mark.browser

TOUCH = 44
# Of each control in sight: how high is what a thumb can hit, up and down from its middle? A link within a sentence may
# be lower (WCAG 2.5.8), and what a label names is hit by the label too.
TOO_LOW = """
(touch) => [...document.querySelectorAll("main a, main button, main select, main summary, main input")]
  .filter((one) => one.offsetParent && !one.closest("p, .ag-header") && one.getAttribute("aria-disabled") !== "true")
  .filter((one) => one.matches("summary") || !one.closest("details:not([open])"))
  .map((one) => {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getClientRects()[0];
    if (!box || !box.width || box.right < 1 || box.left > window.innerWidth - 1) {
      return null;
    }
    const x = Math.min(Math.max(box.left + Math.min(box.width, 60) / 2, 1), window.innerWidth - 2);
    const y = box.top + box.height / 2;
    const hits = (at) => {
      const hit = document.elementFromPoint(x, at);
      const label = hit && hit.closest("label");
      return hit && (one.contains(hit) || (label && label.control === one) || hit.matches(".dash-input-container"));
    };
    let high = 0;
    for (let by = 0; by < touch && hits(y - by); by += 1) high += 1;
    for (let by = 1; by < touch && hits(y + by); by += 1) high += 1;
    return high < touch ? `${one.tagName} ${one.className} "${one.textContent.slice(0, 30)}": ${high}` : null;
  })
  .filter(Boolean)
"""


@pytest.fixture(scope="session")
def paths(shop: Shop) -> tuple[str, ...]:
    customer = quote(first_of(shop, "customers", "customer_id", "n_order_days"), safe="")
    product = quote(first_of(shop, "products", "product_id", "n_baskets"), safe="")
    selected = f"bundles?selected={quote('/1', safe='')}"
    of_customer = tuple(f"customers/{customer}{ending}" for ending in ("", "/orders", "/basket"))
    campaigns = ("campaigns", "campaigns/new?from=bundle&bundle=/1&seed=7")
    alerts = ("alerts", "alerts?tab=slowing", "alerts?tab=stock")
    segments = ("segments?segment=At+risk", "segments?by=cluster", "segments?tab=moves", "segments?tab=retention")
    products = ("products", f"products/{product}")
    return (
        "",
        "customers",
        *of_customer,
        *alerts,
        "results",
        *products,
        *segments,
        selected,
        *campaigns,
        "model",
        "tokens?new=1",
    )


def each(page: Page, shop: Shop, paths: tuple[str, ...]) -> Iterator[str]:
    """Open one page after the other, whole: with the rows of its tables and the bars of its charts."""
    for path in paths:
        page.goto(shop.address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for grid in page.locator(".rp-grid").all():
            expect(grid.locator(".ag-row").first).to_be_attached()
        for chart in page.locator(".rp-chart").all():
            expect(chart.locator(".main-svg .trace").first).to_be_attached()
        page.wait_for_load_state("networkidle")
        least = 60 if page.viewport_size == PHONE else 40  # pixels of a row once the grid has measured it
        page.wait_for_function(
            "(least) => [...document.querySelectorAll('.rp-grid')]"
            ".every((grid) => grid.querySelector('.ag-center-cols-container .ag-row').offsetHeight >= least)",
            arg=least,
        )
        yield path


def test_a_head_says_what_it_means_to_pointer_and_keyboard(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}bundles")
    head, tip = page.get_by_role("columnheader", name="Lift"), page.get_by_role("tooltip")
    expect(head).to_be_visible()
    head.hover()
    expect(tip).to_have_text("How many times as often as by chance; 1 is chance.")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    page.get_by_role("columnheader", name="Order days").focus()
    page.keyboard.press("ArrowRight")
    expect(tip).to_have_text("Share of all order days that have all products of the bundle.")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_head_of_a_list_is_reached_by_tab_and_described(page: Page, shop: Shop, paths: tuple[str, ...]) -> None:
    page.goto(shop.address + paths[2])
    head = page.get_by_role("button", name="Expected", exact=True).first
    page.get_by_role("button", name="Chance", exact=True).first.focus()
    page.keyboard.press("Tab")
    expect(head).to_be_focused()
    expect(head).to_have_accessible_description("Chance × quantity × price, for the next 4 weeks.")


def test_a_phone_reads_what_columns_and_figures_mean(phone: Page, shop: Shop, paths: tuple[str, ...]) -> None:
    phone.goto(f"{shop.address}customers")
    phone.wait_for_load_state("networkidle")  # a line that the table still moves down is not hit
    phone.get_by_text("What the columns mean").tap()
    expect(phone.get_by_text("Revenue of the last 12 months against the 12 months before.")).to_be_visible()
    phone.goto(shop.address + paths[2])
    phone.get_by_role("button", name="Orders, 12 months").tap()
    expect(phone.get_by_role("tooltip")).to_have_text("Orders in the last 12 months; two of one day are two.")


def test_no_page_shows_a_day_as_a_build_writes_it(page: Page, shop: Shop, paths: tuple[str, ...]) -> None:
    """All evidence and folds open; a version's id begins as a day and is none."""
    for _ in each(page, shop, paths):
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        closed = page.locator(".rp-reason[aria-expanded=false]")
        for _ in range(min(3, closed.count())):
            closed.first.click()
        page.wait_for_load_state("networkidle")
        text = page.locator("body").inner_text()
        assert len(text) > 200
        assert re.findall(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", text) == []


def test_filters_are_plain_words_in_the_address_and_come_back(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers")
    count = page.locator(".rp-table-count")
    button = page.get_by_role("group", name="All customers").get_by_role("button").nth(1)
    segment = re.sub(r" [\d,]+$", "", button.inner_text())
    button.click()
    expect(count).to_contain_text(" of ")
    expect(page).to_have_url(re.compile(rf"customers\?segment={re.escape(quote(segment))}$"))
    page.get_by_role("columnheader", name="Last order").click()
    expect(page).to_have_url(re.compile(r"sort=last\.desc"))
    said = count.inner_text()
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(count).to_have_text(said)
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_choice_stands_where_the_grid_sets_its_first_filter_afterwards(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers")
    expect(page.locator(".ag-row").first).to_be_visible()
    page.wait_for_load_state("networkidle")  # table.js has hold of it
    count = page.locator(".rp-table-count")
    button = page.get_by_role("group", name="All customers").get_by_role("button").nth(1)
    button.click()
    expect(count).to_contain_text(" of ")
    said, address = count.inner_text(), page.url
    # As Dash's component does once its grid has come.
    page.evaluate("window.dash_ag_grid.getApi({type: 'table', table: 'customers'}).setFilterModel({})")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(count).to_have_text(said)
    assert page.url == address
    page.get_by_role("group", name="All customers").get_by_role("button").first.click()
    expect(count).not_to_contain_text(" of ")


def test_what_table_js_writes_into_an_address_is_what_the_app_reads(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}products")
    expect(page.locator(".ag-row").first).to_be_visible()
    page.wait_for_load_state("networkidle")  # table.js has hold of it
    model = {
        "product": {"filterType": "text", "type": "contains", "filter": "a*b"},
        "price": {"filterType": "number", "type": "inRange", "filter": 1.5, "filterTo": 20},
        "last": {"filterType": "date", "type": "greaterThan", "dateFrom": "2026-01-01 00:00:00", "dateTo": None},
        "number": {"filterType": "text", "type": "notEqual", "filter": "!7"},
    }
    get = "window.dash_ag_grid.getApi({type: 'table', table: 'products'})"
    page.evaluate("(model) => window.repertoireTables.filter('products', model)", model)
    expect(page).to_have_url(re.compile("price=1.5..20"))
    address = page.url
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(".rp-table-count")).to_contain_text("0 of")
    page.wait_for_load_state("networkidle")
    read = page.evaluate(f"{get}.getFilterModel()")
    assert {name: {part: value for part, value in one.items() if value is not None} for name, one in read.items()} == {
        name: {part: value for part, value in one.items() if value is not None} for name, one in model.items()
    }
    assert page.url == address


def test_an_address_of_an_earlier_release_still_filters_and_is_made_plain(page: Page, shop: Shop) -> None:
    region = first_of(shop, "customers", "region", "n_order_days")
    old = quote(json.dumps({"region": {"filterType": "text", "type": "equals", "filter": region}}))
    page.goto(f"{shop.address}customers?customers-where={old}&customers-sort=revenue.asc")
    expect(page.locator('[data-rp-table="customers"] [col-id="revenue"][aria-sort="ascending"]')).to_be_visible()
    expect(page.locator('[data-rp-table="customers"] [row-index="0"] [col-id="region"]')).to_have_text(region)
    expect(page).to_have_url(re.compile(r"\?(?=.*sort=revenue\.asc)(?=.*region=)(?!.*where)"))


def test_everything_on_a_phone_is_high_enough_for_a_thumb(phone: Page, shop: Shop, paths: tuple[str, ...]) -> None:
    for path in each(phone, shop, paths):
        assert phone.evaluate(TOO_LOW, TOUCH - 2) == [], path  # edges of text are a pixel off


@pytest.mark.parametrize("unknown", ["nowhere", "customers/nobody", "products/nothing"])
def test_the_way_home_from_an_unknown_page_leaves_the_console_quiet(page: Page, shop: Shop, unknown: str) -> None:
    page.goto(shop.address)
    expect(page.locator(".rp-call-row").first).to_be_visible()
    page.evaluate(f"window.repertoireShell.go('{shop.address}{unknown}')")  # opened by hand, its 404 is a message
    expect(page.locator(".rp-unknown")).to_be_visible()
    page.get_by_role("link", name="Home").last.click() if unknown == "nowhere" else page.locator(".rp-brand").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls")
    expect(page.locator(".rp-call-row").first).to_be_visible()
    page.wait_for_load_state("networkidle")
