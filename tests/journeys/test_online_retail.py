"""The real orders all the way: imported, built, checked, and a customer's page in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, watched
from tests.journeys.marketing import campaign_of_a_segments_bundle, events_come_in
from tests.support.processes import recsys, serving

pytestmark = [pytest.mark.realdata, pytest.mark.browser, pytest.mark.slow]
CUSTOMER = "12748"  # orders every second day or so


@pytest.fixture(scope="module")
def artifacts(online_retail: Path) -> Path:
    return online_retail / "artifacts"


@pytest.fixture(scope="module")
def address(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with serving(artifacts, folder / "state", folder / "log", REPERTOIRE_CURRENCY="GBP") as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    yield from watched(context)
    context.close()


def test_terminal_shows_lists_with_reasons(artifacts: Path) -> None:
    shown = recsys("show", "customer", CUSTOMER, "--artifacts", str(artifacts))
    assert shown.returncode == 0
    assert "most similar customers buy it" in shown.stdout
    assert "Bought every" in shown.stdout


def test_page_of_a_customer_without_name_rep_or_category_says_what_is_known(page: Page, address: str) -> None:
    page.goto(f"{address}/customers/{CUSTOMER}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(CUSTOMER)
    main = page.locator("main")
    expect(main).to_contain_text("United Kingdom. First order 1 Dec 2010")
    expect(main).to_contain_text("Of 590 customers as silent half a year ago")
    expect(page.locator(".rp-line").first).to_be_visible()
    assert 10 <= page.locator(".rp-line").count() < 40
    expect(main).to_contain_text(re.compile(r"Nothing more worth pitching \(.*\d+ unlikely to sell\)"))
    for at, reason in enumerate(page.locator(".rp-reason").all()[:3]):
        reason.click()
        expect(reason).to_have_attribute("aria-expanded", "true")
        # Until it has come: it moves the next reason.
        expect(page.locator(".rp-proof").nth(at)).to_contain_text(re.compile(r"\d"))
    assert "None" not in main.inner_text()
    assert "nan" not in main.inner_text().split()


def test_page_of_a_customer_whose_every_order_was_cancelled_says_so_of_its_best_sellers(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/customers/12346")
    expect(page.locator("main")).to_contain_text("No orders yet: these are best sellers among all customers.")
    expect(page.locator(".rp-reason").first).to_contain_text("customers have bought it.")


def test_a_marketer_goes_from_a_segment_by_a_bundle_to_a_campaign_and_what_came_of_it(
    page: Page, address: str, tmp_path: Path
) -> None:
    rows = campaign_of_a_segments_bundle(page, f"{address}/", tmp_path)
    assert len(rows) >= 20
    events_come_in(page, rows, tmp_path)
