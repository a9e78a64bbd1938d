"""Moving CURRENT: the one rename that makes a version the one that is served."""

from pathlib import Path

from recsys.artifacts.layout import CURRENT, MANIFEST
from recsys.files import write_atomically


def point_at(root: Path, version: str) -> None:
    """Make CURRENT name a version, readable by whom the version is. Hold the publish lock."""
    for left_by_a_kill in root.glob(f".{CURRENT}.*"):
        left_by_a_kill.unlink()
    mode = (root / version / MANIFEST).stat().st_mode & 0o777
    write_atomically(root / CURRENT, f"{version}\n", mode)
