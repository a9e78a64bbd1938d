"""A rep's morning: the call list, a drawer, why, what came of it, and all of it still there after a new build."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.cli import main as dashboard
from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE, is_sound
from tests.journeys.test_roles import come_in
from tests.support.processes import recsys, serving

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Office:
    """A served installation with accounts of its own, and the rep with the most customers."""

    address: str
    environ: dict[str, str]
    clean: Path
    artifacts: Path
    rep: str

    def link(self, email: str, capsys: pytest.CaptureFixture[str]) -> str:
        """Make an account of the rep's and return its one-time link."""
        name = email.partition("@")[0].title()
        dashboard(["people", "add", email, "--name", name, "--role", "rep", "--rep", self.rep], self.environ)
        return capsys.readouterr().out.splitlines()[-1]

    def build_again(self) -> None:
        """Publish another version of the same orders, which heeds what was recorded."""
        outcomes = self.artifacts.parent / "outcomes.parquet"
        dashboard(["export-outcomes", str(outcomes)], self.environ)
        where = ("--data", str(self.clean), "--artifacts", str(self.artifacts))
        done = recsys("build", *where, "--outcomes", str(outcomes))
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def office(request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(built / "artifacts", folder / "artifacts")
    version = folder / "artifacts" / (folder / "artifacts" / "CURRENT").read_text().strip()
    reps = Counter(pq.read_table(version / "customers.parquet", columns=["rep"])["rep"].to_pylist())
    settings = {"REPERTOIRE_SIGN_IN": "local"}
    with ExitStack() as open_until_the_end:
        if request.param == "PostgreSQL":
            server = request.getfixturevalue("postgres")
            settings["REPERTOIRE_DATABASE"] = open_until_the_end.enter_context(server.new_database())
        served = serving(folder / "artifacts", folder / "state", folder / "log", **settings)
        address = open_until_the_end.enter_context(served)
        environ = {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address}
        rep = next(name for name, _ in reps.most_common() if name)
        yield Office(f"{address}/", environ, built / "clean", folder / "artifacts", rep)


@pytest.fixture
def visits(browser: Browser) -> Iterator[list[Page]]:
    """Yield two pages of two people, a wide and a narrow one."""
    contexts = [browser.new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce") for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def toast(page: Page, words: str | re.Pattern[str]) -> Locator:
    """Expect a toast with these words and return it."""
    shown = page.locator(".rp-toast-shown")
    expect(shown.locator(".rp-toast-text")).to_have_text(words)
    return shown


def open_lines(page: Page) -> Locator:
    """Return the lines that are to be seen of the list that is chosen."""
    return page.locator(".rp-line:not(.rp-line-leaves):visible")


def names(page: Page) -> list[str]:
    return page.locator(".rp-line-title").all_inner_texts()


def product_of(line: Locator) -> str:
    return line.locator("[data-rp-product]").first.get_attribute("data-rp-product") or ""


def calls_are_there(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls")
    expect(page.locator(".rp-call-row").first).to_be_visible()
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")  # nothing else is on the way


@pytest.mark.parametrize(
    ("office", "visit"),
    [("SQLite", (DESK, "light")), ("PostgreSQL", (PHONE, "dark"))],
    indirect=True,
    ids=["SQLite-desk", "PostgreSQL-phone"],
)
def test_a_rep_works_down_the_list_and_finds_all_as_it_was_after_a_build(
    office: Office, visit: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page, size = visit, visit.viewport_size
    come_in(page, office.link(f"ann{id(page)}@shop.example", capsys))
    page.goto(office.address)
    calls_are_there(page)
    _filter(page)
    _open_a_drawer_while_the_list_is_drawn_anew(page)
    customer = _read_a_drawer(page)
    lines = _read_why(page)
    is_sound(page)
    pitched, snoozed = product_of(lines.nth(0)), product_of(lines.nth(1))
    _record(page, pitched, snoozed)
    _dismiss_the_account_and_undo(page)
    left = names(page)
    _results_say_so(page, office, customer)
    office.build_again()
    page.goto(f"{office.address}customers/{customer}")
    expect(page.locator(".rp-line-title")).to_have_count(len(left))
    assert names(page) == left
    expect(page.locator(f'.rp-line-actions[data-rp-product="{pitched}"] .rp-pitched')).to_contain_text("Pitched")
    expect(page.locator(f'.rp-line-actions[data-rp-product="{snoozed}"]')).to_have_count(0)
    page.goto(office.address)
    expect(page.locator(".rp-calls")).to_contain_text("Done today (1)")
    expect(page.locator(f'[data-rp-call][data-rp-customer="{customer}"]')).to_have_count(0)
    is_sound(page)
    assert page.viewport_size == size


def _filter(page: Page) -> None:
    before = page.locator(".rp-call-row").count()
    page.locator('select[data-rp-filter="reason"]').select_option("lost")
    expect(page).to_have_url(re.compile(r"\?reason=lost$"))
    calls_are_there(page)
    page.reload()
    calls_are_there(page)
    assert 0 < page.locator(".rp-call-row").count() <= before
    page.locator('select[data-rp-filter="reason"]').select_option("*")
    expect(page).not_to_have_url(re.compile("reason"))
    calls_are_there(page)


def _open_a_drawer_while_the_list_is_drawn_anew(page: Page) -> None:
    """Click a row in the moment in which a filter is set: the drawer is there once the new list is."""
    click = """(select) => {
        select.value = "*";
        select.dispatchEvent(new Event("change", { bubbles: true }));
        const row = document.querySelector(".rp-call-row");
        row.querySelector(".rp-call-first").click();
        return row.dataset.rpName;
    }"""
    page.locator('select[data-rp-filter="reason"]').select_option("lost")
    expect(page).to_have_url(re.compile(r"\?reason=lost$"))
    calls_are_there(page)
    name = page.locator('select[data-rp-filter="reason"]').evaluate(click)
    expect(page).not_to_have_url(re.compile("reason"))
    calls_are_there(page)
    drawer = page.locator("[data-rp-drawer]")
    expect(drawer.get_by_role("heading", level=2)).to_have_text(name)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def _read_a_drawer(page: Page) -> str:
    """Open the drawer of the first call, read it, open the customer and return whose page it is."""
    row = page.locator(".rp-call-row").first
    customer = row.get_attribute("data-rp-customer") or ""
    name = row.get_attribute("data-rp-name") or ""
    row.locator(".rp-call-first").click()
    drawer = page.locator("[data-rp-drawer]")
    expect(drawer.get_by_role("heading", level=2)).to_have_text(name)
    expect(drawer.locator(".rp-drawer-say li").first).to_be_visible()
    expect(drawer).to_contain_text("Raised first: ")
    is_sound(page)
    drawer.get_by_role("link", name="Open customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return customer


def _read_why(page: Page) -> Locator:
    """Open the reason of the first line of a list with three, look at its dots, and return the lines."""
    lists = page.locator("[data-rp-list]")
    for at in range(lists.count()):
        lists.nth(at).click()
        if open_lines(page).count() >= 3:
            break
    lines = open_lines(page)
    reason = lines.first.locator(".rp-reason")
    reason.click()
    expect(reason).to_have_attribute("aria-expanded", "true")
    expect(lines.first.locator(".rp-proof")).not_to_be_empty()
    if lines.first.locator(".rp-timeline").count():
        assert lines.first.locator(".rp-dot").count() >= 1
    reason.click()
    return lines


def _record(page: Page, pitched: str, snoozed: str) -> None:
    """Pitch one with a double click, which is one; snooze another."""
    actions = page.locator(f'.rp-line-actions[data-rp-product="{pitched}"]')
    actions.locator('[data-rp-do="pitched"]').dblclick()
    toast(page, re.compile("^Pitched "))
    expect(page.locator(f'.rp-line-actions[data-rp-product="{pitched}"] .rp-pitched')).to_be_visible()
    page.locator(f'.rp-line-actions[data-rp-product="{snoozed}"] [data-rp-do="snoozed"]').click()
    dialog = page.get_by_role("dialog")
    is_sound(page)
    dialog.get_by_label("In two weeks").check()
    dialog.get_by_role("button", name="Snooze").click()
    toast(page, re.compile("^Snoozed "))
    expect(page.locator(f'.rp-line-actions[data-rp-product="{snoozed}"]')).to_have_count(0)


def _dismiss_the_account_and_undo(page: Page) -> None:
    before = names(page)
    open_lines(page).last.locator('[data-rp-do="not_relevant"]').click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Has a contract elsewhere").check()
    dialog.get_by_label("The whole account").check()
    dialog.get_by_role("button", name="Not relevant").click()
    said = toast(page, re.compile("^Not relevant: .* and all its products"))
    expect(page.locator(".rp-left-account")).to_be_visible()
    assert names(page) == []
    said.get_by_role("button", name="Undo").click()
    toast(page, re.compile("^Undone: "))
    expect(page.locator(".rp-left-account")).to_have_count(0)
    assert sorted(names(page)) == sorted(before)


def _results_say_so(page: Page, office: Office, customer: str) -> None:
    page.goto(f"{office.address}results")
    expect(page.locator(".rp-results-said")).to_contain_text("This week: pitched to 1 customer, 0 ordered.")
    outcomes = page.locator(".rp-results-outcomes tbody tr")
    expect(outcomes).to_have_count(2)  # the double click is one, what was undone is none
    assert outcomes.locator(f'a[href*="{customer}"]').count() == 2
    is_sound(page)


def test_two_reps_at_one_customer_lose_nothing(
    office: Office, visits: list[Page], capsys: pytest.CaptureFixture[str]
) -> None:
    for page, name in zip(visits, ("kim", "lou"), strict=True):
        come_in(page, office.link(f"{name}{id(page)}@shop.example", capsys))
    kim, lou = visits
    kim.goto(office.address)
    calls_are_there(kim)
    customer = kim.locator(".rp-call-row").last.get_attribute("data-rp-customer")
    for page in visits:
        page.goto(f"{office.address}customers/{customer}")
        expect(page.locator(".rp-line-actions").first).to_be_attached()
    line = open_lines(kim).first
    product = product_of(line)
    both = [page.locator(f'.rp-line-actions[data-rp-product="{product}"]') for page in visits]
    both[0].locator('[data-rp-do="pitched"]').click(no_wait_after=True)
    both[1].locator('[data-rp-do="ordered"]').click(no_wait_after=True)
    toast(kim, re.compile("^Pitched "))
    toast(lou, re.compile("^Ordered "))
    for page in visits:
        page.reload()
        diary = page.locator(".rp-notes")
        expect(diary).to_contain_text(re.compile("Pitched.*"))
        expect(diary).to_contain_text(re.compile("Ordered.*"))
        expect(page.locator(f'.rp-line-actions[data-rp-product="{product}"]')).to_have_count(0)
    kim.keyboard.press("z")  # takes back the last of one's own alone
    toast(kim, re.compile("^Undone: Pitched "))
    lou.reload()
    expect(lou.locator(".rp-notes")).to_contain_text("Ordered")
    expect(lou.locator(".rp-notes")).not_to_contain_text("Pitched")
