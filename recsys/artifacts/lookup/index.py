"""The look-up form of a version: for each table a file of blocks, made from its Parquet file after it was published.

    <root>/.lookup/<version>/     form.json and a <table>.blocks each; where the folder of artifacts may not be written,
                                  a folder of the one who reads stands in for <root>/.lookup

It is no part of the version: nothing is lost with it. It counts only while it fits the version, byte for byte the same
manifest, and Parquet files of the same sizes and times as when it was made, which was after their sums were compared;
and only for the release that made it, by the columns of its schema.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recsys.artifacts.layout import MANIFEST
from recsys.artifacts.lookup.block_file import BlockFile, Damaged
from recsys.artifacts.lookup.decode import Row
from recsys.schema.published import ARTIFACT_TABLES

FORMS = ".lookup"
FORM = "form.json"
FORM_FORMAT = 1


class LookupForm:
    """One version's blocks, open for reading; files that are removed meanwhile stay readable."""

    def __init__(self, folder: Path, told: Mapping[str, Any], mark: object) -> None:
        self.mark = mark
        self._path = folder / FORM
        self._files = {name: BlockFile(folder / f"{name}.blocks", entry) for name, entry in told["tables"].items()}

    def __contains__(self, table: str) -> bool:
        return table in self._files

    def rows(self, table: str, key: str) -> list[Row]:
        """Return the rows of a table whose leading key is `key`. Raises Damaged."""
        return self._files[table].find(key)

    def discard(self) -> None:
        """See that nobody opens it again, if its folder may be written."""
        try:
            self._path.unlink()
        except OSError:
            return


def open_form(folders: Sequence[Path], version: Path, *, but: object = None) -> LookupForm | None:
    """Open the form of a version in the first of some folders that has one that fits; None if there is none.

    but     the `mark` of a form that was found damaged
    """
    for folder in folders:
        try:
            path = folder / version.name / FORM
            changed = path.stat()
            mark = (changed.st_ino, changed.st_mtime_ns)
            told = json.loads(path.read_bytes())
            if mark != but and fits(told, version):
                return LookupForm(path.parent, told, mark)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Damaged):
            continue  # whatever it is, it is no form: it will be made again
    return None


def fits(told: Mapping[str, Any], version: Path) -> bool:
    """Return whether a form tells of a version as it is now."""
    return {name: told.get(name) for name in ("format", "schema", "manifest", "parquet")} == facts(version)


def facts(version: Path) -> dict[str, Any]:
    """Return what a form keeps of the version that it is made from. Raises OSError."""
    parquet = {path.name: path.stat() for path in version.glob("*.parquet")}
    return {
        "format": FORM_FORMAT,
        "schema": _columns_hash(),
        "manifest": hashlib.sha256((version / MANIFEST).read_bytes()).hexdigest(),
        "parquet": {name: [told.st_size, told.st_mtime_ns] for name, told in sorted(parquet.items())},
    }


def _columns_hash() -> str:
    """Return what changes with any table's key, columns or their kinds, and with nothing else."""
    tables = {
        table.name: [table.key, [(column.name, column.kind) for column in table.columns]]
        for table in ARTIFACT_TABLES.values()
    }
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
