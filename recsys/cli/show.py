"""python -m recsys show: prints what a rep sees of a customer or a product."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys.cli.console import out
from recsys.cli.plain_text import UNKNOWN, PlainFormatter, plain_chance, plain_day, plain_number, plain_quantity
from recsys.cli.tables import Table
from recsys.errors import RecsysError
from recsys.reasons import Reason, sentence
from recsys.visible_text import visible

if TYPE_CHECKING:
    import pyarrow as pa

    from recsys.artifacts.open_version import Version

app = typer.Typer(help="Show what the rep would see.", no_args_is_help=True)

Artifacts = Annotated[Path, typer.Option("--artifacts", metavar="DIR", help="The folder that `build` publishes into.")]
_LISTS = (
    ("usual", "Usual products"),
    ("new", "Never bought"),
    ("seasonal", "Bought in these weeks of last year and not since"),
    ("lost", "Bought again and again, silent for longer than usual"),
)
_MAX_BUYERS = 10
_MAX_BUNDLES = 10

Row = Mapping[str, Any]


@app.command()
def customer(customer_id: Annotated[str, typer.Argument(metavar="ID")], artifacts: Artifacts) -> None:
    """Show a customer's lists with their reasons, and the similar customers."""
    with _current(artifacts) as version:
        found = _row(version, "customers", customer_id)
        names, products = _names(version, "customers"), _names(version, "products")
        _print_facts(
            found,
            ("segment", "region", "rep", "phone", "email", "status"),
            {
                "orders up to": plain_day(version.manifest.facts.as_of),
                "last order": plain_day(found["last_order_on"]),
                "order days": plain_number(found["n_order_days"]),
                "usual days between": plain_number(found["usual_gap_days"]),
                "revenue, 12 months": plain_number(found["revenue_12m"]),
                "the 12 months before": plain_number(found["revenue_12m_before"]),
                "active products": plain_number(found["active_products"]),
                "of similar customers": plain_number(found["similar_active_products"]),
            },
        )
        _print_why_lists_are_short(found)
        rows = version.rows("recommendations", customer_id)
        formatter = PlainFormatter(names.__getitem__, products.__getitem__)
        for name, title in _LISTS:
            listed = [row for row in rows if row["list"] == name]
            if listed or name != "lost":  # an earlier release's version has no such list
                _print_list(title, listed, formatter)
        _print_reliability(version, rows)
        _print_table(
            "Similar customers",
            ("", "Customer", "Shared products", "Of theirs"),
            [
                (row["rank"], _named(names, row["neighbour_id"]), row["n_shared"], row["n_products"])
                for row in version.rows("similar_customers", customer_id)
            ],
        )


@app.command()
def product(product_id: Annotated[str, typer.Argument(metavar="ID")], artifacts: Artifacts) -> None:
    """Show a product's facts, similar products, bundles and buyers."""
    with _current(artifacts) as version:
        found = _row(version, "products", product_id)
        names = _names(version, "products")
        _print_facts(
            found,
            ("category", "supplier", "unit", "pack_size"),
            {
                "available": "no" if found["available"] is False else "yes",
                "replaced by": _named(names, found["replaced_by"]) if found["replaced_by"] in names else UNKNOWN,
                "list price": plain_number(found["unit_price"], 2),
                "last price": plain_number(found["last_price"], 2),
                "last sold": plain_day(found["last_sold_on"]),
                "customers": plain_number(found["n_customers"]),
                "order days": plain_number(found["n_baskets"]),
                "revenue, 12 months": plain_number(found["revenue_12m"]),
            },
        )
        _print_table(
            "Similar products",
            ("", "Product", "Customers with both", "Order days with both", "Lift"),
            [
                (
                    row["rank"],
                    _named(names, row["other_id"]),
                    row["n_customers"],
                    row["n_baskets"],
                    plain_number(row["lift"], 1),
                )
                for row in version.rows("similar_products", product_id)
            ],
        )
        _print_table(
            "Bundles with it, over all customers",
            ("", "Products", "Order days", "Of", "Lift"),
            [
                (
                    row["bundle_id"],
                    ", ".join(names[item] for item in row["products"]),
                    row["n_baskets"],
                    row["of_baskets"],
                    plain_number(row["lift"], 1),
                )
                for row in _bundles(version, product_id)
            ],
        )
        _print_buyers(version, product_id)


@contextmanager
def _current(artifacts: Path) -> "Iterator[Version]":
    from recsys.artifacts.reader import Reader

    reader = Reader(artifacts)
    try:
        yield reader.current()
    finally:
        reader.close()


