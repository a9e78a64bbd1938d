"""While the customer talks: what they took last time, a pasted order with two unknown numbers, and its hand-over."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, Route, expect

from dashboard.cli import main as dashboard
from tests.journeys.conftest import DESK, PHONE, is_sound
from tests.journeys.test_roles import come_in
from tests.support.processes import serving

pytestmark = pytest.mark.browser


class _OrderSystem(BaseHTTPRequestHandler):
    got: list[dict[str, Any]]

    def do_POST(self) -> None:
        type(self).got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = b'{"order_id": 4711}'
        self.send_response(201)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Office:
    """A served sample, the orders that came to the order system beside it, and what a command there runs with."""

    address: str
    got: list[dict[str, Any]]
    environ: dict[str, str]


@pytest.fixture(scope="module")
def office(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve the sample for this machine alone."""
    with beside_orders(built, tmp_path_factory.mktemp("basket")) as opened:
        yield opened


@pytest.fixture(scope="module")
def signed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve the sample to people who sign in."""
    with beside_orders(built, tmp_path_factory.mktemp("signed"), REPERTOIRE_SIGN_IN="local") as opened:
        yield opened


@contextmanager
def beside_orders(built: Path, folder: Path, **more: str) -> Iterator[Office]:
    got: list[dict[str, Any]] = []
    handler = type("Handler", (_OrderSystem,), {"got": got})
    orders = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=orders.serve_forever)
    thread.start()
    settings = {"REPERTOIRE_ORDER_URL": f"http://127.0.0.1:{orders.server_port}/orders", **more}
    with serving(built / "artifacts", folder / "state", folder / "log", **settings) as address:
        environ = {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address}
        yield Office(address, got, environ)
    orders.shutdown()
    thread.join()
    orders.server_close()


@pytest.fixture
def busy(built: Path, request: pytest.FixtureRequest) -> str:
    """Return one of the customers with the most order days, another one for each test and each form of it."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    table = pq.read_table(version / "customers.parquet", columns=["customer_id", "n_order_days"]).to_pylist()
    found = sorted(table, key=lambda row: -row["n_order_days"])
    tests = sorted(one.nodeid for one in request.session.items if one.path == request.node.path)
    return str(found[tests.index(request.node.nodeid)]["customer_id"])


