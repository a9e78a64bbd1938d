"""The page of people and that of the trail, on both databases: who is there, whose customers, changes by an admin."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from dash import Dash

from dashboard.access.people_changes import By, Wanted, change_person
from dashboard.access.roles import ADMIN, SUPPORT
from dashboard.activity.database import audit, people, role_requests, sessions
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import Person
from dashboard.pages.people.data import account_of, rep_states
from tests.support.artifacts import publish_small
from tests.support.screens import Caller, make_app, said
from tests.support.sign_in import House, sign_in
from tests.support.viewers import identity

COUNTS = {"Ann Example": 3, "Bob Sample": 2}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, at_database: dict[str, str]) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("people")
    publish_small(folder / "artifacts")
    made = House(make_app(folder, folder / "artifacts", **at_database))
    yield made
    made.close()


@pytest.fixture
def app(house: House) -> Dash:
    return house.app


@pytest.fixture
def database(house: House) -> Iterator[Database]:
    """Yield the app's database; it is empty after the test."""
    yield house.at.database
    house.empty()


def add(database: Database, email: str, *roles: str, reps: tuple[str, ...] = (), **more: Any) -> Person:
    with database.write() as at:
        name = email.partition("@")[0].capitalize()
        return people.add(at, email=email, name=name, now=datetime.now(UTC), roles=roles, rep_names=reps, **more)


def ask(database: Database, subject: str, email: str, **more: Any) -> int:
    """Note a request for a role; return its number."""
    given = {"issuer": "https://login.example", "name": "Uwe", "groups": [], "now": datetime.now(UTC), **more}
    with database.write() as at:
        role_requests.note(at, subject=subject, email=email, **given)
        return next(one.id for one in role_requests.waiting(at) if one.subject == subject)


def find(database: Database, email: str) -> Person:
    with database.read() as at:
        person = people.find_by_email(at, email)
    assert person is not None
    return person


def save(app: Dash, subject: str, who: int = 99, **fields: Any) -> str:
    """Press Save as an admin; return what the app says."""
    values = {
        "people-save.n_clicks": 1,
        "people-subject.data": subject,
        **{f"people-{name}.value": value for name, value in fields.items()},
    }
    return said(Caller(app, who=identity(ADMIN, number=who)).call("people-done.data", values))


END = """{"output": "..people-done.data...people-message.children..",
  "outputs": [{"id": "people-done", "property": "data"}, {"id": "people-message", "property": "children"}],
  "inputs": [{"id": "people-save", "property": "n_clicks"}, [BUTTON], []],
  "state": [{"id": "people-subject", "property": "data"}, {"id": "people-email", "property": "value"},
    {"id": "people-name", "property": "value"}, {"id": "people-roles", "property": "value"},
    {"id": "people-reps", "property": "value"}, {"id": "people-flags", "property": "value"}]}"""
REFUSE = """{"output": "..request-done.data...request-message.children..",
  "outputs": [{"id": "request-done", "property": "data"}, {"id": "request-message", "property": "children"}],
  "inputs": [[BUTTON]], "state": []}"""


def press(app: Dash, button: dict[str, Any], body: str, value: int | None = 1) -> str:
    """Press a button whose id says what it is about, as an admin; return what the app says."""
    pressed = json.dumps({"id": button, "property": "n_clicks", "value": value})
    asked = json.loads(body.replace("BUTTON", pressed))
    asked["changedPropIds"] = [f"{json.dumps(button, separators=(',', ':'))}.n_clicks"]
    answer = Caller(app, who=identity(ADMIN, number=99)).client.post("/_dash-update-component", json=asked)
    assert answer.status_code in (200, 204)
    return answer.text


def page(app: Dash, search: str = "") -> str:
    return said(Caller(app, who=identity(ADMIN, number=99)).page("/people", search))


def test_accounts_are_shown_with_roles_reps_and_their_customers(app: Dash, database: Database) -> None:
    add(database, "ann@example.com", "rep", "admin", reps=("Ann Example",))
    text = page(app)
    assert "1 account, 1 with a role, 1 rep" in text
    assert '"email": "ann@example.com"' in text
    assert '"roles": "Rep, Administrator"' in text
    assert '"customers": 3.0' in text
    assert '"seen": "never"' in text


