"""Locks of a folder of artifacts and its versions, by flock(2): a lock ends with its process, however that ends.

A lock is released only by closing its file, because an explicit unlock in a forked child would also release the
parent's lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from recsys.artifacts.layout import BUILD_LOCK, MANIFEST, PUBLISH_LOCK
from recsys.errors import ArtifactError, BusyError


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the build lock of a folder while the block runs; raises BusyError at once if another build holds it."""
    with _lock_file(root / BUILD_LOCK) as handle:
        if not _try_lock(handle, fcntl.LOCK_EX):
            holder = os.pread(handle, 200, 0).decode(errors="replace") or "since just now"
            raise BusyError(f"another build is running in {root} {holder}: wait for it or use another --artifacts")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, pid {os.getpid()}".encode(), 0)
        yield


@contextmanager
def publish_lock(root: Path) -> Iterator[None]:
    """Hold the lock to move CURRENT or remove versions; waits for it, since others hold it only for moments."""
    with _lock_file(root / PUBLISH_LOCK) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def hold_version(folder: Path) -> int | None:
    """Take a version's shared lock and return the open file; None if the version is gone or being removed.

    Close the file to release the lock. Raises ArtifactError for a manifest that may not be read.
    """
    try:
        return _lock_manifest(folder, os.O_RDONLY, fcntl.LOCK_SH)
    except OSError as error:
        raise ArtifactError(f"{folder / MANIFEST} cannot be read ({error.strerror}); let this user read it") from error


def claim_version(folder: Path) -> int | None:
    """Take a version's exclusive lock, to remove it, and return the open file; None if others hold it.

    Raises OSError for a manifest that cannot be opened.
    """
    # Opened for writing, because NFS implements flock by range locks, which need it.
    return _lock_manifest(folder, os.O_RDWR, fcntl.LOCK_EX)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a version from being removed while the block runs; does nothing for a version without a manifest.

    Raises ArtifactError for a version that is being removed or may not be read.
    """
    handle = hold_version(folder)
    if handle is None and (folder / MANIFEST).exists():
        raise ArtifactError(f"version {folder.name} is being removed; choose another one")
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def _lock_file(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock_manifest(folder: Path, flags: int, kind: int) -> int | None:
    path = folder / MANIFEST
    try:
        handle = os.open(path, flags | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if _try_lock(handle, kind) and _is_same_file(path, handle):
        return handle
    os.close(handle)
    return None


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same_file(path: Path, handle: int) -> bool:
    """Return whether the path is still the opened file: a version may be removed between opening and locking it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except (FileNotFoundError, NotADirectoryError):
        return False
