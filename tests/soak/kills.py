"""kill -9 at random moments: what was saved stays, and what was under way leaves nothing half-done."""

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.activity.database.target import FILE
from dashboard.state.folder import prepare_state, secret_key
from recsys.artifacts.layout import version_ids
from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check
from recsys.errors import RecsysError
from tests.soak.result import Result
from tests.support.processes import ROOT, make_artifacts

WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dashboard.activity.database import audit
from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
database = open_database(Settings(state=Path(sys.argv[1])))
database.prepare()
while True:
    with database.write() as at:
        number = audit.record(at, now=datetime.now(UTC), kind="soak", person_id=None)
    print(number, flush=True)
"""


@dataclass
class Killer:
    """Kills processes at random moments, and counts those that had not ended by then."""

    rng: random.Random
    n_under_way: int = 0

    def kill(self, command: list[str], first: float, last: float, state: Path | None = None) -> None:
        """Start a command, and kill it with its children between so many seconds, if it has not ended before."""
        process = _start(command, state)
        try:
            process.wait(self.rng.uniform(first, last))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.n_under_way += 1


def run(folder: Path, n: int, seed: int = 1) -> list[Result]:
    """Kill each kind of work `n` times; `folder` is for what it works on."""
    kinds: dict[str, Callable[[Path, int, Killer], Iterator[str]]] = {
        "a build": _builds,
        "a restore": _restores,
        "a backup": _backups,
        "writes to the database": _writes,
    }
    results = []
    for name, kill in kinds.items():
        (folder / name).mkdir(parents=True)
        killer = Killer(random.Random(seed))  # noqa: S311 - the same moments again
        failures = tuple(kill(folder / name, n, killer))
        results.append(Result(f"kills: {name}", n, failures, f"{killer.n_under_way} killed under way"))
    return results


def _builds(folder: Path, n: int, killer: Killer) -> Iterator[str]:
    make_artifacts(folder)
    artifacts = folder / "artifacts"
    command = ["recsys", "build", "--data", str(folder / "clean"), "--artifacts", str(artifacts), "--keep", "2"]
    longest = _timed(command)
    for number in range(n):
        killer.kill(command, 0, 1.1 * longest)
        try:
            served = Reader(artifacts).current().id
            check(artifacts, served)
        except RecsysError as error:
            yield f"build {number}: {error}"
        if len(version_ids(artifacts)) > 4:
            yield f"build {number}: {len(version_ids(artifacts))} versions are left"


def _restores(folder: Path, n: int, killer: Killer) -> Iterator[str]:
    state, other = folder / "state", folder / "other"
    archive = folder / "kept.tar.gz"
    for one, words in ((state, "new"), (other, "old")):
        prepare_state(one)
        secret_key(one)
        (one / "notes").write_text(words * 200_000)
    _timed(["dashboard", "backup", str(archive)], state)
    whole = {_digest(state), _digest(other)}
    shutil.rmtree(state)
    command = ["dashboard", "restore", str(archive), "--force"]
    shutil.copytree(other, state)
    longest = _timed(command, state)
    for number in range(n):
        shutil.rmtree(state)
        shutil.copytree(other, state)
        killer.kill(command, 0.3 * longest, 1.1 * longest, state)
        prepare_state(state)
        if _digest(state) not in whole:
            yield f"restore {number}: the folder is neither the old nor the new one"
    _timed(command, state)
    yield from (f"{path.name} is left" for path in folder.iterdir() if path.name.startswith(".repertoire-"))


def _backups(folder: Path, n: int, killer: Killer) -> Iterator[str]:
    state = folder / "state"
    prepare_state(state)
    secret_key(state)
    (state / "notes").write_bytes(os.urandom(3_000_000))
    longest = _timed(["dashboard", "backup", str(folder / "first.tar.gz")], state)
    for number in range(n):
        archive = folder / f"{number}.tar.gz"
        killer.kill(["dashboard", "backup", str(archive)], 0.3 * longest, 1.1 * longest, state)
        if archive.exists():
            _timed(["dashboard", "restore", str(archive), "--force"], folder / "back")
            if _digest(folder / "back") != _digest(state):
                yield f"backup {number}: what came back differs"
            archive.unlink()
    _timed(["dashboard", "backup", str(folder / "last.tar.gz")], state)
    yield from (f"{path.name} is left" for path in folder.iterdir() if path.name.startswith(".repertoire-"))


def _writes(folder: Path, n: int, killer: Killer) -> Iterator[str]:
    said: list[int] = []
    for number in range(n):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(killer.rng.uniform(0, 0.3))
        process.kill()
        killer.n_under_way += 1
        rest = process.communicate()[0]
        said += [int(line) for line in [first, *rest.splitlines(keepends=True)] if line.endswith("\n")]
        with sqlite3.connect(folder / FILE) as database:
            (sound,) = database.execute("PRAGMA integrity_check").fetchone()
            kept = {row[0] for row in database.execute("SELECT id FROM audit")}
        if sound != "ok":
            yield f"write {number}: {sound}"
        if lost := set(said) - kept:
            yield f"write {number}: {len(lost)} saved lines are lost"


# ---- processes ----


def environment_of(state: Path | None) -> dict[str, str]:
    """Return the environment of a command that works on a state folder."""
    named = {"REPERTOIRE_STATE": str(state)} if state else {}
    return {**{name: value for name, value in os.environ.items() if name != "REPERTOIRE_REAL_DATA"}, **named}


def _start(command: list[str], state: Path | None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment_of(state),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _timed(command: list[str], state: Path | None = None) -> float:
    """Run a command to its end; return its seconds."""
    started = time.monotonic()
    code = _start(command, state).wait()
    assert code == 0, f"{' '.join(command)} ended with {code}"
    return time.monotonic() - started


def _digest(folder: Path) -> str:
    """Return a digest of the names and contents in a folder, but for the cache's."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "cache" not in path.parts:
            found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()
