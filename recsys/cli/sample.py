"""python -m recsys sample: makes the clean tables of an invented wholesaler."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from recsys.cli.console import BarProgress, out


def sample(
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the clean tables.")],
    seed: Annotated[int, typer.Option(help="Equal seeds make equal tables.")] = 1,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the orders. Default: today.")
    ] = None,
    customers: Annotated[int, typer.Option(help="How many customers.")] = 1_500,
    products: Annotated[int, typer.Option(help="How many products.")] = 1_200,
) -> None:
    """Make a food-and-catering wholesaler: two years of invented orders to try everything with."""
    from recsys.sample import SampleOptions, make_sample

    last = until or datetime.now().astimezone()
    options = SampleOptions(until=last.date(), seed=seed, customers=customers, products=products)
    tables = make_sample(out_folder, options, BarProgress())
    for name, rows in tables.rows.items():
        out.print(f"{name:<12} {rows:>11,}")
    out.print(f"in {out_folder}, up to {options.until}, invented")
