"""python -m benchmarks.marketing DIR: times of the callbacks of the marketers' pages on the current version in DIR.

First one client, in this process: processor time by kind of request, which other load hardly affects; the first answer
of each kind on a version that nobody has asked yet is shown beside the later ones. Then the app as the Procfile serves
it, with several people who pause a second, more or less, between two clicks: time by the clock.
"""

import argparse
import base64
import gc
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.browser import Requests, Times, p99_of, print_times, sent_by, sent_in_process, served, timed
from benchmarks.made_campaigns import fill_campaigns
from recsys.artifacts.reader import Reader
from recsys.schema.segments import RFM_NAMES

HELLO = "hello: a discount"  # the app's smallest callback: what any answer takes, beside its own work
SETTLES_SECONDS = 20.0  # at least, between the start of the app and the first person
WARMED_SECONDS = 240.0  # at most
QUIET_SECONDS = 10  # in a row: between two parts of what is made ready a process may wait for the disk
N_CAMPAIGNS, N_MEMBERS = 20, 5_000
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Subjects:
    """What there is to ask for.

    bundles   keys of bundles that some customers may miss some of
    products  which are in somebody's list of new products
    """

    version: str
    before: str
    bundles: tuple[str, ...]
    products: tuple[str, ...]
    campaigns: tuple[int, ...]


class Marketer(Requests):
    """Makes the requests of a marketer's morning."""

    def __init__(self, dependencies: list[dict[str, Any]], subjects: Subjects, rng: np.random.Generator) -> None:
        super().__init__(dependencies)
        self._subjects, self._rng = subjects, rng
        self._page = {"page-version.data": subjects.version}

    def clicks(self) -> dict[str, dict[str, Any]]:
        """Return by kind the requests of a walk over all pages, each of something else."""
        bundle = self._one_of(self._subjects.bundles)
        discount = {**self._page, "bundles-selected.data": bundle, "value": int(self._rng.integers(1, 50))}
        return {
            HELLO: self.request('"type":"bundle-offer"', discount, {"bundle": bundle}),
            "age of the data, and the bell": self.request("data-chip", self._page),
            **self._segments(),
            **self._bundles(),
            **self._campaigns(),
        }

    def _segments(self) -> dict[str, dict[str, Any]]:
        named, cells = self._one_of(RFM_NAMES), [f"R{self._rng.integers(1, 6)}F{f}" for f in (1, 2, 3)]
        group = str(self._rng.integers(1, 4))

        def chosen(**query: str) -> dict[str, Any]:
            return self.request(
                "segments-body.children", {**self._page, "segments-asked.data": {"query": urlencode(query)}}
            )

        def customers(**query: str) -> dict[str, Any]:
            return self.page("/customers", f"?{urlencode(query)}")

        return {
            "segments page": self.page("/segments"),
            "a segment": chosen(segment=named),
            "cells": chosen(cell=",".join(cells)),
            "groups of k-means": chosen(by="cluster"),
            "a group": chosen(by="cluster", segment=group),
            "moves": chosen(tab="moves"),
            "moves of groups": chosen(tab="moves", by="cluster"),
            "who moved into a segment": chosen(segment=named, moved="in"),
            "retention": chosen(tab="retention"),
            "a segment, its list sorted": self.page(
                "/segments",
                "?" + urlencode({"segment": named, "segments-sort": self._order("revenue", "last", "customer")}),
            ),
            "customers of a segment": customers(rfm=named),
            "customers of a segment, sorted": customers(
                rfm=named, sort=self._order("revenue", "last", "customer", "since")
            ),
            "all customers": customers(),
            "all customers, sorted": customers(sort=self._order("revenue", "last", "customer", "change", "new")),
            "all customers, some found": customers(find=f"customer {self._rng.integers(1, 1000)}"),
        }

    def _bundles(self) -> dict[str, dict[str, Any]]:
        group, name = self._group()
        controls = {"segment": f"{group}:{name}" if name else "*", "lift": 1.5, "hide": ["hide"]}
        values = {**self._page, **{f"bundles-{control}.value": value for control, value in controls.items()}}
        selected = {**values, "bundles-selected.data": self._one_of(self._subjects.bundles), "bundles-who.data": ""}
        other = f"rfm:{self._one_of(RFM_NAMES)}"
        asked = {"group": group, "segment": name} if name else {}
        return {
            "bundles page": self.page("/bundles", f"?{urlencode(asked)}"),
            "bundles of others": self.request("bundles-rows.data", {**values, "bundles-of.data": "other"}),
            "bundles, another least lift": self.request(
                "bundles-rows.data",
                {
                    **values,
                    "bundles-lift.value": float(self._rng.integers(2, 20)),
                    "bundles-of.data": controls["segment"],
                },
            ),
            "their chart": self.request("bundles-marks.data", selected),
            "a bundle": self.request("bundles-gap.children", selected),
            "two groups side by side": self.request(
                "bundles-comparison.children", {**values, "bundles-compare.value": other}
            ),
        }

    def _campaigns(self) -> dict[str, dict[str, Any]]:
        bundle, number = self._one_of(self._subjects.bundles), self._one_of(self._subjects.campaigns)
        ways = {
            "of a segment": {"from": "segment", "rfm": self._one_of(RFM_NAMES)},
            "of a bundle": {"from": "bundle", "bundle": bundle},
            "of a product": {"from": "product", "product": self._one_of(self._subjects.products)},
            "of who moved": {"from": "moved", "rfm": self._one_of(RFM_NAMES), "since": self._subjects.before},
        }
        pages = {f"new campaign {name}": self.page("/campaigns/new", f"?{urlencode(of)}") for name, of in ways.items()}
        drawn = {f"draw {name}": self._draw(of) for name, of in ways.items()}
        return {"campaigns": self.page("/campaigns"), **pages, **drawn, "a campaign": self.page(f"/campaigns/{number}")}

    def imported(self) -> dict[str, Any]:
        """Return an import of one event of a campaign: what is kept of all campaigns has to be made anew."""
        number = self._one_of(self._subjects.campaigns)
        rows = f"event_id,reference,kind,at\n{self._rng.integers(2**62)},nothing-such,opened,2025-12-30T08:00:00Z\n"
        content = base64.b64encode(rows.encode()).decode()
        values = {
            **self._page,
            "campaign-upload.contents": f"data:text/csv;base64,{content}",
            "campaign-upload.filename": "events.csv",
            "campaign-number.data": number,
        }
        return self.request("campaign-body.children", values, changed="campaign-upload.contents")

    def _draw(self, of: dict[str, str]) -> dict[str, Any]:
        fields = {"size": str(self._rng.integers(1, 50) * 100), "held": str(self._rng.integers(5, 40)), "days": "28"}
        fields |= {
            "rest": str(self._rng.integers(0, 60)),
            "seed": str(self._rng.integers(10_000)),
            "price": "",
            "discount": "",
        }
        values = {f"campaign-{name}.value": value for name, value in fields.items()}
        return self.request(
            "campaign-preview.children", {**self._page, **values, "campaign-source.data": urlencode(of)}
        )

    def _group(self) -> tuple[str, str]:
        groups = (
            ("all", ""),
            ("segment", f"Segment {self._rng.integers(12)}"),
            ("region", f"Region {self._rng.integers(7)}"),
        )
        chosen: tuple[str, str] = self._one_of((*groups, ("rfm", self._one_of(RFM_NAMES))))
        return chosen

    def _order(self, *columns: str) -> str:
        return f"{self._one_of(columns)}.{self._one_of(('asc', 'desc'))}"

    def _one_of(self, values: Any) -> Any:
        return values[int(self._rng.integers(len(values)))]


