"""The versions in a folder: listing and checking them, and going back to an older one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recsys.artifacts.disk_errors import explain_disk_errors, folder_bytes
from recsys.artifacts.integrity import check_integrity
from recsys.artifacts.layout import current_id, none_published, point_at, version_ids
from recsys.artifacts.locks import held, publish_lock
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.validation import validate_version
from recsys.errors import ArtifactError
from recsys.runtime.progress import Progress


@dataclass(frozen=True)
class KeptVersion:
    """One version of a folder.

    bytes       size of its files
    manifest    None if a file is not intact
    problem     why it is not intact; None if it is
    """

    id: str
    bytes: int
    is_current: bool
    manifest: Manifest | None
    problem: str | None


def versions(root: Path) -> list[KeptVersion]:
    """Return the versions of a folder, newest first, after checking the integrity of each.

    The list is empty for an empty or missing folder. Raises ArtifactError for a folder that cannot be read.
    """
    current = _current_or_none(root)
    return [_kept(root, version, is_current=version == current) for version in version_ids(root)]


def check(root: Path, version: str | None = None, progress: Progress | None = None) -> Manifest:
    """Validate a version, by default the current one, and return its manifest.

    Raises ArtifactError with the reason if it is not valid, and for a missing version or folder.
    """
    if version is None:
        version = current_id(root)
        if version is None:
            raise ArtifactError(_nothing_current(root))
    with _held_version(root, version) as folder:
        return validate_version(folder, version, progress)


def rollback(root: Path, version: str, progress: Progress | None = None) -> Manifest:
    """Make a kept version the current one and return its manifest; readers follow within seconds.

    Raises ArtifactError for a missing or invalid version: the current version then stays current.
    """
    with _held_version(root, version) as folder:
        manifest = validate_version(folder, version, progress)
        with explain_disk_errors(root), publish_lock(root):
            point_at(root, version)
    return manifest


@contextmanager
def _held_version(root: Path, version: str) -> Iterator[Path]:
    kept = version_ids(root)
    if version not in kept:
        if not kept:
            raise ArtifactError(none_published(root))
        raise ArtifactError(f"there is no version '{version}' in {root}; there are {', '.join(kept)}")
    with held(root / version):
        yield root / version


def _nothing_current(root: Path) -> str:
    kept = version_ids(root)
    if not kept:
        return none_published(root)
    return (
        f"{root} has no CURRENT, so no version is served; choose one with "
        f"`python -m recsys rollback {kept[0]} --artifacts {root}`"
    )


def _current_or_none(root: Path) -> str | None:
    """Return the current id, None if CURRENT is invalid: the list then marks no version, and `check` shows why."""
    try:
        return current_id(root)
    except ArtifactError:
        return None


def _kept(root: Path, version: str, *, is_current: bool) -> KeptVersion:
    folder = root / version
    manifest, problem = None, None
    try:
        with held(folder):
            manifest = check_integrity(folder, version).manifest
    except ArtifactError as error:
        problem = str(error)
    return KeptVersion(version, folder_bytes(folder), is_current, manifest, problem)
