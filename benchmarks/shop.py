"""python -m benchmarks.shop DIR --state DIR: times of the API's answers on the current version in DIR.

Real HTTP on loopback; one worker, kept on the first core, and its clients on the others. First 10,000 customers look
around: some views, a click and a cart each come in as events. Then one client asks on behalf of all of them, one
answer after the other: times by the clock. Then four at once, which wait for nothing: answers a second. In the same
run the server's own floor: the answer of `healthz`, which asks nothing of anybody.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import numpy as np
import pyarrow.parquet as pq

from benchmarks.browser import Answer, Times, p99_of, print_times, served, timed
from dashboard.activity.batches import batches
from recsys.artifacts.reader import Reader
from recsys.schema.segments import RFM_NAMES

FLOOR = "hello: healthz"
SUBJECTS = 10_000  # customers: so many sessions are open at once
CONNECTIONS = 4
EVENTS_AT_ONCE = 500

Request = tuple[str, str, bytes | None]  # method, path, body


class Shop:
    """Makes the requests of 10,000 customers who look around in a shop, each of another one of them."""

    def __init__(self, artifacts: Path, seed: int) -> None:
        reader = Reader(artifacts)
        folder = artifacts / reader.current().id
        reader.close()
        self._rng = np.random.default_rng(seed)
        ids: list[Any] = pq.read_table(folder / "customers.parquet", columns=["customer_id"])[0].to_pylist()
        self._customers = tuple(np.random.default_rng(0).permutation(ids)[:SUBJECTS].tolist())
        products = pq.read_table(folder / "products.parquet", columns=["product_id", "n_baskets"])
        self._products = tuple(products["product_id"].to_pylist())
        self._until = np.cumsum(products["n_baskets"].to_numpy())

    def requests(self) -> Mapping[str, Request]:
        """Return one of each kind."""
        customer = quote(self._one_of(self._customers), safe="")
        product = quote(self._product(), safe="")
        lines = [{"product_id": self._product()} for _ in range(3)]
        body = json.dumps({"customer_id": self._one_of(self._customers), "lines": lines}).encode()
        name = quote(self._one_of(RFM_NAMES))
        return {
            FLOOR: ("GET", "/healthz", None),
            "new": ("GET", f"/customers/{customer}/recommendations?list=new", None),
            "due": ("GET", f"/customers/{customer}/recommendations?list=due", None),
            "of an unknown customer": ("GET", f"/customers/x{customer}/recommendations", None),
            "product": ("GET", f"/products/{product}", None),
            "also bought": ("GET", f"/products/{product}/also-bought", None),
            "substitutes": ("GET", f"/products/{product}/substitutes", None),
            "basket": ("POST", "/baskets/complete", body),
            "bundles": ("GET", "/bundles?limit=20", None),
            "customers of a segment": ("GET", f"/segments/{name}/customers?limit=100", None),
            "version": ("GET", "/versions/current", None),
        }

    def open_sessions(self, client: "Client") -> float:
        """Let each customer look at three products, click on one and put one into the cart; return events a second."""
        kinds = ("view", "view", "view", "click", "cart")
        at = datetime.now(UTC).isoformat()
        events = [
            {"event_id": uuid4().hex, "kind": kind, "at": at, "customer_id": one, "session": f"s{number}"}
            | {"product_id": self._product()}
            for number, one in enumerate(self._customers)
            for kind in kinds
        ]
        started = time.monotonic()
        for batch in batches(events, EVENTS_AT_ONCE):
            body = json.dumps({"events": batch}).encode()
            timed(partial(client.send, ("POST", "/events", body)), time.monotonic)
        return len(events) / (time.monotonic() - started)

    def _product(self) -> str:
        """Return a product: one that is ordered twice as often is looked at twice as often."""
        return str(self._products[int(np.searchsorted(self._until, self._rng.integers(self._until[-1]), "right"))])

    def _one_of(self, values: tuple[str, ...]) -> str:
        return str(values[int(self._rng.integers(len(values)))])


def main() -> None:
    """Print the number, median and 99th percentile of each kind of answer, and how many there were a second."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shop", description=__doc__)
    parser.add_argument("artifacts", type=Path, metavar="DIR")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="is made where it is not there")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settles", type=float, default=60, help="seconds before, in which look-up forms are made")
    asked = parser.parse_args()
    os.environ |= {"REPERTOIRE_WORKERS": "1", "REPERTOIRE_LOG_LEVEL": "error"}
    token = _token(asked.state)
    cores = sorted(os.sched_getaffinity(0))
    with served(asked.artifacts, asked.state) as (port, process):
        time.sleep(asked.settles)
        _keep_on(process, {cores[0]})
        os.sched_setaffinity(0, set(cores[1:]) or {cores[0]})
        client = Client(port, token)
        memory = [_memory_mb(process)]
        opened = Shop(asked.artifacts, 0).open_sessions(client)
        memory.append(_memory_mb(process))
        times = _ask(asked.artifacts, client, asked.seconds, 0)
        memory.append(_memory_mb(process))
        print_times("one client, one answer after the other, by the clock, ms", times)
        _print_all(times)
        with ProcessPoolExecutor(CONNECTIONS) as pool:
            work = partial(_counted, asked.artifacts, port, token, asked.seconds)
            n = sum(pool.map(work, range(1, CONNECTIONS + 1)))
        memory.append(_memory_mb(process))
    sys.stdout.write(
        f"{n / asked.seconds:,.0f} answers a second to {CONNECTIONS} clients; {opened:,.0f} events a second; memory "
        f"{', '.join(f'{one:,.0f}' for one in memory)} MB before, with all sessions, after one client, after all\n"
    )