def main() -> None:
    """Print the number, median and 99th percentile of each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marketing", description=__doc__)
    parser.add_argument("artifacts", type=Path, metavar="DIR")
    parser.add_argument("--walks", type=int, default=20, help="over all pages, of the one client (20)")
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=120, help="of the people (120)")
    parser.add_argument("--imports", type=int, default=0, help="of events meanwhile, evenly spread (0)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        numbers = fill_campaigns(state, arguments.artifacts, N_CAMPAIGNS, N_MEMBERS)
        subjects = subjects_of(arguments.artifacts, numbers)
        if arguments.walks:
            one_client(arguments.artifacts, state, subjects, arguments.walks)
        if arguments.people:
            many_people(arguments.artifacts, state, subjects, arguments)


def subjects_of(artifacts: Path, campaigns: tuple[int, ...]) -> Subjects:
    """Return some bundles and products of the current version, in a random order, the same each time."""
    reader = Reader(artifacts)
    version = reader.current().id
    folder, rng = artifacts / version, np.random.default_rng(3)
    keys: list[Any] = pq.read_table(folder / "bundles.parquet", columns=["bundle_key"])[0].to_pylist()
    offered: list[Any] = pc.unique(pq.read_table(folder / "prospects.parquet", columns=["product_id"])[0]).to_pylist()
    before = reader.kept()[1]
    reader.close()
    bundles, products = (tuple(rng.permutation(sorted(each))[:500].tolist()) for each in (keys, offered))
    return Subjects(version, before, bundles, products, campaigns)


# ---- one client ----


def one_client(artifacts: Path, state: Path, subjects: Subjects, n: int) -> None:
    """Print the milliseconds of processor time of the first answer of each kind, and of n later ones."""
    from dashboard.factory import create_app
    from dashboard.settings import Settings

    began, began_memory = time.process_time(), _memory_mb("self")
    app = create_app(Settings(artifacts=artifacts, state=state, log_level="error"))
    client = app.server.test_client()
    send = sent_in_process(client)
    marketer = Marketer(client.get("/_dash-dependencies").json, subjects, np.random.default_rng(5))
    _wait_until_quiet(lambda: time.process_time())
    gc.collect()
    gc.freeze()  # as the workers do
    _say(f"started in {time.process_time() - began:.1f} s of processor time")
    memory = [began_memory, _memory_mb("self")]
    first = {kind: [timed(partial(send, one), time.process_time)] for kind, one in marketer.clicks().items()}
    memory.append(_memory_mb("self"))
    times: Times = defaultdict(list)
    for _ in range(n):
        for kind, one in marketer.clicks().items():
            times[kind].append(timed(partial(send, one), time.process_time))
    memory.append(_memory_mb("self"))
    print_times("One client, first answers, processor time, ms", first)
    print_times("One client, processor time, ms", times)
    send(marketer.imported())
    after = marketer.clicks()
    kinds = ("campaigns", "a campaign")
    print_times("After an import", {kind: [timed(partial(send, after[kind]), time.process_time)] for kind in kinds})
    _say(f"memory: {', '.join(f'{each:,.0f}' for each in memory)} MB before the start, started, first answers, all")


def _wait_until_quiet(processor_seconds: Callable[[], float]) -> None:
    """Wait until what is made of a new version in the background is there."""
    until, quiet = time.monotonic() + WARMED_SECONDS, 0
    time.sleep(3)
    while time.monotonic() < until and quiet < QUIET_SECONDS:
        before = processor_seconds()
        time.sleep(1)
        quiet = quiet + 1 if processor_seconds() - before < 0.2 else 0


# ---- many people ----


def many_people(artifacts: Path, state: Path, subjects: Subjects, asked: argparse.Namespace) -> None:
    """Print the milliseconds by the clock of the answers to so many people, all of them, and how many times HELLO."""
    times: Times = defaultdict(list)
    with served(artifacts, state) as (port, process), ThreadPoolExecutor(asked.people + 1) as pool:
        time.sleep(SETTLES_SECONDS)
        _wait_until_quiet(lambda: _processor_seconds(process))
        _say(f"memory of the workers: {_workers_mb(process)} MB")
        began = _processor_seconds(process)
        until = time.monotonic() + asked.seconds
        people = [pool.submit(_work, port, subjects, at, until) for at in range(asked.people)]
        importing = pool.submit(_import, port, subjects, asked.imports, until)
        for person in people:
            for kind, taken in person.result():
                times[kind].append(taken)
        importing.result()
        used = _processor_seconds(process) - began
        _say(f"memory of the workers: {_workers_mb(process)} MB, processor {used / asked.seconds:.0%} of one core")
    print_times(f"{asked.people} people, by the clock, ms", dict(sorted(times.items())))
    everything = [one for taken in times.values() for one in taken]
    hello = times[HELLO]
    medians, ends = (np.median(everything), np.median(hello)), (p99_of(everything), p99_of(hello))
    _say(f"all, times hello: median {medians[0] / medians[1]:.1f}, p99 {ends[0] / ends[1]:.1f}; p99 {ends[0]:.0f} ms")


def _work(port: int, subjects: Subjects, seed: int, until: float) -> list[tuple[str, float]]:
    rng = np.random.default_rng(seed)
    connection, marketer = _connected(port, subjects, rng)
    done: list[tuple[str, float]] = []
    time.sleep(rng.random() * PAUSE_SECONDS)
    while True:
        clicks = list(marketer.clicks().items())
        for at in rng.permutation(len(clicks)).tolist():
            if time.monotonic() > until:
                return done
            kind, request = clicks[at]
            done.append((kind, timed(partial(sent_by(connection), request), time.monotonic)))
            time.sleep(PAUSE_SECONDS * (0.5 + rng.random()))


def _import(port: int, subjects: Subjects, n: int, until: float) -> None:
    """Import n events, evenly spread until a moment."""
    connection, marketer = _connected(port, subjects, np.random.default_rng(99))
    pause = (until - time.monotonic()) / (n + 1)
    for _ in range(n):
        time.sleep(pause)
        timed(partial(sent_by(connection), marketer.imported()), time.monotonic)


def _connected(port: int, subjects: Subjects, rng: np.random.Generator) -> tuple[HTTPConnection, Marketer]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/_dash-dependencies")
    return connection, Marketer(json.loads(connection.getresponse().read()), subjects, rng)


# ---- processes ----


def _workers(process: int) -> Iterator[int]:
    yield from map(int, Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split())


def _workers_mb(process: int) -> str:
    return ", ".join(f"{_memory_mb(str(one)):,.0f}" for one in _workers(process))


def _memory_mb(process: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _processor_seconds(process: int) -> float:
    stats = [
        Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(") ")[2].split() for one in _workers(process)
    ]
    return sum(int(one[11]) + int(one[12]) for one in stats) / 100


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
