"""Versions that `check` refuses. A reader refuses those of the first part too; the second part needs the rows."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.artifacts import validation
from recsys.artifacts.integrity import check_integrity
from recsys.artifacts.lookup.encode import contents
from recsys.artifacts.manifest import FORMAT
from recsys.artifacts.reader import Reader
from recsys.artifacts.validation import REFERENCES, validate_version
from recsys.errors import ArtifactError
from recsys.runtime.progress import Advance
from recsys.schema.published import ARTIFACT_TABLES
from tests.recsys.artifacts.conftest import FIRST_ID, Rewrite
from tests.support.artifacts import small_rows


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema())


def small(name: str) -> pa.Table:
    return table_of(name, small_rows()[name])


def refused_by_both(root: Path, reason: str) -> None:
    with pytest.raises(ArtifactError, match=reason):
        validate_version(root / FIRST_ID, FIRST_ID)
    reader = Reader(root)
    with pytest.raises(ArtifactError, match=reason):
        reader.current()
    assert reader.refused is not None
    assert reader.refused.version == FIRST_ID


def test_small_version_is_valid(root: Path) -> None:
    assert validate_version(root / FIRST_ID, FIRST_ID).version == FIRST_ID


def test_check_counts_the_rows_it_has_seen(root: Path) -> None:
    class Counted:
        seen = 0.0
        total: float | None = None

        def step(self, title: str, total: float | None = None) -> AbstractContextManager[Advance]:
            self.total = total

            def advance(amount: float) -> None:
                self.seen += amount

            return nullcontext(advance)

    counted = Counted()
    validate_version(root / FIRST_ID, FIRST_ID, counted)
    assert counted.seen == counted.total == sum(map(len, small_rows().values()))


# ---- integrity ----


def test_truncated_table_is_refused(root: Path) -> None:
    path = root / FIRST_ID / "purchases.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    refused_by_both(root, r"purchases\.parquet has [\d,]+ bytes, but the manifest says [\d,]+; it was cut or changed")


@pytest.mark.parametrize("name", list(ARTIFACT_TABLES))
def test_single_changed_byte_is_refused(root: Path, name: str) -> None:
    path = root / FIRST_ID / f"{name}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    refused_by_both(root, rf"{name}\.parquet was changed after it was published")


@pytest.mark.parametrize("name", list(ARTIFACT_TABLES))
def test_missing_file_is_refused(root: Path, name: str) -> None:
    (root / FIRST_ID / f"{name}.parquet").unlink()
    refused_by_both(root, rf"{name}\.parquet is missing")


def test_folder_where_a_file_belongs_is_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    path = root / FIRST_ID / "popular.parquet"
    path.unlink()
    path.mkdir()
    size = path.stat().st_size
    edit_manifest(root, lambda manifest: manifest["tables"]["popular"].update(bytes=size))
    refused_by_both(root, r"popular\.parquet cannot be read \(Is a directory\)")


def test_table_that_the_manifest_lacks_is_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    edit_manifest(root, lambda manifest: manifest["tables"].pop("bundles"))
    refused_by_both(root, f"{FIRST_ID} has no table 'bundles'; it is incomplete or of another release")


def test_manifest_of_a_newer_format_is_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    edit_manifest(root, lambda manifest: manifest.update(format=FORMAT + 1))
    refused_by_both(root, f"{FIRST_ID} was made by a newer Repertoire")


def test_manifest_of_another_version_is_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    edit_manifest(root, lambda manifest: manifest.update(version="2020-01-01-000000"))
    refused_by_both(root, f"the manifest of {FIRST_ID} says that it is 2020-01-01-000000")


def test_count_of_rows_that_differs_is_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    edit_manifest(root, lambda manifest: manifest["tables"]["products"].update(rows=7))
    refused_by_both(root, r"products\.parquet has 6 rows, but the manifest says 7")


def test_other_columns_in_the_manifest_are_refused(root: Path, edit_manifest: Callable[..., None]) -> None:
    edit_manifest(root, lambda manifest: manifest["tables"]["products"]["schema"].update(name="int64"))
    refused_by_both(root, r"products\.parquet: the manifest names other columns")


def test_file_that_is_no_parquet_is_refused(root: Path, rewrite: Rewrite, edit_manifest: Callable[..., None]) -> None:
    rewrite(root, "popular", small("popular"))
    path = root / FIRST_ID / "popular.parquet"
    content = path.read_bytes()[:-4] + b"RAP1"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    edit_manifest(root, lambda manifest: manifest["tables"]["popular"].update(sha256=digest))
    refused_by_both(root, r"popular\.parquet is no readable Parquet file")


def test_column_of_another_type_is_refused(root: Path, rewrite: Rewrite) -> None:
    rows = small("popular")
    rewrite(root, "popular", rows.set_column(1, "rank", rows["rank"].cast(pa.int32())))
    refused_by_both(root, r"popular\.parquet has other columns than this release reads \(first: .*rank")


def test_an_optional_column_that_an_earlier_release_did_not_know_is_null(
    root: Path, rewrite: Rewrite, edit_manifest: Callable[..., None]
) -> None:
    rows = small("customers")
    rewrite(root, "customers", rows.drop_columns(["new_left_out"]))
    edit_manifest(root, lambda manifest: manifest["tables"]["customers"]["schema"].pop("new_left_out"))
    assert validate_version(root / FIRST_ID, FIRST_ID).version == FIRST_ID
    version, customer_id = Reader(root).current(), rows["customer_id"][0].as_py()
    assert version.table("customers", ["name", "new_left_out"])["new_left_out"].null_count == rows.num_rows
    assert version.rows("customers", customer_id) == [{**rows.to_pylist()[0], "new_left_out": None}]
    list(contents(root / FIRST_ID / "customers.parquet", ARTIFACT_TABLES["customers"]))  # and of a look-up form


def test_an_optional_table_that_an_earlier_release_did_not_publish_may_be_missing(
    root: Path, edit_manifest: Callable[..., None]
) -> None:
    (root / FIRST_ID / "alert_pairs.parquet").unlink()
    edit_manifest(root, lambda manifest: manifest["tables"].pop("alert_pairs"))
    assert validate_version(root / FIRST_ID, FIRST_ID).version == FIRST_ID
    assert Reader(root).current().id == FIRST_ID


def test_an_optional_table_that_the_manifest_names_may_not_be_missing(root: Path) -> None:
    (root / FIRST_ID / "alert_pairs.parquet").unlink()
    refused_by_both(root, r"alert_pairs\.parquet is missing")


def test_a_required_column_is_no_optional_one(root: Path, rewrite: Rewrite) -> None:
    rewrite(root, "popular", small("popular").drop_columns(["n_customers"]))
    refused_by_both(root, r"popular\.parquet has other columns than this release reads \(first: .*n_customers")


def test_columns_in_another_order_are_refused(root: Path, rewrite: Rewrite) -> None:
    rows = small("popular")
    rewrite(root, "popular", rows.select(rows.column_names[::-1]))
    refused_by_both(root, r"other columns than this release reads \(first: order\)")


def test_table_without_the_bounds_of_its_key_is_refused(root: Path, rewrite: Rewrite) -> None:
    rewrite(root, "popular", small("popular"), write_statistics=False)
    refused_by_both(root, r"popular\.parquet has no bounds of 'segment' in row group 0")


@pytest.mark.parametrize("order", [[2, 3, 0, 1], [0, 3, 1, 2], [0, 1, 0, 3]])
def test_row_groups_out_of_order_are_refused(root: Path, rewrite: Rewrite, order: list[int]) -> None:
    rewrite(root, "customers", small("customers").take(order), row_group_size=2)
    refused_by_both(root, r"customers\.parquet is not sorted by 'customer_id'")


def test_table_of_a_later_release_is_checked_for_its_bytes(root: Path, edit_manifest: Callable[..., None]) -> None:
    shutil.copy(root / FIRST_ID / "popular.parquet", root / FIRST_ID / "offers.parquet")

    def add(manifest: Any) -> None:
        manifest["tables"]["offers"] = manifest["tables"]["popular"]

    edit_manifest(root, add)
    assert set(check_integrity(root / FIRST_ID, FIRST_ID).footers) == set(ARTIFACT_TABLES)
    validate_version(root / FIRST_ID, FIRST_ID)
    (root / FIRST_ID / "offers.parquet").write_bytes(b"short")
    refused_by_both(root, r"offers\.parquet has 5 bytes")


# ---- validation ----


def refused(root: Path, reason: str) -> None:
    with pytest.raises(ArtifactError, match=reason):
        validate_version(root / FIRST_ID, FIRST_ID)


def test_foreign_file_is_refused_and_a_hidden_one_is_not(root: Path) -> None:
    (root / FIRST_ID / ".nfs0001").write_text("")
    validate_version(root / FIRST_ID, FIRST_ID)
    (root / FIRST_ID / "notes.txt").write_text("")
    refused(root, r"holds 'notes\.txt', which is no part of it")


def test_rows_out_of_order_within_a_group_are_refused(root: Path, rewrite: Rewrite) -> None:
    rewrite(root, "products", small("products").take([0, 2, 1, 3, 4, 5]))
    refused(root, "products: product_id 'P2' is out of order")


def test_duplicate_key_is_refused(root: Path, rewrite: Rewrite) -> None:
    rewrite(root, "products", small("products").take([0, 1, 1, 2, 3, 4, 5]))
    refused(root, "products: two rows have the key product_id 'P2'")


def test_order_is_checked_across_slices(root: Path, rewrite: Rewrite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "SLICE_ROWS", 1)
    validate_version(root / FIRST_ID, FIRST_ID)
    rewrite(root, "products", small("products").take([0, 1, 2, 2, 3, 4, 5]))
    refused(root, "products: two rows have the key product_id 'P3'")


def test_gap_between_ranks_is_refused(root: Path, rewrite: Rewrite) -> None:
    rows = [row for row in small_rows()["recommendations"] if (row["customer_id"], row["rank"]) != ("CAFE1", 2)]
    rewrite(root, "recommendations", table_of("recommendations", rows))
    refused(root, "recommendations: customer_id 'CAFE1', list 'usual', rank '3' does not follow")


def test_unknown_kind_of_reason_is_refused(root: Path, rewrite: Rewrite) -> None:
    rows = [{**row, "reason_kind": "stars"} for row in small_rows()["recommendations"]]
    rewrite(root, "recommendations", table_of("recommendations", rows))
    refused(root, "recommendations: column 'reason_kind' holds 'stars'; it must be one of due_again")


REFERRING = [
    (table, column, named)
    for named, columns in REFERENCES.items()
    for column in columns
    for table in ARTIFACT_TABLES
    if column in ARTIFACT_TABLES[table].column_names and ARTIFACT_TABLES[table].key != (column,)
]


@pytest.mark.parametrize(("table", "column", "named"), REFERRING)
def test_id_that_the_named_table_lacks_is_refused(
    root: Path, rewrite: Rewrite, table: str, column: str, named: str
) -> None:
    rows = small_rows()[table]
    rows[-1] = {**rows[-1], column: ["P1", "ZZ"] if column == "products" else "ZZ"}
    if "rank" in ARTIFACT_TABLES[table].key and column == ARTIFACT_TABLES[table].key[0]:
        rows[-1]["rank"] = 1
    rewrite(root, table, table_of(table, rows))
    refused(root, f"{table}: column '{column}' names 'ZZ', which {named} does not have")


def test_references_cover_every_column_that_holds_an_id() -> None:
    covered = {column for columns in REFERENCES.values() for column in columns}
    ids = {
        column.name
        for table in ARTIFACT_TABLES.values()
        for column in table.columns
        if column.name.endswith("_id") and column.kind == "text"
    }
    # parent_id may name a firm that is itself no customer; no table of orders is published for order_id to name.
    assert ids - covered == {"parent_id", "order_id"}


@pytest.mark.parametrize("name", ["customers", "popular"])
def test_pages_that_cannot_be_decoded_are_refused(
    root: Path, rewrite: Rewrite, edit_manifest: Callable[..., None], name: str
) -> None:
    rewrite(root, name, small(name), compression="zstd")
    path = root / FIRST_ID / f"{name}.parquet"
    content = bytearray(path.read_bytes())
    column = pq.read_metadata(path).row_group(0).column(0)
    start = column.dictionary_page_offset
    content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    edit_manifest(root, lambda manifest: manifest["tables"][name].update(sha256=digest))
    refused(root, rf"{name}\.parquet cannot be read to its end")


def test_manifest_is_readable_json(root: Path) -> None:
    manifest = json.loads((root / FIRST_ID / "manifest.json").read_text())
    assert manifest["facts"]["as_of"] == "2026-11-15"
    assert manifest["tables"]["products"]["rows"] == 6
