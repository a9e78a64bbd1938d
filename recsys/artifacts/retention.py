"""Removing versions beyond the number to keep, and the leftovers of killed builds."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from recsys.artifacts.disk_errors import explain_disk_errors
from recsys.artifacts.layout import MANIFEST, REMOVED, STAGING, age_rank, current_id, is_in_future, version_ids
from recsys.artifacts.locks import claim_version, publish_lock
from recsys.artifacts.lookup.index import FORMS

logger = logging.getLogger(__name__)


def prune(root: Path, current: str, keep: int, now: datetime) -> None:
    """Remove all but the newest `keep` versions; never the current one or one that is held.

    A version dated in the future takes no place among them and is not removed: which clock is wrong is not known.
    The log names it. The caller holds the publish lock. A version that cannot be removed is logged and tried again
    next time.
    """
    future = in_future(root, now)
    for version in future:
        logger.warning(
            "version %s is dated in the future: the clock was wrong when it was built, or is now; remove it with "
            "`python -m recsys prune --future --artifacts %s`",
            version,
            root,
        )
    for version in [one for one in version_ids(root) if one not in future][keep:]:
        if version != current:
            try:
                _remove(root, version)
            except OSError as error:
                logger.warning("version %s could not be removed: %s", version, error)


def in_future(root: Path, now: datetime) -> list[str]:
    """Return the versions that are dated in the future."""
    return [version for version in version_ids(root) if is_in_future(version, now)]


def prune_future(root: Path, now: datetime) -> tuple[list[str], list[str]]:
    """Remove the versions that are dated in the future; return as `prune_older` does."""
    return _prune(root, lambda version: is_in_future(version, now))


def prune_older(root: Path, before: datetime) -> tuple[list[str], list[str]]:
    """Remove the versions that were built before a time; return the ids of those removed, and of those left.

    Left are the current version and those that are held open. Raises ArtifactError for a folder that cannot be read.
    """
    limit = before.astimezone(UTC).strftime("%Y-%m-%d-%H%M%S")
    return _prune(root, lambda version: age_rank(version)[0] < limit)


def _prune(root: Path, is_over: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    removed: list[str] = []
    left: list[str] = []
    with explain_disk_errors(root), publish_lock(root):
        current = current_id(root)
        for version in version_ids(root):
            if not is_over(version):
                continue
            if version != current:
                _remove(root, version)
            (left if (root / version).exists() else removed).append(version)
    return removed, left


def remove_leftovers(root: Path) -> None:
    """Remove the leftovers of killed builds. The caller holds the build lock, so no other build is at work."""
    for pattern in (f"{STAGING}*", f"{REMOVED}*"):
        for folder in root.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)


def _remove(root: Path, version: str) -> None:
    folder = root / version
    claim = claim_version(folder)
    if claim is None and (folder / MANIFEST).exists():
        return
    try:
        # Renamed first, in one step, so that no reader finds a partly removed version.
        aside = Path(tempfile.mkdtemp(prefix=REMOVED, dir=root))
        folder.rename(aside)
    finally:
        if claim is not None:
            os.close(claim)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(root / FORMS / version, ignore_errors=True)
