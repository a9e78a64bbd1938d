"""One published version, open for reading."""

import os
import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.artifacts.locks import hold_version
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.whole import Footer, table_path, whole
from recsys.errors import ArtifactError
from recsys.schema import ARTIFACT_TABLES


class VersionGone(ArtifactError):
    """A version that is not kept any more: whoever asks for it has to ask for the current one."""


class Version:
    """One version, held open: it is not removed as long as this object lives. Any number of threads may read it."""

    def __init__(self, root: Path, version: str) -> None:
        """Check that a version is whole, and open it.

        Raises VersionGone if it is not there, ArtifactError with the reason if it is not whole.
        """
        self.id = version
        folder = root / version
        handle = hold_version(folder)
        if handle is None:
            raise VersionGone(f"version {version} is not in {root} any more; load the page again")
        weakref.finalize(self, os.close, handle).atexit = False
        opened = whole(folder, version)
        self.manifest: Manifest = opened.manifest
        try:
            self._tables = {
                name: OpenTable(table_path(folder, name), ARTIFACT_TABLES[name].key[0], footer)
                for name, footer in opened.footers.items()
            }
        except OSError as error:
            raise ArtifactError(f"{folder} cannot be read ({error})") from error

    def rows(self, table: str, key: str) -> list[dict[str, Any]]:
        """Return the rows whose leading key column equals `key`, in the order of the key; none for an unknown key.

        Decodes only the row groups that may hold them. Raises ValueError for an unknown table, ArtifactError
        if the file was changed or damaged since the version was opened.
        """
        found = self._table(table).find(key)
        names = found.column_names
        return [dict(zip(names, row, strict=True)) for row in zip(*(c.to_pylist() for c in found.columns), strict=True)]

    def row(self, table: str, key: str) -> dict[str, Any] | None:
        """Return the first of `rows`, or None."""
        found = self.rows(table, key)
        return found[0] if found else None

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a whole table, or some of its columns in the order asked for.

        Raises ValueError for an unknown table or column, ArtifactError as `rows` does.
        """
        return self._table(name).read(columns)

    def _table(self, name: str) -> "OpenTable":
        if name not in self._tables:
            raise ValueError(f"there is no table '{name}'; there are {', '.join(self._tables)}")
        return self._tables[name]


class OpenTable:
    """One Parquet file of an open version.

    Each read makes its own ParquetFile, as one is not to be used by two threads; with the metadata parsed
    beforehand that takes some 25 microseconds. The file below is read by position, which threads may do at once.
    """

    def __init__(self, path: Path, key: str, footer: Footer) -> None:
        self._path = path
        self._key = key
        self._footer = footer
        self._file = pa.OSFile(str(path), "rb")

    def find(self, key: str) -> pa.Table:
        groups = list(self._footer.groups(key))
        table = self._read(lambda file: file.read_row_groups(groups, use_threads=False))
        keys = table[self._key]
        first = bisect_left(keys, key, key=_value)
        end = bisect_right(keys, key, lo=first, key=_value)
        return table.slice(first, end - first)

    def read(self, columns: Sequence[str] | None) -> pa.Table:
        if columns is None:
            return self._read(lambda file: file.read())
        names = self._footer.metadata.schema.to_arrow_schema().names
        for column in columns:
            if column not in names:
                raise ValueError(f"{self._path.name} has no column '{column}'; it has {', '.join(names)}")
        return self._read(lambda file: file.read(columns=list(columns))).select(columns)

    def _read(self, read: Callable[[pq.ParquetFile], pa.Table]) -> pa.Table:
        try:
            return read(pq.ParquetFile(self._file, metadata=self._footer.metadata, page_checksum_verification=True))
        except (pa.ArrowException, OSError) as error:
            raise ArtifactError(
                f"{self._path} was changed or damaged while it was open ({error}); build again"
            ) from error


def _value(scalar: Any) -> Any:
    return scalar.as_py()
