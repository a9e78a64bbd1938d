import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.artifacts import layout, publish, retention, table_writer
from recsys.artifacts.layout import current_id, version_ids
from recsys.artifacts.locks import hold_version
from recsys.artifacts.publish import building
from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check
from recsys.errors import ArtifactError, BusyError
from recsys.schema.published import ARTIFACT_TABLES
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import FACTS, publish_small, small_rows

NOBODY = 65534


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {".build.lock", ".publish.lock"}


# ---- what is written ----


def test_published_version_is_current_valid_and_alone(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "artifacts"
    version = publish_small(root, built_at=FIRST)
    assert version == FIRST_ID
    assert names(root) == {FIRST_ID, "CURRENT"}
    manifest = check(root)
    assert (manifest.version, manifest.built_at, manifest.facts) == (FIRST_ID, FIRST, FACTS)
    assert {name: entry.rows for name, entry in manifest.tables.items()} == {
        name: len(rows) for name, rows in small_rows().items()
    }


def test_build_time_is_now_by_default(tmp_path: Path) -> None:
    with building(tmp_path) as build:
        for name, rows in small_rows().items():
            build.write(name, pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema()))
        version = build.publish(FACTS)
    assert check(tmp_path).version == version > "2026"


def test_folders_are_closed_to_others_and_files_too(tmp_path: Path) -> None:
    root = tmp_path / "artifacts"
    publish_small(root, built_at=FIRST)
    assert (mode(root), mode(root / FIRST_ID)) == (0o750, 0o750)
    assert {mode(path) for path in (root / FIRST_ID).iterdir()} == {0o640}
    assert mode(root / "CURRENT") == 0o640


def test_folders_are_open_to_all_if_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "artifacts"
    with building(root, world_readable=True) as build:
        for name, rows in small_rows().items():
            build.write(name, pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema()))
        version = build.publish(FACTS)
    assert (mode(root), mode(root / version)) == (0o755, 0o755)
    assert {mode(path) for path in (root / version).iterdir()} == {0o644}
    assert mode(root / "CURRENT") == 0o644


@pytest.mark.parametrize("piece", [7, 2000, 9000])
def test_row_groups_are_small_whatever_the_size_of_the_pieces(tmp_path: Path, piece: int) -> None:
    ids = [f"{n:05d}" for n in range(4500)]
    rows = pa.table({"product_id": ids, "name": ids, "n_customers": [0] * 4500, "n_baskets": [0] * 4500})
    rows = rows.append_column("units_12m", pa.array([0.0] * 4500)).append_column("revenue_12m", pa.array([0.0] * 4500))
    with building(tmp_path) as build:
        build.write("products", (rows.slice(at, piece) for at in range(0, 4500, piece)))
        file = pq.ParquetFile(build.folder / "products.parquet")
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        assert file.read(columns=["product_id"])["product_id"].to_pylist() == ids
    assert sizes == [2000, 2000, 500]


def test_table_is_written_as_a_stream(tmp_path: Path) -> None:
    waiting: list[int] = []

    def pieces() -> Iterator[pa.Table]:
        schema = ARTIFACT_TABLES["popular"].arrow_schema()
        for segment in range(20):
            rows = {
                "segment": f"{segment:02d}",
                "product_id": "P1",
                "n_customers": 1,
                "of_customers": 1,
                "n_baskets": 1,
            }
            yield pa.Table.from_pylist([{**rows, "rank": rank} for rank in range(1, 10_001)], schema=schema)
            waiting.append(pa.total_allocated_bytes())

    with building(tmp_path) as build:
        build.write("popular", pieces())
    assert max(waiting[2:]) < 2 * max(waiting[:2])


def test_table_may_be_empty(tmp_path: Path) -> None:
    version = publish_small(tmp_path, changed={"bundles": [], "similar_products": []})
    reader = Reader(tmp_path)
    assert reader.current().id == version
    assert reader.current().rows("bundles", "") == []
    assert reader.current().table("bundles").num_rows == 0


# ---- what is refused ----


def test_unknown_table_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with building(tmp_path) as build, pytest.raises(ArtifactError, match="no published table 'prices'; there are cust"):
        build.write("prices", pa.table({"a": [1]}))


def test_table_is_written_once(tmp_path: Path) -> None:
    rows = ARTIFACT_TABLES["popular"].arrow_schema().empty_table()
    with building(tmp_path) as build:
        build.write("popular", rows)
        with pytest.raises(ArtifactError, match="table 'popular' was already written"):
            build.write("popular", rows)