def test_a_rep_whom_no_customer_names_is_shown_as_such(app: Dash, database: Database) -> None:
    max_left = add(database, "max@example.com", "rep", reps=("Max Left",))
    assert "Max Left (no customers)" in page(app)
    assert "No customer names Max Left as their rep in the data shown." in page(app, f"?person={max_left.id}")


def test_reps_without_a_person_and_without_customers_are_told(database: Database) -> None:
    one = add(database, "max@example.com", "rep", reps=("Max Left", "Ann Example"))
    states = rep_states([account_of(one, COUNTS)], COUNTS)
    assert [(state.name, state.n_customers, state.people) for state in states] == [
        ("Ann Example", 3, ("Max",)),
        ("Bob Sample", 2, ()),
        ("Max Left", 0, ("Max",)),
    ]


def test_who_sees_all_has_the_customers_of_all_reps(database: Database) -> None:
    assert account_of(add(database, "eve@example.com", "rep", scope_all=True), COUNTS).n_customers == 5
    assert account_of(add(database, "kim@example.com", "support"), COUNTS).n_customers is None


def test_an_admin_changes_roles_reps_and_scope_and_the_trail_says_so(app: Dash, database: Database) -> None:
    kim = add(database, "kim@example.com")
    wanted = {"roles": ["support", "rep", "king"], "reps": "Ann Example\n\nAnn Example"}
    save(app, f"person:{kim.id}", name="Kim", flags=[], **wanted)
    changed = find(database, "kim@example.com")
    assert (changed.roles, changed.rep_names, changed.scope_all) == (("rep", "support"), ("Ann Example",), False)
    with database.read() as at:
        [line] = audit.entries(at, limit=1)
    assert (line.kind, line.person_id, line.subject_ids) == ("person-changed", 99, (f"person {kim.id}",))
    assert line.filter == {"roles": ["rep", "support"], "reps": 1, "all": False, "disabled": False}


def test_who_is_disabled_is_signed_out_everywhere(app: Dash, database: Database) -> None:
    kim, now = add(database, "kim@example.com", "support"), datetime.now(UTC)
    with database.write() as at:
        sessions.start(at, kim.id, now=now, ends_at=now + timedelta(hours=1), user_agent="", address_hash="")
    save(app, f"person:{kim.id}", name="Kim", roles=["support"], reps="", flags=["disabled"])
    assert find(database, "kim@example.com").is_disabled
    with database.read() as at:
        assert sessions.of_person(at, kim.id, now=now, idle=timedelta(hours=1)) == ()


@pytest.mark.parametrize(("roles", "flags"), [(["rep"], []), (["admin"], ["disabled"])])
def test_an_admin_cannot_lock_themselves_out(app: Dash, database: Database, roles: list[str], flags: list[str]) -> None:
    eve = add(database, "eve@example.com", "admin")
    text = save(app, f"person:{eve.id}", who=eve.id, name="Eve", roles=roles, reps="", flags=flags)
    assert "You cannot take the role Administrator from yourself" in text
    after = find(database, "eve@example.com")
    assert (after.roles, after.is_disabled) == (("admin",), False)


def test_an_admin_ends_a_session(app: Dash, database: Database) -> None:
    kim, now = add(database, "kim@example.com", "support"), datetime.now(UTC)
    with database.write() as at:
        made = sessions.start(
            at, kim.id, now=now, ends_at=now + timedelta(hours=1), user_agent="Firefox/9 (Windows)", address_hash=""
        )
    assert "Firefox on Windows" in page(app, f"?person={kim.id}")
    press(app, {"session": made.session.id, "type": "session-end"}, END)
    with database.read() as at:
        found = sessions.find(at, made.token)
        assert audit.entries(at, limit=1)[0].kind == "session-ended"
    assert found is not None
    assert found.revoked_at is not None


