"""Validation of a version: intact files, rows that keep the contract, and ids that exist in the tables they name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recsys.artifacts.integrity import check_integrity, table_path, tables_of, with_columns
from recsys.artifacts.layout import MANIFEST
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.row_rules import check_row_rules
from recsys.artifacts.table_checks import RowsCheck
from recsys.errors import ArtifactError
from recsys.runtime.progress import Advance, Progress, Silent
from recsys.schema.columns import Table
from recsys.schema.published import ARTIFACT_TABLES

SLICE_ROWS = 100_000

# Columns that name rows of another table: {named table: columns, in any table}.
REFERENCES = {
    "customers": ("customer_id", "neighbour_id", "reason_customer_id"),
    "products": (
        "product_id",
        "other_id",
        "reason_product_id",
        "substitute_id",
        "consequent_id",
        "like_id",
        "products",
    ),
}


def validate_version(folder: Path, version: str, progress: Progress | None = None) -> Manifest:
    """Validate the version in a folder and return its manifest.

    Decodes every row once, SLICE_ROWS at a time. Raises ArtifactError with the reason if it is not valid.
    """
    manifest = check_integrity(folder, version).manifest
    _check_no_foreign_file(folder, manifest)
    ids = {name: _ids(folder, name) for name in REFERENCES}
    total = sum(manifest.tables[table.name].rows for table in tables_of(manifest))
    with (progress or Silent()).step(f"Checking {version}", total=total) as advance:
        for table in tables_of(manifest):
            _check_rows(table_path(folder, table.name), table, ids, advance)
    return manifest


def _check_no_foreign_file(folder: Path, manifest: Manifest) -> None:
    known = {MANIFEST, *(table_path(folder, name).name for name in manifest.tables)}
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith("."):
            raise ArtifactError(f"{folder.name} holds '{path.name}', which is no part of it; move it away")


def _ids(folder: Path, name: str) -> "pa.Array[Any]":
    path, key = table_path(folder, name), ARTIFACT_TABLES[name].key[0]
    with _readable(path):
        return pq.ParquetFile(path).read(columns=[key])[key].combine_chunks()


def _check_rows(path: Path, table: Table, ids: dict[str, "pa.Array[Any]"], advance: Advance) -> None:
    check = RowsCheck(table)
    with _readable(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=SLICE_ROWS):
            rows = with_columns(pa.Table.from_batches([batch]), table.arrow_schema())
            check(rows)
            check_row_rules(rows, table)
            _check_references(rows, table, ids)
            advance(rows.num_rows)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise ArtifactError(f"{path.name} cannot be read to its end ({error}); build again") from error


def _check_references(rows: pa.Table, table: Table, ids: dict[str, "pa.Array[Any]"]) -> None:
    for named, columns in REFERENCES.items():
        for column in columns:
            if column in table.column_names:
                _check_reference(rows[column], f"{table.name}: column '{column}'", named, ids[named])


def _check_reference(values: Any, where: str, named: str, ids: "pa.Array[Any]") -> None:
    if pa.types.is_list(values.type):
        values = pc.list_flatten(values)
    unknown = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=ids)))
    row = pc.index(unknown, pa.scalar(True)).as_py()
    if row >= 0:
        raise ArtifactError(f"{where} names '{values[row].as_py()}', which {named} does not have")
