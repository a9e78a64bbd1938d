import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from recsys.artifacts.layout import current_id
from recsys.artifacts.locks import claim_version
from recsys.artifacts.versions import check, rollback, versions
from recsys.cli import app
from recsys.errors import ArtifactError
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import AS_OF, publish_small

SECOND_ID = "2026-11-16-041022"


@pytest.fixture
def two(root: Path) -> Path:
    """FIRST_ID and, current, SECOND_ID."""
    publish_small(root, built_at=FIRST + timedelta(hours=1))
    return root


def damage(root: Path, version: str) -> None:
    with (root / version / "popular.parquet").open("ab") as file:
        file.write(b"x")


# ---- check ----


def test_check_takes_the_current_version_or_the_one_named(two: Path) -> None:
    assert check(two).version == SECOND_ID
    assert check(two, FIRST_ID).version == FIRST_ID


@pytest.mark.parametrize("version", [None, FIRST_ID])
def test_empty_folder_is_an_error_that_says_how_to_build(tmp_path: Path, version: str | None) -> None:
    with pytest.raises(ArtifactError, match="no published recommendations in .* `python -m recsys build --data DIR"):
        check(tmp_path, version)


def test_unknown_version_is_refused_with_those_that_are_there(two: Path) -> None:
    with pytest.raises(ArtifactError, match=f"no version '2020' in .*; there are {SECOND_ID}, {FIRST_ID}"):
        check(two, "2020")


def test_folder_without_current_is_an_error_that_says_how_to_choose_a_version(two: Path) -> None:
    (two / "CURRENT").unlink()
    with pytest.raises(ArtifactError, match=f"has no CURRENT, .* `python -m recsys rollback {SECOND_ID} --artifacts"):
        check(two)


def test_version_that_is_being_removed_is_an_error(two: Path) -> None:
    claim = claim_version(two / FIRST_ID)
    assert claim is not None
    with pytest.raises(ArtifactError, match=f"version {FIRST_ID} is being removed; choose another one"):
        check(two, FIRST_ID)
    os.close(claim)
    assert check(two, FIRST_ID).version == FIRST_ID


# ---- versions ----


def test_versions_come_newest_first_with_the_current_one_marked_and_damage_named(two: Path) -> None:
    damage(two, FIRST_ID)
    newest, oldest = versions(two)
    assert (newest.id, newest.is_current, newest.problem) == (SECOND_ID, True, None)
    assert newest.manifest is not None
    assert newest.bytes > newest.manifest.bytes  # the manifest itself counts
    assert (oldest.id, oldest.is_current, oldest.manifest) == (FIRST_ID, False, None)
    assert oldest.problem is not None
    assert oldest.problem.startswith("popular.parquet has")


def test_version_without_a_manifest_is_listed_with_the_reason(two: Path) -> None:
    (two / FIRST_ID / "manifest.json").unlink()
    assert versions(two)[1].problem == f"{FIRST_ID} has no manifest.json; it is no whole version, build again"


def test_versions_are_listed_even_if_current_holds_nonsense(two: Path) -> None:
    (two / "CURRENT").write_text("nonsense")
    assert [version.is_current for version in versions(two)] == [False, False]


def test_manifest_that_may_not_be_read_is_named(two: Path) -> None:
    path = two / FIRST_ID / "manifest.json"
    path.unlink()
    path.symlink_to(path.name)  # fails for root too, as a missing permission would not
    assert "cannot be read (Too many levels of symbolic links)" in str(versions(two)[1].problem)


# ---- rollback ----


def test_rollback_makes_an_older_version_current_and_back(two: Path) -> None:
    assert rollback(two, FIRST_ID).version == FIRST_ID
    assert current_id(two) == FIRST_ID
    rollback(two, SECOND_ID)
    assert current_id(two) == SECOND_ID
    assert (two / "CURRENT").stat().st_mode & 0o777 == 0o640


def test_rollback_to_a_bad_version_is_refused(two: Path) -> None:
    damage(two, FIRST_ID)
    with pytest.raises(ArtifactError, match=r"popular\.parquet has"):
        rollback(two, FIRST_ID)
    assert current_id(two) == SECOND_ID


def test_rollback_replaces_an_invalid_current(two: Path) -> None:
    (two / "CURRENT").write_text("nonsense")
    rollback(two, FIRST_ID)
    assert check(two).version == FIRST_ID


def test_version_rolled_back_to_survives_the_next_publish(two: Path) -> None:
    rollback(two, FIRST_ID)
    third = publish_small(two, built_at=FIRST + timedelta(hours=2), keep=2)
    assert [version.id for version in versions(two)] == [third, SECOND_ID]


# ---- the commands ----


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_command_check_prints_the_tables_and_the_result(two: Path, run: Callable[..., Result]) -> None:
    result = run("check", "--artifacts", two)
    assert result.exit_code == 0
    assert "recommendations" in result.stdout
    assert f"Version {SECOND_ID} is sound." in result.stdout


def test_command_check_fails_for_a_bad_version(two: Path, run: Callable[..., Result]) -> None:
    damage(two, FIRST_ID)
    result = run("check", FIRST_ID, "--artifacts", two)
    assert result.exit_code == 1
    assert isinstance(result.exception, ArtifactError)


def test_command_versions_lists_what_is_kept(two: Path, run: Callable[..., Result]) -> None:
    damage(two, FIRST_ID)
    result = run("versions", "--artifacts", two)
    head, newest, oldest, reason = result.stdout.splitlines()
    assert head.split() == ["Version", "Built", "Orders", "up", "to", "Rows", "Size", "State"]
    assert newest.split()[:5] == [SECOND_ID, "2026-11-16", "04:10:22", "UTC", str(AS_OF)]
    assert newest.rstrip().endswith("whole, current")
    assert oldest.split()[0] == FIRST_ID
    assert oldest.rstrip().endswith("refused")
    assert reason.startswith(f"{FIRST_ID} is refused: popular.parquet has")


def test_command_versions_of_an_empty_folder_says_how_to_build(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("versions", "--artifacts", tmp_path)
    assert result.exit_code == 1
    assert "python -m recsys build" in str(result.exception)


def test_command_rollback_says_what_is_current(two: Path, run: Callable[..., Result]) -> None:
    result = run("rollback", FIRST_ID, "--artifacts", two)
    assert result.exit_code == 0
    assert f"Version {FIRST_ID} with orders up to {AS_OF} is current." in result.stdout
    assert current_id(two) == FIRST_ID


@pytest.mark.parametrize("command", ["check", "versions", "rollback"])
def test_commands_without_a_folder_are_wrong_usage(command: str, run: Callable[..., Result]) -> None:
    assert run(command).exit_code == 2


def test_version_removed_while_it_is_listed_is_named(two: Path) -> None:
    shutil.rmtree(two / FIRST_ID)
    (two / FIRST_ID).mkdir()
    assert versions(two)[1].bytes == 0
