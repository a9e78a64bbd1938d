import errno
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from dashboard.state.errors import StateError
from dashboard.state.folder import KEY_FILE, prepare_state, secret_key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    prepare_state(tmp_path / "state")
    assert mode(tmp_path / "state") == 0o700
    assert list((tmp_path / "state").iterdir()) == []


def test_a_folder_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")
    prepare_state(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_folder_that_cannot_be_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"the state folder .*file/state cannot be written .*REPERTOIRE_STATE"):
        prepare_state(tmp_path / "file" / "state")


def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(StateError, match="the state folder /proc/1 cannot be written"):
        prepare_state(Path("/proc/1"))


def test_the_key_is_made_once_and_readable_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) == 64
    assert secret_key(tmp_path) == key
    assert mode(tmp_path / KEY_FILE) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_who_comes_second_takes_the_key_of_who_came_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = secret_key(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert secret_key(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.slow
def test_processes_that_race_get_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key, [tmp_path] * 40, chunksize=1)
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, bits: int) -> None:
    secret_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(bits)
    with pytest.raises(StateError, match=rf"can be read by others \(mode {bits:04o}\)"):
        secret_key(tmp_path)


def test_a_link_in_the_place_of_the_key_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    secret_key(elsewhere)
    (tmp_path / KEY_FILE).symlink_to(elsewhere / KEY_FILE)
    with pytest.raises(StateError, match="can be read by others"):
        secret_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"dev", b"g" * 64, b"\xff" * 64, b"0" * 64 + b"\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    (tmp_path / KEY_FILE).chmod(0o600)
    with pytest.raises(StateError, match="holds no key; remove it"):
        secret_key(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_key_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    secret_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(0)
    with pytest.raises(StateError, match="cannot be read"):
        secret_key(tmp_path)


def test_a_key_that_vanished_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _: True)
    with pytest.raises(StateError, match=r"secret_key cannot be read \(No such file or directory\)"):
        secret_key(tmp_path)


def test_a_key_on_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match=r"secret_key cannot be made \(No space left on device\); mend that"):
        secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == []
