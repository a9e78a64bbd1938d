"""Fills the database of an installation with made-up outcomes of the current version's lists, a year of them.

Straight into SQLite: a million single transactions would take hours. What holds products back is what
`activity/database/outcomes.py` would have written: the newest outcome of a product of a customer.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader

KINDS = ("pitched", "ordered", "snoozed", "not_relevant")
SHARES = (0.4, 0.25, 0.2, 0.15)
DAYS = 365
_SLICE = 50_000
_OUTCOMES = """
INSERT INTO outcomes (key, customer_id, product_id, kind, at, person_id, list, rank, reason, chance, value, version,
    why, note, until, until_order_after, undone_at)
VALUES (:key, :customer, :product, :kind, :at, :person, :list, :rank, 'due_again', .3, 40.0, :version, '', '',
    :until, NULL, NULL)"""
_HELD_BACK = """
INSERT OR REPLACE INTO held_back (customer_id, product_id, outcome_id, kind, until, until_order_after, until_data)
SELECT customer_id, product_id, max(id), kind, until, NULL,
    CASE WHEN kind = 'ordered' THEN date("at", '+1 day') END
FROM outcomes WHERE kind <> 'pitched' GROUP BY customer_id, product_id"""


def fill(state: Path, artifacts: Path, n: int, rep: str = "") -> None:
    """Write n outcomes of random lines of the lists, each by its customer's rep; the same but for today's date.

    rep   whose outcomes are of person 0: of whom the app is while nobody signs in
    """
    database = open_database(Settings(artifacts=artifacts, state=state))
    database.prepare()
    database.close()
    version = Reader(artifacts).current().id
    columns = ["customer_id", "product_id", "list", "rank"]
    lines = pq.read_table(artifacts / version / "recommendations.parquet", columns=columns)
    people = _people(artifacts / version, rep)
    with sqlite3.connect(state / "activity.sqlite") as connection:
        connection.executemany(_OUTCOMES, _made(lines, people, version, n))
        connection.execute(_HELD_BACK)
        connection.execute("ANALYZE")
    connection.close()


def _people(version: Path, first: str) -> dict[str, int]:
    """Return by customer the number of the rep."""
    table = pq.read_table(version / "customers.parquet", columns=["customer_id", "rep"])
    reps: list[Any] = table["rep"].to_pylist()
    number = {rep: at for at, rep in enumerate(sorted(set(reps), key=lambda one: (one != first, one or "")))}
    customers: list[Any] = table["customer_id"].to_pylist()
    return {customer: number[rep] for customer, rep in zip(customers, reps, strict=True)}


def _made(lines: Any, people: dict[str, int], version: str, n: int) -> Iterator[dict[str, Any]]:
    rng, now = np.random.default_rng(11), datetime.now(UTC).replace(tzinfo=None)
    days = 1 + np.sort(rng.random(n))[::-1] * (DAYS - 1)  # nothing of today: its calls are still open
    for begin in range(0, n, _SLICE):
        size = min(_SLICE, n - begin)
        picked = lines.take(rng.integers(lines.num_rows, size=size)).to_pylist()
        kinds = rng.choice(KINDS, size=size, p=SHARES).tolist()
        snoozes = rng.integers(1, 60, size=size).tolist()
        for at, line in enumerate(picked):
            moment = now - timedelta(days=float(days[begin + at]))
            until = (moment + timedelta(snoozes[at])).date().isoformat() if kinds[at] == "snoozed" else None
            yield {
                "key": f"made-up-{begin + at:010}",
                "customer": line["customer_id"],
                "product": line["product_id"],
                "kind": kinds[at],
                "at": moment.isoformat(" "),
                "person": people[line["customer_id"]],
                "list": line["list"],
                "rank": line["rank"],
                "version": version,
                "until": until,
            }