@pytest.fixture(scope="module")
def numbers(built: Path) -> list[str]:
    """Return eight numbers of products that can be sold."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    table = pq.read_table(version / "products.parquet", columns=["product_id", "available", "n_baskets"]).to_pylist()
    found = sorted((row for row in table if row["available"] is not False), key=lambda row: -row["n_baskets"])
    return [str(row["product_id"]) for row in found[100:108]]


@pytest.mark.parametrize("visit", [(DESK, "light"), (PHONE, "dark")], indirect=True, ids=["desk", "phone"])
def test_an_order_is_put_together_and_handed_over(office: Office, visit: Page, busy: str, numbers: list[str]) -> None:
    page = visit
    page.goto(f"{office.address}/customers/{busy}")
    n_last = take_last_order(page)
    to_basket(page)
    lines = page.locator(".rp-basket-line")
    expect(lines).to_have_count(n_last)
    paste_ten(page, numbers)
    expect(page.locator("#basket-said")).to_have_text("Added 8 products.")
    expect(page.locator(".rp-basket-unknown")).to_have_count(2)
    is_sound(page)
    page.get_by_role("button", name="Leave out").last.click()
    expect(page.locator(".rp-basket-unknown")).to_have_count(1)
    page.get_by_role("button", name="Leave out").press("Enter")
    expect(page.locator(".rp-basket-unknown")).to_have_count(0)
    before = lines.count()
    page.locator(".rp-goes-with button").first.click()
    expect(lines).to_have_count(before + 1)
    first, amount = page.locator(".rp-basket-quantity input").first, page.locator(".rp-basket-sum").first
    was = amount.inner_text()
    first.fill("7000")
    first.fill("7")
    expect(amount).not_to_have_text(was)
    page.reload()
    expect(lines).to_have_count(before + 1)
    expect(first).to_have_value("7")
    came = len(office.got)
    page.get_by_role("button", name=re.compile("^One .* more$")).first.click()  # and nobody waits for the answer
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#basket-said")).to_have_text("Handed over: order 4711.")
    expect(lines).to_have_count(0)
    assert len(office.got) == came + 1
    assert office.got[-1]["customer_id"] == busy
    assert len(office.got[-1]["lines"]) == before + 1
    assert office.got[-1]["lines"][0]["quantity"] == 8


def take_last_order(page: Page) -> int:
    """Put the last order into the basket where past orders are; return how many products it had."""
    page.get_by_role("link", name="Orders", exact=True).locator("visible=true").click()
    inside = page.locator(".rp-order-lines").first
    expect(inside).to_be_visible()
    is_sound(page)
    n = inside.locator("li").count()
    put = re.compile("^Put (these [0-9]+|it) in the basket$" if is_narrow(page) else "^Put in basket")
    page.get_by_role("button", name=put).first.click()
    expect(page.locator(".rp-toast-shown .rp-toast-text")).to_have_text(f"Added {n} products.")
    expect(inside.locator(".rp-in-basket:not(:empty)")).to_have_count(n)
    return n


def to_basket(page: Page) -> None:
    """Go to the basket: on a phone a page of its own, else a card of the customer's page."""
    if is_narrow(page):
        page.get_by_role("link", name=re.compile("^Basket")).locator("visible=true").click()
        expect(page).to_have_title(re.compile("^Basket for "))
        return
    page.get_by_role("link", name="What to raise").click()
    expect(page.locator(".rp-lists-shown")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#basket-text")).to_be_focused()
    expect(page).to_have_url(re.compile("[?&]basket=1"))


def paste_ten(page: Page, numbers: list[str]) -> None:
    """Paste ten lines, two of which are no product."""
    known = [f"{number} {at + 2}" if at % 2 else f"{at + 2} x {number}" for at, number in enumerate(numbers)]
    field = page.get_by_label(re.compile("Number or name"))
    field.fill("\n".join([*known[:4], "nonsense-1 3", *known[4:], "nonsense-2;4"]))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(field).to_have_value("")


def is_narrow(page: Page) -> bool:
    return page.viewport_size == PHONE


@pytest.mark.parametrize("visit", [(DESK, "dark"), (PHONE, "light")], indirect=True, ids=["desk", "phone"])
def test_lines_of_the_lists_say_what_is_in_the_basket(office: Office, visit: Page, busy: str) -> None:
    page = visit
    page.goto(f"{office.address}/customers/{busy}?list=new")
    line = page.locator('.rp-list[data-list="new"] .rp-line').first
    line.get_by_role("button", name=re.compile("^Add ")).click()
    expect(page.locator(".rp-toast-shown .rp-toast-text")).to_contain_text("Added ")
    expect(line.locator(".rp-in-basket")).to_have_text(re.compile(r"^ ?[\d.]+ in the basket$"))
    expect(line.get_by_role("button", name=re.compile("^Pitched"))).to_be_hidden()
    expect(page.get_by_role("button", name="Basket 1").or_(page.get_by_role("link", name="Basket 1"))).to_be_visible()
    is_sound(page)
    other = page.locator('.rp-list[data-list="new"] .rp-line').nth(1)
    other.get_by_role("button", name=re.compile("^Pitched")).click()
    expect(page.locator(".rp-toast-shown .rp-toast-text")).to_contain_text("Pitched ")
    expect(line.locator(".rp-in-basket")).to_contain_text("in the basket")  # the lists were drawn again
    if is_narrow(page):
        return
    page.get_by_role("button", name="Basket 1").click()
    expect(page.locator(".rp-basket-line")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Take out ")).click()
    expect(page.locator(".rp-basket-line")).to_have_count(0)
    expect(line.locator(".rp-in-basket")).to_be_hidden()
    expect(line.get_by_role("button", name=re.compile("^Pitched"))).to_be_visible()
    page.locator("#basket-text").press("Escape")
    expect(page.get_by_role("button", name="Basket", exact=True)).to_be_focused()
    expect(page).not_to_have_url(re.compile("basket="))


def test_a_scanner_does_not_wait_for_answers(office: Office, page: Page, busy: str, numbers: list[str]) -> None:
    page.goto(f"{office.address}/customers/{busy}?basket=1")
    field = page.locator("#basket-text")
    field.focus()
    for number in numbers[:5]:
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    expect(page.locator(".rp-basket-line")).to_have_count(5)
    expect(field).to_have_value("")
    expect(page.locator(".rp-basket-unknown")).to_have_count(0)
    page.locator("#basket-quantity").fill("many")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type(numbers[5])
    page.keyboard.press("Enter")
    expect(page.locator("#basket-said")).to_have_text("Not added: a quantity is a number up to 1,000,000.")
    expect(field).to_have_value(numbers[5])  # what was typed stays
    page.get_by_role("button", name="Empty").click()
    expect(page.locator(".rp-basket-line")).to_have_count(0)


def test_steps_are_counted_however_quickly_they_are_made(
    office: Office, page: Page, busy: str, numbers: list[str]
) -> None:
    page.goto(f"{office.address}/customers/{busy}?basket=1")
    page.locator("#basket-text").fill(f"{numbers[0]} 2")
    page.keyboard.press("Enter")
    more = page.get_by_role("button", name=re.compile("^One .* more$"))
    with page.expect_response(lambda answer: '"quantity":"5"' in (answer.request.post_data or "")):
        for _ in range(3):
            more.click()
        expect(page.get_by_label(re.compile("^Quantity of "))).to_have_value("5")
    page.reload()
    expect(page.get_by_label(re.compile("^Quantity of "))).to_have_value("5")
    page.get_by_role("button", name="Empty").click()
    expect(page.locator(".rp-basket-line")).to_have_count(0)


def test_two_tabs_add_to_one_basket(office: Office, page: Page, busy: str, numbers: list[str]) -> None:
    second = page.context.new_page()
    for tab in (page, second):
        tab.goto(f"{office.address}/customers/{busy}?basket=1")
        expect(tab.locator(".rp-basket-empty")).to_be_visible()
    for tab in (page, second):
        tab.locator("#basket-text").fill(f"{numbers[0]} 3")
        tab.locator("#basket-text").press("Enter")
        expect(tab.locator(".rp-basket-line")).to_have_count(1)
    expect(second.get_by_label(re.compile("^Quantity of "))).to_have_value("6")
    second.get_by_role("button", name="Empty").click()
    expect(second.locator(".rp-basket-line")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^One .* more$")).click()
    expect(page.locator("#basket-said")).to_have_text("Not saved: the product is not in the basket any more.")
    expect(page.locator(".rp-basket-line")).to_have_count(0)


@pytest.mark.parametrize("visit", [(DESK, "light"), (PHONE, "light")], indirect=True, ids=["desk", "phone"])
def test_support_does_the_same_and_is_answered_without_revenue(
    signed: Office, visit: Page, busy: str, numbers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    page, answers = visit, keep_answers(visit)
    email = "narrow@example.com" if is_narrow(page) else "wide@example.com"
    dashboard(["people", "add", email, "--name", "Uwe Desk", "--role", "support"], signed.environ)
    come_in(page, capsys.readouterr().out.splitlines()[-1])
    page.goto(f"{signed.address}/customers/{busy}")
    n_last = take_last_order(page)
    to_basket(page)
    paste_ten(page, numbers)
    expect(page.locator("#basket-said")).to_have_text("Added 8 products.")
    lines = page.locator(".rp-basket-line")
    before = lines.count()
    assert before > n_last
    page.locator(".rp-goes-with button").first.click()
    expect(lines).to_have_count(before + 1)
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#basket-said")).to_have_text("Handed over: order 4711.")
    assert signed.got[-1]["handed_over_by"] == "Uwe Desk"
    assert len(answers) > 5
    for word in ("Revenue", "Average order", "average order"):
        assert [text for text in answers if word in text] == []
    page.unroute_all(behavior="ignoreErrors")  # an answer may be on its way


def keep_answers(page: Page) -> list[str]:
    """Return a list to which every answer to the page's callbacks is added."""
    answers: list[str] = []

    def pass_on(route: Route) -> None:
        answer = route.fetch()
        answers.append(answer.text())
        route.fulfill(response=answer)

    page.route(re.compile("_dash-update-component"), pass_on)
    return answers