def _row(version: "Version", table: str, key: str) -> Row:
    """Return the row of an id. Raises RecsysError with the nearest ids if there is none."""
    found = version.row(table, key)
    if found is None:
        ids = list(_names(version, table))
        nearest = difflib.get_close_matches(key, ids, n=3, cutoff=0)
        raise RecsysError(f"there is no {table.removesuffix('s')} '{key}'; the nearest ids are {', '.join(nearest)}")
    return found


def _print_why_lists_are_short(found: Row) -> None:
    if found["status"] not in (None, "active"):
        out.print(f"\nNothing is pitched to a customer whose status is {found['status']}.")
    elif not found["n_orders"]:
        out.print("\nNo orders yet: these are best sellers.")


def _names(version: "Version", table: str) -> dict[str, str]:
    key = f"{table.removesuffix('s')}_id"
    return {row[key]: row["name"] for row in version.table(table, [key, "name"]).to_pylist()}


def _named(names: Mapping[str, str], key: str) -> str:
    return names[key] if names[key] == key else f"{names[key]} ({key})"


def _bundles(version: "Version", product_id: str) -> Sequence[Row]:
    found = (row for row in version.rows("bundles", "") if product_id in row["products"])
    rows = [row for row in found if not row["redundant"] and not row["substitutes"]]
    return rows[:_MAX_BUNDLES]


def _print_facts(found: Row, subtitle: tuple[str, ...], facts: Mapping[str, str]) -> None:
    key = "customer_id" if "customer_id" in found else "product_id"
    number = "" if found["name"] == found[key] else f" {found[key]}"
    out.print(visible(f"{found['name']}{number}", keep=""), style="bold")
    texts = [str(found[name]) for name in subtitle if found[name]]
    if texts:
        out.print(visible(", ".join(texts), keep=""))
    out.table(Table(("", " "), list(facts.items()), texts=("",)))


def _print_list(title: str, rows: Sequence[Row], formatter: PlainFormatter) -> None:
    first_pair = next((row["rank"] for row in rows if row["reason_kind"] == "bought_together"), 0)
    _print_table(
        title,
        ("", "Product", "Quantity", "Price", "Value", "Chance", "Expected", "Reason"),
        [
            (
                row["rank"],
                formatter.product(row["product_id"]),
                plain_quantity(row["quantity"]),
                plain_number(row["price"], 2),
                plain_number(row["value"], 2),
                plain_chance(row["chance"]),
                plain_number(row["expected"], 2),
                sentence(Reason.from_row(row), formatter, brief=row["rank"] > first_pair),
            )
            for row in rows
        ],
    )


def _print_reliability(version: "Version", rows: Sequence[Row]) -> None:
    """Print how many suggestions the chances were calibrated on and their error, or why there are no chances."""
    from recsys.schema.build_report import BuildReport

    if not rows:
        return
    usual = BuildReport.read(version.manifest.facts.evaluation).calibration
    for name, figures in (("usual products", usual), ("products never bought", usual.new)):
        if figures.why_not:
            out.print(f"\nNo chances of {name}: {figures.why_not}.")
        elif figures.ece is not None:
            n, error = plain_number(figures.n), plain_number(100 * figures.ece, 1)
            out.print(
                f"\nChances of {name}: what was bought of {n} such suggestions within four weeks; "
                f"on average {error} percentage points off."
            )


def _print_buyers(version: "Version", product_id: str) -> None:
    import pyarrow.compute as pc

    purchases: pa.Table = version.table("purchases", ["product_id", "customer_id", "n_baskets", "last_on", "units"])
    own = purchases.filter(pc.field("product_id") == product_id)
    rows = sorted(own.to_pylist(), key=lambda row: (-row["n_baskets"], row["customer_id"]))[:_MAX_BUYERS]
    names = _names(version, "customers")
    _print_table(
        "Who buys it most often",
        ("Customer", "Order days", "Units", "Last"),
        [
            (
                _named(names, row["customer_id"]),
                row["n_baskets"],
                plain_quantity(row["units"]),
                plain_day(row["last_on"]),
            )
            for row in rows
        ],
    )


def _print_table(title: str, heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print a table, texts aligned left and numbers right; one line if it has no rows."""
    out.print(f"\n{title}{'' if rows else ': none'}", style="bold")
    if rows:
        cells = [tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows]
        key = 1 if heads[0] else 2
        out.table(Table(heads, cells, texts=("Product", "Products", "Customer", "Reason"), key=key))
