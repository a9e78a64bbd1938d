"""python -m recsys import: makes clean tables from raw orders and accounts for every row."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.cli.console import BarProgress, out
from recsys.cli.tables import Table
from recsys.ingest.limits import Limits
from recsys.visible_text import visible

if TYPE_CHECKING:
    from recsys.ingest.propose.proposing import Proposal
    from recsys.ingest.report import CleaningReport
    from recsys.ingest.sources import Source

app = typer.Typer(help="Raw orders to clean tables, with an account of every row.", no_args_is_help=True)

Out = Annotated[Path, typer.Option("--out", help="Folder for the clean tables and the report.")]
MaxRejected = Annotated[
    float, typer.Option(min=0, max=100, help="Refuse the import above this many percent of rejected rows.")
]
Today = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Orders after this day are rejected. Default: today.")
]
MaxCells = Annotated[
    int,
    typer.Option(
        min=1,
        envvar="REPERTOIRE_IMPORT_MAX_CELLS",
        help="Most cells of a spreadsheet's sheet, blank ones between counted.",
    ),
]
MaxUnpacked = Annotated[
    int,
    typer.Option(
        "--max-unpacked-mb",
        min=1,
        envvar="REPERTOIRE_IMPORT_MAX_UNPACKED_MB",
        help="Most MB that a spreadsheet or archive unpacks to.",
    ),
]
MaxSeconds = Annotated[
    int,
    typer.Option(
        min=1, envvar="REPERTOIRE_IMPORT_MAX_SECONDS", help="Longest time for a spreadsheet, archive or query."
    ),
]


class Cleaning(StrEnum):
    """How thorough `import online-retail` is."""

    standard = "standard"
    usual = "usual"


@app.command("online-retail")
def online_retail(
    files: Annotated[list[Path], typer.Argument(help="CSV, xlsx or Parquet; days in several files count once.")],
    out_folder: Out,
    reps: Annotated[Path | None, typer.Option(help="Table customer_id, rep: who looks after whom.")] = None,
    cleaning: Annotated[Cleaning, typer.Option(help="`usual`: exactly the set that papers use.")] = Cleaning.standard,
    encoding: Annotated[str, typer.Option(help="Of CSV files.")] = "utf-8",
    date_format: Annotated[str, typer.Option(help="Of CSV files, e.g. '%d/%m/%Y %H:%M'. Default: found out.")] = "",
    max_rejected: MaxRejected = 5,
    today: Today = None,
    max_cells: MaxCells = Limits.cells,
    max_unpacked: MaxUnpacked = Limits.unpacked_mb,
    max_seconds: MaxSeconds = Limits.seconds,
) -> None:
    """UCI "Online Retail" or "Online Retail II"."""
    from recsys.ingest.sources import OnlineRetail

    source = OnlineRetail(tuple(files), reps, cleaning.value, encoding, date_format)
    _import(source, out_folder, max_rejected, today, Limits(max_cells, max_unpacked, max_seconds))


@app.command("wholesale-orders")
def wholesale_orders(
    orders: Annotated[Path, typer.Argument(help="orders.csv")],
    products: Annotated[Path, typer.Argument(help="product-supplier.csv")],
    out_folder: Out,
    max_rejected: MaxRejected = 5,
    today: Today = None,
    max_cells: MaxCells = Limits.cells,
    max_unpacked: MaxUnpacked = Limits.unpacked_mb,
    max_seconds: MaxSeconds = Limits.seconds,
) -> None:
    """The public "wholesale and retail orders" set."""
    from recsys.ingest.sources import WholesaleOrders

    _import(
        WholesaleOrders(orders, products), out_folder, max_rejected, today, Limits(max_cells, max_unpacked, max_seconds)
    )


@app.command("tables")
def tables(
    folder: Annotated[Path, typer.Argument(help="Folder, zip archive or SQLite file with your data.")],
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for the clean tables and the report.")
    ] = None,
    table_map: Annotated[
        Path | None,
        typer.Option(
            "--map", help="TOML file that says what your files are (data/README.md), or a ready map: shopify."
        ),
    ] = None,
    max_rejected: MaxRejected = 5,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse an import with warnings.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; print what would come out, month by month.")
    ] = False,
    today: Today = None,
    max_cells: MaxCells = Limits.cells,
    max_unpacked: MaxUnpacked = Limits.unpacked_mb,
    max_seconds: MaxSeconds = Limits.seconds,
) -> None:
    """Your own CSV, Parquet or xlsx files, or queries of a database."""
    from recsys.ingest.sources import OwnTables

    source, limits = OwnTables(folder, table_map), Limits(max_cells, max_unpacked, max_seconds)
    if dry_run:
        _dry_run(source, max_rejected, today, limits)
    elif out_folder is None:
        raise typer.BadParameter("name a folder for the clean tables, or --dry-run", param_hint="--out")
    else:
        _import(source, out_folder, max_rejected, today, limits, strict=strict)


@app.command("propose")
def propose_map(
    files: Annotated[
        list[str],
        typer.Argument(help="CSV, xlsx, Parquet or SQLite files, a folder, a zip archive, or a database's URL."),
    ],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="TOML file for the map. Without it the map is printed.")
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option("--query", help="Of a database, once a table: 'orders=SELECT * FROM orders'."),
    ] = None,
    max_cells: MaxCells = Limits.cells,
    max_unpacked: MaxUnpacked = Limits.unpacked_mb,
    max_seconds: MaxSeconds = Limits.seconds,
) -> None:
    """A map for your files, with how sure each line is and why; what cannot be decided is a question in it."""
    from recsys.ingest.propose.proposing import propose, save

    if out_file is not None and out_file.exists():
        raise typer.BadParameter(f"{out_file} exists, perhaps with your answers; name another file", param_hint="--out")
    proposal = propose(files, query or (), limits=Limits(max_cells, max_unpacked, max_seconds), progress=BarProgress())
    if out_file is None:
        out.file.write(visible(proposal.text))  # the terminal's width must not fold it
        return
    save(proposal, out_file)
    _print_proposal(proposal, out_file)


def _print_proposal(proposal: "Proposal", out_file: Path) -> None:
    found = [
        (f"{table}.{line.key}", str(line.value), f"{line.confidence:.0%}", line.evidence)
        for table, line in proposal.lines
    ]
    heads = ("field", "from", "sure", "why")
    out.table(Table(heads, found, texts=("field", "from", "why"), title="Proposed map"))
    for label, reason in proposal.unused:
        out.print(f"not used: {label}: {reason}")
    for section, question in proposal.questions:
        out.print(f"question in [{section}]: {question.splitlines()[0]}")
    n = len(proposal.questions)
    answers = f"answer its {n} question{'' if n == 1 else 's'}, then " if n else ""
    out.print(f"in {out_file}; {answers}look at what would come out:")
    out.print(f"  python -m recsys import tables {proposal.shown} --map {out_file} --dry-run")


def _import(
    source: "Source",
    out_folder: Path,
    max_rejected: float,
    today: datetime | None,
    limits: Limits,
    *,
    strict: bool = False,
) -> None:
    from recsys.ingest.clean import clean

    report = clean(
        source,
        out_folder,
        today=_day(today),
        max_rejected=max_rejected / 100,
        strict=strict,
        progress=BarProgress(),
        limits=limits,
    )
    _print_report(report)
    out.print(f"in {out_folder}; what was left out is in {out_folder / 'left_out'}")


def _day(today: datetime | None) -> date:
    return (today or datetime.now().astimezone()).date()


def _dry_run(source: "Source", max_rejected: float, today: datetime | None, limits: Limits) -> None:
    from recsys.ingest.dry_run import dry_run

    outcome = dry_run(source, today=_day(today), progress=BarProgress(), limits=limits)
    _print_report(outcome.report)
    periods = [
        (part.month, f"{part.lines:,}", f"{part.orders:,}", f"{part.customers:,}", f"{part.revenue:,.2f}")
        for part in (*outcome.months, outcome.total)
    ]
    heads = ("month", "lines", "orders", "customers", "revenue")
    out.print("")
    out.table(Table(heads, periods, texts=("month",), title="What would come out"))
    out.print(
        f"left out: {outcome.left_out_lines:,} lines with a revenue of {outcome.left_out_revenue:,.2f}, "
        f"{outcome.left_out_share:.1%} of all revenue"
    )
    for line in outcome.largest:
        out.print(f"  {line.revenue:,.2f}: {line.file}, row {line.row}: {line.reason}")
    for refusal in outcome.refusals(max_rejected / 100):
        out.print(f"would be refused: {refusal}")
    out.print("nothing was written; compare the figures with your ledger")


def _print_report(report: "CleaningReport") -> None:
    counts = [
        (name, *(f"{n:,}" for n in (n_in, report.rows(name, "dropped"), report.rows(name, "rejected"), n_out)))
        for name, (n_in, n_out) in ((name, (n, report.rows_out[name])) for name, n in report.rows_in.items())
    ]
    heads = ("table", "rows in", "dropped", "rejected", "rows out")
    out.table(Table(heads, counts, texts=("table",), title="Cleaning report"))
    reasons = [(part.table, part.outcome, part.reason, f"{part.rows:,}") for part in report.left_out]
    reasons += [(repair.table, "repaired", repair.reason, f"{repair.rows:,}") for repair in report.repaired]
    if reasons:
        out.print("")
        texts = ("table", "outcome", "reason")
        out.table(Table((*texts, "rows"), reasons, texts, key=len(texts)))
    for example in (example for example in report.examples if example.outcome == "rejected"):
        out.print(f"rejected: {example}")
    for note in report.notes:
        out.print(note)
    for warning in report.warnings:
        out.print(f"warning: {warning}")
    out.print(
        f"{report.orders:,} orders from {report.first_order_on} to {report.last_order_on}, "
        f"revenue {report.revenue:,.2f}"
    )
