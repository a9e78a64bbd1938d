"""All rows of one customer's page from a published version, in a process like a worker of the app."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.orders import Size
from benchmarks.published import publish_pages
from benchmarks.tasks import OURS, Answer, Benchmark, Outcome, Task
from recsys.artifacts.disk_errors import folder_bytes
from recsys.artifacts.lookup.index import FORMS
from recsys.artifacts.lookup.make import make_form

_PAGES = 1_000
_FEW_PAGES = 200  # of size S, whose results --check compares
_PEERS = ("pyarrow dataset", "duckdb", "pandas .loc")


def make(size: Size, folder: Path) -> None:
    """Publish a version, make its look-up form as the first worker does, and choose the customers at random."""
    root = folder / "artifacts"
    version = publish_pages(size, root)
    forms = root / FORMS
    forms.mkdir()
    start, start_cpu = time.perf_counter(), time.process_time()
    make_form(root, version, forms)
    made = {"form_s": time.perf_counter() - start, "form_cpu_s": time.process_time() - start_cpu}
    made |= {"form_mb": folder_bytes(forms / version) / 1e6, "parquet_mb": folder_bytes(root / version) / 1e6}
    (folder / "form.json").write_text(json.dumps(made), encoding="utf-8")
    n_pages = _FEW_PAGES if size.name == "S" else _PAGES
    chosen = np.random.default_rng(3).integers(0, size.n_customers, n_pages)
    (folder / "customers.json").write_text(json.dumps([f"C{at:06d}" for at in chosen]), encoding="utf-8")


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether every page has the same number of rows from each table."""
    return np.array_equal(ours["rows"], theirs["rows"])


def _implementation(mode: str, folder: Path) -> Callable[[], Outcome]:
    """Time an own process: this one has imported modules that no worker imports."""
    command = [sys.executable, "-m", "benchmarks.lookup_worker", mode]
    inputs = [str(folder / "artifacts"), str(folder / "customers.json")]

    def worker() -> dict[str, float | list[list[int]]]:
        done = subprocess.run(  # noqa: S603 - names from this package
            [*command, *inputs, str(time.time())], capture_output=True, text=True, check=True
        )
        return dict(json.loads(done.stdout))

    worker()  # so that the files are in the page cache for all

    def run() -> Outcome:
        result = worker()
        rows = np.array(result.pop("rows"))
        figures = {name: value for name, value in result.items() if isinstance(value, float)}
        if mode == OURS:
            figures |= json.loads((folder / "form.json").read_text(encoding="utf-8"))
        return Outcome(lambda: {"rows": rows}, figures)

    return run


def _task() -> Task:
    return Task("lookup", {mode: partial(_implementation, mode) for mode in (OURS, *_PEERS)}, same)


LOOKUP = Benchmark("lookup", make, (_task(),))
