"""While the customer talks: what they took last time, a pasted order with two unknown numbers, and its hand-over."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, is_sound
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


@pytest.fixture(scope="module")
def office(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve the sample beside an order system; yields the address and the orders that came."""
    folder, got = tmp_path_factory.mktemp("basket"), []
    handler = type("Handler", (_OrderSystem,), {"got": got})
    orders = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=orders.serve_forever)
    thread.start()
    with ExitStack() as open_until_the_end:
        settings = {"REPERTOIRE_ORDER_URL": f"http://127.0.0.1:{orders.server_port}/orders"}
        served = serving(built / "artifacts", folder / "state", folder / "log", **settings)
        yield open_until_the_end.enter_context(served), got
    orders.shutdown()
    thread.join()
    orders.server_close()


@pytest.fixture
def busy(built: Path, request: pytest.FixtureRequest) -> str:
    """Return one of the customers with the most order days, another one for each form of the test."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    table = pq.read_table(version / "customers.parquet", columns=["customer_id", "n_order_days"]).to_pylist()
    found = sorted(table, key=lambda row: -row["n_order_days"])
    return str(found["phone" in request.node.name]["customer_id"])


@pytest.fixture(scope="module")
def numbers(built: Path) -> list[str]:
    """Return eight numbers of products that can be sold."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    table = pq.read_table(version / "products.parquet", columns=["product_id", "available", "n_baskets"]).to_pylist()
    found = sorted((row for row in table if row["available"] is not False), key=lambda row: -row["n_baskets"])
    return [str(row["product_id"]) for row in found[100:108]]


@pytest.mark.parametrize("visit", [(DESK, "light"), (PHONE, "dark")], indirect=True, ids=["desk", "phone"])
def test_an_order_is_put_together_and_handed_over(
    office: tuple[str, list[dict[str, Any]]], visit: Page, busy: str, numbers: list[str]
) -> None:
    page, (address, got) = visit, office
    page.goto(f"{address}/customers/{busy}")
    page.get_by_role("link", name="Orders", exact=True).locator("visible=true").click()
    expect(page.locator(".rp-order-lines").first).to_be_visible()
    n_last = page.locator(".rp-order-lines").first.locator("li").count()
    is_sound(page)
    page.get_by_role("button", name="Same as last time").click()
    page.get_by_role("link", name="To the basket").click()
    lines = page.locator(".rp-basket-line")
    expect(lines).to_have_count(n_last)
    _paste(page, numbers)
    expect(page.locator(".rp-basket-said")).to_have_text("Added 8 products.")
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
    came = len(got)
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator(".rp-basket-said")).to_have_text("Handed over: order 4711.")
    expect(lines).to_have_count(0)
    assert len(got) == came + 1
    assert got[-1]["customer_id"] == busy
    assert len(got[-1]["lines"]) == before + 1
    assert got[-1]["lines"][0]["quantity"] == 7
    expect(page).to_have_title(re.compile("^Basket for "))


def _paste(page: Page, numbers: list[str]) -> None:
    """Paste ten lines, two of which are no product."""
    known = [f"{number} {at + 2}" if at % 2 else f"{at + 2} x {number}" for at, number in enumerate(numbers)]
    field = page.get_by_label(re.compile("Number or name"))
    field.fill("\n".join([*known[:4], "nonsense-1 3", *known[4:], "nonsense-2;4"]))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(field).to_have_value("")
