"""The file of a backup: a tar.gz with a `MANIFEST`, in which format, time and the SHA-256 of every file are.

A file from elsewhere is read twice: first members, sizes and digests without writing anything, then it is unpacked.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from dashboard.state.errors import StateError

MANIFEST = "repertoire-state.json"
FORMAT = 1
MOST_FILES = 100_000
MOST_AT_ONCE = 16 << 20  # bytes: of the manifest, and of what is read in one piece
_PIECE = 1 << 20

Content = bytes | Path


def write_archive(path: Path, contents: Mapping[str, Content], now: datetime) -> None:
    """Write files into an archive by name; those that are paths are read in pieces and must not change meanwhile."""
    digests = {name: _digest(content) for name, content in contents.items()}
    manifest = json.dumps({"format": FORMAT, "made_at": now.isoformat(), "files": digests}, indent=1).encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {MANIFEST: manifest, **contents}.items():
            with _opened(content) as file:
                member = tarfile.TarInfo(name)
                member.size = file.seek(0, os.SEEK_END)
                member.mode, member.mtime = 0o600, int(now.timestamp())
                file.seek(0)
                archive.addfile(member, file)


def check_archive(path: Path, room: int) -> int:
    """Return how many files an archive holds, after a look at all of it; nothing is written.

    room  bytes that they may have together

    Raises StateError for a damaged or foreign archive, for members that are no plain files or come twice, and for
    one that does not fit.
    """
    found: dict[str, str] = {}
    total, manifest = 0, b""
    with _members(path) as members:
        for member, file in members:
            if member.name in found or (member.name == MANIFEST and manifest):
                raise StateError(f"{path} is no backup of Repertoire: it holds '{member.name}' twice")
            total += member.size
            if total > room or len(found) == MOST_FILES:
                raise StateError(
                    f"{path} holds more than there is room for ({room:,} bytes, {MOST_FILES:,} files); "
                    "make room, or take another one"
                )
            if member.name == MANIFEST:
                manifest = file.read(MOST_AT_ONCE)
            else:
                found[member.name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    digests = _digests(path, manifest)
    if found != digests:
        odd = sorted(name for name in found.keys() | digests.keys() if found.get(name) != digests.get(name))
        raise StateError(f"{path} is damaged: {odd[0]} is not as its manifest has it; take another one")
    return len(found)


def unpack_archive(path: Path, folder: Path) -> None:
    """Write the files of a checked archive into a new folder, for its owner alone. Raises OSError, e.g. a full disk."""
    folder.mkdir(mode=0o700)
    with _members(path) as members:
        for member, file in members:
            if member.name == MANIFEST:
                continue
            target = folder / member.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.touch(mode=0o600, exist_ok=False)
            with target.open("wb") as out:
                while piece := file.read(_PIECE):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())


# ---- parts ----


class _Unpacked(gzip.GzipFile):
    """What is in a gzip file; no header can ask for more than MOST_AT_ONCE in one piece."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0 or size > MOST_AT_ONCE:
            raise tarfile.ReadError("a header is too long")
        return super().read(size)


@contextmanager
def _members(path: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes]]]]:
    """Yield the members of an archive with their contents; at the end the rest is read, as a cut is noticed there."""
    try:
        with path.open("rb") as raw, _Unpacked(fileobj=raw) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r:") as archive:
                yield _plain(path, archive)
            rest = 0
            while piece := unpacked.read(_PIECE):
                rest += len(piece)
                if rest > MOST_AT_ONCE or piece.strip(b"\0"):
                    raise tarfile.ReadError("something follows its end")
    except FileNotFoundError as error:
        if error.filename != str(path):
            raise
        raise StateError(f"there is no file {path}") from error
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise StateError(f"{path} is no whole backup ({error}); take another one") from error


def _plain(path: Path, archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in archive:
        name = PurePosixPath(member.name)
        is_plain = member.isreg() and not member.issparse()
        file = archive.extractfile(member) if is_plain else None
        if file is None or name.is_absolute() or ".." in name.parts or str(name) != member.name or "\0" in member.name:
            raise StateError(
                f"{path} is no backup of Repertoire: it holds '{member.name}', which is not a plain file name"
            )
        yield member, file
        archive.members = []  # type: ignore[attr-defined]  # it keeps all that it has seen


@contextmanager
def _opened(content: Content) -> Iterator[IO[bytes]]:
    with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as file:
        yield file


def _digest(content: Content) -> str:
    with _opened(content) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _digests(path: Path, manifest: bytes) -> dict[str, str]:
    foreign = StateError(f"{path} is no backup of Repertoire: it has no readable {MANIFEST}")
    try:
        parsed = json.loads(manifest)
    except (ValueError, RecursionError) as error:
        raise foreign from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("files"), dict):
        raise foreign
    if parsed.get("format") != FORMAT:
        raise StateError(f"{path} has format {parsed.get('format')!r}, this version reads {FORMAT}; use a newer one")
    return {str(name): str(digest) for name, digest in parsed["files"].items()}
