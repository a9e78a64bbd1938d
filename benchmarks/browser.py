"""What asks the app for pages: requests of a browser, the app as the Procfile serves it, and how times are shown."""

import json
import os
import re
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

ROOT = Path(__file__).parents[1]
UPDATE = "/_dash-update-component"
ADDRESS = "address"  # of a request that is none of a callback
FIRST_RUNS = 60  # seconds until the app has to answer

Times = dict[str, list[float]]
Answer = tuple[int, int]  # status, bytes
Send = Callable[[dict[str, Any]], Answer]


class Requests:
    """Makes the requests of a page from Dash's list of callbacks."""

    def __init__(self, dependencies: list[dict[str, Any]]) -> None:
        self._specs = [spec for spec in dependencies if not spec["clientside_function"]]

    def page(self, path: str, search: str = "") -> dict[str, Any]:
        """Return the request of a page, as the browser sends it when the address changes."""
        return self.request("_pages_content.", {"pathname": path, "search": search})

    def table(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request of a table's CSV."""
        return self.request(f'"table":"{name}","type":"table-file"', values)

    def request(
        self, about: str, values: Mapping[str, Any], wild: Mapping[str, Any] | None = None, changed: str = ""
    ) -> dict[str, Any]:
        """Return the request of the callback whose outputs have `about` in their name.

        values   of inputs and states, by `id.property` or by the property alone
        wild     what the keys of pattern-matching ids are
        changed  the input that has changed; empty: the first
        """
        spec = next(spec for spec in self._specs if about in spec["output"])
        inputs = [_filled(one, values, wild or {}) for one in spec["inputs"]]
        outputs = [_output(one, wild or {}) for one in spec["output"].strip(".").split("...")]
        first = spec["inputs"][0]
        return {
            "output": spec["output"],
            "outputs": outputs if spec["output"].startswith("..") else outputs[0],
            "inputs": inputs,
            "state": [_filled(one, values, wild or {}) for one in spec["state"]],
            "changedPropIds": [changed or f"{first['id']}.{first['property']}"],
        }


def _filled(one: Mapping[str, Any], values: Mapping[str, Any], wild: Mapping[str, Any]) -> Any:
    if '["ALL"]' in one["id"]:
        return []  # none of them is on the page
    value = values.get(f"{one['id']}.{one['property']}", values.get(one["property"]))
    return {"id": _named(one["id"], wild), "property": one["property"], "value": value}


def _output(text: str, wild: Mapping[str, Any]) -> dict[str, Any]:
    name, _, prop = text.rpartition(".")
    return {"id": _named(name, wild), "property": prop}


def _named(text: str, wild: Mapping[str, Any]) -> Any:
    if not text.startswith("{"):
        return text
    return {key: wild.get(key) if isinstance(value, list) else value for key, value in json.loads(text).items()}


# ---- sending ----


def sent_in_process(client: FlaskClient) -> Send:
    """Return what sends a request to the app in this process; answers are compressed as for a browser."""

    def send(request: dict[str, Any]) -> Answer:
        headers = {"Accept-Encoding": "br"}
        is_file = ADDRESS in request
        answer = client.get(request[ADDRESS]) if is_file else client.post(UPDATE, json=request, headers=headers)
        return answer.status_code, len(answer.data)

    return send


def sent_by(connection: HTTPConnection) -> Send:
    """Return what sends a request by a connection."""

    def send(request: dict[str, Any]) -> Answer:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "br"}
        if ADDRESS in request:
            connection.request("GET", request[ADDRESS])
        else:
            connection.request("POST", UPDATE, json.dumps(request), headers)
        answer = connection.getresponse()
        return answer.status, len(answer.read())

    return send


def timed(send: Callable[[], Answer], clock: Callable[[], float]) -> float:
    """Return the milliseconds that an answer took. Raises RuntimeError for an error."""
    started = clock()
    status, _ = send()
    taken = (clock() - started) * 1000
    if status not in (200, 204):
        raise RuntimeError(f"the app answered {status}")
    return taken


@contextmanager
def served(artifacts: Path, state: Path | None = None) -> Iterator[tuple[int, int]]:
    """Serve the app with the Procfile's command; yields its port and the number of its first process.

    state   its folder; None: an empty one
    """
    command = re.search(r"^web: (.+)$", (ROOT / "Procfile").read_text(encoding="utf-8"), re.MULTILINE)
    if command is None:
        raise RuntimeError("the Procfile has no line that begins with `web: `")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        settings = {"ARTIFACTS": str(artifacts.resolve()), "STATE": str(state or folder), "PORT": str(port)}
        environment = os.environ | {f"REPERTOIRE_{name}": value for name, value in settings.items()}
        environment |= {"REPERTOIRE_LOG_LEVEL": "error"}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        server = subprocess.Popen(shlex.split(command[1]), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own Procfile
        try:
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int, seconds: float = FIRST_RUNS) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


# ---- showing ----


def print_times(title: str, times: Times) -> None:
    """Print the number, median and 99th percentile of each kind of request, and of all."""
    lines = [f"{title:<44} {'n':>6} {'median':>8} {'p99':>8}"]
    everything = [one for taken in times.values() for one in taken]
    for kind, taken in [*times.items(), ("all", everything)]:
        lines.append(f"  {kind:<42} {len(taken):>6} {statistics.median(taken):>8.1f} {p99_of(taken):>8.1f}")
    sys.stdout.write("\n".join(lines) + "\n\n")


def p99_of(taken: list[float]) -> float:
    """Return the 99th percentile: of fewer than a hundred the longest."""
    ranked = sorted(taken)
    return ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]
