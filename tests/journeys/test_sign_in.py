"""Signing in, in a browser: with a password behind a proxy under a prefix, and at a provider."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from dashboard.access.accounts import utc_now
from dashboard.cli import main as dashboard
from tests.journeys.conftest import PATIENCE_MS, is_sound
from tests.support.artifacts import publish_small
from tests.support.processes import proxy, serving
from tests.support.provider import MockProvider, mock_provider
from tests.support.screens import make_app
from tests.support.sign_in import House

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ANN = "ann@shop.example"
PASSWORD = "seven green bottles"  # noqa: S105 - of a person in tests
MAPPING = '[roles]\n"Sales" = ["director"]\n'


@dataclass(frozen=True)
class Door:
    """A served installation with a sign-in: its address, and the settings that its commands need."""

    address: str
    environ: dict[str, str]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("local")
    publish_small(folder / "artifacts")
    settings = {
        "REPERTOIRE_URL_PREFIX": "/r/",
        "REPERTOIRE_TRUSTED_PROXIES": "1",
        "REPERTOIRE_SIGN_IN": "local",
    }
    with (
        serving(folder / "artifacts", folder / "state", folder / "log", **settings) as upstream,
        proxy(upstream, "/r/") as address,
    ):
        yield Door(address, {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address})


@pytest.fixture(scope="module")
def provider() -> Iterator[MockProvider]:
    with mock_provider() as running:
        yield running


@pytest.fixture(scope="module")
def oidc(tmp_path_factory: pytest.TempPathFactory, provider: MockProvider) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("oidc")
    publish_small(folder / "artifacts")
    (folder / "roles.toml").write_text(MAPPING)
    settings = {
        "REPERTOIRE_SIGN_IN": "oidc",
        "REPERTOIRE_OIDC_ISSUER": provider.address,
        "REPERTOIRE_OIDC_CLIENT_ID": "repertoire",
        "REPERTOIRE_OIDC_CLIENT_SECRET": "secret",
        "REPERTOIRE_OIDC_MAPPING": str(folder / "roles.toml"),
        "REPERTOIRE_URL_PREFIX": "/r/",
        "REPERTOIRE_TRUSTED_PROXIES": "1",
        "REPERTOIRE_SECURE_COOKIE": "true",
    }
    with (
        serving(folder / "artifacts", folder / "state", Path(folder / "log"), **settings) as upstream,
        proxy(upstream, "/r/", "https") as address,
    ):
        yield Door(f"{address}/r", settings)


def test_from_the_link_to_the_page_that_was_asked_for_and_on_after_the_session_has_ended(
    local: Door, visit: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    email = f"p{id(visit)}@shop.example"
    dashboard(["people", "add", email, "--name", "Ann", "--role", "director", "--all-customers"], local.environ)
    visit.goto(capsys.readouterr().out.splitlines()[-1])
    is_sound(visit)
    visit.get_by_label("New password", exact=True).fill(PASSWORD)
    visit.get_by_label("The same again", exact=True).fill(PASSWORD)
    visit.get_by_role("button", name="Set it and sign in").click()
    expect(visit).to_have_url(f"{local.address}/r/")
    visit.goto(f"{local.address}/r/account")
    expect(visit.get_by_text("this browser")).to_be_visible()
    is_sound(visit)
    visit.get_by_role("button", name="Sign out").click()
    expect(visit.get_by_role("heading", level=1)).to_have_text("You are signed out")

    visit.goto(f"{local.address}/r/customers/CAFE1?open=P2")
    is_sound(visit)
    visit.get_by_label("Email").fill(email)
    visit.get_by_label("Password", exact=True).fill("wrong")
    visit.get_by_role("button", name="Sign in").click()
    expect(visit.get_by_role("alert")).to_contain_text("is not right")
    is_sound(visit)
    visit.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.get_by_role("button", name="Sign in").click()
    expect(visit).to_have_url(f"{local.address}/r/customers/CAFE1?open=P2")
    expect(visit.get_by_role("heading", level=1)).to_contain_text("Café Müller")

    visit.context.clear_cookies()
    notice = visit.get_by_role("alert").filter(has_text="You are signed out")
    expect(notice).to_be_visible()  # the page asks by itself whether there are new data
    expect(visit.get_by_role("heading", level=1)).to_contain_text("Café Müller")
    notice.get_by_role("link", name="Sign in").click()
    visit.get_by_label("Email").fill(email)
    visit.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.get_by_role("button", name="Sign in").click()
    expect(visit).to_have_url(f"{local.address}/r/customers/CAFE1?open=P2")


def test_at_the_company_and_out_again(oidc: Door, provider: MockProvider, visit: Page) -> None:
    provider.knows("ann", email=ANN, name="Ann", groups=["Sales"])
    visit.goto(f"{oidc.address}/customers/CAFE1")
    is_sound(visit)
    visit.get_by_role("link", name="Continue with the company account").click()
    visit.locator("input[name=sub]").first.fill("ann")
    visit.get_by_role("button", name=re.compile("authorize", re.IGNORECASE)).first.click()
    expect(visit).to_have_url(f"{oidc.address}/customers/CAFE1")
    expect(visit.get_by_role("heading", level=1)).to_contain_text("Café Müller")
    visit.goto(f"{oidc.address}/account")
    expect(visit.get_by_text(ANN)).to_be_visible()
    visit.get_by_role("button", name="Sign out").click()
    expect(visit).to_have_url(re.compile(rf"^{re.escape(provider.address)}/oauth2/end_session"))
    visit.goto(f"{oidc.address}/customers")
    expect(visit.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_over_https_the_cookie_is_of_this_host_alone(browser: Browser, tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    house = House(make_app(tmp_path, tmp_path / "artifacts", sign_in="local", secure_cookie=True), utc_now)
    house.person(ANN)
    server = make_server("127.0.0.1", 0, house.app.server, threaded=True, ssl_context="adhoc")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"https://127.0.0.1:{server.server_port}/products")
    page.get_by_label("Email").fill(ANN)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Products")
    (cookie,) = [each for each in context.cookies() if "session" in each["name"]]
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-repertoire-session", True, True)
    context.close()
    server.shutdown()
    thread.join()
    house.at.reader.close()
