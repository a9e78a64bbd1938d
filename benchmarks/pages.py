"""python -m benchmarks.pages DIR: times of the app's requests on the current version in DIR.

First one client, in this process: processor time by kind of request, which other load hardly affects.
Then the app as the Procfile serves it, with several reps who pause a second between two actions: wall time.
"""

import argparse
import gc
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.browser import ADDRESS, Requests, Times, print_times, sent_by, sent_in_process, served, timed
from benchmarks.outcomes import fill
from recsys.artifacts.reader import Reader

SUBJECTS = 2_000  # customers, at most
WARM_UP = 20  # first requests of a kind, not counted: they fill caches
PAUSE_SECONDS = 1.0
DAYS_PDF = "PDF of the day's calls"  # once a day: not among what reps do all the time


@dataclass(frozen=True)
class Subjects:
    """The customers and products to request.

    lines           by customer, list and rank of each recommendation
    offered         by customer the products of these
    bought, buyers  by customer the products bought, by product the customers who bought it
    """

    version: str
    customers: tuple[str, ...]
    lines: Mapping[str, tuple[tuple[str, int], ...]]
    offered: Mapping[str, list[str]]
    names: Mapping[str, str]
    bought: Mapping[str, list[str]]
    products: tuple[str, ...]
    buyers: Mapping[str, list[str]]


