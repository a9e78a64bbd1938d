"""python -m recsys build: makes a version from clean tables and publishes it."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.cli.console import BarProgress, out
from recsys.cli.tables import Table
from recsys.options import BuildOptions

if TYPE_CHECKING:
    from recsys.build.pipeline import Built
    from recsys.schema.build_report import EventsTest


class EventUse(StrEnum):
    """When opens and clicks are features of the ranker."""

    auto = "auto"
    always = "always"
    never = "never"


def build(
    data: Annotated[Path, typer.Option(help="Folder of clean tables.")],
    artifacts: Annotated[Path, typer.Option(help="Folder of versions; made if it is not there.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day that counts. Default: the last order's."),
    ] = None,
    outcomes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What reps said, as `python -m dashboard export-outcomes` writes it: lists heed and learn from it.",
        ),
    ] = None,
    min_support: Annotated[
        float, typer.Option(help="Bundles: least share of the baskets, above 0 to 1.")
    ] = BuildOptions.min_support,
    bounds_days: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="DAYS",
            help="Segments: how long the bounds of the scores stand; 1: every build learns them from its data.",
        ),
    ] = BuildOptions.bounds_days,
    events: Annotated[
        EventUse,
        typer.Option(
            help="Opens and clicks, where the table events is there: auto takes them if lists were better with them in "
            "the last four weeks."
        ),
    ] = EventUse.auto,
    keep: Annotated[int, typer.Option(min=1, help="How many versions stay.")] = 5,
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Do nothing if the current version has the same data and options.")
    ] = False,
    world_readable: Annotated[
        bool, typer.Option("--world-readable", help="Let every user of the machine read the version.")
    ] = False,
) -> None:
    """Learn from clean tables and publish a new version of the recommendations."""
    from recsys.build.up_to_date import current_build_of

    options = _options(as_of, min_support, bounds_days, events)
    if if_changed and (current := current_build_of(data, artifacts, options, outcomes)):
        out.print(f"Nothing to do: {current} was built from the same data and options.")
        return
    from recsys.build.pipeline import build as build_version

    built = build_version(
        data, artifacts, options, BarProgress(), outcomes=outcomes, keep=keep, world_readable=world_readable
    )
    _print_summary(built)


def _options(as_of: datetime | None, min_support: float, bounds_days: int, events: EventUse) -> BuildOptions:
    try:
        day = as_of.date() if as_of else None
        return BuildOptions(as_of=day, min_support=min_support, bounds_days=bounds_days, events=events.value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _print_summary(built: "Built") -> None:
    from recsys.schema.build_report import BuildReport

    manifest = built.manifest
    report = BuildReport.read(manifest.facts.evaluation)
    held_back = sum(report.held_back.values())
    rows = [(name.replace("_", " "), f"{entry.rows:,} rows") for name, entry in manifest.tables.items()]
    rows.append(("held back: not available, replaced, low priority, out of season", f"{held_back:,} rows"))
    seconds = {**built.seconds, "Together": sum(built.seconds.values())}
    rows += [(title, f"{each:.1f} s") for title, each in seconds.items()]
    out.table(Table(("", " "), rows, texts=("",)))
    facts = manifest.facts
    if report.events is not None:
        out.print(f"Opens and clicks, recall@10 with less without: {events_text(report.events)}")
    out.print(
        f"{manifest.version}: {facts.source_rows['order_lines']:,} order lines, {facts.source_rows['customers']:,} "
        f"customers, {facts.source_rows['products']:,} products, {facts.first_order_on} to {facts.as_of}"
    )


def events_text(tested: "EventsTest") -> str:
    """Return `new +0.031 (0.020 to 0.043), all +0.006 (0.002 to 0.010): used`."""
    use = "used" if tested.used else "not used"
    if tested.why_not:
        return f"not tested, {tested.why_not}: {use}"
    found = ((part, of.get("recall@10")) for part, of in reversed(tested.paired.items()))
    changes = [
        f"{part} {one.difference:+.3f} ({one.low:.3f} to {one.high:.3f})"
        for part, one in found
        if one and one.difference is not None and one.low is not None and one.high is not None
    ]
    return f"{', '.join(changes) or 'nobody bought anything'}: {use}"
