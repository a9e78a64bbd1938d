"""python -m benchmarks.suggestions DATA VERSIONS --as-of DAY: how often a basket's suggestions have what was bought.

A version is built of the orders up to a day, unless VERSIONS has it. Of each customer's first order day after it one
product is held out by chance; the others are the basket. A hit: the product is among the first four that are suggested.

day       1   5  | 8   9
Acme      o   o  | x         o is known to the version, x gives the case; the 9th is not looked at
                 as_of
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.suggestion_ways import WAYS, Asked, N, Suggest
from dashboard.access.viewer import EVERYONE
from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.goes_with import Buying
from dashboard.data.product_queries import ProductQueries
from dashboard.data.raised import Since, raised
from dashboard.data.repository import Repository
from dashboard.data.snapshot import Snapshot
from recsys.artifacts.layout import CURRENT
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule

SEED = 11


@dataclass(frozen=True)
class Case:
    """A basket of which one product is held out, and the day that it was ordered on."""

    customer_id: str
    on: date
    basket: tuple[str, ...]
    held_out: str


@dataclass(frozen=True)
class Result:
    """What one way to suggest reached.

    hits      by case: whether the product was among the first four
    own_hits  of them: by what the customer had bought before
    new       suggestions that the customer had never bought; `shown` is how many there were
    mixed     cases with one of those
    ms        of processor time a basket, median
    """

    hits: tuple[bool, ...]
    own_hits: int
    new: int
    shown: int
    mixed: int
    ms: float

    @property
    def hit(self) -> float:
        return float(np.mean(self.hits))


def main() -> None:
    """Build the version if it is not there, and print what each way to suggest reaches."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suggestions", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA", help="folder of clean tables")
    parser.add_argument("versions", type=Path, metavar="VERSIONS", help="a version of each day is made here")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="DAY", help="the last known day")
    parser.add_argument("--days", type=int, default=28, help="after it, from which baskets are taken (28)")
    parser.add_argument("--known", type=float, default=1.0, help="share of the other products in the basket (1)")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    folder = built(asked.data, asked.versions, asked.as_of)
    snapshot = Repository(Reader(folder)).snapshot(EVERYONE)
    cases = cases_of(asked.data, snapshot, asked.days, asked.known)
    found = {name: measured(snapshot, cases, suggest) for name, suggest in WAYS.items()}
    show = print_json if asked.json else print_table
    show(found)


def built(data: Path, versions: Path, as_of: date) -> Path:
    """Return the folder with a version of the orders up to a day; it is built where there is none."""
    from recsys.build.pipeline import build
    from recsys.options import BuildOptions
    from recsys.runtime.progress import Silent

    folder = versions / as_of.isoformat()
    if not (folder / CURRENT).exists():
        folder.mkdir(parents=True, exist_ok=True)
        build(data, folder, BuildOptions(as_of=as_of), Silent())
    return folder


def cases_of(data: Path, snapshot: Snapshot, days: int, known: float = 1.0) -> tuple[Case, ...]:
    """Return a case of each customer with orders before and after the version's as_of, by customer; the same each time.

    days   after as_of
    known  share of the products that are not held out which are in the basket, at least one
    """
    rng, start = np.random.default_rng(SEED), snapshot.source.manifest.facts.as_of
    customers, products = CustomerQueries(snapshot), ProductQueries(snapshot)
    cases = []
    for customer_id, on, bought in _first_baskets(data, start, start + timedelta(days)):
        customer = customers.get(customer_id)
        sold = [one for one in bought if (product := products.get(one)) is not None and product.n_baskets]
        if customer is None or not customer.n_order_days or len(sold) < 2:
            continue
        order = rng.permutation(len(sold)).tolist()
        inside = order[1 : 1 + max(1, round(known * (len(sold) - 1)))]
        cases.append(Case(customer_id, on, tuple(sold[at] for at in sorted(inside)), sold[order[0]]))
    return tuple(cases)