def _token(state: Path) -> str:
    """Make a token by the command that an admin has, and return it."""
    command = [sys.executable, "-m", "dashboard", "tokens", "add", "Benchmark", "--scopes", "read,events"]
    environ = {**os.environ, "REPERTOIRE_STATE": str(state)}
    command += ["--per-hour", "10000000"]
    done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return done.stdout.split()[-1]


def _keep_on(process: int, cores: set[int]) -> None:
    """Keep the workers of a process, and all their threads, on some cores."""
    for worker in _workers(process):
        for thread in os.listdir(f"/proc/{worker}/task"):
            os.sched_setaffinity(int(thread), cores)


def _print_all(times: Times) -> None:
    answers = [one for kind, taken in times.items() if kind != FLOOR for one in taken]
    floor = times[FLOOR]
    sys.stdout.write(
        f"all {len(answers):,}: median {np.median(answers):.2f} ms, p99 {p99_of(answers):.2f} ms; "
        f"the floor: median {np.median(floor):.2f} ms, p99 {p99_of(floor):.2f} ms\n"
    )


def _ask(artifacts: Path, client: "Client", seconds: float, seed: int, *, with_floor: bool = True) -> Times:
    """Ask each kind in turn, and the floor with them if so."""
    shop, found = Shop(artifacts, seed), defaultdict(list)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for kind, request in shop.requests().items():
            if kind != FLOOR or with_floor:
                found[kind].append(timed(partial(client.send, request), time.monotonic))
    return found


def _counted(artifacts: Path, port: int, token: str, seconds: float, seed: int) -> int:
    times = _ask(artifacts, Client(port, token), seconds, seed, with_floor=False)
    return sum(map(len, times.values()))


class Client:
    """Asks the API by one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, request: Request) -> Answer:
        """Return the status and the number of bytes of an answer."""
        method, path, body = request
        self._connection.request(method, f"/api/v1{path}", body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, len(answer.read())


def _workers(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


def _memory_mb(process: int) -> float:
    """Return what the workers of a process have in memory."""
    statuses = [Path(f"/proc/{one}/status").read_text(encoding="ascii").splitlines() for one in _workers(process)]
    return sum(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")) for lines in statuses)


if __name__ == "__main__":
    main()
