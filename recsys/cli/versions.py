"""python -m recsys check, versions, rollback: validates a version, lists the versions, serves another one."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal
from rich.table import Table

from recsys.artifacts.layout import none_published
from recsys.artifacts.manifest import Manifest, utc
from recsys.cli.console import BarProgress, out
from recsys.errors import ArtifactError

Artifacts = Annotated[Path, typer.Option("--artifacts", metavar="DIR", help="The folder that `build` publishes into.")]
VersionId = Annotated[str, typer.Argument(metavar="VERSION", help="An id that `versions` lists.")]
OptionalVersionId = Annotated[
    str | None, typer.Argument(metavar="VERSION", help="An id that `versions` lists; default: the current one.")
]


def check(artifacts: Artifacts, version: OptionalVersionId = None) -> None:
    """Check that a version is whole and sound: every file, row, key and reference."""
    from recsys.artifacts.versions import check as check_version

    manifest = check_version(artifacts, version, BarProgress())
    _print_tables(manifest)
    out.print(f"Version {manifest.version} is sound.", highlight=False)


def versions(artifacts: Artifacts) -> None:
    """List the versions that are kept, newest first."""
    from recsys.artifacts.versions import versions as kept_versions

    kept = kept_versions(artifacts)
    if not kept:
        raise ArtifactError(none_published(artifacts))
    table = Table(box=None)
    for column in ("Version", "Built", "Orders up to"):
        table.add_column(column, no_wrap=column == "Version")
    table.add_column("Rows", justify="right")
    table.add_column("Size", justify="right")
    table.add_column("State")
    for version in kept:
        known = version.manifest
        state = "whole" if known else "refused"
        table.add_row(
            version.id,
            utc(known.built_at) if known else "-",
            str(known.facts.as_of) if known else "-",
            f"{known.rows:,}" if known else "-",
            decimal(version.bytes),
            f"{state}, current" if version.is_current else state,
        )
    out.print(table, highlight=False)
    for version in kept:
        if version.problem:
            out.print(f"{version.id} is refused: {version.problem}", highlight=False, markup=False, soft_wrap=True)


def rollback(version: VersionId, artifacts: Artifacts) -> None:
    """Serve an older version again, or a newer one; it is checked first."""
    from recsys.artifacts.versions import rollback as roll_back

    manifest = roll_back(artifacts, version, BarProgress())
    out.print(f"Version {version} with orders up to {manifest.facts.as_of} is current.", highlight=False)


def _print_tables(manifest: Manifest) -> None:
    table = Table("Table", box=None)
    table.add_column("Rows", justify="right")
    table.add_column("Size", justify="right")
    for name, entry in manifest.tables.items():
        table.add_row(name, f"{entry.rows:,}", decimal(entry.bytes))
    out.print(table, highlight=False)
