"""Removing versions beyond the number to keep, and the leftovers of killed builds."""

import logging
import os
import shutil
import tempfile
from pathlib import Path

from recsys.artifacts.layout import MANIFEST, REMOVED, STAGING, version_ids
from recsys.artifacts.locks import claim_version
from recsys.artifacts.lookup.index import FORMS

logger = logging.getLogger(__name__)


def prune(root: Path, current: str, keep: int) -> None:
    """Remove all but the newest `keep` versions; never the current one or one that is held.

    The caller holds the publish lock. A version that cannot be removed is logged and tried again next time.
    """
    for version in version_ids(root)[keep:]:
        if version != current:
            try:
                _remove(root, version)
            except OSError as error:
                logger.warning("version %s could not be removed: %s", version, error)


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
