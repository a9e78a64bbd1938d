"""One customer's whole page of data from a published version, in a process like a worker of the app."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import ingest
from benchmarks.contest import OURS, Answer, Benchmark, Outcome, Task
from benchmarks.orders import Size
from recsys.clean import clean
from recsys.options import Options
from recsys.pipeline import build
from recsys.progress import Silent
from recsys.sources import OwnTables

_PAGES = 1_000
_PEERS = ("pyarrow dataset", "duckdb", "pandas .loc")


def make(size: Size, folder: Path) -> None:
    """Publish a version built from the orders, and choose the customers to look up."""
    ingest.make(size, folder)
    clean(OwnTables(folder / "all"), folder / "clean", today=ingest.TODAY)
    build(folder / "clean", folder / "artifacts", Options(), Silent())
    chosen = np.random.default_rng(3).integers(0, size.n_customers, _PAGES)
    (folder / "customers.json").write_text(json.dumps([f"C{at:06d}" for at in chosen]), encoding="utf-8")


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether every page has the same number of rows from each table."""
    return np.array_equal(ours["rows"], theirs["rows"])


def _looked_up(mode: str, folder: Path) -> Callable[[], Outcome]:
    """Time a process of its own: this one has imported what no worker imports."""
    command = [sys.executable, "-m", "benchmarks.lookup_worker", mode]
    inputs = [str(folder / "artifacts"), str(folder / "customers.json")]

    def worker() -> dict[str, float | list[list[int]]]:
        done = subprocess.run(  # noqa: S603 - names from this package
            [*command, *inputs, str(time.time())], capture_output=True, text=True, check=True
        )
        return dict(json.loads(done.stdout))

    worker()  # files are in the page cache then, for all alike

    def run() -> Outcome:
        told = worker()
        rows = np.array(told.pop("rows"))
        return Outcome(
            lambda: {"rows": rows}, {name: value for name, value in told.items() if isinstance(value, float)}
        )

    return run


def _task() -> Task:
    return Task("lookup", {mode: partial(_looked_up, mode) for mode in (OURS, *_PEERS)}, same)


LOOKUP = Benchmark("lookup", make, (_task(),))
