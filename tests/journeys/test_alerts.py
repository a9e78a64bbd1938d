"""Alerts: a lead changes the rule and sees what it would show, a rep snoozes five at once and takes it back."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.cli import main as dashboard
from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE, is_sound
from tests.journeys.test_calls import Office
from tests.journeys.test_roles import come_in
from tests.support.mail import HOST, mail_server
from tests.support.processes import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("alerts")
    shutil.copytree(built / "artifacts", folder / "artifacts")
    version = folder / "artifacts" / (folder / "artifacts" / "CURRENT").read_text().strip()
    reps = Counter(pq.read_table(version / "customers.parquet", columns=["rep"])["rep"].to_pylist())
    settings = {"REPERTOIRE_SIGN_IN": "local"}
    with serving(folder / "artifacts", folder / "state", folder / "log", **settings) as address:
        environ = {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address}
        rep = next(name for name, _ in reps.most_common() if name)
        yield Office(f"{address}/", environ, built / "clean", folder / "artifacts", rep)


@pytest.fixture(params=[DESK, PHONE], ids=["1440", "390"])
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def link_of(office: Office, email: str, role: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Make an account of a role and return its one-time link."""
    options = ["--rep", office.rep] if role == "rep" else []
    dashboard(
        ["people", "add", email, "--name", email.partition("@")[0].title(), "--role", role, *options], office.environ
    )
    return capsys.readouterr().out.splitlines()[-1]


def is_narrow(page: Page) -> bool:
    return page.viewport_size == PHONE


def n_open(page: Page) -> int:
    """Return how many alerts of the kind in front are open."""
    text = page.locator(".rp-tab[aria-current] .rp-tab-count").inner_text()
    return int(text.replace(",", ""))


def toast(page: Page, words: str | re.Pattern[str]) -> Locator:
    shown = page.locator(".rp-toast-shown")
    expect(shown.locator(".rp-toast-text")).to_have_text(words)
    return shown


def test_a_lead_tries_a_rule_and_sets_it_for_the_team(
    office: Office, visitor: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    email = f"lea{'n' if is_narrow(visitor) else 'w'}@example.com"
    come_in(visitor, link_of(office, email, "director", capsys))
    visitor.goto(f"{office.address}alerts")
    expect(visitor.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    is_sound(visitor)
    before = n_open(visitor)
    if is_narrow(visitor):
        visitor.get_by_role("button", name="Change values").click()
    field = visitor.get_by_label("Worth a year, at least")
    least = float(field.input_value()) + 1000
    field.fill(f"{least:g}")
    preview = visitor.locator("#alert-preview")
    expect(preview).to_contain_text(f", now {before:,}")
    expect(visitor.locator("#alert-backtest")).to_contain_text("Back-test of these values on")
    would = int(preview.locator("dd b").first.inner_text().replace(",", ""))
    assert would < before
    visitor.get_by_role("button", name="Use for the team").click()
    toast(visitor, "Saved for the team. All pages go by it.")
    expect(visitor.locator(".rp-rule-team")).to_contain_text("Set by Lea")
    assert n_open(visitor) == would
    is_sound(visitor)
    field = visitor.get_by_label("Worth a year, at least")
    field.fill("-1")
    expect(preview).to_contain_text("-1 is no value from 0")
    expect(visitor.get_by_role("button", name="Snooze until")).to_have_count(0)


def test_a_rep_snoozes_five_at_once_and_takes_it_back(
    office: Office, visitor: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    email = f"jana{'n' if is_narrow(visitor) else 'w'}@example.com"
    come_in(visitor, link_of(office, email, "rep", capsys))
    expect(visitor.locator(".rp-bell")).to_have_accessible_name(re.compile(r"Alerts, [\d,]+ new"))
    visitor.locator(".rp-bell").click()
    expect(visitor.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    expect(visitor.locator(".rp-bell-count")).to_have_count(0)
    visitor.get_by_role("link", name=re.compile("^Season ")).click()
    expect(visitor.locator(".rp-tab[aria-current]")).to_contain_text("Season")
    is_sound(visitor)
    before = n_open(visitor)
    if is_narrow(visitor):
        visitor.get_by_role("button", name="Select").click()
    titles = [row.locator(".rp-alert-title").inner_text() for row in visitor.locator(".rp-alert-row").all()[:5]]
    for place in range(5):
        visitor.locator('[data-rp-check="one"]').nth(place).click()
    expect(visitor.locator(".rp-alert-chosen")).to_have_text("5 selected")
    is_sound(visitor)
    visitor.get_by_role("button", name="Snooze until").click()
    visitor.get_by_role("button", name="In two weeks").click()
    shown = toast(visitor, re.compile(r"Snoozed 5 alerts until .+\."))
    assert n_open(visitor) == before - 5
    expect(visitor.get_by_role("link", name="Snoozed 5")).to_be_visible()
    shown.get_by_role("button", name="Undo").click()
    toast(visitor, "Undone: 5 alerts open again.")
    assert n_open(visitor) == before
    back = [row.locator(".rp-alert-title").inner_text() for row in visitor.locator(".rp-alert-row").all()[:5]]
    assert back == titles


def test_the_digest_is_in_the_mailbox_and_ends_with_one_click(
    office: Office, visitor: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    email = f"mia{'n' if is_narrow(visitor) else 'w'}@example.com"
    come_in(visitor, link_of(office, email, "rep", capsys))
    with mail_server() as box:
        sending = {
            "REPERTOIRE_ARTIFACTS": str(office.artifacts),
            "REPERTOIRE_SMTP_HOST": HOST,
            "REPERTOIRE_SMTP_PORT": str(box.port),
            "REPERTOIRE_SMTP_SECURITY": "none",
            "REPERTOIRE_SMTP_FROM": "repertoire@shop.example",
        }
        dashboard(["digest", "--person", email], {**office.environ, **sending})
        assert capsys.readouterr().out.endswith(": 1 sent\n")
        (mail,) = box.mails
    html = mail.get_body(("html",))
    assert html is not None
    assert (mail["To"], mail["Auto-Submitted"]) == (email, "auto-generated")
    visitor.set_content(html.get_content())
    expect(visitor.get_by_role("heading").first).to_be_visible()
    width = visitor.viewport_size["width"] if visitor.viewport_size else 0
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width
    to_alerts = visitor.get_by_role("link", name=re.compile("in Alerts")).first.get_attribute("href")
    visitor.goto(to_alerts or "")
    expect(visitor.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    visitor.goto(mail["List-Unsubscribe"].strip("<>"))
    visitor.get_by_role("button").click()
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    dashboard(["digest", "--person", email, "--again"], {**office.environ, **sending})
    assert capsys.readouterr().out.endswith(": 1 unsubscribed\n")


def test_support_has_no_alerts(office: Office, visitor: Page, capsys: pytest.CaptureFixture[str]) -> None:
    email = f"sam{'n' if is_narrow(visitor) else 'w'}@example.com"
    come_in(visitor, link_of(office, email, "support", capsys))
    expect(visitor.locator(".rp-bell")).to_have_count(0)
    visitor.goto(f"{office.address}alerts")
    expect(visitor.get_by_role("heading", name="Not for your role")).to_be_visible()
