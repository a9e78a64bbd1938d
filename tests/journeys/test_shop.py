"""The example shop in Chromium: what a customer does there changes their list, and what their rep sees."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.settings import Settings
from examples.client import Repertoire
from tests.journeys.conftest import DESK, PHONE, is_sound, watched
from tests.support.processes import ROOT, free_port, serving, status_of
from tests.support.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Both:
    """The app and the shop beside it, and what asks the app's API for stock and lists."""

    app: str
    shop: str
    api: Repertoire
    database: Database
    customers: tuple[str, str]  # one for the wide screen, one for the phone

    def listed(self, customer: str) -> list[str]:
        return [one["product_id"] for one in self.api.recommendations(customer, "new", 100)["items"]]

    def did(self, customer: str, product: str) -> Counter[str]:
        """Return how often each kind of event of a customer with a product was saved, without what was only shown."""
        mine = (SHOP_EVENTS.c.customer_id == customer, SHOP_EVENTS.c.product_id == product)
        with self.database.read() as at:
            kinds = at.execute(select(SHOP_EVENTS.c.kind).where(*mine)).scalars()
            return Counter(one for one in kinds if one != "shown")

    def set_stock(self, product: str, *, is_available: bool) -> None:
        said = {"product_id": product, "is_available": is_available, "at": datetime.now(UTC).isoformat()}
        assert self.api.availability([said])["n_changed"] == 1


@pytest.fixture(scope="module")
def both(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Serve the sample, make a token by the command line, and start the shop's own command with it."""
    folder = tmp_path_factory.mktemp("shop")
    token = folder / "token"
    customers = with_long_lists(built / "artifacts")
    # One worker: of several each takes a second to hear of a stock push that another one got.
    with serving(built / "artifacts", folder / "state", folder / "log", REPERTOIRE_WORKERS="1") as app:
        environment = {**os.environ, "REPERTOIRE_STATE": str(folder / "state")}
        adding = ("-m", "dashboard", "tokens", "add", "Web shop", "--scopes", "read,events,stock")
        with token.open("w") as printed:
            subprocess.run((sys.executable, *adding), cwd=ROOT, env=environment, stdout=printed, check=True)
        with selling(app, token, customers, folder / "shop.log") as shop:
            api = Repertoire(app, token.read_text().splitlines()[-1], PATIENCE_SECONDS)
            database = open_database(Settings(state=folder / "state"))
            yield Both(app, shop, api, database, customers)
            database.close()
        said = (folder / "shop.log").read_text()
        assert said == f"The shop is at {shop}\n"  # nothing was refused, nothing failed


@contextmanager
def selling(app: str, token: Path, customers: tuple[str, ...], log: Path) -> Iterator[str]:
    """Run the shop; yields its address."""
    port = free_port()
    chosen = [part for one in customers for part in ("--customer", one)]
    words = ["--url", app, "--token-file", str(token), "--port", str(port), *chosen]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "examples.shop", *words], cwd=ROOT, stdout=output, stderr=output, text=True
        )
        address = f"http://127.0.0.1:{port}"
        try:
            assert until(lambda: process.poll() is not None or status_of(f"{address}/basket") == 200), log.read_text()
            yield address
        finally:
            process.terminate()
            assert process.wait(PATIENCE_SECONDS) == 0


def with_long_lists(artifacts: Path) -> tuple[str, str]:
    """Return two customers who have more new products than a page shows."""
    version = artifacts / (artifacts / "CURRENT").read_text().strip()
    rows = pq.read_table(version / "recommendations.parquet", columns=["customer_id", "list"]).to_pandas()
    counts = rows[rows["list"] == "new"].groupby("customer_id").size()
    first, second = counts.nlargest(2).index
    return str(first), str(second)


@pytest.fixture(params=[("wide", "light"), ("phone", "dark")], ids=["wide", "phone"])
def customer(request: pytest.FixtureRequest, browser: Browser, both: Both) -> Iterator[tuple[Page, str]]:
    """Yield a customer's browser, in which nothing may complain, and who they are."""
    size, theme = request.param
    is_phone = size == "phone"
    context = browser.new_context(
        viewport=PHONE if is_phone else DESK,
        is_mobile=is_phone,
        has_touch=is_phone,
        color_scheme=theme,
        reduced_motion="reduce",
        locale="en-GB",
    )
    for page in watched(context):
        page.goto(both.shop)
        who = both.customers[is_phone]
        page.get_by_label("Shopping as").select_option(who)
        expect(page.get_by_label("Shopping as")).to_have_value(who)
        yield page, who
    context.close()


