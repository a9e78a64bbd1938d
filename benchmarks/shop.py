"""python -m benchmarks.shop DIR: times of the API's answers on the current version in DIR.

First one client, in this process: processor time by resource, which other load hardly affects. Then real HTTP on
loopback, one worker, several connections that wait for nothing: times by the clock, and how many answers a second. In
the same run the server's own floor: the answer of `healthz`, which asks nothing of anybody.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow.parquet as pq

from benchmarks.browser import Answer, Times, p99_of, print_times, served, timed
from recsys.artifacts.reader import Reader
from recsys.schema.segments import RFM_NAMES

FLOOR = "hello: healthz"
SUBJECTS = 10_000  # customers: so many sessions are open at once
CONNECTIONS = 4
SETTLES_SECONDS = 30.0

Request = tuple[str, str, bytes | None]  # method, path, body


class Shop:
    """Makes the requests of customers who look around in a shop, each of somebody and something else."""

    def __init__(self, artifacts: Path, seed: int) -> None:
        reader = Reader(artifacts)
        folder = artifacts / reader.current().id
        reader.close()
        self._rng = np.random.default_rng(seed)
        self._customers = self._some(folder / "customers.parquet", "customer_id")
        self._products = self._some(folder / "products.parquet", "product_id")

    def requests(self) -> Mapping[str, Request]:
        """Return one of each kind."""
        customer = quote(self._one_of(self._customers), safe="")
        product = quote(self._one_of(self._products), safe="")
        lines = [{"product_id": self._one_of(self._products)} for _ in range(3)]
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

    def _some(self, path: Path, column: str) -> tuple[str, ...]:
        ids: list[Any] = pq.read_table(path, columns=[column])[0].to_pylist()
        return tuple(self._rng.permutation(ids)[:SUBJECTS].tolist())

    def _one_of(self, values: tuple[str, ...]) -> str:
        return str(values[int(self._rng.integers(len(values)))])


def main() -> None:
    """Print the number, median and 99th percentile of each kind of answer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shop", description=__doc__)
    parser.add_argument("artifacts", type=Path, metavar="DIR")
    parser.add_argument("--token", required=True, help="of the API, with the scope `read`")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="the folder that the token is in")
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    with served(asked.artifacts, asked.state) as (port, process):
        time.sleep(SETTLES_SECONDS)
        before = _memory_mb(process)
        with ProcessPoolExecutor(CONNECTIONS) as pool:
            work = partial(_ask, asked.artifacts, port, asked.token, asked.seconds)
            times: Times = defaultdict(list)
            for found in pool.map(work, range(CONNECTIONS)):
                for kind, taken in found.items():
                    times[kind] += taken
        print_times(f"{CONNECTIONS} connections that wait for nothing, by the clock, ms", times)
        answers = sum(len(taken) for kind, taken in times.items() if kind != FLOOR)
        floor = times[FLOOR]
        sys.stdout.write(
            f"{answers / asked.seconds:,.0f} answers a second; the floor: median {np.median(floor):.1f} ms, "
            f"p99 {p99_of(floor):.1f} ms; memory {before:,.0f} MB before, {_memory_mb(process):,.0f} MB after\n"
        )


def _ask(artifacts: Path, port: int, token: str, seconds: float, seed: int) -> dict[str, list[float]]:
    shop, connection = Shop(artifacts, seed), HTTPConnection("127.0.0.1", port, timeout=60)
    found: dict[str, list[float]] = defaultdict(list)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for kind, request in shop.requests().items():
            found[kind].append(timed(partial(_sent, connection, token, request), time.monotonic))
    return found


def _sent(connection: HTTPConnection, token: str, request: Request) -> Answer:
    method, path, body = request
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, f"/api/v1{path}", body, headers)
    answer = connection.getresponse()
    return answer.status, len(answer.read())


def _memory_mb(process: int) -> float:
    """Return what the workers of a process have in memory."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    statuses = [Path(f"/proc/{one}/status").read_text(encoding="ascii").splitlines() for one in children]
    return sum(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")) for lines in statuses)


if __name__ == "__main__":
    main()
