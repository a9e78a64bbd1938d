"""Versions that take each other's place while people read: nothing is answered wrongly, and memory stays flat."""

import json
import random
import shutil
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import quote

import pyarrow.parquet as pq

from recsys.artifacts.layout import current_id, point_at
from recsys.artifacts.manifest import manifest_text, read_manifest
from recsys.artifacts.retention import prune
from tests.soak.result import Result

CLIENTS = 16
KEEP = 5
SETTLED = 0.3  # of the swaps: until then caches fill
GROWTH = 0.10  # of a process's memory after that: more is a failure
FEW, GROWTH_OF_FEW = 50, 0.5  # in fewer swaps caches are still filling at the end; what is never let go doubles it


def run(artifacts: Path, address: str, n: int, pids: list[int], seconds: float = 1.0) -> list[Result]:
    """Publish `n` versions one after the other, each after so many seconds, while CLIENTS ask for pages.

    pids  of the processes that serve
    """
    wrong: list[str] = []
    memory: dict[int, list[int]] = {pid: [resident_kb(pid)] for pid in pids}
    with clients(address, pages_of(artifacts), wrong) as asked:
        for _ in range(n):
            version = publish_again(artifacts)
            if not followed(address, version):
                wrong.append(f"{version} was not served within a minute")
            time.sleep(seconds)
            for pid in pids:
                memory[pid].append(resident_kb(pid))
    return [
        Result("swaps: answers meanwhile", n, tuple(wrong), f"{len(asked)} answers to {CLIENTS} clients"),
        *(_flat(pid_at, sizes) for pid_at, sizes in enumerate(memory.values(), 1)),
    ]


def _flat(number: int, sizes: list[int]) -> Result:
    """Return whether the memory of a process is flat: its median over the last fifth beside that once settled."""
    start = int(len(sizes) * SETTLED)
    part = max(1, len(sizes) // 5)
    first, last = median(sizes[start : start + part]), median(sizes[-part:])
    grown = last / first - 1
    most = GROWTH if len(sizes) > FEW else GROWTH_OF_FEW
    failures = (f"it grew by {grown:.0%}",) if grown > most else ()
    words = f"{sizes[0] // 1024} MB at first, {first // 1024} once settled, {last // 1024} at the end"
    return Result(f"swaps: memory of process {number}", len(sizes) - 1, failures, words)


def median(sizes: list[int]) -> int:
    return sorted(sizes)[len(sizes) // 2]


def resident_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def publish_again(artifacts: Path) -> str:
    """Publish the current version's tables once more, as a version a second newer; return its id."""
    before = current_id(artifacts)
    assert before
    manifest = read_manifest(artifacts / before)
    built_at = datetime.strptime(f"{before[:17]}+0000", "%Y-%m-%d-%H%M%S%z") + timedelta(seconds=1)
    version = built_at.strftime("%Y-%m-%d-%H%M%S")
    shutil.copytree(artifacts / before, artifacts / version)
    changed = type(manifest)(**{**vars(manifest), "version": version, "built_at": built_at})
    (artifacts / version / "manifest.json").write_text(manifest_text(changed), encoding="utf-8")
    point_at(artifacts, version)
    prune(artifacts, version, KEEP, built_at)
    return version


def followed(address: str, version: str, seconds: float = 60.0) -> bool:
    """Return whether a version is served in time by whichever process answers, several times in a row."""
    end, in_a_row = time.monotonic() + seconds, 0
    while time.monotonic() < end and in_a_row < 4:
        in_a_row = in_a_row + 1 if _read(f"{address}/readyz").get("version") == version else 0
        time.sleep(0.05)
    return in_a_row == 4


def _read(address: str) -> dict[str, object]:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own server
            found = json.loads(answer.read())
    except OSError:
        return {}
    return found if isinstance(found, dict) else {}


def pages_of(artifacts: Path) -> list[str]:
    """Return the addresses of pages, with those of some customers and products."""
    version = artifacts / str(current_id(artifacts))
    ids = {
        name: pq.read_table(version / f"{name}s.parquet", columns=[f"{name}_id"]).column(0).to_pylist()[:40]
        for name in ("customer", "product")
    }
    own = [f"/{name}s/{quote(str(one), safe='')}" for name, found in ids.items() for one in found]
    return ["/", "/customers", "/products", "/bundles", "/model", *own]


@contextmanager
def clients(address: str, pages: list[str], wrong: list[str]) -> Iterator[list[int]]:
    """Let clients ask for pages until the block ends; yields the statuses of the answers, growing."""
    stop, answers = Event(), list[int]()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(CLIENTS):
            pool.submit(_ask, address, pages, number, stop, answers, wrong)
        try:
            yield answers
        finally:
            stop.set()


def _ask(address: str, pages: list[str], number: int, stop: Event, answers: list[int], wrong: list[str]) -> None:
    rng = random.Random(number)  # noqa: S311 - the same ones again
    while not stop.is_set():
        path = rng.choice(pages)
        body = {
            "output": ".._pages_content.children..._pages_store.data..",
            "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
            "inputs": [
                {"id": "_pages_location", "property": "pathname", "value": path},
                {"id": "_pages_location", "property": "search", "value": ""},
            ],
            "changedPropIds": ["_pages_location.pathname"],
            "state": [],
        }
        status = post(f"{address}/_dash-update-component", body)
        answers.append(status)
        if status != 200:
            wrong.append(f"{path} was answered {status}")
        stop.wait(0.2)


def post(address: str, body: dict[str, object]) -> int:
    """Return the status of a POST; 0 for no answer."""
    asked = urllib.request.Request(  # noqa: S310 - our own server
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0
