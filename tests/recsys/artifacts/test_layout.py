from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from recsys.artifacts.layout import age_rank, current_id, is_version_id, new_version_id, version_ids
from recsys.errors import ArtifactError

BUILT = datetime(2026, 11, 16, 3, 10, 22, tzinfo=UTC)


def test_id_is_the_time_of_the_build_in_utc() -> None:
    in_berlin = BUILT.astimezone(timezone(timedelta(hours=1)))
    assert new_version_id(in_berlin, []) == "2026-11-16-031022"


def test_id_of_a_build_in_the_same_second_gets_the_next_number() -> None:
    taken = ["2026-11-16-031022", "2026-11-16-031022-2", "2026-11-16-031021-9"]
    assert new_version_id(BUILT, taken) == "2026-11-16-031022-3"


def test_versions_are_listed_newest_first_and_the_tenth_of_a_second_follows_the_second(tmp_path: Path) -> None:
    for name in ("2026-11-16-031022-2", "2026-11-16-031022", "2026-11-16-031022-10", "2025-01-01-000000"):
        (tmp_path / name).mkdir()
    for other in ("notes", ".staging-x", "2026-11-16"):
        (tmp_path / other).mkdir()
    (tmp_path / "2027-01-01-000000").write_text("a file is no version")
    assert version_ids(tmp_path) == [
        "2026-11-16-031022-10",
        "2026-11-16-031022-2",
        "2026-11-16-031022",
        "2025-01-01-000000",
    ]


def test_folder_that_is_not_there_has_no_versions_and_no_current_one(tmp_path: Path) -> None:
    assert version_ids(tmp_path / "nothing") == []
    assert current_id(tmp_path / "nothing") is None


@pytest.mark.parametrize("text", ["", ".", "..", "../2026-11-16-031022", "2026-11-16-031022/x", "2026-11-16-031022\n"])
def test_path_is_no_version_id(text: str) -> None:
    assert not is_version_id(text)
    with pytest.raises(ValueError, match="is no version id"):
        age_rank(text)


def test_file_where_a_folder_of_artifacts_belongs_is_named(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("a")
    with pytest.raises(ArtifactError, match=r"orders\.csv cannot be read \(Not a directory\)"):
        version_ids(file)
    assert current_id(file) is None


def test_current_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(ArtifactError, match=r"CURRENT cannot be read \(Is a directory\)"):
        current_id(tmp_path)


def test_current_that_names_no_version_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_bytes(b"\xff../../etc")
    with pytest.raises(ArtifactError, match=r"which is no version id; point it at a version with .* rollback"):
        current_id(tmp_path)
