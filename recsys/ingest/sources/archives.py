"""Zip archives and single SQLite files read as a folder; what an archive says of itself is not believed.

An archive is unpacked in a process of its own, which may take so much memory and time: some methods of packing unpack
all at once, and a list of files may be as long as the archive.
"""

import errno
import lzma
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.sources.databases import refuse_unreadable
from recsys.ingest.sources.map_sources import SUFFIXES
from recsys.ingest.sources.raw_files import ARCHIVE, DATABASES
from recsys.runtime.limited_process import CrashError, OutOfMemoryError, OutOfTimeError, run_limited

MOST_FILES = 10_000
_MEMORY_MB = 500  # a process that has loaded this module takes 100, a list of 10,000 files 20
_BLOCK = 1 << 20
_LONGEST_NAME = 255  # bytes of a part of a path, on all usual file systems
_NAMED = 5  # files that a message names
_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, LookupError,
)  # fmt: skip
# What programs put beside the files: resource forks of macOS, locks of Office.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BYPRODUCT = re.compile(r"(^|/)(\.|~\$|__MACOSX/)")


def folder_of(path: Path, scratch: Path, limits: Limits, note: Callable[[str], object]) -> Path:
    """Return the folder that a folder, a zip archive or a SQLite file is read as.

    note  is called with a sentence on what is left out

    Raises SourceError for another path, and like `unpacked`.
    """
    if path.is_dir():
        return path
    if path.is_file() and path.suffix.lower() == ARCHIVE:
        return unpacked(path, scratch, limits, note)
    if path.is_file() and path.suffix.lower() in DATABASES:
        refuse_unreadable(path)
        folder = Path(tempfile.mkdtemp(dir=scratch))
        (folder / path.name).symlink_to(path.resolve())
        return folder
    if path.is_file():
        raise SourceError(
            f"{path} is neither a folder nor a zip archive or SQLite file; name the folder that it is in, "
            f"{path.resolve().parent}"
        )
    raise SourceError(f"there is no folder {path}; name the one with your files")


def unpacked(path: Path, scratch: Path, limits: Limits, note: Callable[[str], object] = lambda _: None) -> Path:
    """Return the folder in `scratch` with those files of a zip archive that can be imported.

    A single folder at the top of the archive is the one that comes back.
    note  is called with a sentence on the files that are left out

    Raises SourceError for a damaged or encrypted archive, one in another, a name that leads out of the folder or is
    there twice, more than the limits, and nothing to import; OSError for a full disk.
    """
    folder = Path(tempfile.mkdtemp(dir=scratch))
    instead = "; unpack it yourself and import its folder"
    try:
        left_out = run_limited(_unpack, limits.seconds, _MEMORY_MB, path, folder, limits)
    except OutOfTimeError as error:
        raise SourceError(
            f"{path} is not unpacked after {limits.seconds} seconds{instead}, or allow more with --max-seconds"
        ) from error
    except OutOfMemoryError as error:
        raise SourceError(f"{path} needs more than {_MEMORY_MB} MB of memory to be unpacked{instead}") from error
    except CrashError as error:
        raise SourceError(f"{path} is no readable zip archive ({error}){instead}") from error
    if left_out:
        note(f"{path.name}: {_listed(left_out)}: left out, no files that can be imported")
    found = list(folder.iterdir())
    return found[0] if len(found) == 1 and found[0].is_dir() else folder


class _Member(NamedTuple):
    """A file of an archive and the path that it gets in the folder."""

    entry: zipfile.ZipInfo
    name: str


