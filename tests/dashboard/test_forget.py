"""Erasure on the command line: what is gone, what still names who was erased, and that the trail says it was done."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.activity.database import audit, people, sessions
from dashboard.activity.database.connect import Database, open_database
from dashboard.cli import main
from dashboard.settings import Settings
from tests.support.artifacts import publish_small, small_rows

NOW = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = open_database(Settings(state=tmp_path / "state", artifacts=tmp_path / "artifacts"))
    (tmp_path / "state").mkdir(mode=0o700)
    database.prepare()
    return database


def forget(tmp_path: Path, who: str, capsys: pytest.CaptureFixture[str]) -> str:
    environ = {"REPERTOIRE_STATE": str(tmp_path / "state"), "REPERTOIRE_ARTIFACTS": str(tmp_path / "artifacts")}
    main(["forget", who], environ)
    return capsys.readouterr().out


def test_a_customer_is_taken_out_of_the_trail_and_the_versions_that_name_them_are_listed(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    naming = publish_small(tmp_path / "artifacts")
    with database.write() as at:
        for _ in range(2):
            audit.record(at, now=NOW, kind="customer-opened", person_id=1, subject_ids=["CAFE1"])
        audit.record(at, now=NOW, kind="customer-opened", person_id=1, subject_ids=["CAFE2"])
    said = forget(tmp_path, "CAFE1", capsys)
    assert "Erased of customer CAFE1: audit (2)" in said
    assert f"Versions that still name them: {naming}." in said
    with database.read() as at:
        lines = audit.entries(at, limit=9)
    assert [line.subject_ids for line in lines] == [(), ("CAFE2",), ("erased",), ("erased",)]
    assert (lines[0].kind, lines[0].row_count) == ("forgotten", 2)


def test_a_person_goes_with_sessions_and_the_trail_keeps_their_number(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_small(tmp_path / "artifacts")
    with database.write() as at:
        kim = people.add(at, email="Kim@Example.com", name="Kim", now=NOW, roles=["rep"], rep_names=["Nobody"])
        sessions.start(at, kim.id, now=NOW, ends_at=NOW + timedelta(hours=1), user_agent="", address_hash="")
    said = forget(tmp_path, "kim@example.com", capsys)
    assert f"Erased of person {kim.id}: people (1), person_roles (1), person_reps (1), sessions (1)" in said
    assert "No version that is kept names them." in said
    with database.read() as at:
        assert people.everyone(at) == ()
        assert audit.entries(at, limit=1)[0].subject_ids == (f"person {kim.id}",)


def test_a_rep_who_is_erased_is_still_named_by_the_data(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_small(
        tmp_path / "artifacts", changed={"customers": [row | {"rep": None} for row in small_rows()["customers"]]}
    )
    naming = publish_small(tmp_path / "artifacts")
    with database.write() as at:
        people.add(at, email="ann@example.com", name="Ann", now=NOW, roles=["rep"], rep_names=["Ann Example"])
    assert f"Versions that still name them: {naming}." in forget(tmp_path, "ann@example.com", capsys)


def test_a_version_that_cannot_be_read_is_named(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = publish_small(tmp_path / "artifacts")
    (tmp_path / "artifacts" / broken / "customers.parquet").unlink()
    said = forget(tmp_path, "CAFE1", capsys)
    assert "No version that is kept names them." in said
    assert f"Not looked through, as they cannot be read: {broken}" in said
    assert database.health().is_available
