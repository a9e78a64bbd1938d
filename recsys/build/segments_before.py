"""The version that a build compares its segments with, and the segments of its customers."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from recsys.artifacts.layout import current_id, version_ids
from recsys.artifacts.locks import held
from recsys.artifacts.manifest import Manifest, read_manifest
from recsys.artifacts.parquet_tables import ParquetTables
from recsys.errors import ArtifactError
from recsys.outputs.segments import SegmentsBefore
from recsys.schema.build_report import BuildReport
from recsys.schema.published import PUBLISHED_CUSTOMERS, SEGMENTS

_COLUMNS = ["customer_id", "rfm_segment", "cluster"]


def segments_before(root: Path, as_of: date) -> SegmentsBefore | None:
    """Return the segments of the version before a build with this as_of in a folder of artifacts.

    It is the current version, if its as_of is earlier; else, as where the same day is built again, the kept version
    with the latest as_of before. None if there is no such version. One of an earlier release has no segments and one
    that cannot be read is none: they are passed over.
    """
    for manifest in _earlier(root, as_of):
        try:
            with held(root / manifest.version):
                rows = ParquetTables(root / manifest.version, manifest, {}).read(PUBLISHED_CUSTOMERS.name, _COLUMNS)
        except ArtifactError:
            continue
        columns: list[list[Any]] = [rows[name].to_pylist() for name in _COLUMNS]
        ids, named, clusters = columns
        return SegmentsBefore(
            version=manifest.version,
            as_of=manifest.facts.as_of,
            named=dict(zip(ids, named, strict=True)),
            clusters=dict(zip(ids, clusters, strict=True)),
            report=BuildReport.read(manifest.facts.evaluation).segments,
        )
    return None


def _earlier(root: Path, as_of: date) -> Iterator[Manifest]:
    """Yield the versions with segments of an earlier as_of: the current one first, then the latest as_of first."""
    kept = list(_with_segments(root))  # newest first
    earlier = [manifest for manifest in kept if manifest.facts.as_of < as_of]
    current = _current(root)
    yield from (manifest for manifest in earlier if manifest.version == current)
    others = (manifest for manifest in earlier if manifest.version != current)
    yield from sorted(others, key=lambda manifest: manifest.facts.as_of, reverse=True)


def _current(root: Path) -> str | None:
    try:
        return current_id(root)
    except ArtifactError:
        return None


def _with_segments(root: Path) -> Iterator[Manifest]:
    for version in version_ids(root):
        try:
            manifest = read_manifest(root / version)
        except ArtifactError:
            continue
        if SEGMENTS.name in manifest.tables:
            yield manifest
