import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.activity.database import audit, people, sessions
from dashboard.activity.database.connect import Database, open_database
from dashboard.cli import main
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.postgres import BOTH

ANN = "ann@shop.example"


@pytest.fixture(params=BOTH)
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield settings that name a new database, on SQLite and on a real PostgreSQL."""
    said = {
        "REPERTOIRE_STATE": str(tmp_path / "state"),
        "REPERTOIRE_SIGN_IN": "local",
        "REPERTOIRE_PUBLIC_URL": "https://sales.example",
        "REPERTOIRE_URL_PREFIX": "/r/",
    }
    if request.param == "sqlite":
        yield said
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {**said, "REPERTOIRE_DATABASE": url}


def database_of(environ: dict[str, str]) -> Database:
    named = {"database": environ["REPERTOIRE_DATABASE"]} if "REPERTOIRE_DATABASE" in environ else {}
    return open_database(Settings(state=Path(environ["REPERTOIRE_STATE"]), **named))


def test_an_account_is_made_with_a_link_that_sets_its_password(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["people", "add", ANN, "--role", "rep", "--rep", "Jana Brandt", "--name", "Ann", "--role", "admin"], environ)
    said, how, address = capsys.readouterr().out.splitlines()
    assert said == f"{ANN} may sign in as admin, rep"
    assert "once, within 72 hours" in how
    assert re.fullmatch(r"https://sales\.example/r/set-password\?token=[\w-]{43}", address)
    with database_of(environ).read() as at:
        ann = people.find_by_email(at, ANN)
        link, added = audit.entries(at, limit=9)
    assert ann is not None
    assert (ann.name, ann.rep_names, ann.scope_all, ann.has_password) == ("Ann", ("Jana Brandt",), False, False)
    assert [(line.kind, line.subject_ids) for line in (added, link)] == [
        ("person-added", (f"person {ann.id}",)),
        ("link-made", (f"person {ann.id}",)),
    ]


def test_a_new_link_takes_the_place_of_the_one_before(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["people", "add", ANN, "--role", "rep"], environ)
    first = capsys.readouterr().out.splitlines()[-1]
    main(["people", "link", ANN.upper()], environ)
    assert capsys.readouterr().out.splitlines()[-1] not in ("", first)


def test_who_is_disabled_has_no_session_any_more(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["people", "add", ANN, "--role", "rep"], environ)
    with database_of(environ).write() as at:
        ann = people.find_by_email(at, ANN)
        assert ann is not None
        sessions.start(at, ann.id, now=NOW, ends_at=NOW, user_agent="", address_hash="")
    main(["people", "disable", ANN], environ)
    assert capsys.readouterr().out.endswith("sessions ended: 1\n")
    main(["people", "list"], environ)
    assert capsys.readouterr().out == f"{ANN}; roles: rep; last seen: never; disabled\n"
    main(["people", "enable", ANN], environ)
    assert capsys.readouterr().out == f"{ANN} may sign in again\n"


def test_a_list_without_anybody_says_how_to_add_someone(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["people", "list"], environ)
    assert "people add EMAIL --role ROLE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", ANN.upper(), "--role", "rep"], "belongs to another person already"),
        (["add", "ann", "--role", "rep"], "'ann' is no email address"),
        (["disable", "boss@shop.example"], "Give the role Administrator to another first."),
        (["link", "eve@shop.example"], "nobody has the address eve@shop.example"),
    ],
)
def test_a_mistake_is_one_line(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    main(["people", "add", ANN, "--role", "rep"], environ)
    main(["people", "add", "boss@shop.example", "--role", "admin"], environ)
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        main(["people", *arguments], environ)
    assert caught.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_role_that_there_is_not_is_wrong_usage(environ: dict[str, str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["people", "add", ANN, "--role", "boss"], environ)
    assert caught.value.code == 2


def test_where_nobody_has_a_password_there_is_no_link(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environ |= {"REPERTOIRE_SIGN_IN": "proxy", "REPERTOIRE_PROXY_SECRET": "x" * 32}
    main(["people", "add", ANN, "--role", "rep"], environ)
    assert capsys.readouterr().out == f"{ANN} may sign in as rep\n"
    with pytest.raises(SystemExit):
        main(["people", "link", ANN], environ)
    assert "REPERTOIRE_SIGN_IN is 'proxy'" in capsys.readouterr().err
