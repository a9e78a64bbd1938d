"""python -m recsys check, versions, rollback, prune: validates, lists, serves another one, removes old ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from recsys.artifacts.layout import none_published
from recsys.artifacts.manifest import Manifest, utc
from recsys.cli.console import BarProgress, out
from recsys.cli.tables import Table
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
    out.print(f"Version {manifest.version} is sound.")


def versions(artifacts: Artifacts) -> None:
    """List the versions that are kept, newest first."""
    from recsys.artifacts.versions import versions as kept_versions

    kept = kept_versions(artifacts)
    if not kept:
        raise ArtifactError(none_published(artifacts))
    rows = []
    for version in kept:
        known = version.manifest
        state = "whole" if known else "refused"
        rows.append(
            (
                version.id,
                utc(known.built_at) if known else "-",
                str(known.facts.as_of) if known else "-",
                f"{known.rows:,}" if known else "-",
                decimal(version.bytes),
                f"{state}, current" if version.is_current else state,
            )
        )
    heads = ("Version", "Built", "Orders up to", "Rows", "Size", "State")
    out.table(Table(heads, rows, texts=("Version", "Built", "Orders up to", "State")))
    for version in kept:
        if version.problem:
            out.print(f"{version.id} is refused: {version.problem}")


def rollback(version: VersionId, artifacts: Artifacts) -> None:
    """Serve an older version again, or a newer one; it is checked first."""
    from recsys.artifacts.versions import rollback as roll_back

    manifest = roll_back(artifacts, version, BarProgress())
    out.print(f"Version {version} with orders up to {manifest.facts.as_of} is current.")


def prune(
    artifacts: Artifacts,
    older_than: Annotated[
        int | None, typer.Option("--older-than", metavar="DAYS", min=1, help="Days since it was built.")
    ] = None,
    future: Annotated[bool, typer.Option("--future", help="Those dated in the future, by a wrong clock.")] = False,
) -> None:
    """Remove versions built more than so many days ago, or dated in the future; none that is current or in use."""
    from recsys.artifacts.retention import prune_future, prune_older

    if future == (older_than is not None):
        raise typer.BadParameter("name one of --older-than DAYS and --future")
    if not artifacts.is_dir():
        raise ArtifactError(none_published(artifacts))
    now = datetime.now(UTC)
    if older_than is None:
        removed, left = prune_future(artifacts, now)
    else:
        removed, left = prune_older(artifacts, now - timedelta(days=older_than))
    out.print(f"Removed: {', '.join(removed) if removed else 'none'}.")
    if left:
        out.print(f"Left, as they are current or in use: {', '.join(left)}.")


def _print_tables(manifest: Manifest) -> None:
    rows = [(name, f"{entry.rows:,}", decimal(entry.bytes)) for name, entry in manifest.tables.items()]
    out.table(Table(("Table", "Rows", "Size"), rows, texts=("Table",)))
