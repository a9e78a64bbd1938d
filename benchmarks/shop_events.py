"""python -m benchmarks.shop_events: events of the shop that are checked and saved in a second, each commit on disk.

Processes that begin together save batches of events that nobody knows yet. In the same run the floor: the driver's own
executemany of rows that are ready, without a check, into the same table. With --redis URL consumers read as many from a
stream; with --artifacts DIR clients send them to `POST events` of the app as the Procfile serves it, on its current
version. REPERTOIRE_DATABASE names PostgreSQL; without it each is a new SQLite file.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow.parquet as pq
from redis import Redis
from sqlalchemy import text

from benchmarks.browser import ROOT, served
from dashboard.access.people_changes import By
from dashboard.access.token_changes import WantedToken, make_token
from dashboard.access.tokens import MOST_PER_HOUR
from dashboard.activity.batches import batches
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.target import Target
from dashboard.activity.shop_records import ShopEvent
from dashboard.settings import Settings, load_settings
from dashboard.shop.events import checked, take
from recsys.artifacts.reader import Reader

BEGIN_SECONDS = 3.0  # until all processes are ready
STREAM, GROUP = "benchmark", "benchmark"
PIPED = 1_000  # events that are added to the stream at once
NAMES = (*ShopEvent._fields, "received_at")
OURS = "checked and saved"


@dataclass(frozen=True)
class Load:
    """What each process does: so many events, so many at once."""

    n: int
    batch: int
    product_ids: Sequence[str] = ("P1", "P2", "P3")

    def events(self, seed: int) -> list[dict[str, Any]]:
        """Return events that nobody knows."""
        now = datetime.now(UTC).isoformat()
        return [
            {
                "event_id": uuid4().hex,
                "kind": "view",
                "at": now,
                "customer_id": f"C{(seed + place) % 5_000}",
                "session": f"S{place % 700}",
                "product_id": self.product_ids[place % len(self.product_ids)],
                "list": "new",
                "arm": "a",
            }
            for place in range(self.n)
        ]


def main() -> None:
    """Print the rates, and the floor's over ours."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shop_events", description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--events", type=int, default=50_000, help="of all processes together (50000)")
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--redis", metavar="URL", help="a server whose stream `benchmark` is made anew")
    parser.add_argument("--artifacts", type=Path, metavar="DIR")
    asked = parser.parse_args()
    load = Load(asked.events // asked.processes, asked.batch)
    with tempfile.TemporaryDirectory(prefix="repertoire-benchmark-") as folder:
        settings = load_settings({"REPERTOIRE_STATE": folder, **os.environ})
        database = open_database(settings)
        database.prepare()
        _compare(database, settings, load, asked.processes)
        if asked.redis:
            _print("through Redis", _consumed(database, settings, load, asked.processes, asked.redis), database)
        if asked.artifacts:
            _print("POST events", _posted(database, settings, load, asked.processes, asked.artifacts), database)
        database.close()


def _compare(database: Database, settings: Settings, load: Load, n_processes: int) -> None:
    floor = _together(partial(_bare, database.target, load), n_processes) / (load.n * n_processes)
    _empty(database)
    ours = _together(partial(_saved, settings, load), n_processes) / (load.n * n_processes)
    sys.stdout.write(
        f"{database.target.kind}, {n_processes} processes, {load.n * n_processes:,} events, {load.batch} at once: "
        f"{OURS} {1 / ours:,.0f} a second; bare executemany {1 / floor:,.0f}, {ours / floor:.1f} times as many\n"
    )
    _check(database, load.n * n_processes)


def _print(what: str, rate: float, database: Database) -> None:
    sys.stdout.write(f"{database.target.kind}: {what} {rate:,.0f} a second\n")


def _together(work: Callable[[int, float], float], n_processes: int) -> float:
    """Return the seconds from the begin of several processes to the end of the last one.

    work    takes the number of the process and when it begins, and returns when it has ended
    """
    begin = time.monotonic() + BEGIN_SECONDS  # of the machine, the same in all processes
    with ProcessPoolExecutor(n_processes) as pool:
        return max(pool.map(work, range(n_processes), [begin] * n_processes)) - begin


# ---- the ways ----


def _saved(settings: Settings, load: Load, seed: int, begin: float) -> float:
    database = open_database(settings)
    parts = list(batches(load.events(seed), load.batch))
    _count(database)  # connected and prepared
    _wait_for(begin)
    for part in parts:
        take(database, part, datetime.now(UTC))
    ended = time.monotonic()
    database.close()
    return ended


def _bare(target: Target, load: Load, seed: int, begin: float) -> float:
    now = datetime.now(UTC)
    rows: list[tuple[Any, ...]] = [(*checked(one, now, lambda _: True), now) for one in load.events(seed)]
    sign = "%s" if target.file is None else "?"
    names = ", ".join(f'"{name}"' for name in NAMES)
    into = f"INSERT INTO shop_events ({names}) VALUES ({', '.join([sign] * len(NAMES))}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    connection: Any = _connected(target)
    if target.file is not None:
        rows = [tuple(one.isoformat(" ") if isinstance(one, datetime) else one for one in row) for row in rows]
    _wait_for(begin)
    for part in batches(rows, load.batch):
        cursor = connection.cursor()
        if target.file is not None:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(into, part)
        connection.commit()
    ended = time.monotonic()
    connection.close()
    return ended


def _connected(target: Target) -> Any:
    if target.file is None:
        return psycopg.connect(target.url.set(drivername="postgresql").render_as_string(hide_password=False))
    connection = sqlite3.connect(target.file, timeout=60, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _consumed(database: Database, settings: Settings, load: Load, n_processes: int, url: str) -> float:
    """Return how many events a second consumers save, from when the first is there to when the last is."""
    _empty(database)
    n = load.n * n_processes
    with Redis.from_url(url) as client:
        client.delete(STREAM)
        for part in batches(Load(n, load.batch).events(0), PIPED):
            with client.pipeline() as steps:
                for one in part:
                    steps.xadd(STREAM, {"event": json.dumps(one)})
                steps.execute()
    command = [sys.executable, "-m", "dashboard", "consume-events", "--redis", url, "--stream", STREAM]
    environment = {
        **os.environ,
        "REPERTOIRE_STATE": str(settings.state),
        "REPERTOIRE_ARTIFACTS": str(settings.state / "none"),
    }
    consumers = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [*command, "--group", GROUP, "--consumer", f"c{number}"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        for number in range(n_processes)
    ]
    try:
        n_first = _wait_until(lambda: _count(database))
        begin = time.monotonic()
        _wait_until(lambda: _count(database) >= n)
        return (n - n_first) / (time.monotonic() - begin)
    finally:
        for consumer in consumers:
            consumer.terminate()
            consumer.wait(60)


def _posted(database: Database, settings: Settings, load: Load, n_processes: int, artifacts: Path) -> float:
    """Return how many events a second the app saves, of clients that wait for nothing."""
    _empty(database)
    with database.write() as at:
        made = make_token(
            at,
            WantedToken("Benchmark", ["events"], None, MOST_PER_HOUR),
            By(None, "benchmark", datetime.now(UTC)),
        )
    reader = Reader(artifacts)
    table = pq.read_table(artifacts / reader.current().id / "products.parquet", columns=["product_id"])
    reader.close()
    known = Load(load.n, load.batch, tuple(map(str, table[0].to_pylist())))
    with served(artifacts, settings.state) as (port, _):
        warm = Load(load.batch, load.batch, known.product_ids)
        _together(partial(_sent, port, made.text, warm), 4 * n_processes)  # each worker has opened the version
        before = _count(database)
        rate = known.n * n_processes / _together(partial(_sent, port, made.text, known), n_processes)
    _check(database, before + known.n * n_processes)
    return rate


def _sent(port: int, token: str, load: Load, seed: int, begin: float) -> float:
    bodies = [json.dumps({"events": part}).encode() for part in batches(load.events(seed), load.batch)]
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    _wait_for(begin)
    for body in bodies:
        connection.request("POST", "/api/v1/events", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the app answered {answer.status}: {said[:300]!r}")
    return time.monotonic()


# ---- the database ----


def _count(database: Database) -> int:
    with database.read() as at:
        return int(at.execute(text("SELECT count(*) FROM shop_events")).scalar_one())


def _empty(database: Database) -> None:
    with database.write() as at:
        at.execute(text("DELETE FROM shop_events"))


def _check(database: Database, n: int) -> None:
    if (found := _count(database)) != n:
        sys.exit(f"{found:,} events are in the database; there should be {n:,}")


def _wait_for(begin: float) -> None:
    time.sleep(max(0.0, begin - time.monotonic()))


def _wait_until(holds: Callable[[], int], seconds: float = 300.0) -> int:
    """Wait until something is above 0, and return it. Raises RuntimeError when the time is up."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise RuntimeError(f"nothing came of it within {seconds:g} s")
        time.sleep(0.02)
    return found


if __name__ == "__main__":
    main()
