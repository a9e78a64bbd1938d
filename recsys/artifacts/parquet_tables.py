"""The Parquet files of an open version: entire tables, and rows by their leading key from a few row groups."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.artifacts.integrity import Footer, check_integrity, footer, table_path, with_columns
from recsys.artifacts.manifest import Manifest
from recsys.errors import ArtifactError
from recsys.schema.columns import Table
from recsys.schema.published import ARTIFACT_TABLES


class ParquetTables:
    """The tables of a version, opened when they are first read."""

    def __init__(self, folder: Path, manifest: Manifest, footers: dict[str, Footer]) -> None:
        """footers  of the tables to open at once"""
        self._folder = folder
        self._manifest = manifest
        try:
            self._open = {name: self._opened(name, one) for name, one in footers.items()}
        except OSError as error:
            raise ArtifactError(f"{folder} cannot be read ({error})") from error

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def has(self, name: str) -> bool:
        """Return whether the version has a table."""
        return name in self._manifest.tables

    def rows(self, table: str, key: str) -> list[dict[str, Any]]:
        """Return the rows whose leading key is `key`, none of an optional table that the version lacks.

        Raises ValueError for an unknown table.
        """
        if self._lacks(table):
            return []
        found = self._table(table).find(key)
        names = found.column_names
        return [dict(zip(names, row, strict=True)) for row in zip(*(c.to_pylist() for c in found.columns), strict=True)]

    def read(self, name: str, columns: Sequence[str] | None) -> pa.Table:
        """Return a table, or some of its columns; one without rows for an optional table that the version lacks.

        Raises ValueError for an unknown table or column.
        """
        if self._lacks(name):
            rows = ARTIFACT_TABLES[name].arrow_schema().empty_table()
            return rows if columns is None else rows.select(_known(columns, rows.schema, name))
        return self._table(name).read(columns)

    def _lacks(self, name: str) -> bool:
        return name in ARTIFACT_TABLES and ARTIFACT_TABLES[name].optional and not self.has(name)

    def _table(self, name: str) -> "OpenTable":
        if name not in ARTIFACT_TABLES:
            raise ValueError(f"there is no table '{name}'; there are {', '.join(ARTIFACT_TABLES)}")
        if name not in self._open:
            try:
                self._open[name] = self._opened(name, footer(self._folder, ARTIFACT_TABLES[name], self._manifest))
            except OSError as error:
                raise ArtifactError(f"{self._folder} cannot be read ({error})") from error
        return self._open[name]

    def _opened(self, name: str, footer: Footer) -> "OpenTable":
        return OpenTable(table_path(self._folder, name), ARTIFACT_TABLES[name], footer)


def checked_tables(folder: Path, version: str) -> ParquetTables:
    """Check a version's integrity and return its tables; raises ArtifactError with the reason if it is not intact."""
    opened = check_integrity(folder, version)
    return ParquetTables(folder, opened.manifest, opened.footers)


class OpenTable:
    """One Parquet file of an open version. An optional column that it does not have is read as null.

    Each read makes its own ParquetFile, because threads must not share one; with the metadata already parsed this
    takes some 25 microseconds. The file itself is read by position, which threads may do at the same time.
    """

    def __init__(self, path: Path, table: Table, footer: Footer) -> None:
        self._path = path
        self._key = table.key[0]
        self._schema = table.arrow_schema()
        self._footer = footer
        self._file = pa.OSFile(str(path), "rb")

    def find(self, key: str) -> pa.Table:
        """Return the rows whose leading key is `key`."""
        groups = list(self._footer.groups(key))
        table = self._read(lambda file: file.read_row_groups(groups, use_threads=False))
        keys = table[self._key]
        first = bisect_left(keys, key, key=_value)
        end = bisect_right(keys, key, lo=first, key=_value)
        return table.slice(first, end - first)

    def read(self, columns: Sequence[str] | None) -> pa.Table:
        """Return all rows with some columns, None for all; raises ValueError for an unknown column."""
        if columns is None:
            return self._read(lambda file: file.read())
        wanted = _known(columns, self._schema, self._path.name)
        return self._read(lambda file: file.read(columns=wanted), wanted)

    def _read(self, read: Callable[[pq.ParquetFile], pa.Table], columns: Sequence[str] | None = None) -> pa.Table:
        try:
            found = read(pq.ParquetFile(self._file, metadata=self._footer.metadata, page_checksum_verification=True))
            return with_columns(found, self._schema, columns)
        except (pa.ArrowException, OSError) as error:
            raise ArtifactError(
                f"{self._path} was changed or damaged while it was open ({error}); build again"
            ) from error


def _known(columns: Sequence[str], schema: pa.Schema, where: str) -> list[str]:
    """Return the names of columns; raises ValueError for one that the schema does not have."""
    for column in columns:
        if column not in schema.names:
            raise ValueError(f"{where} has no column '{column}'; it has {', '.join(schema.names)}")
    return list(columns)


def _value(scalar: Any) -> Any:
    return scalar.as_py()
