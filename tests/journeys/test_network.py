"""A network that is lost in the middle of a click, tabs that choose differently, and a hard load."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dashboard.shell import TICK_MS
from tests.journeys.conftest import PATIENCE_MS, Shop, is_sound

pytestmark = pytest.mark.browser

CALLBACKS = "**/_dash-update-component**"
LOOKED = "data-chip.children"  # in each look at the data
SAID = "No answer has come to your last click."


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a page of a new visitor, whose requests may fail: here they are made to."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


class Hanging:
    """Lets requests of callbacks hang until it is told not to."""

    def __init__(self, page: Page) -> None:
        self.is_on = True
        self.hung: list[Route] = []
        page.route(CALLBACKS, self._take)

    def _take(self, route: Route) -> None:
        if self.is_on:
            self.hung.append(route)
        else:
            route.continue_()


def at_customers(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}customers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")


def said(page: Page) -> None:
    expect(page.get_by_text(SAID)).to_be_visible(timeout=max(PATIENCE_MS, 3_000))


def agree(page: Page, path: str, title: str) -> None:
    """Assert that address and page are of one page."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page).to_have_url(re.compile(f"{path}$"))
    expect(page.get_by_text(SAID)).to_be_hidden()


def follow(page: Page, name: str) -> None:
    """Follow a link of the navigation, which is behind a button on a phone."""
    menu = page.locator("[data-rp-menu]")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def test_a_click_without_a_network_is_said_and_tried_again(visit: Page, shop: Shop) -> None:
    at_customers(visit, shop)
    visit.context.set_offline(True)
    follow(visit, "Products")
    said(visit)
    assert visit.evaluate("document.documentElement.scrollWidth") == (visit.viewport_size or {}).get("width")
    visit.get_by_role("button", name="Try again").click()
    said(visit)  # the network is still gone
    visit.context.set_offline(False)
    visit.get_by_role("button", name="Try again").click()
    agree(visit, "/products", "Products")


def test_an_answer_that_never_comes_is_said_and_asked_for_again(page: Page, shop: Shop) -> None:
    at_customers(page, shop)
    hanging = Hanging(page)
    follow(page, "Bundles")
    said(page)
    hanging.is_on = False
    page.get_by_role("button", name="Try again").click()
    agree(page, "/bundles", "Bundles")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_a_proxy_answers_is_no_answer(page: Page, shop: Shop, status: int) -> None:
    at_customers(page, shop)
    page.route(CALLBACKS, lambda route: route.fulfill(status=status, body="bad gateway"))
    follow(page, "Products")
    said(page)
    page.unroute(CALLBACKS)
    page.get_by_role("button", name="Try again").click()
    agree(page, "/products", "Products")


def test_another_link_in_the_meantime_wins_and_the_same_link_works(page: Page, shop: Shop) -> None:
    at_customers(page, shop)
    page.context.set_offline(True)
    follow(page, "Products")
    said(page)
    follow(page, "Bundles")
    said(page)
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    agree(page, "/bundles", "Bundles")
    follow(page, "Products")
    agree(page, "/products", "Products")
    page.go_back()
    agree(page, "/bundles", "Bundles")


def test_a_tab_follows_the_choice_of_another_one_and_calls_no_customer_unknown(page: Page, shop: Shop) -> None:
    at_customers(page, shop)
    chooser = page.get_by_label("Customers of")
    offered = chooser.locator("option:not([disabled])").all_inner_texts()
    names = [one for one in offered if not one.startswith("All reps")]
    with page.expect_navigation():
        chooser.select_option(label=names[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    page.locator("main a[href*='/customers/']").first.click()
    expect(page).to_have_url(re.compile("/customers/.+"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Customers")

    other = page.context.new_page()
    other.goto(f"{shop.address}customers")
    other.get_by_label("Customers of").select_option(label=names[1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Another rep's customer")
    expect(page).to_have_title("Another rep's customer - Repertoire")
    expect(page.get_by_text("Choose All reps to see them.")).to_be_visible()
    is_sound(page)


def test_a_hard_load_shows_the_skeleton_until_the_page_is_there(page: Page, shop: Shop) -> None:
    hanging = Hanging(page)
    page.goto(f"{shop.address}customers", wait_until="commit")
    expect(page.locator(".rp-skeleton.rp-shown")).to_be_visible()
    said(page)
    hanging.is_on = False
    page.get_by_role("button", name="Try again").click()
    agree(page, "/customers", "Customers")
    expect(page.locator(".rp-skeleton.rp-shown")).to_have_count(0)


def test_a_first_page_that_takes_longer_than_the_look_at_the_data_is_no_error(page: Page, shop: Shop) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    hanging = Hanging(page)
    with page.expect_request(lambda request: LOOKED in (request.post_data or ""), timeout=TICK_MS + PATIENCE_MS):
        page.goto(f"{shop.address}customers")
    hanging.is_on = False
    for route in hanging.hung:
        route.continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    assert complaints == []
