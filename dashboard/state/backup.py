"""A backup of the state folder in one file, and the way back.

The archive is a tar.gz whose first member is `MANIFEST`: format, time and the SHA-256 of every file.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from dashboard.state.folder import CACHE, StateError

MANIFEST = "repertoire-state.json"
FORMAT = 1
NO_COPIES: Mapping[str, Path] = MappingProxyType({})


def backup(
    folder: Path, target: Path, now: datetime, *, live: Collection[str] = (), copies: Mapping[str, Path] = NO_COPIES
) -> int:
    """Write every file of the state folder into a new archive, readable for its owner alone; return how many.

    live    names right below the folder that are left out, because they are written to meanwhile
    copies  what is put in their place: the name in the archive and the file

    Raises StateError for a missing folder, an existing target, a target inside the folder, a link.
    """
    if not folder.is_dir():
        raise StateError(f"there is no state folder {folder}; nothing to back up")
    if target.exists():
        raise StateError(f"{target} exists; name a new file, nothing is overwritten")
    if target.resolve().is_relative_to(folder.resolve()):
        raise StateError(f"{target} is inside the state folder; name a file elsewhere")
    left_out = {folder / name for name in live}
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder) if path not in left_out}
    contents = {name: path.read_bytes() for name, path in {**files, **copies}.items()}
    with _appearing(target) as temporary:
        _write_archive(temporary, contents, now)
    return len(contents)


def restore(archive: Path, folder: Path, *, force: bool = False) -> int:
    """Put the files of a backup in the place of the state folder; return how many.

    The archive is read and checked as a whole before the folder is touched; the old folder is kept aside until
    the new one is in place. Raises StateError for a damaged or foreign archive, and for a folder that is not
    empty unless `force`.
    """
    contents = _read_archive(archive)
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise StateError(f"{folder} is not empty; stop the app and add --force to replace what is in it")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as staging:
            _write_files(Path(staging) / "new", contents)
            _take_place(Path(staging) / "new", folder, Path(staging) / "old")
    except OSError as error:
        raise StateError(f"{folder} cannot be replaced ({error.strerror}); it is as it was") from error
    return len(contents)


def _files(folder: Path) -> Iterator[Path]:
    """Yield what must be kept: all but the cache."""
    for path in sorted(folder.rglob("*")):
        if path.is_relative_to(folder / CACHE):
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise StateError(f"{path} is neither file nor folder; remove it from the state folder")
        if path.is_file():
            yield path


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """Yield a file beside `target`, mode 0600, that becomes it when the block ends well."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise StateError(f"{target.parent} cannot be written ({error.strerror}); name a file elsewhere") from error
    os.close(handle)
    try:
        yield Path(temporary)
        with Path(temporary).open("rb") as file:
            os.fsync(file.fileno())
        os.link(temporary, target)
    finally:
        Path(temporary).unlink()


def _write_archive(path: Path, contents: dict[str, bytes], now: datetime) -> None:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = json.dumps({"format": FORMAT, "made_at": now.isoformat(), "files": digests}, indent=1).encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {MANIFEST: manifest, **contents}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(content), 0o600, int(now.timestamp())
            archive.addfile(member, io.BytesIO(content))


def _read_archive(path: Path) -> dict[str, bytes]:
    """Return the files of an archive by name, all of them as its manifest has them."""
    try:
        # Unpacked as a whole first, so that a cut or altered end is noticed too.
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
            members = {member.name: _content(path, archive, member) for member in archive}
    except FileNotFoundError as error:
        raise StateError(f"there is no file {path}") from error
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise StateError(f"{path} is no whole backup ({error}); take another one") from error
    digests = _digests(path, members.pop(MANIFEST, b""))
    found = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    if found != digests:
        odd = sorted(name for name in found.keys() | digests.keys() if found.get(name) != digests.get(name))
        raise StateError(f"{path} is damaged: {odd[0]} is not as its manifest has it; take another one")
    return members


def _content(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    name = PurePosixPath(member.name)
    file = archive.extractfile(member) if member.isreg() else None
    if file is None or name.is_absolute() or ".." in name.parts or str(name) != member.name:
        raise StateError(f"{path} is no backup of Repertoire: it holds '{member.name}', which is not a plain file name")
    return file.read()


def _digests(path: Path, manifest: bytes) -> dict[str, str]:
    foreign = StateError(f"{path} is no backup of Repertoire: it has no readable {MANIFEST}")
    try:
        parsed = json.loads(manifest)
    except ValueError as error:
        raise foreign from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("files"), dict):
        raise foreign
    if parsed.get("format") != FORMAT:
        raise StateError(f"{path} has format {parsed.get('format')!r}, this version reads {FORMAT}; use a newer one")
    return {str(name): str(digest) for name, digest in parsed["files"].items()}


def _write_files(folder: Path, contents: dict[str, bytes]) -> None:
    folder.mkdir(mode=0o700)
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


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
