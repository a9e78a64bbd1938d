"""Folders for work in progress, beside what they become: the next one removes what a killed process left.

A folder is locked by flock(2) as long as its process lives, however that ends: what is not locked is a leftover.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.state.errors import StateError

PREFIX = ".repertoire-"


@contextmanager
def scratch(parent: Path, kind: str) -> Iterator[Path]:
    """Yield a new folder, for its owner alone; it goes at the end. Leftovers of the same kind go first.

    Raises StateError for a parent that cannot be written.
    """
    for leftover in leftovers(parent, kind):
        shutil.rmtree(leftover, ignore_errors=True)
    folder, handle = _made(parent, kind)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def leftovers(parent: Path, kind: str) -> Iterator[Path]:
    """Yield the folders of this kind whose process is gone, each locked until the next one is asked for."""
    for folder in sorted(parent.glob(f"{PREFIX}{kind}.*")):
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # gone meanwhile, or somebody else's
        try:
            if _is_locked_now(handle):
                yield folder
        finally:
            os.close(handle)


def _made(parent: Path, kind: str) -> tuple[Path, int]:
    while True:
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}.", dir=parent))
        except OSError as error:
            raise StateError(f"{parent} cannot be written ({error.strerror}); name a place elsewhere") from error
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        if _is_locked_now(handle) and folder.exists():
            return folder, handle
        os.close(handle)  # another process took it for a leftover in the moment before it was locked


def _is_locked_now(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
