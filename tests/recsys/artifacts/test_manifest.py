import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recsys.artifacts.manifest import FORMAT, Manifest, TableEntry, manifest_text, read_manifest
from recsys.errors import ArtifactError
from tests.support.artifacts import FACTS

ENTRY = TableEntry(rows=2, bytes=300, sha256="ab" * 32, schema={"product_id": "string"})
MANIFEST = Manifest(
    1, "2026-11-16-031022", datetime(2026, 11, 16, 3, 10, 22, tzinfo=UTC), "0.1.0", FACTS, {"products": ENTRY}
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(manifest_text(MANIFEST))
    return tmp_path


def changed(folder: Path, change: Callable[[Any], None]) -> Path:
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return folder


def test_manifest_is_read_as_it_was_written(folder: Path) -> None:
    assert read_manifest(folder) == MANIFEST


def test_manifest_sums_rows_and_bytes_of_its_tables() -> None:
    both = replace(MANIFEST, tables={"products": ENTRY, "popular": replace(ENTRY, rows=5, bytes=40)})
    assert (both.rows, both.bytes) == (7, 340)


def test_figure_that_is_not_a_number_is_null_in_json(folder: Path) -> None:
    evaluated = replace(MANIFEST, facts=replace(FACTS, evaluation={"ndcg": math.nan}))
    (folder / "manifest.json").write_text(manifest_text(evaluated))
    assert read_manifest(folder).facts.evaluation == {"ndcg": None}


def test_field_that_this_release_does_not_know_is_passed_over(folder: Path) -> None:
    changed(folder, lambda content: content.update(colour="blue"))
    assert read_manifest(folder) == MANIFEST


def test_newer_format_asks_for_an_upgrade(folder: Path) -> None:
    changed(folder, lambda content: content.update(format=FORMAT + 1))
    reason = rf"was made by a newer Repertoire \(format {FORMAT + 1}, this one reads {FORMAT}\): upgrade or build again"
    with pytest.raises(ArtifactError, match=reason):
        read_manifest(folder)


@pytest.mark.parametrize("found", ["1", 0, True, None, 1.0])
def test_format_that_is_no_whole_number_is_refused(folder: Path, found: object) -> None:
    changed(folder, lambda content: content.update(format=found))
    with pytest.raises(ArtifactError, match=r"manifest\.json: field 'format' is"):
        read_manifest(folder)


def test_manifest_that_is_a_list_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(ArtifactError, match="field 'format' is None"):
        read_manifest(folder)


def test_manifest_cut_short_is_refused(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:100])
    with pytest.raises(ArtifactError, match=r"manifest\.json is no JSON"):
        read_manifest(folder)


def test_missing_field_is_named(folder: Path) -> None:
    changed(folder, lambda content: content["facts"].pop("as_of"))
    with pytest.raises(ArtifactError, match=r"field 'facts\.as_of': Field required; build again"):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [("rows", "2"), ("rows", 2.5), ("bytes", None), ("sha256", 7), ("schema", [])],
)
def test_mistyped_field_of_a_table_is_named(folder: Path, field: str, value: object) -> None:
    changed(folder, lambda content: content["tables"]["products"].update({field: value}))
    with pytest.raises(ArtifactError, match=rf"field 'tables\.products\.{field}'"):
        read_manifest(folder)


def test_build_time_without_a_time_zone_is_refused(folder: Path) -> None:
    changed(folder, lambda content: content.update(built_at="2026-11-16T03:10:22"))
    with pytest.raises(ArtifactError, match="field 'built_at'"):
        read_manifest(folder)


def test_folder_without_a_manifest_is_no_whole_version(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"has no manifest\.json"):
        read_manifest(tmp_path)


def test_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ArtifactError, match=r"manifest\.json cannot be read \(Is a directory\)"):
        read_manifest(tmp_path)
