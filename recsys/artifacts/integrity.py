"""The integrity of a version: every file is present, has the manifest's bytes, and is Parquet with the right columns.

Cheap enough to check before a version is served: reads all bytes once and decodes no rows.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.artifacts.manifest import Manifest, TableEntry, read_manifest
from recsys.errors import ArtifactError
from recsys.schema.columns import Table
from recsys.schema.published import ARTIFACT_TABLES


@dataclass(frozen=True)
class Footer:
    """A Parquet file's metadata, and the lowest and highest leading key of each row group."""

    metadata: pq.FileMetaData
    lowest: list[str]
    highest: list[str]

    def groups(self, key: str) -> range:
        """Return the row groups that may contain a leading key."""
        return range(bisect_left(self.highest, key), bisect_right(self.lowest, key))


@dataclass(frozen=True)
class IntactVersion:
    """A version whose files are intact; `footers` are those of its tables in ARTIFACT_TABLES."""

    folder: Path
    manifest: Manifest
    footers: dict[str, Footer]


def check_integrity(folder: Path, version: str) -> IntactVersion:
    """Check that the files of a version are intact, and return its manifest and footers.

    Of tables that this release does not know, only the bytes are checked.
    Raises ArtifactError with the reason if a file is missing, changed or unreadable.
    """
    manifest = read_manifest(folder)
    if manifest.version != version:
        raise ArtifactError(f"the manifest of {version} says that it is {manifest.version}; build again")
    for name, table in ARTIFACT_TABLES.items():
        if name not in manifest.tables and not table.optional:
            raise ArtifactError(f"{version} has no table '{name}'; it is incomplete or of another release, build again")
    for name, entry in manifest.tables.items():
        _check_bytes(table_path(folder, name), entry)
    return IntactVersion(folder, manifest, {one.name: footer(folder, one, manifest) for one in tables_of(manifest)})


def tables_of(manifest: Manifest) -> list[Table]:
    """Return the tables of ARTIFACT_TABLES that a version has: one of an earlier release may lack optional ones."""
    return [table for name, table in ARTIFACT_TABLES.items() if name in manifest.tables]


def table_path(folder: Path, name: str) -> Path:
    """Return the path of a table in a version's folder."""
    return folder / f"{name}.parquet"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def schema_names(schema: pa.Schema) -> dict[str, str]:
    """Return column name -> Arrow type as text, as in a manifest."""
    return {field.name: str(field.type) for field in schema}


def with_columns(rows: pa.Table, schema: pa.Schema, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows with some columns of a schema, None for all; one that they do not have is null."""
    names = schema.names if columns is None else list(columns)
    if rows.column_names == names:
        return rows
    missing = (name for name in names if name not in rows.column_names)
    for name in missing:
        rows = rows.append_column(schema.field(name), pa.nulls(rows.num_rows, schema.field(name).type))
    return rows.select(names)


def _check_bytes(path: Path, entry: TableEntry) -> None:
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            raise ArtifactError(
                f"{path.name} has {size:,} bytes, but the manifest says {entry.bytes:,}; "
                f"it was cut or changed, build again"
            )
        if sha256(path) != entry.sha256:
            raise ArtifactError(f"{path.name} was changed after it was published (its SHA-256 differs); build again")
    except FileNotFoundError as error:
        raise ArtifactError(f"{path.name} is missing; build again") from error
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}); let this user read it") from error


def footer(folder: Path, table: Table, manifest: Manifest) -> Footer:
    """Return a table's footer; raises ArtifactError if its columns or number of rows differ from the manifest."""
    path, entry = table_path(folder, table.name), manifest.tables[table.name]
    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise ArtifactError(f"{path.name} is no readable Parquet file ({error}); build again") from error
    _check_schema(path, metadata.schema.to_arrow_schema(), table, entry)
    if metadata.num_rows != entry.rows:
        raise ArtifactError(
            f"{path.name} has {metadata.num_rows:,} rows, but the manifest says {entry.rows:,}; build again"
        )
    return footer_with_bounds(path, metadata, table.key[0])


def _check_schema(path: Path, found: pa.Schema, table: Table, entry: TableEntry) -> None:
    wanted = _without_missing_optional(table.arrow_schema(), found)
    if not found.equals(wanted):
        differing = sorted(set(found).symmetric_difference(wanted), key=str)
        raise ArtifactError(
            f"{path.name} has other columns than this release reads (first: {differing[0] if differing else 'order'}); "
            f"build again"
        )
    if entry.schema != schema_names(wanted):
        raise ArtifactError(f"{path.name}: the manifest names other columns than the file has; build again")


def _without_missing_optional(wanted: pa.Schema, found: pa.Schema) -> pa.Schema:
    """Return the wanted columns without optional ones that a file does not have: those of a later release."""
    return pa.schema([field for field in wanted if field.name in found.names or not field.nullable])


def footer_with_bounds(path: Path, metadata: pq.FileMetaData, key: str) -> Footer:
    """Return a footer with the bounds of a column in each row group.

    Raises ArtifactError if a row group has no bounds, or if the bounds are not in ascending order.
    """
    column = metadata.schema.to_arrow_schema().get_field_index(key)
    lowest: list[str] = []
    highest: list[str] = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(column).statistics
        if statistics is None or not statistics.has_min_max:
            raise ArtifactError(f"{path.name} has no bounds of '{key}' in row group {group}; build again")
        lowest.append(str(statistics.min))
        highest.append(str(statistics.max))
    in_order = list(chain.from_iterable(zip(lowest, highest, strict=True)))
    if in_order != sorted(in_order):
        raise ArtifactError(f"{path.name} is not sorted by '{key}'; build again")
    return Footer(metadata, lowest, highest)