def test_who_asked_for_a_role_gets_one(app: Dash, database: Database) -> None:
    asked = ask(database, "u1", "uwe@example.com", groups=["Purchasing"])
    assert "Signed in without a role" in page(app)
    assert "Their groups: Purchasing." in page(app, f"?request={asked}")
    save(app, f"request:{asked}", name="Uwe", roles=["procurement"], reps="", flags=[])
    uwe = find(database, "uwe@example.com")
    assert (uwe.roles, uwe.issuer, uwe.subject) == (("procurement",), "https://login.example", "u1")
    assert "Signed in without a role" not in page(app)
    again = save(app, f"request:{asked}", name="Uwe", roles=["admin"], reps="", flags=[])
    assert "Somebody has settled this request already." in again


def test_a_refused_request_is_gone_and_may_come_again(app: Dash, database: Database) -> None:
    number = ask(database, "u1", "uwe@example.com")
    button = {"request": number, "type": "request-refuse"}
    assert "request-done" not in press(app, button, REFUSE, value=None)
    assert "Signed in without a role" in page(app)
    assert "request-done" in press(app, button, REFUSE)
    assert "Signed in without a role" not in page(app)
    with database.read() as at:
        [line] = audit.entries(at, limit=9)
        assert people.everyone(at) == ()
    assert (line.kind, line.person_id, line.subject_ids) == ("request-refused", 99, (f"request {number}",))
    assert "Somebody has settled this request already." in press(app, button, REFUSE)
    ask(database, "u1", "uwe@example.com")
    assert "Signed in without a role" in page(app)


def test_a_request_that_cannot_be_granted_can_be_refused(app: Dash, database: Database) -> None:
    add(database, "uwe@example.com", "rep")
    number = ask(database, "u1", "uwe@example.com")
    text = save(app, f"request:{number}", name="Uwe", roles=["rep"], reps="", flags=[])
    assert "belongs to another person already" in text
    press(app, {"request": number, "type": "request-refuse"}, REFUSE)
    assert "Signed in without a role" not in page(app)


def test_only_an_admin_refuses(app: Dash, database: Database) -> None:
    number = ask(database, "u1", "uwe@example.com")
    values = {"request-refuse.n_clicks": 1}
    assert Caller(app, who=identity(SUPPORT)).call("request-done.data", values).status_code == 403
    with database.read() as at:
        assert [one.id for one in role_requests.waiting(at)] == [number]


def test_a_request_that_nobody_repeats_goes_with_time(database: Database, house: House) -> None:
    now = datetime.now(UTC)
    ask(database, "old", "old@example.com", now=now - timedelta(days=91))
    ask(database, "new", "new@example.com", now=now - timedelta(days=89))
    with database.write() as at:
        house.at.accounts.remove_old(at, now)
        assert [one.subject for one in role_requests.waiting(at)] == ["new"]


def test_the_last_administrator_stays(app: Dash, database: Database) -> None:
    ann, eve = add(database, "ann@example.com", "admin"), add(database, "eve@example.com", "admin")
    save(app, f"person:{ann.id}", who=eve.id, name="Ann", roles=["rep"], reps="", flags=[])
    assert find(database, "ann@example.com").roles == ("rep",)
    for change in ({"roles": ["rep"], "flags": []}, {"roles": ["admin"], "flags": ["disabled"]}):
        text = save(app, f"person:{eve.id}", who=99, name="Eve", reps="", **change)
        assert "This account is the last administrator's." in text
    after = find(database, "eve@example.com")
    assert (after.roles, after.is_disabled) == (("admin",), False)


def test_of_two_administrators_who_demote_each_other_one_stays(database: Database) -> None:
    pair = [add(database, f"{name}@example.com", "admin") for name in ("ann", "eve")]
    for _ in range(5):
        both = Barrier(2)

        def demote(me: Person, other: Person, start: Barrier = both) -> bool:
            start.wait()
            try:
                with database.write() as at:
                    wanted = Wanted(other.name, ("rep",), (), scope_all=False)
                    change_person(at, other.id, wanted, By(me.id, "page", datetime.now(UTC)))
            except ActivityError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(demote, pair, pair[::-1]))
        assert sorted(done) == [False, True]
        with database.write() as at:
            for one in pair:
                people.change(at, one.id, roles=["admin"])


