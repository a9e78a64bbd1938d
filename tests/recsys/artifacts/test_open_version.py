import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.artifacts import parquet_tables, table_writer
from recsys.artifacts.integrity import footer_with_bounds
from recsys.artifacts.lookup.index import FORMS
from recsys.artifacts.lookup.make import make_form
from recsys.artifacts.open_version import Version, VersionGone
from recsys.artifacts.table_writer import TableWriter
from recsys.errors import ArtifactError
from recsys.schema.published import ARTIFACT_TABLES
from tests.recsys.artifacts.conftest import FIRST_ID
from tests.support.artifacts import publish_small, small_rows
from tests.support.own_files import open_below
from tests.support.waiting import until


@pytest.fixture
def version(root: Path) -> Version:
    return Version(root, FIRST_ID)


def grouped(name: str, key: str) -> list[dict[str, Any]]:
    """The rows that a look-up should find, with a null for each column that the small version leaves out."""
    columns = ARTIFACT_TABLES[name].column_names
    leading = ARTIFACT_TABLES[name].key[0]
    return [{column: row.get(column) for column in columns} for row in small_rows()[name] if row[leading] == key]


@pytest.mark.parametrize("name", list(ARTIFACT_TABLES))
def test_every_key_of_every_table_finds_its_rows_and_nothing_else(version: Version, name: str) -> None:
    keys = {row[ARTIFACT_TABLES[name].key[0]] for row in small_rows()[name]}
    for key in keys:
        assert version.rows(name, key) == grouped(name, key)


@pytest.mark.parametrize("key", ["", "AAA", "CAFE", "CAFE11", "cafe1", "zzz"])
def test_unknown_key_finds_nothing(version: Version, key: str) -> None:
    assert version.rows("recommendations", key) == []
    assert version.row("customers", key) is None


def test_row_is_the_first_of_the_rows(version: Version) -> None:
    row = version.row("customers", "CAFE1")
    assert row is not None
    assert (row["name"], row["last_order_on"], row["may_contact"]) == ("Café Müller", date(2026, 11, 2), True)
    best = version.row("recommendations", "CAFE1")
    assert best is not None
    assert (best["list"], best["rank"]) == ("new", 1)


def test_whole_table_keeps_its_columns(version: Version) -> None:
    assert version.table("products").schema.equals(ARTIFACT_TABLES["products"].arrow_schema())
    assert version.table("products").num_rows == 6


@pytest.mark.parametrize("with_form", [False, True])
def test_an_optional_table_that_the_version_lacks_has_no_rows(
    root: Path, edit_manifest: Callable[..., None], *, with_form: bool
) -> None:
    (root / FIRST_ID / "alert_pairs.parquet").unlink()
    edit_manifest(root, lambda manifest: manifest["tables"].pop("alert_pairs"))
    forms = root / FORMS
    if with_form:
        forms.mkdir()
        make_form(root, FIRST_ID, forms)
    version = Version(root, FIRST_ID, (forms,))
    assert version.has_form is with_form
    assert (version.has("alert_pairs"), version.has("alert_customers")) == (False, True)
    assert version.rows("alert_pairs", "CAFE1") == []
    assert version.table("alert_pairs").schema.equals(ARTIFACT_TABLES["alert_pairs"].arrow_schema())
    assert version.table("alert_pairs", ["worth"]).to_pydict() == {"worth": []}
    with pytest.raises(ValueError, match="alert_pairs has no column 'colour'; it has customer_id, product_id"):
        version.table("alert_pairs", ["colour"])
    assert version.row("alert_customers", "CAFE1") is not None


def test_a_version_has_the_tables_that_were_published(version: Version) -> None:
    assert all(version.has(name) for name in ARTIFACT_TABLES)
    assert not version.has("offers")


def test_some_columns_come_in_the_order_asked_for(version: Version) -> None:
    table = version.table("products", ["name", "product_id"])
    assert table.column_names == ["name", "product_id"]
    assert table.slice(0, 1).to_pylist() == [{"name": "Espresso beans", "product_id": "P1"}]


def test_unknown_table_and_column_are_named(version: Version) -> None:
    with pytest.raises(ValueError, match="there is no table 'prices'; there are customers, products"):
        version.rows("prices", "P1")
    with pytest.raises(ValueError, match=r"products\.parquet has no column 'prize'; it has product_id, name"):
        version.table("products", ["name", "prize"])


def test_version_that_is_not_there_is_gone(root: Path) -> None:
    with pytest.raises(VersionGone, match="version 2020-01-01-000000 is not in .* any more; load the page again"):
        Version(root, "2020-01-01-000000")


def test_open_version_reads_on_after_its_folder_was_deleted(version: Version, root: Path) -> None:
    for path in (root / FIRST_ID).iterdir():
        path.unlink()
    assert version.rows("popular", "hotel") == grouped("popular", "hotel")


