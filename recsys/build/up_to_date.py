"""Whether the current version is up to date with the clean tables. Imports no model, to answer at once."""

from pathlib import Path

from recsys.artifacts.layout import current_id
from recsys.artifacts.manifest import FORMAT, read_manifest
from recsys.dataset.clean_tables import fingerprint
from recsys.errors import ArtifactError
from recsys.options import BuildOptions


def current_build_of(data: Path, artifacts: Path, options: BuildOptions) -> str | None:
    """Return the current version's id if it was built from these tables with these options and in today's format.

    None if there is no such version, or if the current one cannot be read: then a new build is due.
    Raises TableError for a folder without clean tables.
    """
    data_fingerprint = fingerprint(data)
    try:
        version = current_id(artifacts)
        manifest = read_manifest(artifacts / version) if version else None
    except ArtifactError:
        return None
    if manifest is None or manifest.format != FORMAT:
        return None
    same = manifest.facts.fingerprint == data_fingerprint and manifest.facts.options == options.as_facts()
    return manifest.version if same else None
