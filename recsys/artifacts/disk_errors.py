"""Errors of the disk as messages that name the remedy."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys.artifacts.layout import version_ids
from recsys.errors import ArtifactError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def explain_disk_errors(root: Path, written: Path | None = None) -> Iterator[None]:
    """Turn an OSError of the block into an ArtifactError that names the folder, the problem and the remedy.

    written  the new version's folder, whose size the message for a full disk shows
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ArtifactError(_full(root, written)) from error
        raise ArtifactError(
            f"{root} cannot be written ({error.strerror or error}); "
            f"let this user write there or use another --artifacts"
        ) from error


def folder_bytes(folder: Path) -> int:
    """Return the size of a folder's files; 0 if there is no such folder."""
    return sum(path.lstat().st_size for path in folder.iterdir()) if folder.is_dir() else 0


def megabytes(size: int) -> str:
    """Return a size in bytes as `1.2 MB`."""
    return f"{size / 1e6:,.1f} MB"


def _full(root: Path, written: Path | None) -> str:
    size = megabytes(folder_bytes(written)) if written else "nothing"
    last = version_ids(root)[:1]
    before = f" (version {last[0]} takes {megabytes(folder_bytes(root / last[0]))})" if last else ""
    return (
        f"the disk of {root} is full: {size} of the new version could be written{before}, "
        f"{megabytes(shutil.disk_usage(root).free)} are free; free enough for a whole version there "
        f"or use another --artifacts. What was published before is unchanged"
    )