def test_publishing_without_all_tables_is_refused(root: Path) -> None:
    with building(root) as build:
        build.write("popular", ARTIFACT_TABLES["popular"].arrow_schema().empty_table())
        with pytest.raises(
            ArtifactError, match="the version lacks customers, products, .*, returned; write every table"
        ):
            build.publish(FACTS)
    assert current_id(root) == FIRST_ID


def test_a_build_may_leave_out_an_optional_table(root: Path) -> None:
    with building(root) as build:
        for name, rows in small_rows().items():
            if not ARTIFACT_TABLES[name].optional:
                build.write(name, pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema()))
        version = build.publish(FACTS)
    assert "alert_pairs" not in check(root, version).tables


def test_rows_out_of_order_are_refused_when_written(root: Path) -> None:
    with pytest.raises(ArtifactError, match="popular: segment 'a', rank '1' is out of order"):
        publish_small(root, changed={"popular": [{**small_rows()["popular"][0], "segment": name} for name in "ba"]})
    assert names(root) == {FIRST_ID, "CURRENT"}


def test_invalid_version_is_not_published(root: Path) -> None:
    unknown = [{**small_rows()["popular"][0], "product_id": "ZZ"}]
    with pytest.raises(ArtifactError, match="popular: column 'product_id' names 'ZZ', which products does not have"):
        publish_small(root, changed={"popular": unknown})
    assert (current_id(root), names(root)) == (FIRST_ID, {FIRST_ID, "CURRENT"})


def test_table_changed_between_writing_and_publishing_is_not_published(root: Path) -> None:
    with building(root) as build:
        for name, rows in small_rows().items():
            build.write(name, pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema()))
        (build.folder / "popular.parquet").write_bytes(b"")
        with pytest.raises(ArtifactError, match=r"popular\.parquet has 0 bytes"):
            build.publish(FACTS)
    assert current_id(root) == FIRST_ID


def test_keeping_no_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="keep is 0; it must be at least 1"), building(tmp_path, keep=0):
        pass


def test_error_of_the_iterable_of_rows_is_passed_on_unchanged(root: Path) -> None:
    def pieces() -> Iterator[pa.Table]:
        raise OSError(errno.EIO, "their own disk")
        yield

    with building(root) as build, pytest.raises(OSError, match="their own disk"):
        build.write("popular", pieces())
    assert names(root) == {FIRST_ID, "CURRENT"}


def test_interrupted_build_leaves_no_staging_folder(root: Path) -> None:
    with pytest.raises(KeyboardInterrupt), building(root):
        raise KeyboardInterrupt
    assert names(root) == {FIRST_ID, "CURRENT"}


# ---- locks and remains ----


def test_second_build_in_the_same_folder_is_refused_at_once(root: Path) -> None:
    with (
        building(root),
        pytest.raises(BusyError, match=rf"another build is running in .* since 20.* UTC, pid {os.getpid()}: wait"),
        building(root),
    ):
        pass
    with building(root):
        pass  # the lock was given back


def test_lock_without_a_start_time_yet_is_an_error(root: Path) -> None:
    with building(root):
        (root / ".build.lock").write_text("")
        with pytest.raises(BusyError, match="since just now"), building(root):
            pass


def test_next_build_removes_what_killed_ones_left(root: Path) -> None:
    for left in (".staging-x", ".removed-x"):
        (root / left).mkdir()
        (root / left / "popular.parquet").write_text("")
    (root / ".CURRENT.x").write_text("half")
    version = publish_small(root)
    assert names(root) == {FIRST_ID, version, "CURRENT"}


# ---- keeping and removing ----


def publish_at_hours(root: Path, hours: range, keep: int) -> list[str]:
    return [publish_small(root, built_at=FIRST + timedelta(hours=hour), keep=keep) for hour in hours]


def test_five_versions_are_kept(root: Path) -> None:
    later = publish_at_hours(root, range(1, 6), keep=5)
    assert version_ids(root) == later[::-1]


def test_only_the_last_version_is_kept_if_asked_for(root: Path) -> None:
    later = publish_at_hours(root, range(1, 3), keep=1)
    assert version_ids(root) == later[-1:]


def test_version_that_is_held_is_not_removed_until_it_is_released(root: Path) -> None:
    handle = hold_version(root / FIRST_ID)
    assert handle is not None
    (second,) = publish_at_hours(root, range(1, 2), keep=1)
    assert version_ids(root) == [second, FIRST_ID]
    os.close(handle)
    (third,) = publish_at_hours(root, range(2, 3), keep=1)
    assert version_ids(root) == [third]


def test_new_version_stays_current_even_if_the_clock_went_back(root: Path) -> None:
    version = publish_small(root, built_at=FIRST - timedelta(days=1), keep=1)
    assert (current_id(root), version_ids(root)) == (version, [FIRST_ID, version])


