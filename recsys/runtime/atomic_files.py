"""Atomic writes: a file or a folder appears complete or not at all, even if the process is killed."""

import ctypes
import errno
import fcntl
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys.errors import RecsysError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_ABANDONED_SECONDS = 60


def fsync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_tree(folder: Path) -> None:
    """Flush every file below a folder to the disk, then the folders' entries."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            fsync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    fsync_folder(folder)


def write_atomically(path: Path, content: str, mode: int = 0o640) -> None:
    """Write a small text file: readers see the old content or the new, never a part of it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


@contextmanager
def replaced_folder(target: Path, *, marker: str) -> Iterator[Path]:
    """Yield an empty folder beside `target`; if the block does not raise, it replaces the target in one step.

    A target that exists must be empty or hold the file `marker`, which shows that it was written by this
    function: nothing else is overwritten. If the block raises, the target is unchanged.
    Raises RecsysError for a target that is something else or cannot be written.
    """
    _refuse_foreign_target(target, marker)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target)
        fresh = Path(tempfile.mkdtemp(prefix=_fresh_prefix(target), dir=target.parent))
        owned = os.open(fresh, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise RecsysError(f"{target.parent} cannot be written ({error.strerror}); choose another folder") from error
    try:
        fcntl.flock(owned, fcntl.LOCK_EX)
        yield fresh
        fresh.chmod(0o750)
        fsync_tree(fresh)
        _replace_target(fresh, target)
    finally:
        os.close(owned)
        shutil.rmtree(fresh, ignore_errors=True)
    fsync_folder(target.parent)


def _fresh_prefix(target: Path) -> str:
    return f".{target.name}.fresh-"


def _remove_abandoned(target: Path) -> None:
    """Remove folders that killed processes left beside the target: their locks ended with the processes.

    A folder younger than a minute stays, because its process may not have locked it yet.
    """
    for folder in target.parent.glob(f"{glob.escape(_fresh_prefix(target))}????????"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS and _is_free(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _refuse_foreign_target(target: Path, marker: str) -> None:
    if target.exists() and not target.is_dir():
        raise RecsysError(f"{target} is a file; name a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / marker).exists():
        raise RecsysError(f"{target} holds other files (no {marker}); name a new folder, nothing is overwritten")


def _replace_target(fresh: Path, target: Path) -> None:
    """Rename, or swap the two folders in one system call where the target exists (Linux, renameat2)."""
    if not target.exists():
        fresh.rename(target)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.renameat2(
        _AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    if failed:
        code = ctypes.get_errno()
        if code not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(code, os.strerror(code), str(target))
        _swap_in_two_steps(fresh, target)


def _swap_in_two_steps(fresh: Path, target: Path) -> None:
    """For a file system that cannot swap: both folders stay complete, but the target is missing for a moment."""
    aside = Path(tempfile.mkdtemp(prefix=_fresh_prefix(target), dir=target.parent))
    target.rename(aside)
    fresh.rename(target)
    aside.rename(fresh)
