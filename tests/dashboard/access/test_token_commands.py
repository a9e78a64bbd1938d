import argparse
from pathlib import Path

import pytest

from dashboard.access.token_commands import add_tokens, tokens_command
from dashboard.activity.database import audit, tokens
from dashboard.activity.database.connect import open_database
from dashboard.activity.errors import ActivityError
from dashboard.settings import Settings


def run(state: Path, *arguments: str) -> str:
    parser = argparse.ArgumentParser()
    add_tokens(parser)
    return tokens_command(Settings(state=state), parser.parse_args(arguments))


def test_a_token_is_printed_once_and_listed_without_what_it_is(tmp_path: Path) -> None:
    done = run(tmp_path, "add", "Web  shop", "--scopes", "read,events", "--expires", "2099-12-31", "--per-hour", "500")
    text = done.splitlines()[-1]
    assert done.startswith("Token 1, Web shop; scopes: events, read; 500 calls an hour; ends with ")
    assert "good until 2100-01-01 00:00 UTC" in done
    listed = run(tmp_path, "list")
    assert listed.startswith("1: Web shop; scopes: events, read; 500 calls an hour")
    assert text not in listed
    with open_database(Settings(state=tmp_path)).read() as at:
        found = tokens.find(at, text)
        assert found is not None
        assert (found.name, found.created_by) == ("Web shop", None)


def test_a_token_is_revoked_by_its_number(tmp_path: Path) -> None:
    run(tmp_path, "add", "Shop", "--scopes", "stock")
    assert "Token 1, Shop, is revoked" in run(tmp_path, "revoke", "1")
    assert run(tmp_path, "list").endswith("; revoked")
    with pytest.raises(ActivityError, match="no token 1 in use"):
        run(tmp_path, "revoke", "1")


def test_both_are_in_the_trail_by_number_and_name(tmp_path: Path) -> None:
    text = run(tmp_path, "add", "Shop", "--scopes", "stock").splitlines()[-1]
    run(tmp_path, "revoke", "1")
    with open_database(Settings(state=tmp_path)).read() as at:
        lines = audit.entries(at, limit=10)
    assert sorted((line.kind, line.subject_ids) for line in lines) == [
        ("token-made", ("1",)),
        ("token-revoked", ("1",)),
    ]
    assert text not in repr(lines)


def test_without_any_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    assert "python -m dashboard tokens add NAME" in run(tmp_path, "list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Shop", "--scopes", "read,write"), "There is no scope 'write'; there are events, read, stock."),
        (("add", "Shop", "--scopes", ","), "A token without a scope may do nothing"),
        (("add", " ", "--scopes", "read"), "The name of a token has 1 to 100 letters"),
        (("add", "x" * 101, "--scopes", "read"), "has 101"),
        (
            ("add", "Shop", "--scopes", "read", "--expires", "2020-01-01"),
            "expire on 2020-01-01; choose a day",
        ),
        (("add", "Shop", "--scopes", "read", "--per-hour", "0"), "0 calls an hour cannot be; it must be between 1 and"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(ActivityError, match=said):
        run(tmp_path, *arguments)
    assert "there is no token" in run(tmp_path, "list")


def test_a_day_is_written_as_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path, "add", "Shop", "--scopes", "read", "--expires", "tomorrow")
    assert "'tomorrow' is no day; write one such as 2027-01-31" in capsys.readouterr().err
