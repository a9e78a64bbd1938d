"""The layout of a folder of artifacts: version ids, the CURRENT pointer, and the names of the other files."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recsys.errors import ArtifactError
from recsys.runtime.atomic_files import write_atomically

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
BUILD_LOCK = ".build.lock"
PUBLISH_LOCK = ".publish.lock"
STAGING = ".staging-"
REMOVED = ".removed-"

AHEAD = timedelta(days=1)  # by which the clocks of two machines may differ

_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2}-\d{6})(?:-(\d+))?", re.ASCII)


def is_version_id(text: str) -> bool:
    """Return whether a text has the form of a version id; such a text is never a path to elsewhere."""
    return _VERSION.fullmatch(text) is not None


def age_rank(version: str) -> tuple[str, int]:
    """Return the sort key of version ids, oldest first: build time, then the number of a build in the same second."""
    matched = _VERSION.fullmatch(version)
    if matched is None:
        raise ValueError(f"'{version}' is no version id")
    return matched[1], int(matched[2] or 1)


def is_in_future(version: str, now: datetime) -> bool:
    """Return whether a version is dated more than a day after `now`: the clock was wrong when it was built, or is."""
    return age_rank(version)[0] > (now + AHEAD).astimezone(UTC).strftime("%Y-%m-%d-%H%M%S")


def version_ids(root: Path) -> list[str]:
    """Return the ids of all versions in a folder, newest first; none if there is no such folder.

    Raises ArtifactError for a folder that cannot be read.
    """
    try:
        found = [path.name for path in root.iterdir() if is_version_id(path.name) and path.is_dir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArtifactError(f"{root} cannot be read ({error.strerror}); name a folder of artifacts") from error
    return sorted(found, key=age_rank, reverse=True)


def new_version_id(built_at: datetime, taken: list[str]) -> str:
    """Return the id of a version built at a time: `2026-11-16-031022` in UTC, with `-2` and so on if it is taken."""
    wanted = built_at.astimezone(UTC).strftime("%Y-%m-%d-%H%M%S")
    same = [age_rank(version)[1] for version in taken if age_rank(version)[0] == wanted]
    return f"{wanted}-{max(same) + 1}" if same else wanted


def current_id(root: Path) -> str | None:
    """Return the id that CURRENT names, or None where there is no CURRENT.

    Raises ArtifactError if it cannot be read or holds something else.
    """
    path = root / CURRENT
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}); let this user read it") from error
    if not is_version_id(text):
        raise ArtifactError(
            f"{path} holds '{text[:40]}', which is no version id; point it at a version with "
            f"`python -m recsys rollback VERSION --artifacts {root}`"
        )
    return text


def none_published(root: Path) -> str:
    """Return the error message for a folder without published versions."""
    return (
        f"there are no published recommendations in {root}; "
        f"make them with `python -m recsys build --data DIR --artifacts {root}`"
    )


def point_at(root: Path, version: str) -> None:
    """Make CURRENT name a version, with the version's permissions. The caller holds the publish lock."""
    for leftover in root.glob(f".{CURRENT}.*"):
        leftover.unlink()
    mode = (root / version / MANIFEST).stat().st_mode & 0o777
    write_atomically(root / CURRENT, f"{version}\n", mode)
