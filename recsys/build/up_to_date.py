"""Whether the current version is up to date with the clean tables. Imports no model, to answer at once."""

import hashlib
from pathlib import Path

from recsys.artifacts.layout import current_id
from recsys.artifacts.manifest import FORMAT, Manifest, read_manifest
from recsys.dataset.clean_tables import fingerprint
from recsys.errors import ArtifactError, TableError
from recsys.options import BuildOptions
from recsys.schema.published import ARTIFACT_TABLES


def current_build_of(data: Path, artifacts: Path, options: BuildOptions, outcomes: Path | None = None) -> str | None:
    """Return the current version's id if it was built from these tables with these options, with today's columns.

    None if there is no such version, or if the current one cannot be read: then a new build is due.
    Raises TableError for a folder without clean tables, and for a table of outcomes that cannot be read.
    """
    data_fingerprint = built_from(fingerprint(data), outcomes)
    try:
        version = current_id(artifacts)
        manifest = read_manifest(artifacts / version) if version else None
    except ArtifactError:
        return None
    if manifest is None or not _has_all_columns(manifest):
        return None
    same = manifest.facts.fingerprint == data_fingerprint and manifest.facts.options == options.as_facts()
    return manifest.version if same else None


def _has_all_columns(manifest: Manifest) -> bool:
    """Return whether a version has all that this release publishes: one of an earlier release may lack some of it."""
    published = {name: set(table.column_names) for name, table in ARTIFACT_TABLES.items()}
    return manifest.format == FORMAT and published == {
        name: set(entry.schema) for name, entry in manifest.tables.items()
    }


def built_from(tables: str, outcomes: Path | None) -> str:
    """Return the fingerprint of what a build reads: that of the clean tables, and with outcomes of both.

    Raises TableError for a table of outcomes that cannot be read.
    """
    if outcomes is None:
        return tables
    try:
        with outcomes.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TableError(f"{outcomes} cannot be read ({error.strerror}); name the file that was exported") from error
    return hashlib.sha256(f"{tables} {digest}".encode()).hexdigest()
