"""Callbacks and addresses with whatever may come: wrong forms are answered 400, nothing is answered 500.

Bodies are made of the app's own map of callbacks: most have the right form and odd values, the others are damaged.
"""

import json
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from dash import Dash
from werkzeug.test import TestResponse

from tests.soak.result import Result
from tests.support.screens import UPDATE, Caller, server_callbacks

MARK = "must-not-be-logged"
PATHS = ("/", "/customers", "/customers/CAFE1", "/products", "/products/P1", "/bundles", "/model", "/people", "/audit")
NAMES = (
    "baskets", "support", "confidence", "lift", "size", "segment", "category", "hide", "selected", "sort",
    "find", "open", "list", "all", "person", "request", "before", "by", "what", "of", "last", "came",
    "revenue", "name", "text", "recent", "keys", "filter", "at", "points", "customers-sort", "products-where",
    "page", "context",
)  # fmt: skip
TEXTS = (
    "",
    "x",
    "CAFE1",
    "P1",
    "P1,P2",
    "/P1/P2",
    "new",
    "usual",
    f"/customers/{MARK}",
    f"?{MARK}=1",
    "name.asc",
    ">5",
    "5..9",
    "*oat*",
    "2020-01-01-000000",
    "1e30",
    "1e300",
    "-5",
    "0",
    "NaN",
    "\u202e<script>alert(1)</script>",
    "é" * 2000,
    "%00",
    "person:1",
    "request:9",
    '{"name":{"filterType":"text","type":"contains","filter":"a"}}',
    "../../etc/passwd",
    "2026-02-31",
    "9" * 400,
)
NUMBERS = (0, 1, 2, -1, 0.5, -0.0, 1e30, 1e300, -1e300, 2**53, 5e-324)
RAW = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"output": NaN}',
    b'{"output": "a.b", "inputs": [1e999]}',
    b'{"output": "\\ud800"}',
    b'{"output": ' + b"9" * 5000 + b"}",
)

Make = Callable[[random.Random, Dash], tuple[str, bytes]]


def run(app: Dash, n: int, seed: int = 1) -> list[Result]:
    """Send so many bodies and so many addresses; a seed gives the same ones again."""
    return [
        _sent("callbacks: odd values", n, app, seed, _with_odd_values),
        _sent("callbacks: damaged bodies", n // 2, app, seed, _damaged),
        _sent("addresses: odd parameters", n // 4, app, seed, _page),
    ]


def _sent(what: str, n: int, app: Dash, seed: int, make: Make) -> Result:
    rng = random.Random(seed)  # noqa: S311 - the same ones again for a seed
    caller, failures, statuses = Caller(app), [], dict.fromkeys(("2xx", "4xx"), 0)
    with logged() as lines:
        for number in range(n):
            name, body = make(rng, app)
            answer = caller.client.post(UPDATE, data=body, content_type="application/json")
            kind = f"{answer.status_code // 100}xx"
            statuses[kind] = statuses.get(kind, 0) + 1
            failures += [f"{name}, number {number} of seed {seed}: {one}" for one in _faults(answer, lines)]
            lines.clear()
    return Result(what, n, tuple(failures), ", ".join(f"{count} answered {kind}" for kind, count in statuses.items()))


def _faults(answer: TestResponse, lines: list[str]) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"answered {answer.status_code}: {lines[-1].strip().splitlines()[-1] if lines else ''}"
    if any(MARK in line for line in lines):
        yield "the log has what the body says"
    if answer.is_json and not _is_strict(answer.text):
        yield "the answer has a number that JSON does not have"


def _is_strict(text: str) -> bool:
    constants: list[str] = []
    json.loads(text, parse_constant=constants.append)
    return not constants


@contextmanager
def logged() -> Iterator[list[str]]:
    """Yield the lines that are logged meanwhile, with their tracebacks."""
    lines: list[str] = []
    handler = logging.Handler()
    formatter = logging.Formatter()
    handler.emit = lambda record: lines.append(formatter.format(record))  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in ("", "dashboard", "recsys", "dash", "waitress")]
    for one in loggers:
        one.addHandler(handler)
    try:
        yield lines
    finally:
        for one in loggers:
            one.removeHandler(handler)


# ---- bodies ----


def odd(rng: random.Random, depth: int = 0) -> Any:
    """Return any JSON value, mostly small, often near to what callbacks take."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(TEXTS)
    if kind < 0.6:
        return rng.choice(NUMBERS)
    if kind < 0.7:
        return rng.choice((None, True, False))
    if depth > 3:
        return []
    if kind < 0.85:
        return [odd(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 3, 50)) if depth < 2 else 1)]
    return {rng.choice((*NAMES, *TEXTS)): odd(rng, depth + 1) for _ in range(rng.randrange(5))}


def _body(rng: random.Random, app: Dash) -> dict[str, Any]:
    """Return a body of the right form for any callback, with odd values."""
    output = rng.choice(server_callbacks(app))
    wild = {
        "list": rng.choice(("new", "usual", "x")),
        "rank": rng.choice((1, 2, 99)),
        "place": "top",
        "other": rng.choice(("P2", "P99")),
        "part": rng.choice(("also", "x")),
        "session": 1,
        "person": 1,
        "request": 1,
    }
    body = Caller(app).body(output, {}, wild)
    for part in (*body["inputs"], *body["state"]):
        for one in part if isinstance(part, list) else [part]:
            one["value"] = _value(rng, one["id"], one["property"])
    return body


def _value(rng: random.Random, own_id: Any, name: str) -> Any:
    if rng.random() < 0.02:
        return odd(rng)
    if name == "id":
        return own_id
    if name in ("n_clicks", "n_intervals"):
        return rng.choice((None, 0, 1, 1, 1, 2))
    if name in ("pathname", "search", "href"):
        return rng.choice((None, *PATHS, *TEXTS))
    if own_id == "page-version" and rng.random() < 0.8:
        return None
    return odd(rng)


def _with_odd_values(rng: random.Random, app: Dash) -> tuple[str, bytes]:
    body = _body(rng, app)
    return body["output"], json.dumps(body).encode()


def _damaged(rng: random.Random, app: Dash) -> tuple[str, bytes]:
    """Return a body with something missing, in another form or of another type; sometimes no JSON."""
    if rng.random() < 0.1:
        return "raw", rng.choice(RAW)
    body: Any = _body(rng, app)
    at, key = body, rng.choice(list(body))
    while isinstance(at[key], dict | list) and at[key] and rng.random() < 0.7:
        at = at[key]
        key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
    if rng.random() < 0.4:
        del at[key]
    else:
        at[key] = odd(rng)
    text = json.dumps(body)
    return str(body.get("output")), text[: rng.randrange(len(text))].encode() if rng.random() < 0.1 else text.encode()


def _page(rng: random.Random, app: Dash) -> tuple[str, bytes]:
    """Return the body that draws a page, with odd parameters in its address."""
    pairs = [f"{rng.choice(NAMES)}={quote(rng.choice(TEXTS))}" for _ in range(rng.randrange(6))]
    path, search = rng.choice(PATHS), f"?{'&'.join(pairs)}"
    body = Caller(app).body("_pages_content.children", {"pathname": path, "search": search})
    return f"{path}{search}", json.dumps(body).encode()