def test_single_byte_of_the_values_damaged_while_they_are_open_is_noticed(version: Version, root: Path) -> None:
    path = root / FIRST_ID / "popular.parquet"
    values = pq.read_metadata(path).row_group(0).column(5)
    last = values.dictionary_page_offset + values.total_compressed_size - 1
    content = path.read_bytes()
    for at in range(last - 8, last + 1):  # the end of the page, which holds values and no header
        with path.open("r+b") as file:
            file.seek(at)
            file.write(bytes([content[at] ^ 1]))
        with pytest.raises(ArtifactError, match=r"popular\.parquet was changed or damaged while it was open"):
            version.rows("popular", "hotel")
        with path.open("r+b") as file:
            file.write(content)
    assert version.rows("popular", "hotel") == grouped("popular", "hotel")


def test_table_cut_while_it_is_open_is_noticed(version: Version, root: Path) -> None:
    os.truncate(root / FIRST_ID / "popular.parquet", 10)
    with pytest.raises(ArtifactError, match=r"popular\.parquet was changed or damaged while it was open"):
        version.table("popular")


def test_file_that_cannot_be_opened_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*given: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(parquet_tables.pa, "OSFile", too_many)
    with pytest.raises(ArtifactError, match="cannot be read .*Too many open files"):
        Version(root, FIRST_ID)


def test_files_are_closed_when_nobody_uses_the_version(root: Path) -> None:
    opened = Version(root, FIRST_ID)
    opened.rows("popular", "hotel")
    assert str(root / FIRST_ID / "popular.parquet") in open_below(root)
    del opened
    assert until(lambda: open_below(root) == [])  # a thread of Arrow's that read may hold the file a moment longer


def test_files_are_closed_after_a_refusal(root: Path) -> None:
    (root / FIRST_ID / "popular.parquet").unlink()
    for _ in range(3):
        with pytest.raises(ArtifactError, match="is missing"):
            Version(root, FIRST_ID)
    assert open_below(root) == []


@settings(deadline=None)  # how fast is no claim of this test
@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), st.integers(1, 7), max_size=12),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
)
def test_look_up_finds_what_a_scan_finds_however_keys_fall_on_row_groups(
    tmp_path_factory: pytest.TempPathFactory, sellers: dict[str, int], other: str
) -> None:
    rows = [
        {"segment": name, "rank": rank, "product_id": "P", "n_customers": 1, "of_customers": 1, "n_baskets": 1}
        for name in sorted(sellers)
        for rank in range(1, sellers[name] + 1)
    ]
    popular = ARTIFACT_TABLES["popular"]
    path = tmp_path_factory.mktemp("groups") / "popular.parquet"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_writer, "GROUP_ROWS", 5)
        with TableWriter(path, popular) as writer:
            writer.add(pa.Table.from_pylist(rows, schema=popular.arrow_schema()))
            writer.finish()
    table = parquet_tables.OpenTable(path, popular, footer_with_bounds(path, pq.read_metadata(path), "segment"))
    for key in {*sellers, other}:
        assert table.find(key).to_pylist() == [row for row in rows if row["segment"] == key]


def test_look_up_reads_only_the_row_groups_of_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"{n:05d}" for n in range(5000)]
    none = {"n_customers": 0, "n_baskets": 0, "units_12m": 0.0, "revenue_12m": 0.0}
    rows = [{"product_id": product, "name": product, **none} for product in ids] + small_rows()["products"]
    version_id = publish_small(tmp_path, changed={"products": rows})
    read: list[list[int]] = []
    original = parquet_tables.pq.ParquetFile.read_row_groups

    def noted(file: Any, groups: list[int], **options: Any) -> pa.Table:
        read.append(groups)
        return original(file, groups, **options)

    monkeypatch.setattr(parquet_tables.pq.ParquetFile, "read_row_groups", noted)
    opened = Version(tmp_path, version_id)
    assert opened.row("products", "02000") is not None
    assert opened.row("products", "0") is None
    assert read == [[1], []]


def test_many_threads_read_one_version_at_once(version: Version) -> None:
    wrong: list[object] = []
    keys = ["", "cafe", "hotel", "school", "none"]
    wanted = {key: grouped("popular", key) for key in keys}

    def read() -> None:
        for turn in range(200):
            key = keys[turn % len(keys)]
            found = version.rows("popular", key)
            if found != wanted[key]:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_reader_loads_nothing_that_trains_cleans_or_serves() -> None:
    heavy = ["numba", "sklearn", "mlxtend", "pandas", "pandera", "duckdb", "scipy", "dash", "flask", "typer", "rich"]
    script = f"import sys, recsys.artifacts.reader; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_reading_loads_nothing_heavy_either(root: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from recsys.artifacts.reader import Reader\n"
        f"version = Reader(Path({str(root)!r})).current()\n"
        "assert version.rows('recommendations', 'CAFE1') and version.table('products').num_rows == 6\n"
        "print([name for name in ('numba', 'sklearn', 'pandas', 'pandera', 'duckdb') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
