"""Making the look-up form of a version: `python -m recsys.artifacts.lookup.make ROOT VERSION FORMS`,
see `maker_process`.

A process of its own: it takes a minute and much memory, which the one that answers requests has not.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from recsys.artifacts.disk_errors import folder_bytes, megabytes
from recsys.artifacts.integrity import check_integrity, table_path
from recsys.artifacts.layout import MANIFEST, STAGING, is_version_id, version_ids
from recsys.artifacts.locks import held
from recsys.artifacts.lookup.decode import seal
from recsys.artifacts.lookup.encode import contents
from recsys.artifacts.lookup.index import FACTS, FORM, facts
from recsys.errors import ArtifactError
from recsys.schema.published import ARTIFACT_TABLES

KEPT_FORMS = 2  # the one that is made and one to go back to
NICE = 10  # less urgent than whoever answers
# The form of a version takes up to this many times its Parquet files: it is not compressed.
ROOM = 6


def make_form(root: Path, version: str, forms: Path) -> Path:
    """Make the look-up form of a version and return its folder. Hold the lock of `forms`.

    Older forms but one are removed, and what was left by a process that was killed.
    Raises ArtifactError for a version that is not there or not whole, and where there is no room for it.
    """
    folder = root / version
    _clear(forms, version_ids(root), version)
    with held(folder):
        try:
            return _made(folder, forms)
        except (OSError, sqlite3.Error, pa.ArrowException) as error:
            raise ArtifactError(f"the look-up form of {version} cannot be made in {forms} ({error})") from error


def _made(folder: Path, forms: Path) -> Path:
    made_from = facts(folder)
    check_integrity(folder, folder.name)
    free, wanted = shutil.disk_usage(forms).free, ROOM * folder_bytes(folder)
    if free < wanted:
        raise ArtifactError(
            f"{forms} has no room for a look-up form: {megabytes(wanted)} may be needed, {megabytes(free)} are free"
        )
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=forms))
    try:
        write_form(staging / FORM, folder, made_from)
        _permit_as(folder, staging)
        shutil.rmtree(forms / folder.name, ignore_errors=True)  # one that did not fit
        return staging.rename(forms / folder.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_form(path: Path, folder: Path, made_from: dict[str, Any]) -> None:
    """Write the look-up form of a version's folder with its facts. Raises OSError, sqlite3.Error, pa.ArrowException."""
    with closing(sqlite3.connect(path)) as file:
        file.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 16384")
        file.execute("CREATE TABLE entries (key BLOB PRIMARY KEY, entry BLOB)")
        file.executemany("INSERT INTO entries VALUES (?, ?)", _entries(folder, made_from))
        file.commit()


def _entries(folder: Path, made_from: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each entry's key and bytes, in the order of the keys; optional tables may be missing."""
    paths = {name: table_path(folder, name) for name in sorted(ARTIFACT_TABLES)}
    of_tables = (contents(path, ARTIFACT_TABLES[name]) for name, path in paths.items() if path.exists())
    key: bytes = FACTS
    content: object = made_from
    for after, following in chain.from_iterable(of_tables):
        yield key, seal(key, after, content)
        key, content = after, following
    yield key, seal(key, None, content)


def _permit_as(folder: Path, staging: Path) -> None:
    """Let those read the form who may read the version."""
    mode = (folder / MANIFEST).stat().st_mode & 0o777
    for path in staging.iterdir():
        path.chmod(mode)
    staging.chmod(folder.stat().st_mode & 0o777)


def _clear(forms: Path, kept: Sequence[str], wanted: str) -> None:
    for staging in forms.glob(f"{STAGING}*"):
        shutil.rmtree(staging, ignore_errors=True)
    there = [path.name for path in forms.iterdir() if is_version_id(path.name)]
    stay = [name for name in kept if name in there and name != wanted][: KEPT_FORMS - 1]
    for name in there:
        if name not in (wanted, *stay):
            shutil.rmtree(forms / name, ignore_errors=True)


def main(root: str, version: str, forms: str) -> int:
    """Make a form; 1 and one line on stderr if that cannot be."""
    try:
        make_form(Path(root), version, Path(forms))
    except ArtifactError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    os.nice(NICE)
    sys.exit(main(*sys.argv[1:]))
