"""Removing versions by their age: old ones go, the current one and those in use stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.artifacts import retention
from recsys.artifacts.layout import point_at, version_ids
from recsys.artifacts.locks import held
from recsys.artifacts.retention import prune_future, prune_older
from recsys.cli import app, main
from tests.recsys.artifacts.conftest import FIRST
from tests.support.artifacts import publish_small

OLD, OLDER = "2020-01-02-000000", "2020-01-01-000000"
LIMIT = datetime(2020, 6, 1, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with two old versions and a new one, which is current."""
    for name in (OLDER, OLD):
        (tmp_path / publish_small(tmp_path)).rename(tmp_path / name)
    publish_small(tmp_path)
    return tmp_path


def test_versions_from_before_a_time_are_removed(root: Path) -> None:
    newest = version_ids(root)[0]
    assert prune_older(root, LIMIT) == ([OLD, OLDER], [])
    assert version_ids(root) == [newest]


def test_a_version_of_that_very_second_stays(root: Path) -> None:
    removed, _ = prune_older(root, datetime(2020, 1, 2, tzinfo=UTC))
    assert removed == [OLDER]


def test_the_current_version_stays_however_old(root: Path) -> None:
    point_at(root, OLDER)
    assert prune_older(root, LIMIT) == ([OLD], [OLDER])


def test_a_version_in_use_stays(root: Path) -> None:
    with held(root / OLD):
        assert prune_older(root, LIMIT) == ([OLDER], [OLD])


def test_the_command_says_what_it_removed_and_what_it_left(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    point_at(root, OLDER)
    days = (datetime.now(UTC) - LIMIT) // timedelta(days=1)
    monkeypatch.setattr("sys.argv", ["recsys", "prune", "--artifacts", str(root), "--older-than", str(days)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"Removed: {OLD}." in said
    assert f"Left, as they are current or in use: {OLDER}." in said


def test_a_version_dated_in_the_future_takes_no_place_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(retention.logger, "warning", lambda text, *values: warnings.append(text % values))
    future = publish_small(tmp_path, built_at=FIRST + timedelta(days=3650))
    kept = [publish_small(tmp_path, built_at=FIRST + timedelta(hours=hour), keep=2) for hour in range(3)]
    assert version_ids(tmp_path) == [future, kept[2], kept[1]]
    assert f"version {future} is dated in the future: the clock was wrong when it was built, or is now" in warnings[0]
    assert "recsys prune --future" in warnings[0]


def test_versions_dated_in_the_future_are_removed_by_a_command_but_for_the_current_one(tmp_path: Path) -> None:
    first = publish_small(tmp_path, built_at=FIRST)
    future = [publish_small(tmp_path, built_at=datetime.now(UTC) + timedelta(days=days)) for days in (300, 400)]
    assert prune_future(tmp_path, datetime.now(UTC)) == ([future[0]], [future[1]])
    assert version_ids(tmp_path) == [future[1], first]


@pytest.mark.parametrize("options", [[], ["--older-than", "3", "--future"]])
def test_prune_asks_for_one_of_two(tmp_path: Path, options: list[str]) -> None:
    result = CliRunner().invoke(app, ["prune", "--artifacts", str(tmp_path), *options])
    assert result.exit_code == 2
    assert "name one of --older-than DAYS and --future" in result.output
