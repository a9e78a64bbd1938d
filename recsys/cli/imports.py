"""python -m recsys import: makes clean tables from raw orders and accounts for every row."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from recsys.cli.console import BarProgress, out

if TYPE_CHECKING:
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
) -> None:
    """UCI "Online Retail" or "Online Retail II"."""
    from recsys.ingest.sources import OnlineRetail

    source = OnlineRetail(tuple(files), reps, cleaning.value, encoding, date_format)
    _import(source, out_folder, max_rejected, today)


@app.command("wholesale-orders")
def wholesale_orders(
    orders: Annotated[Path, typer.Argument(help="orders.csv")],
    products: Annotated[Path, typer.Argument(help="product-supplier.csv")],
    out_folder: Out,
    max_rejected: MaxRejected = 5,
    today: Today = None,
) -> None:
    """The public "wholesale and retail orders" set."""
    from recsys.ingest.sources import WholesaleOrders

    _import(WholesaleOrders(orders, products), out_folder, max_rejected, today)


@app.command("tables")
def tables(
    folder: Annotated[Path, typer.Argument(help="Folder with your files.")],
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
) -> None:
    """Your own CSV, Parquet or xlsx files."""
    from recsys.ingest.sources import OwnTables

    source = OwnTables(folder, table_map)
    if dry_run:
        _dry_run(source, max_rejected, today)
    elif out_folder is None:
        raise typer.BadParameter("name a folder for the clean tables, or --dry-run", param_hint="--out")
    else:
        _import(source, out_folder, max_rejected, today, strict=strict)


def _import(
    source: "Source", out_folder: Path, max_rejected: float, today: datetime | None, *, strict: bool = False
) -> None:
    from recsys.ingest.clean import clean

    report = clean(
        source, out_folder, today=_day(today), max_rejected=max_rejected / 100, strict=strict, progress=BarProgress()
    )
    _print_report(report)
    out.print(f"in {out_folder}; what was left out is in {out_folder / 'left_out'}", highlight=False, soft_wrap=True)


def _day(today: datetime | None) -> date:
    return (today or datetime.now().astimezone()).date()


def _dry_run(source: "Source", max_rejected: float, today: datetime | None) -> None:
    from recsys.ingest.dry_run import dry_run

    outcome = dry_run(source, today=_day(today), progress=BarProgress())
    _print_report(outcome.report)
    months = Table("month", "lines", "orders", "customers", "revenue", title="What would come out")
    for column in months.columns[1:]:
        column.justify = "right"
    for month in outcome.months:
        months.add_row(
            month.month, f"{month.lines:,}", f"{month.orders:,}", f"{month.customers:,}", f"{month.revenue:,.2f}"
        )
    total = outcome.total
    months.add_section()
    months.add_row("all", f"{total.lines:,}", f"{total.orders:,}", f"{total.customers:,}", f"{total.revenue:,.2f}")
    out.print(months)
    _say(
        f"left out: {outcome.left_out_lines:,} lines with a revenue of {outcome.left_out_revenue:,.2f}, "
        f"{outcome.left_out_share:.1%} of all revenue"
    )
    for line in outcome.largest:
        _say(f"  {line.revenue:,.2f}: {line.file}, row {line.row}: {line.reason}")
    for refusal in outcome.refusals(max_rejected / 100):
        _say(f"would be refused: {refusal}")
    _say("nothing was written; compare the figures with your ledger")


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False, soft_wrap=True)


def _print_report(report: "CleaningReport") -> None:
    _print_counts(report)
    for example in (example for example in report.examples if example.outcome == "rejected"):
        _say(f"rejected: {example}")
    for note in report.notes:
        _say(note)
    for warning in report.warnings:
        _say(f"warning: {warning}")
    out.print(
        f"{report.orders:,} orders from {report.first_order_on} to {report.last_order_on}, "
        f"revenue {report.revenue:,.2f}",
        highlight=False,
    )


def _print_counts(report: "CleaningReport") -> None:
    counts = Table("", "rows in", "dropped", "rejected", "rows out", title="Cleaning report")
    for column in counts.columns[1:]:
        column.justify = "right"
    for name, n_in in report.rows_in.items():
        left_out = (report.rows(name, outcome) for outcome in ("dropped", "rejected"))
        counts.add_row(name, *(f"{n:,}" for n in (n_in, *left_out, report.rows_out[name])))
    out.print(counts)
    reasons = Table("", "", "reason", "rows")
    reasons.columns[3].justify = "right"
    for part in report.left_out:
        reasons.add_row(part.table, part.outcome, part.reason, f"{part.rows:,}")
    for repair in report.repaired:
        reasons.add_row(repair.table, "repaired", repair.reason, f"{repair.rows:,}")
    if reasons.rows:
        out.print(reasons)
