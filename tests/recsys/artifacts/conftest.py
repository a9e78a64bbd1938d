"""A small published version, and fixtures that change its files."""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.artifacts import publish_small

FIRST = datetime(2026, 11, 16, 3, 10, 22, tzinfo=UTC)
FIRST_ID = "2026-11-16-031022"

Rewrite = Callable[..., None]


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published") / "artifacts"
    publish_small(root, built_at=FIRST)
    return root


@pytest.fixture
def root(published_once: Path, tmp_path: Path) -> Path:
    """A folder of artifacts with one version, FIRST_ID."""
    copied = tmp_path / "artifacts"
    shutil.copytree(published_once, copied)
    return copied


@pytest.fixture
def edit_manifest() -> Callable[..., None]:
    """Change manifest.json: edit_manifest(root, lambda manifest: ...)."""

    def edit(root: Path, change: Callable[[Any], None], version: str = FIRST_ID) -> None:
        path = root / version / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))

    return edit


@pytest.fixture
def rewrite(edit_manifest: Callable[..., None]) -> Rewrite:
    """Put other rows in a table, and their size and checksum in the manifest: intact, but maybe not valid."""

    def put(root: Path, name: str, rows: pa.Table, version: str = FIRST_ID, **options: Any) -> None:
        path = root / version / f"{name}.parquet"
        pq.write_table(rows, path, **options)

        def change(manifest: Any) -> None:
            content = path.read_bytes()
            entry = {"rows": rows.num_rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            manifest["tables"][name].update(entry)

        edit_manifest(root, change, version)

    return put
