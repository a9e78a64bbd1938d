import fcntl
import os
from pathlib import Path

import pytest

from recsys.artifacts import locks
from recsys.artifacts.locks import claim_version, hold_version
from recsys.errors import ArtifactError
from tests.recsys.artifacts.conftest import FIRST_ID
from tests.support.own_files import open_below


def test_many_hold_a_version_and_nobody_claims_it_meanwhile(root: Path) -> None:
    handles = [hold_version(root / FIRST_ID), hold_version(root / FIRST_ID)]
    assert claim_version(root / FIRST_ID) is None
    assert len(open_below(root)) == 2
    for handle in handles:
        assert handle is not None
        os.close(handle)
    claim = claim_version(root / FIRST_ID)
    assert claim is not None
    assert hold_version(root / FIRST_ID) is None
    os.close(claim)
    assert open_below(root) == []


@pytest.mark.parametrize("replaced", [True, False])
def test_version_removed_between_opening_and_locking_it_is_gone(
    root: Path, monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    folder, flock = root / FIRST_ID, fcntl.flock

    def late(handle: int, kind: int) -> None:
        folder.rename(root / ".removed-x")
        if replaced:
            folder.mkdir()
            (folder / "manifest.json").write_text("{}")
        flock(handle, kind)

    monkeypatch.setattr(locks.fcntl, "flock", late)
    assert hold_version(folder) is None
    assert open_below(root) == []


def test_version_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    assert hold_version(tmp_path / "nothing") is None
    (tmp_path / "file").write_text("")
    assert hold_version(tmp_path / "file") is None


def test_manifest_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to("manifest.json")
    with pytest.raises(ArtifactError, match=r"manifest\.json cannot be read \(Too many levels of symbolic links\)"):
        hold_version(tmp_path)
