"""The example of the documents runs as it is printed there."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_example_prints_one_customers_list(tmp_path: Path) -> None:
    clean = make_sample(
        tmp_path / "clean", SampleOptions(date(2026, 10, 30), seed=7, customers=60, products=120), Silent()
    )
    lines = pq.read_table(clean.path("order_lines"), columns=["customer_id"])
    customer = str(lines["customer_id"][-1])  # one with orders
    command = [sys.executable, "-m", "docs.example", str(clean.folder), str(tmp_path / "artifacts"), customer]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    first, *rows = done.stdout.splitlines()
    assert first == f"{clean.rows['order_lines']:,} order lines of 60 customers"
    assert [row.split()[0] for row in rows] == [str(rank) for rank in range(1, len(rows) + 1)]
    assert rows
    assert all(row.endswith(".") for row in rows)  # the reason