def test_a_request_does_not_enable_a_disabled_account(app: Dash, database: Database) -> None:
    out = add(database, "out@example.com", issuer="https://login.example", subject="u3")
    with database.write() as at:
        people.change(at, out.id, is_disabled=True)
    asked = ask(database, "u3", "out@example.com")
    text = save(app, f"request:{asked}", name="Out", roles=["rep"], reps="", flags=[])
    assert "This account is disabled." in text
    assert find(database, "out@example.com").is_disabled


def test_a_request_with_anothers_address_is_not_that_person(app: Dash, database: Database) -> None:
    add(database, "eve@example.com", "admin")
    asked = ask(database, "u2", "EVE@example.com")
    text = save(app, f"request:{asked}", name="Eve", roles=["admin"], reps="", flags=[])
    assert "belongs to another person already" in text
    assert find(database, "eve@example.com").subject is None


def test_a_person_is_added_under_an_address(app: Dash, database: Database) -> None:
    save(app, "new", email=" lea@example.com ", name="Lea", roles=["rep"], reps="Ann Example", flags=["all"])
    lea = find(database, "lea@example.com")
    assert (lea.name, lea.roles, lea.rep_names, lea.scope_all) == ("Lea", ("rep",), ("Ann Example",), True)
    assert "is no email address" in save(app, "new", email="lea", name="Lea", roles=[], reps="", flags=[])
    assert "belongs to another person" in save(
        app, "new", email="LEA@example.com", name="", roles=[], reps="", flags=[]
    )


@pytest.fixture
def with_passwords(tmp_path: Path, at_database: dict[str, str]) -> Iterator[House]:
    publish_small(tmp_path / "artifacts")
    settings = {"sign_in": "local", "public_url": "https://sales.example", **at_database}
    made = House(make_app(tmp_path, tmp_path / "artifacts", **settings))
    yield made
    made.empty()
    made.close()


def test_who_has_a_password_gets_a_link_that_is_shown_once(with_passwords: House) -> None:
    house, app = with_passwords, with_passwords.app
    house.person("eve@example.com", ["admin"])
    admin = Caller(app, who=identity(ADMIN))
    assert sign_in(admin.client, "eve@example.com").status_code == 303
    fields = {"email": "lea@example.com", "name": "Lea", "roles": ["rep"], "reps": "", "flags": []}
    values = {"people-save.n_clicks": 1, "people-subject.data": "new"}
    values |= {f"people-{name}.value": value for name, value in fields.items()}
    text = said(admin.call("people-done.data", values))
    link = re.search(r"https://sales\.example/set-password\?token=([\w-]{43})", text)
    assert link is not None
    lea = house.at.accounts.person_of_link(link[1])
    assert lea is not None
    assert lea.email == "lea@example.com"
    opened = said(admin.page("/people", f"?person={lea.id}"))
    assert "New one-time link" in opened
    assert "set-password" not in opened


def test_without_passwords_there_are_no_links(app: Dash, database: Database) -> None:
    kim = add(database, "kim@example.com", "support")
    assert "New one-time link" not in page(app, f"?person={kim.id}")


@pytest.mark.parametrize("subject", ["", "person:", "person:x", "king:1", "request:"])
def test_what_is_no_account_changes_nothing(app: Dash, database: Database, subject: str) -> None:
    save(app, subject, email="a@example.com", name="A", roles=["admin"], reps="", flags=[])
    with database.read() as at:
        assert people.everyone(at) == ()


def test_only_an_admin_can_change_people(app: Dash, database: Database) -> None:
    kim = add(database, "kim@example.com")
    values = {"people-save.n_clicks": 1, "people-subject.data": f"person:{kim.id}", "people-roles.value": ["admin"]}
    answer = Caller(app, who=identity(SUPPORT, number=kim.id)).call("people-done.data", values)
    assert answer.status_code == 403
    assert find(database, "kim@example.com").roles == ()


