from pathlib import Path

import pytest

from dashboard.activity.database.connect import open_database
from dashboard.activity.database.copy import dump_command
from dashboard.activity.database.target import target
from dashboard.activity.errors import ActivityError
from dashboard.settings import Settings, SettingsError, load_settings

WITH_PASSWORDS = "postgresql://app:s%40cret@db.example:5433/repertoire?sslmode=require&password=s%40cret"


def test_the_default_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    found = target(Settings(state=tmp_path))
    assert (found.kind, found.file, found.name) == (
        "SQLite",
        tmp_path / "activity.sqlite",
        f"{tmp_path}/activity.sqlite",
    )


@pytest.mark.parametrize("url", ["postgresql://app@db.example/repertoire", "postgres://app@db.example/repertoire"])
def test_a_url_is_postgresql(url: str) -> None:
    found = target(Settings(database=url))
    assert (found.kind, found.file, found.name) == ("PostgreSQL", None, "postgresql://app@db.example/repertoire")


def test_no_message_holds_a_password(tmp_path: Path) -> None:
    settings = Settings(database=WITH_PASSWORDS)
    named = (target(settings).name, dump_command(target(settings)), repr(settings), repr(target(settings)))
    assert [text for text in named if "cret" in text] == []


def test_the_command_that_saves_postgresql_has_all_but_the_password() -> None:
    assert dump_command(target(Settings(database=WITH_PASSWORDS))) == (
        "pg_dump --format=custom --file=repertoire.dump 'postgresql://app@db.example:5433/repertoire?sslmode=require'"
    )


def test_a_url_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ActivityError, match="REPERTOIRE_DATABASE is no URL that can be read; it must be like"):
        target(Settings(database="postgresql://app:a/b@db.example:port/repertoire"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("mysql://app:secret@db/x", "mysql://app:***@db/x"), ("/var/lib/x.sqlite", "/var/lib/x.sqlite"), ("", "")],
)
def test_another_kind_of_database_is_refused_without_its_password(value: str, shown: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"REPERTOIRE_DATABASE": value})
    assert str(caught.value) == (
        f"REPERTOIRE_DATABASE is {shown!r}; it must be sqlite or a URL such as postgresql://user@host:5432/name"
    )


@pytest.mark.parametrize("name", ["with blank", "with%percent", "with?mark", "with#hash", "ü"])
def test_a_state_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    database = open_database(Settings(state=tmp_path / name))
    database.prepare()
    assert database.health().is_available
    assert (tmp_path / name / "activity.sqlite").stat().st_size > 0
    database.close()
