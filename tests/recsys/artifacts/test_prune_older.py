"""Removing versions by their age: old ones go, the current one and those in use stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recsys.artifacts.layout import point_at, version_ids
from recsys.artifacts.locks import held
from recsys.artifacts.retention import prune_older
from recsys.cli import main
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