def main() -> None:
    """Print the number, median and 99th percentile of each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("artifacts", type=Path, metavar="DIR")
    parser.add_argument("--customers", type=int, default=300, help="looked at by the one client (300)")
    parser.add_argument("--outcomes", type=int, default=0, help="of a year, made up (0)")
    parser.add_argument("--rep", default="", help="whose customers alone the one client sees")
    parser.add_argument("--reps", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=30, help="of the reps (30)")
    arguments = parser.parse_args()
    subjects = subjects_of(arguments.artifacts, arguments.rep)
    with tempfile.TemporaryDirectory() as state:
        if arguments.outcomes:
            fill(Path(state), arguments.artifacts, arguments.outcomes, arguments.rep)
        times = one_client(arguments.artifacts, subjects, arguments.customers, Path(state), arguments.rep)
    print_times("One client, processor time, ms", times)
    if arguments.reps:
        print_times(
            f"{arguments.reps} reps, wall time, ms",
            many_reps(arguments.artifacts, subjects, arguments.reps, arguments.seconds),
        )


def subjects_of(artifacts: Path, rep: str = "") -> Subjects:
    """Return some customers and products of the current version, in a random order, the same each time.

    rep     whose customers alone; empty: everybody's
    """
    version = Reader(artifacts).current().id
    folder, rng = artifacts / version, np.random.default_rng(3)
    known = pq.read_table(folder / "customers.parquet", columns=["customer_id", "name", "rep"]).to_pylist()
    names = {row["customer_id"]: row["name"] for row in known if rep in ("", row["rep"])}
    of_these = pc.field("customer_id").isin(rng.permutation(sorted(names))[:SUBJECTS].tolist())
    columns = ["customer_id", "list", "rank", "product_id"]
    lines: dict[str, list[tuple[str, int]]] = defaultdict(list)
    offered: dict[str, list[str]] = defaultdict(list)
    for row in pq.read_table(folder / "recommendations.parquet", columns=columns, filters=of_these).to_pylist():
        lines[row["customer_id"]].append((row["list"], row["rank"]))
        offered[row["customer_id"]].append(row["product_id"])
    bought, buyers = defaultdict(list), defaultdict(list)
    columns = ["customer_id", "product_id"]
    for row in pq.read_table(folder / "purchases.parquet", columns=columns, filters=of_these).to_pylist():
        bought[row["customer_id"]].append(row["product_id"])
        buyers[row["product_id"]].append(row["customer_id"])
    customers, products = rng.permutation(sorted(lines)).tolist(), rng.permutation(sorted(buyers)).tolist()
    each = {who: tuple(all_of) for who, all_of in lines.items()}
    return Subjects(version, tuple(customers), each, offered, names, bought, tuple(products), buyers)


# ---- requests of a browser ----


class Browser(Requests):
    """Makes the requests of a page from Dash's list of callbacks."""

    def __init__(self, dependencies: list[dict[str, Any]], subjects: Subjects, rng: np.random.Generator) -> None:
        super().__init__(dependencies)
        self._subjects, self._rng = subjects, rng

    def actions(self, customer: str) -> dict[str, dict[str, Any]]:
        """Return by kind the requests of a visit to a customer's page, a product's page and others."""
        lines = self._subjects.lines[customer]
        list_name, rank = lines[self._rng.integers(len(lines))]
        line = {"list": list_name, "rank": rank}
        page = {"page-version.data": self._subjects.version, "page-customer.data": customer, "n_clicks": 1}
        typed = {"text": self._subjects.names[customer][:6], "recent": []}
        return {
            "customer page": self.page(f"/customers/{customer}"),
            "evidence of a reason": self.request('"type":"proof"', {**page, "id": {"type": "reason", **line}}, line),
            "CSV of a list": self.request(
                '"type":"csv-file"', {**page, "id": {"type": "csv", "list": list_name}}, line
            ),
            "CSV of what they buy": self.table("buys", {**page, "data": {"keys": self._subjects.bought[customer]}}),
            "search": self.request(
                "search-answers",
                {**page, "pathname": "/", "data": typed, "id": {"type": "search-asked", "place": "top"}},
                {"place": "top"},
            ),
            "age of the data": self.request("data-chip", page),
            **self._call_actions(customer, page),
            **self._product_actions(self._subjects.products[self._rng.integers(len(self._subjects.products))]),
        }

    def _call_actions(self, customer: str, page: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the requests of a call: the list, a drawer, what came of it, taken back, one's results."""
        product = self._subjects.offered[customer][0]
        key = f"{self._rng.integers(2**62):032x}"
        said = {"do": "record", "kind": "snoozed", "on": "", "key": key, "customer": customer, "product": product}
        asked = {**page, "calls-filters.data": {}}
        return {
            "call list": self.page("/"),
            "drawer of a call": self.request("drawer.children", {**page, "call-asked.data": {"customer": customer}}),
            "outcome in the call list": self.request("call-outcome.data", {**asked, "call-outcome-asked.data": said}),
            "undo": self.request("call-outcome.data", {**asked, "call-outcome-asked.data": {"do": "undo"}}),
            "call sheet": {ADDRESS: f"/customers/{customer}/call-sheet.pdf"},
            DAYS_PDF: {ADDRESS: "/calls.pdf"},
            "all customers": self.page("/customers"),
            "alerts": self.page("/alerts"),
            "preview of a rule": self.request("alert-preview.children", {**page, **self._typed_rule()}),
            "my results": self.page("/results"),
            "past orders": self.page(f"/customers/{customer}/orders"),
            "ten lines into the basket": self.request("basket.children", {**page, **self._ten_lines(key)}),
            "a line of a list into it": self.request("basket.children", {**page, **_one_line(key, product)}),
        }

    def _typed_rule(self) -> dict[str, Any]:
        """Return what is typed into the rule for lost products: another number of days each time."""
        days = str(self._rng.integers(22, 90))
        return {"alert-preview-asked.data": {"kind": "lost", "bounds": {"days": days}}}

    def _ten_lines(self, key: str) -> dict[str, Any]:
        """Return what is pasted into a basket: eight products, and two lines that are none."""
        known = self._rng.choice(self._subjects.products, 8, replace=False)
        lines = [f"{product} {quantity}" for product, quantity in zip(known, range(2, 10), strict=True)]
        text = "\n".join([*lines, "nothing such 2", "999999999 1"])
        asked = {"do": "add", "key": key, "text": text, "quantity": "1", "open": True}
        return {"basket-unknown.data": [], "basket-asked.data": asked}

    def chosen(self, rep: str) -> dict[str, Any]:
        """Return the request by which the shell narrows what is seen to a rep's customers."""
        request = self.request("rep-chosen.data", {})
        choice = {"id": {"type": "rep", "place": "side"}, "property": "value", "value": rep}
        return request | {"inputs": [[choice]], "changedPropIds": ['{"place":"side","type":"rep"}.value']}

    def _product_actions(self, product: str) -> dict[str, dict[str, Any]]:
        page = {"page-version.data": self._subjects.version, "page-product.data": product, "n_clicks": 1}
        also, months = {"part": "also"}, [f"{year}-{month:02}-01" for year in (2025, 2026) for month in range(1, 13)]
        return {
            "product page": self.page(f"/products/{product}"),
            "CSV of who bought it": self.table("buyers", {**page, "data": {"keys": self._subjects.buyers[product]}}),
            "CSV of its months": self.table("units", {**page, "data": {"keys": months}}),
            "CSV of what goes with it": self.request(
                '"product-csv-file"', {**page, "id": {"type": "product-csv", **also}}, also
            ),
            "bundles page": self.page("/bundles"),
            "a bundle selected": self.request(
                "bundles-gap.children", {**page, "bundles-selected.data": f"/{self._rng.integers(1, 30)}"}
            ),
        }


def _one_line(key: str, product: str) -> dict[str, Any]:
    """Return what a click on a line of a list puts into the basket while its card is closed."""
    asked = {"do": "put", "key": f"{key}-1", "product": product, "quantity": "2", "open": False}
    return {"basket-unknown.data": [], "basket-asked.data": asked}


# ---- one client ----


def one_client(artifacts: Path, subjects: Subjects, n: int, state: Path, rep: str = "") -> Times:
    """Return the milliseconds of processor time of n requests by kind; answers are compressed as for a browser."""
    from dashboard.factory import create_app
    from dashboard.settings import Settings

    app = create_app(Settings(artifacts=artifacts, state=state, log_level="error"))
    gc.collect()
    gc.freeze()  # as the workers do
    client = app.server.test_client()
    browser = Browser(client.get("/_dash-dependencies").json, subjects, np.random.default_rng(5))

    send = sent_in_process(client)
    if rep:
        send(browser.chosen(rep))
    times: Times = defaultdict(list)
    for customer in subjects.customers[: n + WARM_UP]:
        for kind, request in browser.actions(customer).items():
            times[kind].append(timed(partial(send, request), time.process_time))
    return {kind: taken[WARM_UP:] for kind, taken in times.items()}


# ---- many reps ----


def many_reps(artifacts: Path, subjects: Subjects, n: int, seconds: float) -> Times:
    """Return by kind the milliseconds of wall time of n reps' requests; the first five seconds are not counted."""
    times: Times = defaultdict(list)
    with served(artifacts) as (port, _), ThreadPoolExecutor(n) as pool:
        began = time.monotonic()
        reps = [pool.submit(_work, port, subjects, at, began + seconds) for at in range(n)]
        for rep in reps:
            for at, kind, taken in rep.result():
                if at > began + min(5, seconds / 2):
                    times[kind].append(taken)
    return times


def _work(port: int, subjects: Subjects, seed: int, until: float) -> list[tuple[float, str, float]]:
    rng = np.random.default_rng(seed)
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/_dash-dependencies")
    browser = Browser(json.loads(connection.getresponse().read()), subjects, rng)

    send = sent_by(connection)
    done: list[tuple[float, str, float]] = []
    time.sleep(rng.random() * PAUSE_SECONDS)
    while True:
        customer = subjects.customers[rng.integers(len(subjects.customers))]
        for kind, request in browser.actions(customer).items():
            if time.monotonic() > until:
                return done
            if kind == DAYS_PDF:
                continue
            done.append((time.monotonic(), kind, timed(partial(send, request), time.monotonic)))
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