def test_version_that_cannot_be_removed_is_left_and_logged(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(retention.logger, "warning", lambda text, *values: warnings.append(text % values))
    mkdtemp = tempfile.mkdtemp

    def refuse(prefix: str, dir: Path) -> str:
        if prefix == ".removed-":
            raise OSError(errno.ENOSPC, "No space left on device")
        return mkdtemp(prefix=prefix, dir=dir)

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    version = publish_small(root, keep=1)
    assert (current_id(root), version_ids(root)) == (version, [version, FIRST_ID])
    assert warnings == [f"version {FIRST_ID} could not be removed: [Errno 28] No space left on device"]


def test_version_that_lost_its_manifest_is_removed_like_any_other(root: Path) -> None:
    (root / FIRST_ID / "manifest.json").unlink()
    version = publish_small(root, keep=1)
    assert version_ids(root) == [version]


# ---- disks ----

FULL = r"the disk of .* is full: .* of the new version could be written"


def no_space(*given: object, **named: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (tempfile, "mkdtemp"),
        (table_writer.pa, "OSFile"),
        (table_writer.pq.ParquetWriter, "write_table"),
        (table_writer.pq.ParquetWriter, "close"),
        (publish, "fsync_tree"),
        (publish, "fsync_folder"),
        (layout, "write_atomically"),
    ],
)
def test_full_disk_at_any_step_leaves_the_old_version_current_and_nothing_else(
    root: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, name, no_space)
        with pytest.raises(ArtifactError, match=rf"{FULL} \(version {FIRST_ID} takes 0\.\d MB\), [\d,.]+ MB are free"):
            publish_small(root)
    assert (current_id(root), names(root)) == (FIRST_ID, {FIRST_ID, "CURRENT"})
    assert Reader(root).current().id == check(root).version == FIRST_ID


def test_first_version_that_does_not_fit_is_an_error_without_a_version_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_writer.pq.ParquetWriter, "write_table", no_space)
    with pytest.raises(ArtifactError, match=rf"{FULL}, [\d,.]+ MB are free; free enough for a whole version"):
        publish_small(tmp_path / "artifacts")


def test_disk_that_fills_while_a_long_table_is_written_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = small_rows()["popular"][0]
    many = [{**first, "rank": rank} for rank in range(1, table_writer.GROUP_ROWS + 1)]
    monkeypatch.setattr(table_writer.pq.ParquetWriter, "write_table", no_space)
    rows = pa.Table.from_pylist(many, schema=ARTIFACT_TABLES["popular"].arrow_schema())
    with building(root) as build, pytest.raises(ArtifactError, match=FULL):
        build.write("popular", rows)


def test_version_stays_published_if_only_the_last_flush_of_current_fails(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved_but_not_flushed(path: Path, content: str, mode: int) -> None:
        path.write_text(content)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(layout, "write_atomically", moved_but_not_flushed)
    with pytest.raises(ArtifactError, match=r"cannot be written \(Input/output error\)"):
        publish_small(root)
    assert check(root).version != FIRST_ID


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_disk_that_is_really_full_leaves_the_old_version_serving(small_disk: Path, root: Path) -> None:
    artifacts = small_disk / "artifacts"
    shutil.copytree(root, artifacts)
    reader = Reader(artifacts)
    reader.current()
    noise = [os.urandom(400).hex() for _ in range(500)]
    products = small_rows()["products"]
    many = products + [{**products[0], "product_id": f"Q{n:03d}", "name": text} for n, text in enumerate(noise)]
    with pytest.raises(ArtifactError, match=rf"{FULL} \(version {FIRST_ID} takes"):
        publish_small(artifacts, changed={"products": many})
    assert names(artifacts) == {FIRST_ID, "CURRENT"}
    reader.poll()
    assert reader.current().id == check(artifacts).version == FIRST_ID
    assert reader.refused is None
    assert publish_small(artifacts) == current_id(artifacts)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that this process may not write, also if it is root: it then acts as nobody."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    am_root = os.geteuid() == 0
    if am_root:
        os.seteuid(NOBODY)
    yield folder
    if am_root:
        os.seteuid(0)
    shutil.rmtree(folder)


@pytest.mark.parametrize("below", [".", "artifacts"])
def test_folder_without_write_permission_is_an_error_with_the_remedy(read_only: Path, below: str) -> None:
    reason = r"cannot be written \(Permission denied\); let this user write there or use another --artifacts"
    with pytest.raises(ArtifactError, match=reason), building(read_only / below):
        pass


def test_file_where_the_folder_belongs_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactError, match=r"file cannot be written \(Not a directory\)"), building(tmp_path / "file"):
        pass
