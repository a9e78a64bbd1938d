"""Customers and products whose numbers a browser would read as something else have their page, behind a proxy too."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard.display.urls import Links
from tests.support.artifacts import publish_small, small_rows
from tests.support.processes import BEHIND_PROXY, add_proxy_person, proxy, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEEN = ("..", ".", "a/b", "%2F", "a\\b", "who?#1", "<b>", "Käse ß")  # by the browser
ODD = (*SEEN, "/", "..%2f", "~..", "a b", ";x=1", "C+1", "..a")
AS_BEFORE = ("a/b", "a\\b", "who?#1", "<b>", "Käse ß", "a b", ";x=1", "C+1", "..a")


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of an installation below /r/, behind a proxy, whose customers and products are the odd ones."""
    folder = tmp_path_factory.mktemp("odd")
    customer, product = small_rows()["customers"][0], small_rows()["products"][0]
    rows = {name: [] for name in small_rows()} | {
        "customers": [{**customer, "customer_id": key, "name": f"Shop {at}"} for key, at in _numbered()],
        "products": [{**product, "product_id": key, "name": f"Tea {at}"} for key, at in _numbered()],
    }
    publish_small(folder / "artifacts", changed=rows)
    settings = {"REPERTOIRE_URL_PREFIX": "/r/", **BEHIND_PROXY}
    add_proxy_person(folder / "state")
    with (
        serving(folder / "artifacts", folder / "state", Path(folder / "log"), **settings) as upstream,
        proxy(upstream, "/r/") as address,
    ):
        yield address


def _numbered() -> list[tuple[str, int]]:
    return sorted((key, at) for at, key in enumerate(ODD))


@pytest.mark.parametrize("key", SEEN)
def test_an_odd_number_has_its_page(page: Page, prefixed: str, key: str) -> None:
    links, at = Links("/r/"), ODD.index(key)
    for path, name in ((links.customer(key), f"Shop {at}"), (links.product(key), f"Tea {at}")):
        answer = page.goto(f"{prefixed}{path}")
        assert answer
        assert answer.status == 200
        assert page.url == f"{prefixed}{path}", "the browser leaves the address as it is"
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_every_odd_number_is_known_also_by_its_address_of_before(page: Page, prefixed: str) -> None:
    links = Links("/r/")
    old = [f"/r/{what}/{quote(key, safe='')}" for what in ("customers", "products") for key in AS_BEFORE]
    for path in (*map(links.customer, ODD), *map(links.product, ODD), *old):
        assert page.request.get(f"{prefixed}{path}").status == 200, path
    page.goto(f"{prefixed}{old[0]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Shop {ODD.index(AS_BEFORE[0])}")


def test_the_list_of_customers_leads_to_each_of_them(page: Page, prefixed: str) -> None:
    for at in (ODD.index(".."), ODD.index("a/b")):
        page.goto(f"{prefixed}/r/customers")
        page.get_by_role("link", name=f"Shop {at}", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Shop {at}")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Shop {at}")