def test_people_and_lines_are_files(app: Dash, database: Database) -> None:
    kim = add(database, "kim@example.com", "support")
    with database.write() as at:
        now = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)
        line = audit.record(at, now=now, kind="customer-opened", person_id=kim.id, subject_ids=["CAFE1"])
    admin = Caller(app, who=identity(ADMIN, number=99))
    answer = said(admin.call('"people","type":"table-file"', {"data": {"keys": [str(kim.id)]}}))
    assert r"\"Kim\",\"kim@example.com\",\"Local\",\"Support\"" in answer
    answer = said(admin.call('"audit","type":"table-file"', {"data": {"keys": [str(line)]}}))
    assert r"\"2026-11-20T03:10:00+00:00\",\"Kim\",\"Opened a customer\",\"CAFE1\",,\"done\"" in answer


def test_the_trail_names_who_and_what_and_older_lines(app: Dash, database: Database) -> None:
    kim = add(database, "kim@example.com", "support")
    with database.write() as at:
        now = datetime.now(UTC)
        first = audit.record(at, now=now, kind="export", person_id=kim.id, subject_ids=["customers"], row_count=183)
        audit.record(at, now=now, kind="refused", person_id=None, subject_ids=["people"], outcome="refused")
    admin = Caller(app, who=identity(ADMIN, number=99))
    text = said(admin.page("/audit"))
    assert '"who": "Kim"' in text
    assert '"kind": "Was refused"' in text
    assert '"rows": 183.0' in text
    older = said(admin.page("/audit", f"?before={first + 1}"))
    assert f'"key": "{first + 1}"' not in said(admin.page("/audit", f"?by={kim.id}"))
    assert '"rows": 183.0' in said(admin.page("/audit", f"?by={kim.id}&what=export&of=customers&last=1"))
    assert "No such line" in said(admin.page("/audit", "?of=nobody"))
    assert '"rows": 183.0' in said(admin.page("/audit", "?by=*&what=y&last=-1&before=z"))
    assert '"rows": 183.0' in older
    assert "2 to 2 of 2 lines, the newest first" in older
    assert "2 lines" in text
    refused = said(admin.page("/audit", "?came=refused"))
    assert '"kind": "Was refused"' in refused
    assert '"rows": 183.0' not in refused
    assert f'"key": "{first + 1}"' not in older


def file_of(admin: Caller, asked: dict[str, str], sent: dict[str, Any]) -> list[str]:
    """Return the lines of the trail's file but for the export's own."""
    values = {"data": sent, "audit-asked.data": asked}
    answer = admin.call('"audit","type":"table-file"', values).get_json()
    text = answer["response"]['{"table":"audit","type":"table-file"}']["data"]["content"]
    return [line for line in text.splitlines()[1:] if "Exported" not in line]


def test_the_trails_file_has_all_lines_that_are_asked_for(
    app: Dash, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = add(database, "kim@example.com", "support")
    with database.write() as at:
        now = datetime.now(UTC)
        ids = [
            audit.record(at, now=now, kind="customer-opened", person_id=kim.id, subject_ids=[f"C{n}"]) for n in range(4)
        ]
        audit.record(at, now=now, kind="refused", person_id=kim.id, subject_ids=["people"], outcome="refused")
    admin = Caller(app, who=identity(ADMIN, number=99))
    older = {"before": str(ids[2])}
    keys = [str(ids[1]), str(ids[0])]
    assert len(file_of(admin, older, {"keys": keys, "filter": {}})) == 5
    assert len(file_of(admin, {**older, "came": "refused"}, {"keys": keys, "filter": {}})) == 1
    assert len(file_of(admin, {}, {"keys": keys, "filter": {"about": True}})) == 2
    for part in ("callbacks", "view"):
        monkeypatch.setattr(import_module(f"dashboard.pages.audit.{part}"), "MOST_IN_FILE", 3)
    assert len(file_of(admin, {"what": "customer-opened"}, {"keys": keys, "filter": {}})) == 3
    assert "A CSV file has the newest 3: ask for fewer days to have the rest" in said(admin.page("/audit"))
