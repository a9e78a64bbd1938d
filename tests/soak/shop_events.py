"""kill -9 of what saves the shop's events, at random moments: each event is in the database once, and nothing else is.

A producer adds events to a stream of Redis all the time, some of them twice, some of them no events. One of two
consumers reads it, and is killed while it does.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from redis import Redis

from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
from tests.soak.kills import environment_of
from tests.soak.result import Result
from tests.support import postgres, redis
from tests.support.processes import ROOT
from tests.support.shop_events import event, kept_ids
from tests.support.waiting import until

DATABASES = ("SQLite", "PostgreSQL")
STREAM, GROUP, CONSUMERS = "shop", "repertoire", ("one", "two")
AT_ONCE, REST_SECONDS = 50, 0.02
TWICE, NO_EVENT = 20, 50  # every so many
LONGEST_SECONDS = 0.15  # from its first entries to its end


def run(folder: Path, n: int, seed: int = 1) -> list[Result]:
    """Kill a consumer `n` times on SQLite, and on PostgreSQL; where a server is not installed, say so."""
    if not redis.is_installed():
        return [Result("kills: events of a stream", 0, (), redis.MISSING)]
    return on_each(DATABASES, "kills: events of a stream", folder, n, _killed, seed)


def on_each(
    databases: Sequence[str],
    what: str,
    folder: Path,
    n: int,
    killed: Callable[[Settings, int, random.Random], tuple[tuple[str, ...], str]],
    seed: int,
) -> list[Result]:
    """Return what came of `n` kills on each database; where its server is not installed, that is said.

    killed  kills so often, at moments by chance; returns the failures and what was measured
    """
    results = []
    for name in databases:
        into = f"{what} into {name}"
        if name == "PostgreSQL" and not postgres.is_installed():
            results.append(Result(into, 0, (), postgres.MISSING))
            continue
        with _settings_with(folder / name, name) as settings:
            failures, measured = killed(settings, n, random.Random(seed))  # noqa: S311 - the same moments again
            results.append(Result(into, n, failures, measured))
    return results


@contextmanager
def _settings_with(folder: Path, name: str) -> Iterator[Settings]:
    """Yield settings with a new database of that name; nothing is published yet."""
    state, artifacts = folder / "state", folder / "artifacts"
    state.mkdir(parents=True)
    with ExitStack() as stack:
        url = "sqlite"
        if name == "PostgreSQL":
            url = stack.enter_context(stack.enter_context(postgres.started()).new_database())
        yield Settings(state=state, artifacts=artifacts, database=url)


@dataclass
class Producer:
    """Adds events until it is stopped, and knows what it added."""

    client: Redis
    sent: list[str] = field(default_factory=list)
    no_events: list[str] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def run(self) -> None:
        while not self._stop.wait(REST_SECONDS):
            self._add()

    def stop(self) -> None:
        self._stop.set()

    def _add(self) -> None:
        first = len(self.sent)
        numbers = [f"e{number:07}" for number in range(first, first + AT_ONCE)]
        with self.client.pipeline(transaction=True) as steps:
            for place, number in enumerate(numbers, first):
                for _ in range(2 if place % TWICE == 0 else 1):
                    steps.xadd(STREAM, {"event": json.dumps(event(number))})
                if place % NO_EVENT == 0:
                    steps.xadd(STREAM, {"event": f"no event {number}"})
                    self.no_events.append(f"no event {number}")
            steps.execute()
        self.sent += numbers


def _killed(settings: Settings, n: int, rng: random.Random) -> tuple[tuple[str, ...], str]:
    with redis.started() as server, server.client() as client:
        producer = Producer(client)
        thread = Thread(target=producer.run)
        thread.start()
        try:
            failures = [one for number in range(n) for one in _kill(settings, server.url, client, number, rng)]
        finally:
            producer.stop()
            thread.join()
        at_end = int(client.xpending(STREAM, GROUP)["pending"])
        for consumer in CONSUMERS:
            with _consumer(settings, server.url, consumer, "--once") as process:
                if process.wait(120):
                    failures.append(f"the last run of {consumer} ended with {process.returncode}")
        failures += _missing(settings, client, producer)
    return tuple(failures), f"{len(producer.sent):,} events, {at_end:,} unfinished at the last kill"


def _kill(settings: Settings, url: str, client: Redis, number: int, rng: random.Random) -> Iterator[str]:
    """Start a consumer, and kill it soon after it was given entries."""
    before = _given(client)
    with _consumer(settings, url, rng.choice(CONSUMERS)) as process:
        if not until(lambda: process.poll() is not None or _given(client) != before):
            yield f"consumer {number} was given nothing"
        time.sleep(rng.uniform(0, LONGEST_SECONDS))
        process.kill()
        if process.wait() != -9:
            yield f"consumer {number} ended by itself with {process.returncode}"


def _missing(settings: Settings, client: Redis, producer: Producer) -> Iterator[str]:
    """Yield how what is kept differs from what was sent."""
    yield from differences(settings, producer.sent)
    aside = {fields[b"event"].decode() for _, fields in client.xrange(f"{STREAM}:refused")}
    if aside != set(producer.no_events):
        yield f"{len(aside ^ set(producer.no_events))} entries differ of those that are no events"
    if left := int(client.xpending(STREAM, GROUP)["pending"]):
        yield f"{left} entries were never acknowledged"


def differences(settings: Settings, sent: Sequence[str], perhaps: Collection[str] = ()) -> Iterator[str]:
    """Yield how the events in the database differ from those that were sent.

    perhaps     events that may be there or not
    """
    database = open_database(settings)
    kept = kept_ids(database)
    database.close()
    lost, strange = set(sent) - set(kept), set(kept) - set(sent) - set(perhaps)
    if lost or strange or len(kept) != len(set(kept)):
        yield f"{len(lost)} events are lost, {len(kept) - len(set(kept))} kept twice, {len(strange)} were never sent"


def _given(client: Redis) -> bytes:
    """Return the last entry that the group was given."""
    groups = client.xinfo_groups(STREAM) if client.exists(STREAM) else []
    return bytes(groups[0]["last-delivered-id"]) if groups else b"0-0"


@contextmanager
def _consumer(settings: Settings, url: str, name: str, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    where = ["--redis", url, "--stream", STREAM, "--group", GROUP, "--consumer", name]
    named = {"REPERTOIRE_DATABASE": settings.database, "REPERTOIRE_ARTIFACTS": str(settings.artifacts)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "consume-events", *where, *more],
        cwd=ROOT,
        env={**environment_of(settings.state), **named},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
