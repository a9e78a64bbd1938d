"""What each role does on a working day: below a prefix, over https, with accounts and passwords of the app's own."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.activity.database import role_requests
from dashboard.activity.database.connect import open_database
from dashboard.cli import main as dashboard
from dashboard.settings import Settings
from tests.journeys.conftest import PATIENCE_MS, is_sound
from tests.support.postgres import is_installed
from tests.support.processes import proxy, serving

pytestmark = pytest.mark.browser

PREFIX = "/repertoire/"
PASSWORD = "seven green bottles"  # noqa: S105 - of people in tests


@dataclass(frozen=True)
class Company:
    """A served installation: its address with the prefix, the settings of its commands, and its newest customers."""

    address: str
    environ: dict[str, str]
    customers: list[dict[str, str | bool | None]]

    def link(self, email: str, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
        """Make an account and return its one-time link."""
        dashboard(["people", "add", email, "--name", email.partition("@")[0].title(), *options], self.environ)
        return capsys.readouterr().out.splitlines()[-1]

    def ask(self, email: str) -> None:
        """Leave a request of somebody without a role, as the sign-in of a company's account does."""
        named = {"database": self.environ["REPERTOIRE_DATABASE"]} if "REPERTOIRE_DATABASE" in self.environ else {}
        database = open_database(Settings(state=Path(self.environ["REPERTOIRE_STATE"]), **named))
        who = {"issuer": "https://login.example", "subject": email, "email": email, "name": ""}
        with database.write() as at:
            role_requests.note(at, groups=["Purchasing"], now=datetime.now(UTC), **who)
        database.close()

    def rep(self) -> str:
        """Return the first rep by name."""
        return min(str(one["rep"]) for one in self.customers if one["rep"])

    def customer(self, rep: str, *, is_theirs: bool = True) -> dict[str, str | bool | None]:
        """Return a customer of a rep, or one of another."""
        return next(one for one in self.customers if (one["rep"] == rep) == is_theirs and one["phone"])


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Yield the setting of a database of PostgreSQL, where it is installed; the other journeys are on SQLite."""
    if not is_installed():
        yield {}
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {"REPERTOIRE_DATABASE": url}


@pytest.fixture(scope="module")
def company(built: Path, database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    columns = ["customer_id", "name", "rep", "phone", "email", "may_contact"]
    customers = pq.read_table(version / "customers.parquet", columns=columns).to_pylist()
    settings = {
        "REPERTOIRE_URL_PREFIX": PREFIX,
        "REPERTOIRE_TRUSTED_PROXIES": "1",
        "REPERTOIRE_SIGN_IN": "local",
        "REPERTOIRE_SECURE_COOKIE": "true",
        **database,
    }
    with (
        serving(built / "artifacts", folder / "state", folder / "log", **settings) as upstream,
        proxy(upstream, PREFIX, "https") as address,
    ):
        environ = {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address}
        yield Company(f"{address}{PREFIX}", environ, customers)


def come_in(page: Page, link: str, password: str = PASSWORD) -> None:
    """Set the password of a one-time link, which signs in."""
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("The same again", exact=True).fill(password)
    page.get_by_role("button", name="Set it and sign in").click()
    expect(page.locator("#side")).to_be_attached()


def offered(page: Page) -> list[str]:
    """Return the pages that the navigation offers."""
    return [text.strip() for text in page.locator("#side nav .rp-nav-link").all_text_contents()]


def email_of(page: Page, role: str) -> str:
    """Return an address that no other test has."""
    return f"{role}{id(page)}@shop.example"


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_rep_sees_own_customers_alone_and_comes_back_after_signing_out(
    company: Company, visit: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    rep = company.rep()
    own, other = company.customer(rep), company.customer(rep, is_theirs=False)
    email = email_of(visit, "rep")
    come_in(visit, company.link(email, "--role", "rep", "--rep", rep, capsys=capsys))
    heading(visit, re.compile("^Calls"))
    assert offered(visit) == ["Calls", "Customers", "Products", "Alerts", "My results", "Bundles"]
    is_sound(visit)
    (cookie,) = [one for one in visit.context.cookies() if one["name"].endswith("repertoire-session")]
    assert (cookie["name"], cookie["secure"], cookie["path"]) == ("__Host-repertoire-session", True, "/")

    visit.goto(f"{company.address}customers/{own['customer_id']}")
    heading(visit, str(own["name"]))
    expect(visit.get_by_role("link", name=str(own["phone"]))).to_be_visible()
    is_sound(visit)
    visit.goto(f"{company.address}customers/{other['customer_id']}")
    expect(visit.get_by_role("heading", level=1)).not_to_contain_text(str(other["name"]))
    assert str(other["name"]) not in visit.content()

    visit.goto(f"{company.address}customers")
    with visit.expect_download() as downloading:
        visit.get_by_role("button", name=re.compile("CSV")).first.click()
    theirs = {one["customer_id"] for one in company.customers if one["rep"] == rep}
    found = {row[column] for row, column in rows_of(Path(downloading.value.path()), "Customer number")}
    assert found == theirs

    visit.goto(f"{company.address}people")
    heading(visit, "Not for your role")
    is_sound(visit)
    visit.goto(f"{company.address}account")
    visit.get_by_role("button", name="Sign out").click()
    visit.goto(f"{company.address}customers/{own['customer_id']}")
    visit.get_by_label("Email").fill(email)
    visit.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.get_by_role("button", name="Sign in").click()
    heading(visit, str(own["name"]))
    expect(visit).to_have_url(f"{company.address}customers/{own['customer_id']}")


def rows_of(path: Path, column: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the rows of a downloaded CSV file, with the name of a column."""
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=",")
    for row in reader:
        yield row, column


