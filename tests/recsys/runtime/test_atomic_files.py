"""Files and folders appear complete or not at all."""

import errno
import os
from pathlib import Path

import pytest

from recsys.errors import RecsysError
from recsys.runtime import atomic_files
from recsys.runtime.atomic_files import replaced_folder, write_atomically

MARKER = "made_by_us"


def make(target: Path, content: str) -> None:
    with replaced_folder(target, marker=MARKER) as fresh:
        (fresh / MARKER).write_text(content)
        (fresh / "below").mkdir()
        (fresh / "below" / "part").write_text(content)


def content(target: Path) -> tuple[str, str]:
    return (target / MARKER).read_text(), (target / "below" / "part").read_text()


def test_new_folder_appears_with_its_parents(tmp_path):
    make(tmp_path / "a" / "b", "new")
    assert content(tmp_path / "a" / "b") == ("new", "new")


def test_old_folder_is_replaced_and_nothing_stays_beside_it(tmp_path):
    make(tmp_path / "a", "old")
    (tmp_path / "a" / "only_old").touch()
    make(tmp_path / "a", "new")
    assert content(tmp_path / "a") == ("new", "new")
    assert not (tmp_path / "a" / "only_old").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_folder_is_for_its_owner_and_group_only(tmp_path):
    make(tmp_path / "a", "new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o750


def test_old_folder_is_there_until_the_block_has_ended(tmp_path):
    make(tmp_path / "a", "old")
    with replaced_folder(tmp_path / "a", marker=MARKER) as fresh:
        (fresh / MARKER).write_text("new")
        assert content(tmp_path / "a") == ("old", "old")
    assert (tmp_path / "a" / MARKER).read_text() == "new"


def test_exception_leaves_the_old_folder(tmp_path):
    make(tmp_path / "a", "old")
    with pytest.raises(KeyError), replaced_folder(tmp_path / "a", marker=MARKER):
        raise KeyError
    assert content(tmp_path / "a") == ("old", "old")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "letters.txt").touch()
    with pytest.raises(RecsysError, match=rf"holds other files \(no {MARKER}\); name a new folder"):
        make(tmp_path, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_empty_folder_may_be_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    make(tmp_path / "a", "new")
    assert content(tmp_path / "a") == ("new", "new")


def test_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(RecsysError, match="a is a file; name a folder"):
        make(tmp_path / "a", "new")


def test_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RecsysError, match=r"file/below cannot be written \(Not a directory\); choose another folder"):
        make(tmp_path / "file" / "below" / "a", "new")


def exchange_fails(code):
    class Libc:
        def renameat2(self, *arguments):
            return -1

    def load(name, use_errno):
        return Libc()

    return load, lambda: code


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS])
def test_file_system_that_cannot_swap_gets_two_steps(tmp_path, monkeypatch, code):
    make(tmp_path / "a", "old")
    load, get_errno = exchange_fails(code)
    monkeypatch.setattr(atomic_files.ctypes, "CDLL", load)
    monkeypatch.setattr(atomic_files.ctypes, "get_errno", get_errno)
    make(tmp_path / "a", "new")
    assert content(tmp_path / "a") == ("new", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_swap_that_is_not_allowed_leaves_the_old_folder(tmp_path, monkeypatch):
    make(tmp_path / "a", "old")
    load, get_errno = exchange_fails(errno.EPERM)
    monkeypatch.setattr(atomic_files.ctypes, "CDLL", load)
    monkeypatch.setattr(atomic_files.ctypes, "get_errno", get_errno)
    with pytest.raises(PermissionError):
        make(tmp_path / "a", "new")
    assert content(tmp_path / "a") == ("old", "old")


def left_behind(tmp_path: Path, name: str, age_seconds: float) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    made = folder.stat().st_mtime - age_seconds
    os.utime(folder, (made, made))
    return folder


def test_folder_that_a_killed_process_left_is_removed(tmp_path):
    abandoned = left_behind(tmp_path, ".a.fresh-12345678", 120)
    make(tmp_path / "a", "new")
    assert not abandoned.exists()


@pytest.mark.parametrize(
    ("name", "age_seconds"), [(".a.fresh-12345678", 1), (".b.fresh-12345678", 120), (".a.fresh-mine", 120)]
)
def test_folder_that_is_new_or_anothers_stays(tmp_path, name, age_seconds):
    other = left_behind(tmp_path, name, age_seconds)
    make(tmp_path / "a", "new")
    assert other.exists()


def test_folder_that_another_process_works_in_stays(tmp_path):
    with replaced_folder(tmp_path / "a", marker=MARKER) as working:
        os.utime(working, (0, 0))
        make(tmp_path / "a", "by another")
        assert working.exists()
        (working / MARKER).write_text("mine")
    assert (tmp_path / "a" / MARKER).read_text() == "mine"


def test_small_file_is_replaced_with_its_mode(tmp_path):
    write_atomically(tmp_path / "a", "old")
    write_atomically(tmp_path / "a", "new ä", mode=0o600)
    assert (tmp_path / "a").read_text(encoding="utf-8") == "new ä"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_small_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "a", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
