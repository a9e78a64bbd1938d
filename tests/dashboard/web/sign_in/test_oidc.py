"""Sign-in at a provider, against a real one, and what it may not say."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from dashboard.activity.database import people, role_requests
from dashboard.activity.records import Person
from tests.support.artifacts import publish_small
from tests.support.provider import Claims, MockProvider, mock_provider
from tests.support.screens import make_app
from tests.support.sign_in import House

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ANN = "ann@shop.example"
SECRET = "the secret of the client at the provider"  # noqa: S105 - of tests
MAPPING = """
all_customers = ["Leads"]
[claims]
reps = "rep_names"
[roles]
"Sales" = ["rep"]
"Leads" = ["director"]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[MockProvider]:
    with mock_provider() as running:
        yield running


@pytest.fixture(scope="module")
def one_house(
    tmp_path_factory: pytest.TempPathFactory, provider: MockProvider, at_database: dict[str, str]
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("oidc")
    publish_small(folder / "artifacts")
    (folder / "roles.toml").write_text(MAPPING)
    settings = {
        "sign_in": "oidc",
        "oidc_issuer": provider.address,
        "oidc_client_id": "repertoire",
        "oidc_client_secret": SECRET,
        "oidc_mapping": str(folder / "roles.toml"),
        **at_database,
    }
    made = House(make_app(folder, folder / "artifacts", **settings))
    yield made
    made.close()


@pytest.fixture
def house(one_house: House, provider: MockProvider) -> Iterator[House]:
    yield one_house
    provider.forge = None
    one_house.empty()


def begin(browser: FlaskClient, wanted: str = "/") -> str:
    """Return the provider's address that a browser is sent to."""
    answer = browser.get("/sign-in/provider", query_string={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def come_back(browser: FlaskClient, address: str) -> TestResponse:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def signed_in_as(
    house: House, provider: MockProvider, subject: str, **claims: object
) -> tuple[FlaskClient, TestResponse]:
    provider.knows(subject, **claims)
    browser = house.browser()
    return browser, come_back(browser, provider.agree(begin(browser, "/customers?x=1"), subject))


def found(house: House, email: str) -> Person | None:
    with house.at.database.read() as at:
        return people.find_by_email(at, email)


def test_the_provider_is_asked_with_pkce_state_and_nonce(house: House) -> None:
    asked = parse_qs(urlsplit(begin(house.browser())).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/sign-in/answer"]
    assert min(len(asked[name][0]) for name in ("code_challenge", "state", "nonce")) >= 30
    again = parse_qs(urlsplit(begin(house.browser())).query)
    assert [name for name in ("code_challenge", "state", "nonce") if asked[name] == again[name]] == []


def test_who_signs_in_there_has_the_roles_of_their_groups_and_is_led_on(house: House, provider: MockProvider) -> None:
    groups = {"groups": ["Sales", "Leads"], "rep_names": ["Jana Brandt"]}
    browser, answer = signed_in_as(house, provider, "a1", email=ANN, name="Ann", **groups)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customers?x=1")
    assert browser.get("/customers").status_code == 200
    ann = found(house, ANN)
    assert ann is not None
    assert (ann.name, ann.roles, ann.rep_names, ann.scope_all) == ("Ann", ("director", "rep"), ("Jana Brandt",), True)
    assert (ann.issuer, ann.subject, ann.has_password) == (provider.address, "a1", False)
    assert [(line.outcome, line.filter) for line in house.audit("sign-in")] == [("done", {"way": "oidc"})]


def test_a_role_that_the_provider_takes_away_is_gone_at_the_next_sign_in(house: House, provider: MockProvider) -> None:
    signed_in_as(house, provider, "a1", email=ANN, groups=["Sales", "Leads"])
    signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    ann = found(house, ANN)
    assert ann is not None
    assert (ann.roles, ann.scope_all) == (("rep",), False)
    _, answer = signed_in_as(house, provider, "a1", email=ANN, groups=[])
    assert answer.status_code == 403


def test_who_has_no_role_sees_that_and_the_admin_sees_the_request(house: House, provider: MockProvider) -> None:
    browser, answer = signed_in_as(house, provider, "e1", email="eve@shop.example", name="Eve", groups=["Garden"])
    assert answer.status_code == 403
    assert "No access yet" in answer.text
    assert "eve@shop.example" in answer.text
    assert browser.get("/_dash-layout").status_code == 401
    with house.at.database.read() as at:
        (request,) = role_requests.waiting(at)
    assert (request.email, request.name, request.groups) == ("eve@shop.example", "Eve", ("Garden",))
    assert [line.outcome for line in house.audit("sign-in")] == ["refused"]


def test_an_account_made_here_becomes_theirs_by_a_verified_address_alone(house: House, provider: MockProvider) -> None:
    house.person(ANN, has_password=False)
    _, answer = signed_in_as(house, provider, "thief", email=ANN, groups=["Sales"])
    assert answer.status_code == 403
    _, answer = signed_in_as(house, provider, "ann", email=ANN, email_verified=True, groups=["Sales"])
    assert answer.status_code == 303
    _, answer = signed_in_as(house, provider, "other", email=ANN, email_verified=True, groups=["Sales"])
    assert answer.status_code == 403


@pytest.mark.parametrize(("said", "status"), [({}, 303), ({"email_verified": False}, 403)])
def test_a_provider_that_owns_its_addresses_need_not_say_so(
    tmp_path: Path, provider: MockProvider, said: dict[str, bool], status: int
) -> None:
    publish_small(tmp_path / "artifacts")
    settings = {"oidc_issuer": provider.address, "oidc_client_id": "repertoire", "oidc_client_secret": SECRET}
    app = make_app(tmp_path, tmp_path / "artifacts", sign_in="oidc", oidc_trust_email=True, **settings)
    house = House(app)
    house.person(ANN, has_password=False)
    _, answer = signed_in_as(house, provider, "ann", email=ANN, **said)
    assert answer.status_code == status
    house.close()


def test_a_disabled_account_is_not_let_in(house: House, provider: MockProvider) -> None:
    signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    ann = found(house, ANN)
    assert ann is not None
    with house.at.database.write() as at:
        people.change(at, ann.id, is_disabled=True)
    _, answer = signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    assert answer.status_code == 403


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(_: MockProvider, claims: Claims) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_by_another(_: MockProvider, claims: Claims) -> str:
    return jws.serialize_compact({"alg": "RS256"}, json.dumps(claims), RSAKey.generate_key(2048), algorithms=["RS256"])


def signed_with_our_secret(_: MockProvider, claims: Claims) -> str:
    return jws.serialize_compact({"alg": "HS256"}, json.dumps(claims), OctKey.import_key(SECRET), algorithms=["HS256"])


def altered(provider: MockProvider, claims: Claims) -> str:
    head, _, signature = provider.signed(claims).split(".")
    return f"{head}.{_part({**claims, 'sub': 'boss'})}.{signature}"


def saying(**other: object) -> Callable[[MockProvider, Claims], str]:
    """Return a forge that signs other claims; one that is None is left out."""

    def forge(provider: MockProvider, claims: Claims) -> str:
        return provider.signed({name: value for name, value in {**claims, **other}.items() if value is not None})

    return forge


FORGED = {
    "unsigned": unsigned,
    "signed by another": signed_by_another,
    "signed with our secret": signed_with_our_secret,
    "altered": altered,
    "wrong nonce": saying(nonce="x" * 43),
    "no nonce": saying(nonce=None),
    "wrong audience": saying(aud="another-app"),
    "also for another": saying(aud=["another-app", "third-app"], azp="repertoire"),
    "wrong issuer": saying(iss="https://evil.example"),
    "no issuer": saying(iss=None),
    "expired": saying(exp=1_700_000_000, iat=1_699_999_000),
    "no end": saying(exp=None),
    "nobody": saying(sub=None),
    "no token at all": lambda *_: "x.y.z",
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_token_that_is_not_right_in_every_way_is_refused(house: House, provider: MockProvider, kind: str) -> None:
    provider.forge = lambda claims: FORGED[kind](provider, claims)
    browser, answer = signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    assert answer.status_code == 401
    assert "did not work" in answer.text
    assert browser.get("/_dash-layout").status_code == 401
    assert found(house, ANN) is None
    assert [line.outcome for line in house.audit("sign-in")] == ["refused"]


def test_the_same_token_signed_anew_and_unchanged_is_taken(house: House, provider: MockProvider) -> None:
    provider.forge = lambda claims: saying()(provider, claims)
    _, answer = signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    assert answer.status_code == 303


def test_an_answer_that_another_browser_began_is_refused(house: House, provider: MockProvider) -> None:
    provider.knows("a1", email=ANN, groups=["Sales"])
    address = provider.agree(begin(house.browser()), "a1")
    assert come_back(house.browser(), address).status_code == 401


def test_an_answer_counts_once(house: House, provider: MockProvider) -> None:
    provider.knows("a1", email=ANN, groups=["Sales"])
    browser = house.browser()
    address = provider.agree(begin(browser), "a1")
    assert come_back(browser, address).status_code == 303
    assert come_back(browser, address).status_code == 401


@pytest.mark.parametrize("answer", ["", "?code=x", "?state=x", "?error=access_denied", "?code=x&state=y"])
def test_an_answer_out_of_nowhere_is_refused(house: House, answer: str) -> None:
    assert house.browser().get(f"/sign-in/answer{answer}").status_code == 401


def test_answers_out_of_nowhere_do_not_fill_the_audit_trail(house: House) -> None:
    for _ in range(60):
        house.browser().get("/sign-in/answer?code=x&state=y")
    assert len(house.audit("sign-in")) == 50


def test_signing_out_goes_on_to_the_provider(house: House, provider: MockProvider) -> None:
    browser, _ = signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    answer = browser.post("/sign-out")
    wait, _, address = answer.headers["Refresh"].partition("; url=")
    assert wait == "0"
    assert address.startswith(f"{provider.address}/oauth2/end_session?")
    assert parse_qs(urlsplit(address).query)["client_id"] == ["repertoire"]
    assert browser.get("/_dash-layout").status_code == 401


def test_the_account_has_no_password_to_change(house: House, provider: MockProvider) -> None:
    browser, _ = signed_in_as(house, provider, "a1", email=ANN, groups=["Sales"])
    page = browser.get("/account")
    assert page.status_code == 200
    assert "Change the password" not in page.text


def test_the_sign_in_leads_to_the_provider_and_on(house: House) -> None:
    page = house.browser().get("/sign-in?next=%2Fmodel")
    assert 'href="/sign-in/provider?next=/model"' in page.text
    assert "Password" not in page.text


def test_a_provider_that_does_not_answer_is_said(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    settings = {"oidc_issuer": "http://localhost:9", "oidc_client_id": "x", "oidc_client_secret": "y"}
    lonely = House(make_app(tmp_path, tmp_path / "artifacts", sign_in="oidc", **settings))
    answer = lonely.browser().get("/sign-in/provider")
    assert answer.status_code == 503
    assert "does not answer now" in answer.text
    lonely.at.reader.close()
