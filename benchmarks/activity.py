"""python -m benchmarks.activity: one-row writes into the activity database from several processes at once.

Each write is a transaction of its own that adds one line to the audit trail. REPERTOIRE_DATABASE and REPERTOIRE_STATE
name the database; without them it is a SQLite file in a temporary folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dashboard.activity.database import audit
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.errors import ActivityError
from dashboard.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Written:
    """What the processes did: messages of the writes that failed, seconds from the first to the last write."""

    failures: tuple[str, ...]
    seconds: float
    slowest_ms: float


def write_at_once(settings: Settings, n_processes: int, n_each: int) -> Written:
    """Write from several processes that begin at the same time, and return how it went."""
    environment = {
        **os.environ,
        "REPERTOIRE_STATE": str(settings.state),
        "REPERTOIRE_DATABASE": settings.database,
    }
    command = [sys.executable, "-m", "benchmarks.activity", "--writer", str(n_each)]
    writers = [
        subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(n_processes)
    ]
    for writer in writers:
        _line(writer)
    begin = time.perf_counter()
    for writer in writers:
        _tell(writer)
    said = [json.loads(_line(writer)) for writer in writers]
    seconds = time.perf_counter() - begin
    if any(writer.wait() for writer in writers):
        raise RuntimeError("a writer ended with an error; see above")
    return Written(
        tuple(message for one in said for message in one["failures"]),
        seconds,
        max(one["slowest_ms"] for one in said),
    )


def main() -> None:
    """Print what was written, lost and refused, and how fast."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.activity", description=__doc__)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--writes", type=int, default=20_000, help="of all processes together (20000)")
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.writer is not None:
        _write(open_database(load_settings(os.environ)), asked.writer)
        return
    with tempfile.TemporaryDirectory(prefix="repertoire-benchmark-") as folder:
        settings = load_settings({"REPERTOIRE_STATE": folder, **os.environ})
        _measure(settings, asked.processes, asked.writes // asked.processes)


def _measure(settings: Settings, n_processes: int, n_each: int) -> None:
    database = open_database(settings)
    database.prepare()
    before = _count(database)
    done = write_at_once(settings, n_processes, n_each)
    n_all, n_found = n_processes * n_each, _count(database) - before
    database.close()
    sys.stdout.write(
        f"{database.target.kind}: {n_all:,} one-row writes from {n_processes} processes in {done.seconds:.1f} s "
        f"({n_all / done.seconds:,.0f}/s), slowest {done.slowest_ms:,.0f} ms; "
        f"{n_all - n_found} lost, {len(done.failures)} refused\n"
    )
    if done.failures or n_found != n_all:
        sys.exit(f"the first that was refused: {done.failures[:1]}")


def _write(database: Database, n: int) -> None:
    _count(database)  # connected and prepared
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    failures, slowest = [], 0.0
    for _ in range(n):
        begin = time.perf_counter()
        try:
            with database.write() as at:
                audit.record(at, now=datetime.now(UTC), kind="benchmark", person_id=1, subject_ids=["C1"])
        except ActivityError as error:
            failures.append(str(error))
        slowest = max(slowest, time.perf_counter() - begin)
    sys.stdout.write(json.dumps({"failures": failures, "slowest_ms": slowest * 1000}) + "\n")


def _count(database: Database) -> int:
    with database.read() as at:
        return audit.count(at)


def _line(writer: "subprocess.Popen[str]") -> str:
    if writer.stdout is None or not (line := writer.stdout.readline()):
        raise RuntimeError("a writer ended before it answered; see above")
    return line


def _tell(writer: "subprocess.Popen[str]") -> None:
    if writer.stdin is None:
        raise RuntimeError("a writer has no input")
    writer.stdin.write("go\n")
    writer.stdin.flush()


if __name__ == "__main__":
    main()
