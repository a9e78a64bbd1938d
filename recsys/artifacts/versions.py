"""The versions that a folder keeps: whether each is sound, which is current, and going back to an older one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recsys.artifacts.disk_errors import explained, folder_bytes
from recsys.artifacts.integrity import whole
from recsys.artifacts.layout import current_id, none_published, point_at, version_ids
from recsys.artifacts.locks import held, publish_lock
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.validation import check_sound
from recsys.errors import ArtifactError
from recsys.runtime.progress import Progress


@dataclass(frozen=True)
class KeptVersion:
    """One version of a folder.

    bytes       size of its files
    manifest    None if it is not whole
    problem     why it is not whole; None if it is
    """

    id: str
    bytes: int
    is_current: bool
    manifest: Manifest | None
    problem: str | None


def versions(root: Path) -> list[KeptVersion]:
    """Return the versions of a folder, newest first, each checked to be whole; none for an empty or missing folder.

    Raises ArtifactError for a folder that cannot be read.
    """
    current = _current_or_none(root)
    return [_kept(root, version, is_current=version == current) for version in version_ids(root)]


def check(root: Path, version: str | None = None, progress: Progress | None = None) -> Manifest:
    """Check that a version, by default the current one, is whole and sound, and return its manifest.

    Raises ArtifactError with the reason if it is not, and for a version or folder that is not there.
    """
    if version is None:
        version = current_id(root)
        if version is None:
            raise ArtifactError(_nothing_current(root))
    with _held_version(root, version) as folder:
        return check_sound(folder, version, progress)


def rollback(root: Path, version: str, progress: Progress | None = None) -> Manifest:
    """Make an older version, or a newer one again, the current one; readers follow within seconds.

    Raises ArtifactError for a version that is not there or not sound: what was current then stays so.
    """
    with _held_version(root, version) as folder:
        manifest = check_sound(folder, version, progress)
        with explained(root), publish_lock(root):
            point_at(root, version)
    return manifest


@contextmanager
def _held_version(root: Path, version: str) -> Iterator[Path]:
    there = version_ids(root)
    if version not in there:
        if not there:
            raise ArtifactError(none_published(root))
        raise ArtifactError(f"there is no version '{version}' in {root}; there are {', '.join(there)}")
    with held(root / version):
        yield root / version


def _nothing_current(root: Path) -> str:
    there = version_ids(root)
    if not there:
        return none_published(root)
    return (
        f"{root} has no CURRENT, so no version is served; choose one with "
        f"`python -m recsys rollback {there[0]} --artifacts {root}`"
    )


def _current_or_none(root: Path) -> str | None:
    """A CURRENT that holds nonsense points at no version: the list then has no mark, `check` tells why."""
    try:
        return current_id(root)
    except ArtifactError:
        return None


def _kept(root: Path, version: str, *, is_current: bool) -> KeptVersion:
    folder = root / version
    manifest, problem = None, None
    try:
        with held(folder):
            manifest = whole(folder, version).manifest
    except ArtifactError as error:
        problem = str(error)
    return KeptVersion(version, folder_bytes(folder), is_current, manifest, problem)
