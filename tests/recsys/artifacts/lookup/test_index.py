"""The look-up form: the same rows as the Parquet files, only while it fits, and nothing is lost without it."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.artifacts import parquet_tables, table_writer
from recsys.artifacts.lookup import encode, index, make
from recsys.artifacts.lookup.decode import Damaged, seal, unseal
from recsys.artifacts.lookup.index import FACTS, FORM, FORMS, LookupForm, entry_key, open_form
from recsys.artifacts.lookup.make import main
from recsys.artifacts.open_version import Version
from recsys.artifacts.table_writer import TableWriter
from recsys.errors import ArtifactError
from recsys.schema.columns import Column, Table
from recsys.schema.published import ARTIFACT_TABLES
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import publish_small, small_rows
from tests.support.own_files import open_below

EVERY_KIND = Table(
    "every_kind",
    "",
    ("id", "rank"),
    (
        Column("id", "text", "", required=True),
        Column("rank", "whole", "", required=True),
        Column("text", "text", ""),
        Column("day", "date", ""),
        Column("whole", "whole", ""),
        Column("number", "number", ""),
        Column("flag", "flag", ""),
        Column("texts", "texts", ""),
    ),
)


@pytest.fixture
def forms(root: Path) -> Path:
    """Return the folder of the look-up forms of `root`, with one of its version."""
    folder = root / FORMS
    folder.mkdir()
    make.make_form(root, FIRST_ID, folder)
    return folder


def opened(root: Path, *forms: Path) -> Version:
    return Version(root, FIRST_ID, forms or (root / FORMS,))


def no_parquet(*given: object) -> None:
    raise AssertionError("a Parquet file was read")


# ---- the same rows ----


@pytest.mark.parametrize("name", list(ARTIFACT_TABLES))
def test_every_key_of_every_table_finds_what_the_parquet_file_has(root: Path, forms: Path, name: str) -> None:
    plain, version = Version(root, FIRST_ID), opened(root)
    assert (plain.has_form, version.has_form) == (False, True)
    keys = {row[ARTIFACT_TABLES[name].key[0]] for row in small_rows()[name]}
    for key in {*keys, "", "AAA", "zzz"}:
        rows = version.rows(name, key)
        assert rows == plain.rows(name, key)
        assert [list(row) for row in rows] == [list(row) for row in plain.rows(name, key)]
        assert [[type(value) for value in row.values()] for row in rows] == [
            [type(value) for value in row.values()] for row in plain.rows(name, key)
        ]


def test_rows_come_without_a_parquet_file_being_read_and_tables_from_it(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = opened(root)
    monkeypatch.setattr(pq, "ParquetFile", no_parquet)
    assert version.row("customers", "CAFE1") is not None
    monkeypatch.undo()
    assert version.table("products", ["name"]).num_rows == 6
    assert version.manifest == Version(root, FIRST_ID).manifest


def test_a_parquet_file_that_cannot_be_opened_when_it_is_needed_is_an_error(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(*given: object) -> None:
        raise OSError(24, "Too many open files")

    version = opened(root)
    monkeypatch.setattr(parquet_tables.pa, "OSFile", too_many)
    with pytest.raises(ArtifactError, match="cannot be read .*Too many open files"):
        version.table("products")


def test_unknown_table_is_named_with_a_form_too(root: Path, forms: Path) -> None:
    with pytest.raises(ValueError, match="there is no table 'prices'; there are customers, products"):
        opened(root).rows("prices", "P1")


def written(folder: Path, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> LookupForm:
    """Return a look-up form of a version whose only table is EVERY_KIND, with these rows."""
    for module in (index, make):
        monkeypatch.setattr(module, "ARTIFACT_TABLES", {EVERY_KIND.name: EVERY_KIND})
    with TableWriter(folder / "every_kind.parquet", EVERY_KIND) as table:
        table.add(pa.Table.from_pylist(rows, schema=EVERY_KIND.arrow_schema()))
        table.finish()
    make.write_form(folder / FORM, folder, {})
    return LookupForm(folder / FORM)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
values = st.fixed_dictionaries(
    {
        "text": st.none() | texts,
        "day": st.none() | st.dates(),
        "whole": st.none()
        | st.integers(-130, 130)
        | st.integers(-(2**15), 2**15)
        | st.integers(-(2**31), 2**31)
        | st.integers(-(2**63), 2**63 - 1),
        "number": st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 9).map(float),
        "flag": st.none() | st.booleans(),
        "texts": st.none() | st.lists(st.none() | texts, max_size=3),
    }
)


@pytest.mark.slow
@settings(deadline=None)  # how fast is no claim of this test
@given(st.dictionaries(texts, st.lists(values, min_size=1, max_size=5), max_size=9), texts)
def test_what_is_written_is_found_however_keys_fall_on_row_groups(
    tmp_path_factory: pytest.TempPathFactory, having: dict[str, list[dict[str, Any]]], other: str
) -> None:
    rows = [{"id": key, "rank": rank, **row} for key in sorted(having) for rank, row in enumerate(having[key], start=1)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_writer, "GROUP_ROWS", 3)
        patched.setattr(encode, "GROUPS", 2)
        form = written(tmp_path_factory.mktemp("form"), rows, patched)
        for key in {*having, other}:
            found = form.rows("every_kind", key)
            assert found == [row for row in rows if row["id"] == key]
            assert all(type(row["flag"]) in (bool, type(None)) for row in found)


@pytest.mark.parametrize("byte", ["\0", "\x1d", "\x1f"])
@pytest.mark.parametrize("column", ["product_id", "name"])
def test_a_text_may_hold_any_character(tmp_path: Path, byte: str, column: str) -> None:
    products = small_rows()["products"]
    last = max(products, key=lambda row: row["product_id"])
    odd = {**last, column: f"{last[column]}{byte}"}
    root = tmp_path / "artifacts"
    changed = {"products": [odd if row is last else row for row in products]}
    version = publish_small(root, changed=changed, built_at=FIRST)
    (root / FORMS).mkdir()
    assert main(str(root), version, str(root / FORMS)) == 0
    found = opened(root).row("products", odd["product_id"])
    assert found is not None
    assert (opened(root).has_form, found[column]) == (True, odd[column])


def test_a_key_that_is_no_unicode_text_has_no_rows(root: Path, forms: Path) -> None:
    version = opened(root)
    assert version.rows("customers", "\ud800") == []
    assert version.has_form


def test_threads_read_one_form_at_the_same_time(root: Path, forms: Path) -> None:
    plain, version = Version(root, FIRST_ID), opened(root)
    asked = [(name, row[ARTIFACT_TABLES[name].key[0]]) for name, rows in small_rows().items() for row in rows] * 5
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda one: version.rows(*one), asked))
    assert found == [plain.rows(*one) for one in asked]
    assert version.has_form


# ---- only while it fits ----


def rebuilt(root: Path) -> None:
    make.make_form(root, FIRST_ID, root / FORMS)


def newer_manifest(root: Path) -> None:
    path = root / FIRST_ID / "manifest.json"
    path.write_text(path.read_text() + "\n")


def touched_table(root: Path) -> None:
    os.utime(root / FIRST_ID / "popular.parquet", (1, 1))


def older_form(root: Path) -> None:
    with closing(sqlite3.connect(root / FORMS / FIRST_ID / FORM)) as file:
        (entry,) = file.execute("SELECT entry FROM entries WHERE key = ?", (FACTS,)).fetchone()
        _, after, facts = unseal(entry)
        older = seal(FACTS, after, {**facts, "format": 1})
        file.execute("UPDATE entries SET entry = ? WHERE key = ?", (older, FACTS))
        file.commit()


def cut_form(root: Path) -> None:
    os.truncate(root / FORMS / FIRST_ID / FORM, 100)


def form_without_its_last_page(root: Path) -> None:
    path = root / FORMS / FIRST_ID / FORM
    os.truncate(path, path.stat().st_size - 16384)


def no_database(root: Path) -> None:
    (root / FORMS / FIRST_ID / FORM).write_text("[]")


def empty_form(root: Path) -> None:
    os.truncate(root / FORMS / FIRST_ID / FORM, 0)


def missing_form(root: Path) -> None:
    (root / FORMS / FIRST_ID / FORM).unlink()


@pytest.mark.parametrize(
    "change",
    [
        newer_manifest,
        touched_table,
        older_form,
        cut_form,
        form_without_its_last_page,
        no_database,
        empty_form,
        missing_form,
    ],
)
def test_a_form_that_does_not_fit_is_not_read_and_is_made_again(
    root: Path, forms: Path, change: Callable[[Path], None]
) -> None:
    change(root)
    version = opened(root)
    assert not version.has_form
    assert not version.look_for_form()
    rebuilt(root)
    assert version.look_for_form()
    assert version.rows("popular", "hotel") == Version(root, FIRST_ID).rows("popular", "hotel")


def test_a_form_of_another_schema_is_not_read(root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    popular = ARTIFACT_TABLES["popular"]
    wider = replace(popular, columns=(*popular.columns, Column("of_baskets", "whole", "of a later release")))
    monkeypatch.setattr(index, "ARTIFACT_TABLES", ARTIFACT_TABLES | {"popular": wider})
    assert not opened(root).has_form


def test_a_form_is_read_though_the_schema_words_its_meanings_differently(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    popular = ARTIFACT_TABLES["popular"]
    reworded = replace(popular, columns=tuple(replace(column, meaning="other words") for column in popular.columns))
    monkeypatch.setattr(index, "ARTIFACT_TABLES", ARTIFACT_TABLES | {"popular": reworded})
    assert opened(root).has_form


def test_the_first_folder_with_a_form_that_fits_is_read(root: Path, forms: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    forms.rename(elsewhere)
    assert opened(root, root / FORMS, elsewhere).has_form
    assert open_form((), root / FIRST_ID) is None


def test_a_version_that_is_not_whole_is_refused_though_it_has_an_old_form(root: Path, forms: Path) -> None:
    with (root / FIRST_ID / "popular.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ArtifactError, match=r"popular\.parquet has .* bytes, but the manifest says"):
        opened(root)
    assert main(str(root), FIRST_ID, str(forms)) == 1


# ---- damage ----


def change_byte(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def damage(forms: Path) -> None:
    path = forms / FIRST_ID / FORM
    change_byte(path, entry_at(path, "popular", "hotel"))


def keys_of(table: str) -> set[str]:
    """Return the keys of a table of the small version, and two that it does not have."""
    return {row[ARTIFACT_TABLES[table].key[0]] for row in small_rows()[table]} | {"", "zzz"}


def entry_at(path: Path, table: str, key: str) -> int:
    """Return where the bytes of an entry begin in the file of a look-up form."""
    with closing(sqlite3.connect(path)) as file:
        (entry,) = file.execute("SELECT entry FROM entries WHERE key = ?", (entry_key(table, key),)).fetchone()
    assert path.read_bytes().count(entry) == 1
    return path.read_bytes().index(entry)


@pytest.mark.parametrize("within", [0, 5, 40])
def test_a_byte_changed_in_an_entry_is_noticed_and_the_parquet_file_answers(
    root: Path, forms: Path, within: int
) -> None:
    path = forms / FIRST_ID / FORM
    change_byte(path, entry_at(path, "popular", "hotel") + within)
    version = opened(root)
    assert version.has_form
    assert version.rows("popular", "hotel") == Version(root, FIRST_ID).rows("popular", "hotel")
    assert not version.has_form
    assert not path.exists()


@pytest.mark.slow
def test_no_byte_changed_anywhere_shows_other_rows(root: Path, forms: Path) -> None:
    asked = [(name, key) for name in ("customers", "popular", "returned") for key in keys_of(name)]
    wanted = [Version(root, FIRST_ID).rows(*one) for one in asked]
    path = forms / FIRST_ID / FORM
    content = path.read_bytes()
    in_use = [at for at in range(len(content)) if content[at] or at < 100]
    noticed = 0
    for at in in_use[::17]:
        change_byte(path, at)
        version = opened(root)
        assert [version.rows(*one) for one in asked] == wanted, at
        noticed += not version.has_form
        path.write_bytes(content)
    assert noticed > 50


def test_damage_is_logged_once_and_the_form_is_not_opened_again(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(
        logging.getLogger("recsys.artifacts.open_version"), "warning", lambda text, *_: logged.append(text)
    )
    damage(forms)
    version, other = opened(root), opened(root)
    content = (forms / FIRST_ID / FORM).read_bytes()
    assert version.rows("popular", "hotel") == Version(root, FIRST_ID).rows("popular", "hotel")
    assert logged == ["version %s is read from its Parquet files until its look-up form is made again: %s"]
    assert not (forms / FIRST_ID / FORM).exists()
    assert not opened(root).has_form
    assert other.has_form  # it has not met the damage yet
    other.rows("popular", "hotel")
    assert not other.has_form
    (forms / FIRST_ID / FORM).write_bytes(content)
    make.make_form(root, FIRST_ID, forms)
    assert version.look_for_form()


def test_a_damaged_form_in_a_folder_that_may_not_be_written_is_left_alone(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(forms)
    version = opened(root)

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    version.rows("popular", "hotel")
    assert (forms / FIRST_ID / FORM).exists()
    assert not version.look_for_form()  # the same one


def test_a_disk_that_cannot_be_read_is_damage(root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = opened(root)

    class Broken:
        def execute(self, *given: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(version._form, "_file", Broken())
    assert version.rows("popular", "hotel") == Version(root, FIRST_ID).rows("popular", "hotel")
    assert not version.has_form


def test_a_file_that_is_longer_than_it_was_is_damaged(root: Path, forms: Path) -> None:
    path = forms / FIRST_ID / FORM
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(Damaged, match="is shorter or longer than it was written"):
        LookupForm(path)


def read_by_this_process() -> int:
    facts = Path("/proc/thread-self/io").read_text(encoding="ascii").split()
    return int(facts[facts.index("rchar:") + 1])


@pytest.mark.parametrize(("times_its_size", "is_read"), [(3, True), (1, False)])
def test_a_form_is_read_ahead_where_it_fits_into_memory(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch, times_its_size: int, is_read: bool
) -> None:
    version, size = opened(root), (forms / FIRST_ID / FORM).stat().st_size
    monkeypatch.setattr(index, "available_memory", lambda: times_its_size * size)
    before = read_by_this_process()
    version.read_ahead()
    assert (read_by_this_process() - before >= size) == is_read


def test_without_a_form_nothing_is_read_ahead(root: Path, forms: Path) -> None:
    version = opened(root)
    (forms / FIRST_ID / FORM).unlink()
    version.read_ahead()  # the file is gone, its rows are there all the same
    assert version.rows("popular", "hotel")
    Version(root, FIRST_ID).read_ahead()


def test_files_are_closed_when_nobody_uses_the_form(root: Path, forms: Path) -> None:
    version = opened(root)
    version.rows("popular", "hotel")
    assert open_below(forms) == [str(forms / FIRST_ID / FORM)]
    del version
    assert open_below(root) == []
    assert open_below(forms) == []


def test_a_form_that_is_removed_while_it_is_open_is_read_on(root: Path, forms: Path) -> None:
    version = opened(root)
    shutil.rmtree(forms)
    assert version.row("customers", "CAFE1") is not None
    assert version.has_form


# ---- making one ----


def test_the_form_may_be_read_by_whom_the_version_may(root: Path, forms: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in (forms / FIRST_ID).iterdir()} == {0o640}
    assert (forms / FIRST_ID).stat().st_mode & 0o777 == 0o750


def test_what_a_killed_process_left_and_forms_that_are_not_kept_are_removed(root: Path, forms: Path) -> None:
    (forms / ".staging-x").mkdir()
    (forms / "2020-01-01-000000").mkdir()
    for hour in (1, 2):
        version = publish_small(root, built_at=FIRST.replace(hour=FIRST.hour + hour))
        make.make_form(root, version, forms)
    assert sorted(path.name for path in forms.iterdir()) == ["2026-11-16-041022", "2026-11-16-051022"]


def test_a_version_that_is_removed_takes_its_form_with_it(root: Path, forms: Path) -> None:
    publish_small(root, built_at=FIRST.replace(hour=5), keep=1)
    assert list(forms.iterdir()) == []


def test_a_version_that_is_not_there_has_no_form(root: Path, forms: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be made in .*No such file"):
        make.make_form(root, "2020-01-01-000000", forms)


def test_without_room_no_form_is_begun(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(forms / FIRST_ID)
    full = shutil.disk_usage(forms)._replace(free=5)
    monkeypatch.setattr("recsys.artifacts.lookup.make.shutil.disk_usage", lambda path: full)
    assert main(str(root), FIRST_ID, str(forms)) == 1
    assert "has no room for a look-up form" in capsys.readouterr().err
    assert list(forms.iterdir()) == []


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_disk_that_gets_full_leaves_nothing_behind(
    root: Path, forms: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    shutil.rmtree(forms / FIRST_ID)

    def full(*given: object) -> None:
        raise error

    monkeypatch.setattr(make, "write_form", full)
    with pytest.raises(ArtifactError, match=r"cannot be made .*(No space left|disk is full)"):
        make.make_form(root, FIRST_ID, forms)
    assert list(forms.iterdir()) == []


def test_days_far_off_are_days_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": "a", "rank": 1, "day": date.min}, {"id": "a", "rank": 2, "day": date.max}]
    form = written(tmp_path, rows, monkeypatch)
    assert [row["day"] for row in form.rows("every_kind", "a")] == [date.min, date.max]
