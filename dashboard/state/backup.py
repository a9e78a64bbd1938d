"""A backup of the state folder in one file, and the way back."""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from dashboard.state.archive import check_archive, unpack_archive, write_archive
from dashboard.state.errors import StateError
from dashboard.state.folder import CACHE, OLD, restoring
from dashboard.state.scratch import scratch

BACKUP = "backup"  # the kind of the folders that it works in
NO_COPIES: Mapping[str, Path] = MappingProxyType({})


def backup(
    folder: Path, target: Path, now: datetime, *, live: Collection[str] = (), copies: Mapping[str, Path] = NO_COPIES
) -> int:
    """Write every file of the state folder into a new archive, readable for its owner alone; return how many.

    live    names right below the folder that are left out, because they are written to meanwhile
    copies  what is put in their place: the name in the archive and the file

    Raises StateError for a missing folder, an existing target, a target inside the folder, a link, a full disk.
    """
    if not folder.is_dir():
        raise StateError(f"there is no state folder {folder}; nothing to back up")
    if target.exists():
        raise StateError(f"{target} exists; name a new file, nothing is overwritten")
    if target.resolve().is_relative_to(folder.resolve()):
        raise StateError(f"{target} is inside the state folder; name a file elsewhere")
    left_out = {folder / name for name in live}
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder) if path not in left_out}
    contents: dict[str, bytes | Path] = {**{name: path.read_bytes() for name, path in files.items()}, **copies}
    with scratch(target.parent, BACKUP) as staging:
        try:
            _write(staging / "new", target, contents, now)
        except OSError as error:
            raise StateError(f"{target} cannot be written ({error.strerror}); name a file elsewhere") from error
    return len(contents)


def restore(archive: Path, folder: Path, *, force: bool = False) -> int:
    """Put the files of a backup in the place of the state folder; return how many.

    The archive is looked at as a whole before anything is written; the old folder is kept aside until the new one is
    in place, and comes back by itself if that is where the process is killed. Raises StateError for a damaged or
    foreign archive, for one that does not fit on the disk, and for a folder that is not empty unless `force`.
    """
    n_files = check_archive(archive, _room(folder))
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise StateError(f"{folder} is not empty; stop the app and add --force to replace what is in it")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with scratch(folder.parent, restoring(folder)) as staging:
            unpack_archive(archive, staging / "new")
            _take_place(staging / "new", folder, staging / OLD)
    except OSError as error:
        raise StateError(f"{folder} cannot be replaced ({error.strerror}); it is as it was") from error
    return n_files


def _room(folder: Path) -> int:
    """Return the bytes that are free where the folder is or will be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    return shutil.disk_usage(there).free


def _files(folder: Path) -> Iterator[Path]:
    """Yield what must be kept: all but the cache."""
    for path in sorted(folder.rglob("*")):
        if path.is_relative_to(folder / CACHE):
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise StateError(f"{path} is neither file nor folder; remove it from the state folder")
        if path.is_file():
            yield path


def _write(new: Path, target: Path, contents: Mapping[str, bytes | Path], now: datetime) -> None:
    """Write an archive, mode 0600, that appears under its name when it is whole."""
    new.touch(mode=0o600)
    write_archive(new, contents, now)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.link(new, target)


def _take_place(fresh: Path, folder: Path, aside: Path) -> None:
    """Move the old folder aside, the new one in; the old one back if that fails."""
    if not folder.exists():
        fresh.rename(folder)
        return
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside)