def _unpack(path: Path, folder: Path, limits: Limits) -> list[str]:
    """Unpack the files that can be imported, and return the names of the others. Raises SourceError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members, left_out = _sorted_out(path, archive)
            room = limits.unpacked_mb * 1_000_000
            for member in members:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                room -= _write(archive, member.entry, target, room)
                if room < 0:
                    raise SourceError(
                        f"{path} unpacks to more than {limits.unpacked_mb:,} MB; remove what is not needed from it, "
                        "or allow more with --max-unpacked-mb"
                    )
    except (*_DAMAGES, OSError) as error:
        # Of a damaged file: an offset before its start, and what bz2 says.
        if isinstance(error, OSError) and error.errno not in (errno.EINVAL, None):
            raise
        raise SourceError(
            f"{path} is no readable zip archive ({_said(error)}); pack the files again, or import their folder"
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"{path} is packed in a way that is not read ({_said(error)}); pack the files again with the usual "
            "method, deflate, or import their folder"
        ) from error
    return left_out


def _sorted_out(path: Path, archive: zipfile.ZipFile) -> tuple[list[_Member], list[str]]:
    """Return the files to unpack and the names of the others. Raises SourceError for what is refused."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise SourceError(
            f"{path} has {len(entries):,} files, at most {MOST_FILES:,} are unpacked; remove what is not needed from it"
        )
    named = [_Member(entry, _name(entry)) for entry in entries]
    for member in named:
        _refuse_name(path, member.name)
    members = [member for member in named if _is_readable(member.name)]
    left_out = [member.name for member in named if not _is_readable(member.name)]
    for member in members:
        _refuse_member(path, member)
    _refuse_repeated(path, [member.name for member in members])
    inner = next((name for name in left_out if name.lower().endswith(ARCHIVE)), None)
    if inner is not None:
        raise SourceError(
            f"{path} has another archive in it, {inner}; unpack that one and pack its files instead, or remove it"
        )
    if not members:
        there = f"it has {_listed(left_out)}" if left_out else "it is empty"
        raise SourceError(
            f"{path} has no file that can be imported, {there}; pack CSV, Parquet, spreadsheet or SQLite files"
        )
    return members, left_out


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name with slashes and composed letters; without a declared encoding it is UTF-8 or cp437."""
    name = entry.filename
    if not entry.flag_bits & _IS_UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _is_readable(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (*SUFFIXES, *DATABASES) and not _BYPRODUCT.search(name)


def _refuse_name(path: Path, name: str) -> None:
    """Raise SourceError for a name that is no path below a folder."""
    parts = name.split("/")
    is_outside = name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) is not None
    is_odd = (
        any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts) or _CONTROL.search(name) is not None
    )
    if is_outside or is_odd:
        why = "which leads out of its folder" if is_outside else "which cannot be the name of a file"
        raise SourceError(
            f"{path} has a file named {name[:80]!r}, {why}; pack the files again, from within their folder"
        )


def _refuse_member(path: Path, member: _Member) -> None:
    """Raise SourceError for a link or an encrypted file."""
    if stat.S_ISLNK(member.entry.external_attr >> 16):
        raise SourceError(f"{path} has a link in it, {member.name}; pack the file that it leads to instead")
    if member.entry.flag_bits & _IS_ENCRYPTED:
        raise SourceError(
            f"{path} is encrypted ({member.name} needs a password); unpack it with the password and import its folder"
        )


def _refuse_repeated(path: Path, names: list[str]) -> None:
    """Raise SourceError for a name that two files have, or a file and a folder."""
    taken: set[str] = set()
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    for name in (str(PurePosixPath(name)) for name in names):
        if name in taken or name in folders:
            raise SourceError(f"{path} has {name} twice; which is meant? pack it again with one of them")
        taken.add(name)


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Unpack a file and return its size; stops behind `room` bytes."""
    size = 0
    with archive.open(entry) as source, target.open("wb") as copy:
        while size <= room and (block := source.read(_BLOCK)):
            size += len(block)
            copy.write(block)
    if size <= room and size != entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename!r} ends too early")
    return size


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(_cut(names))}{more}"


def _cut(names: list[str]) -> Iterator[str]:
    for name in names[:_NAMED]:
        yield name if len(name) <= 80 else f"{name[:80]}..."


def _said(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
