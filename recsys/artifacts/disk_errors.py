"""What went wrong with the disk, said so that someone can mend it."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys.artifacts.layout import version_ids
from recsys.errors import ArtifactError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def explained(root: Path, written: Path | None = None) -> Iterator[None]:
    """Turn an OSError of the block into an ArtifactError that names the folder, the trouble and the remedy.

    written  the folder whose size tells how much of the version there was when the disk was full
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
    """Return the size of a folder's files; 0 for a folder that is not there."""
    return sum(path.lstat().st_size for path in folder.iterdir()) if folder.is_dir() else 0


def megabytes(size: int) -> str:
    """Return a size in bytes as `1.2 MB`."""
    return f"{size / 1e6:,.1f} MB"


def _full(root: Path, written: Path | None) -> str:
    there = megabytes(folder_bytes(written)) if written else "nothing"
    last = version_ids(root)[:1]
    before = f" (version {last[0]} takes {megabytes(folder_bytes(root / last[0]))})" if last else ""
    return (
        f"the disk of {root} is full: {there} of the new version could be written{before}, "
        f"{megabytes(shutil.disk_usage(root).free)} are free; free enough for a whole version there "
        f"or use another --artifacts. What was published before is unchanged"
    )