def test_a_marketer_finds_bundles_and_writes_to_those_alone_who_may_be_contacted(
    company: Company, visit: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    come_in(visit, company.link(email_of(visit, "marketer"), "--role", "marketer", capsys=capsys))
    assert offered(visit) == ["Customers", "Products", "Segments", "Bundles", "Campaigns"]
    asked, unasked = (
        next(one for one in company.customers if one["email"] and one["phone"] and one["may_contact"] is may)
        for may in (True, False)
    )
    visit.goto(f"{company.address}customers/{asked['customer_id']}")
    heading(visit, str(asked["name"]))
    expect(visit.get_by_text(str(asked["email"]))).to_be_visible()
    assert str(asked["phone"]) not in visit.content()
    visit.goto(f"{company.address}customers/{unasked['customer_id']}")
    heading(visit, str(unasked["name"]))
    assert str(unasked["email"]) not in visit.content()
    visit.goto(f"{company.address}bundles")
    heading(visit, "Bundles")
    is_sound(visit)
    with visit.expect_download() as downloading:
        visit.get_by_role("button", name=re.compile("CSV")).first.click()
    assert list(rows_of(Path(downloading.value.path()), ""))


def test_an_admin_lets_somebody_in_sees_what_they_did_and_puts_them_out(
    company: Company, visit: Page, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    come_in(visit, company.link(email_of(visit, "admin"), "--role", "admin", capsys=capsys))
    heading(visit, "People")
    assert offered(visit) == ["People", "API tokens", "Audit trail"]
    is_sound(visit)

    rep, email, name = company.rep(), email_of(visit, "newcomer"), f"Jana {id(visit)}"
    visit.get_by_role("link", name="Add a person").click()
    visit.get_by_label("Email", exact=True).fill(email)
    visit.get_by_label("Name", exact=True).fill(name)
    visit.get_by_role("checkbox", name="Rep", exact=True).check()
    visit.get_by_label("Reps whose customers are theirs").fill(rep)
    is_sound(visit)
    visit.get_by_role("button", name="Save").click()
    link = visit.get_by_label("One-time link").input_value()

    theirs = browser.new_context(ignore_https_errors=True, reduced_motion="reduce")
    theirs.set_default_timeout(PATIENCE_MS)
    jana = theirs.new_page()
    come_in(jana, link)
    own = company.customer(rep)
    jana.goto(f"{company.address}customers/{own['customer_id']}")
    heading(jana, str(own["name"]))

    visit.goto(f"{company.address}audit")
    visit.get_by_label("Who", exact=True).select_option(label=name)
    visit.get_by_label("About", exact=True).fill(str(own["customer_id"]))
    visit.get_by_role("button", name="Show").click()
    expect(visit).to_have_url(re.compile(f"/audit[?]by=[0-9]+&what=[*]&of={own['customer_id']}&last=[*]&came=[*]$"))
    line = visit.locator(".ag-row, tr", has_text=str(own["customer_id"])).first
    expect(line).to_contain_text("Opened a customer")
    is_sound(visit)

    visit.goto(f"{company.address}people")
    visit.get_by_role("link", name=name).first.click()
    expect(visit.get_by_label("Email", exact=True)).to_have_value(email)
    heading(visit, "People")
    is_sound(visit)
    visit.get_by_role("checkbox", name="Disabled: cannot sign in").check()
    visit.get_by_role("button", name="Save").click()
    expect(jana.get_by_role("alert").filter(has_text="You are signed out")).to_be_visible()
    theirs.close()

    stranger = email_of(visit, "stranger")
    company.ask(stranger)
    visit.goto(f"{company.address}people")
    expect(visit.get_by_role("heading", name="Signed in without a role")).to_be_visible()
    is_sound(visit)
    visit.get_by_role("button", name=f"Refuse the request of {stranger}").click()
    expect(visit.get_by_text(stranger)).to_have_count(0)
    visit.goto(f"{company.address}audit?what=request-refused&came=done")
    expect(visit.locator(".ag-row, tr", has_text="Refused a request for a role").first).to_be_visible()
    is_sound(visit)