def test_what_a_customer_does_in_the_shop_changes_their_list(customer: tuple[Page, str], both: Both) -> None:
    page, who = customer
    product = both.listed(who)[5]  # behind those that the page of a product shows
    look_three_times(page, both, product)
    the_rep_sees_it(page, both, who, product)
    the_page_follows_another_window(page, both, who)
    put_into_the_basket_and_order(page, both, who, product)
    what_cannot_be_had_is_on_no_list(page, both, who)


def look_three_times(page: Page, both: Both, product: str) -> None:
    """Once from a list, then twice at its own address; then it is in front, without a reload."""
    is_sound(page)
    page.get_by_role("link", name="For you").click()
    is_sound(page)
    page.locator(f'[data-product="{product}"] a').click()
    expect(page).to_have_url(f"{both.shop}/products/{product}")
    page.goto(f"{both.shop}/products/{product}")
    page.reload()
    first = page.locator("#new .card").first
    expect(first).to_contain_text("Looked at 3 times this week.")
    expect(first).to_have_attribute("data-product", product)
    is_sound(page)


def the_rep_sees_it(page: Page, both: Both, who: str, product: str) -> None:
    """The reason is on the customer's page in the app."""
    desk = page.context.new_page()
    desk.goto(f"{both.app}/customers/{who}")
    expect(desk.locator(f'[data-rp-reason="{product}"]')).to_contain_text("Looked at 3 times this week.")
    desk.close()


def the_page_follows_another_window(page: Page, both: Both, who: str) -> None:
    """What is looked at elsewhere comes to the front of a page that is open, and the focus stays where it was."""
    page.goto(both.shop)
    other = both.listed(who)[-1]
    at_the_button = page.locator("#new .add").first
    at_the_button.focus()
    name = at_the_button.inner_text()
    look = {"event_id": f"elsewhere-{who}", "kind": "view", "at": datetime.now(UTC).isoformat(), "product_id": other}
    both.api.events([look | {"customer_id": who}])
    expect(page.locator("#new .card").first).to_have_attribute("data-product", other)
    expect(page.locator("#changed")).to_have_text("For you has changed.")
    assert page.evaluate("document.activeElement.innerText") == name


def put_into_the_basket_and_order(page: Page, both: Both, who: str, product: str) -> None:
    """In the basket it leaves the list, out again it is back, ordered it is gone for good."""
    page.goto(f"{both.shop}/products/{product}")
    mine = page.locator(f'#new [data-product="{product}"]')
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Add", exact=False).first.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is in the basket.")
    expect(mine).to_have_count(0)
    assert until(lambda: product not in both.listed(who))
    page.goto(f"{both.shop}/basket")
    is_sound(page)
    expect(page.get_by_label("Quantity of")).to_have_value("2")
    page.get_by_role("button", name="Take out").click()
    expect(page.get_by_text("Your basket is empty.")).to_be_visible()
    assert until(lambda: product in both.listed(who))
    page.goto(f"{both.shop}/products/{product}")
    page.locator(".take").get_by_role("button", name="Add", exact=False).click()
    page.goto(f"{both.shop}/basket")
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you for your order: 1 product")
    assert until(lambda: both.did(who, product)["order"] == 1)
    assert product not in both.listed(who)
    expect(mine).to_have_count(0)
    assert both.did(who, product) == {"click": 1, "view": 4, "cart": 2, "uncart": 1, "order": 1}


def what_cannot_be_had_is_on_no_list(page: Page, both: Both, who: str) -> None:
    """A word of the stock system counts with the next page; its page says so, and what can be had instead."""
    gone = both.listed(who)[0]
    shown = page.locator(f'[data-product="{gone}"]')
    page.goto(f"{both.shop}/lists/new")
    expect(shown).to_have_count(1)
    both.set_stock(gone, is_available=False)
    page.reload()
    expect(page.locator(".card").first).to_be_visible()
    expect(shown).to_have_count(0)
    page.goto(f"{both.shop}/products/{gone}")
    expect(page.get_by_text("Cannot be ordered at the moment")).to_be_visible()
    expect(page.locator(".take")).to_have_count(0)
    is_sound(page)
    both.set_stock(gone, is_available=True)
    page.reload()
    expect(page.locator(".take")).to_be_visible()


def test_a_visitor_sees_what_others_buy(page: Page, both: Both) -> None:
    page.goto(both.shop)
    page.get_by_label("Shopping as").select_option("")
    expect(page.get_by_role("heading", name="What others buy")).to_be_visible()
    expect(page.locator(".why").first).to_contain_text("customers have bought it.")
    is_sound(page)