def _first_baskets(data: Path, after: date, until: date) -> Iterator[tuple[str, date, list[str]]]:
    """Yield each customer's first order day of (after, until] with its products, by their ids."""
    day = pc.field("ordered_on")
    columns = ["customer_id", "ordered_on", "product_id"]
    rows = pq.read_table(data / "order_lines.parquet", columns=columns, filters=(day > after) & (day <= until))
    baskets: dict[str, dict[date, set[str]]] = {}
    for row in rows.to_pylist():
        baskets.setdefault(row["customer_id"], {}).setdefault(row["ordered_on"], set()).add(row["product_id"])
    for customer_id in sorted(baskets):
        on = min(baskets[customer_id])
        yield customer_id, on, sorted(baskets[customer_id][on])


def measured(snapshot: Snapshot, cases: tuple[Case, ...], suggest: Suggest) -> Result:
    """Return what one way to suggest reaches on the cases. Raises ValueError without any case."""
    if not cases:
        raise ValueError("no customer with orders before and after that day; name another one with --as-of")
    hits, times = [], []
    own_hits = new = shown = mixed = 0
    for case in cases:
        asked = _asked(snapshot, case)
        began = perf_counter()
        first = suggest(asked)[:N]
        times.append(1000 * (perf_counter() - began))
        hits.append(case.held_out in first)
        own_hits += case.held_out in first and case.held_out in asked.who.usual
        never = sum(one not in asked.who.usual for one in first)
        new, shown, mixed = new + never, shown + len(first), mixed + (never > 0)
    return Result(tuple(hits), own_hits, new, shown, mixed, float(np.median(times)))


def _asked(snapshot: Snapshot, case: Case) -> Asked:
    """Return a case as the app asks for it on the day of the order, with nothing recorded."""
    customers = CustomerQueries(snapshot)
    customer = customers.get(case.customer_id)
    if customer is None:
        raise ValueError(f"the version has no customer {case.customer_id}")
    rows, as_of = customers.recommendations(case.customer_id), snapshot.source.manifest.facts.as_of
    lists = raised(customer, rows, LostRule(), Since(), as_of=as_of, today=as_of)
    who = Buying(customer, customers.usual_purchases(case.customer_id), lists, case.on)
    return Asked(case.basket, who, ProductQueries(snapshot), BundleQueries(snapshot))


# ---- what is printed ----


def half_width(values: np.ndarray) -> float:
    """Return half of the 95 % interval of a mean."""
    return float(1.96 * values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def print_table(found: Mapping[str, Result]) -> None:
    """Print a row for each way: hits, how much the served one is better, and what it suggests."""
    ours = np.array(next(iter(found.values())).hits, dtype=float)
    out = sys.stdout.write
    out(f"{len(ours):,} baskets, one product held out, the first {N}\n")
    out(f"{'':<22} {'hit':>6} {'+-':>5} {'ours better':>16} {'own':>6} {'new':>6} {'never bought':>13} {'ms':>6}\n")
    for name, result in found.items():
        hits = np.array(result.hits, dtype=float)
        better = f"{(ours - hits).mean():+.3f} +- {half_width(ours - hits):.3f}"
        own, new = result.own_hits / len(hits), hits.mean() - result.own_hits / len(hits)
        never = result.new / result.shown if result.shown else 0.0
        out(f"{name:<22} {hits.mean():>6.3f} {half_width(hits):>5.3f} {better:>16} {own:>6.3f} {new:>6.3f}")
        out(f" {never:>6.0%} {result.mixed / len(hits):>6.0%} {result.ms:>6.1f}\n")


def print_json(found: Mapping[str, Result]) -> None:
    """Print the same as JSON."""
    rows = {
        name: {
            "baskets": len(result.hits),
            "hit": result.hit,
            "own": result.own_hits / len(result.hits),
            "never_bought": result.new / result.shown if result.shown else 0.0,
            "mixed": result.mixed / len(result.hits),
            "ms": result.ms,
        }
        for name, result in found.items()
    }
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
