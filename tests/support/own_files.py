"""The open files of this process below one folder; other threads open and close files elsewhere."""

import os
from pathlib import Path


def open_below(folder: Path) -> list[str]:
    """Return the paths of this process's open files below a folder, removed ones too, sorted."""
    paths = []
    for handle in os.listdir("/proc/self/fd"):
        try:
            paths.append(os.readlink(f"/proc/self/fd/{handle}"))
        except FileNotFoundError:  # closed since it was listed
            continue
    return sorted(path for path in paths if path.startswith(f"{folder.resolve()}/"))
