"""A process that looks up customers' pages as a worker of the app does.

python -m benchmarks.lookup_worker MODE ROOT CUSTOMERS.json STARTED, with STARTED in seconds since 1970.

Imports only what its way of looking up needs, so that memory and start are those of a worker.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

# What one customer's page reads: each table by its leading key column, the customer.
PAGE = ("customers", "recommendations", "similar_customers", "purchases", "basket_lines")

Page: TypeAlias = dict[str, list[dict[str, Any]]]


def main(mode: str, root: str, customers: str, started: str) -> None:
    """Look up every customer once and write one JSON object: the figures, and each page's number of rows by table.

    cold_ms, cold_cpu_ms    wall and processor time from before the start of the process to the end of the first page
    wall_s, p50_ms, p99_ms  sum, median and 99th percentile of the wall time of the pages after it
    cpu_s, cpu_p99_ms       processor time of these; other load on the machine affects it less
    extra_mb                private memory of the process at the end
    """
    ids = json.loads(Path(customers).read_text(encoding="utf-8"))
    look_up = _MODES[mode](Path(root))
    look_up(ids[0])
    cold, cold_cpu = time.time() - float(started), time.process_time()
    took, took_cpu, rows = [], [], []
    for customer in ids:
        start, start_cpu = time.perf_counter(), time.process_time()
        page = look_up(customer)
        took.append(time.perf_counter() - start)
        took_cpu.append(time.process_time() - start_cpu)
        rows.append([len(page[name]) for name in PAGE])
    took.sort()
    took_cpu.sort()
    figures = {
        "cold_ms": cold * 1e3,
        "cold_cpu_ms": cold_cpu * 1e3,
        "p50_ms": took[len(took) // 2] * 1e3,
        "p99_ms": took[len(took) * 99 // 100] * 1e3,
        "cpu_p99_ms": took_cpu[len(took) * 99 // 100] * 1e3,
        "wall_s": sum(took),
        "cpu_s": sum(took_cpu),
        "peak_mb": _mb("status", "VmHWM"),
        "extra_mb": _mb("smaps_rollup", "Private_Clean", "Private_Dirty"),
        "rows": rows,
    }
    sys.stdout.write(json.dumps(figures))


def _mb(file: str, *names: str) -> float:
    text = Path(f"/proc/self/{file}").read_text(encoding="utf-8")
    return sum(int(kb) for kb in re.findall(rf"(?:{'|'.join(names)}):\s+(\d+) kB", text)) / 1024


def _current(root: Path) -> Path:
    return root / (root / "CURRENT").read_text(encoding="utf-8").strip()


def _ours(root: Path) -> Callable[[str], Page]:
    from recsys.artifacts.reader import Reader

    version = Reader(root).current()
    return lambda customer: {name: version.rows(name, customer) for name in PAGE}


def _dataset(root: Path) -> Callable[[str], Page]:
    import pyarrow.dataset as ds

    tables = {name: ds.dataset(_current(root) / f"{name}.parquet") for name in PAGE}
    key = ds.field("customer_id")
    return lambda customer: {
        name: table.to_table(filter=key == customer, use_threads=False).to_pylist() for name, table in tables.items()
    }


def _duckdb(root: Path) -> Callable[[str], Page]:
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    paths = {name: str(_current(root) / f"{name}.parquet") for name in PAGE}

    def look_up(customer: str) -> Page:
        page: Page = {}
        for name, path in paths.items():
            found = connection.execute("SELECT * FROM read_parquet(?) WHERE customer_id = ?", [path, customer])
            names = [column[0] for column in found.description or []]
            page[name] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return page

    return look_up


def _pandas(root: Path) -> Callable[[str], Page]:
    import pandas as pd

    tables = {
        name: pd.read_parquet(_current(root) / f"{name}.parquet").set_index("customer_id", drop=False) for name in PAGE
    }

    def look_up(customer: str) -> Page:
        return {
            name: [
                {str(column): value for column, value in row.items()}
                for row in (table.loc[[customer]] if customer in table.index else table.iloc[:0]).to_dict("records")
            ]
            for name, table in tables.items()
        }

    return look_up


_MODES = {"repertoire": _ours, "pyarrow dataset": _dataset, "duckdb": _duckdb, "pandas .loc": _pandas}


if __name__ == "__main__":
    main(*sys.argv[1:])
