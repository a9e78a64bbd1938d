"""kill -9 of the app while clients send events: what it answered for is in the database once, and nothing else is.

A client sends a batch again until it is answered. One of the app's workers is killed, each tenth time all of its
processes, and it is started again.
"""

import http.client
import json
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from dashboard.access.people_changes import By
from dashboard.access.token_changes import WantedToken, make_token
from dashboard.access.tokens import MOST_PER_HOUR
from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
from tests.soak.result import Result
from tests.soak.shop_events import differences, on_each
from tests.support.artifacts import publish_small
from tests.support.gunicorn import Running, running
from tests.support.processes import status_of
from tests.support.shop_events import event
from tests.support.waiting import until

CLIENTS, AT_ONCE = 3, 20
RETRY_SECONDS = 0.05
ANSWER_SECONDS = 30.0
LONGEST_SECONDS = 0.3  # of answers, from one kill to the next
ALL_EVERY = 10


def run(folder: Path, n: int, databases: Sequence[str], seed: int = 1) -> list[Result]:
    """Kill the app `n` times on each database; where its server is not installed, say so."""
    return on_each(databases, "kills: events by POST", folder, n, _killed, seed)


@dataclass
class Client:
    """Sends batches one after the other, each until it is answered."""

    name: str
    token: str
    address: str = ""
    answered: list[str] = field(default_factory=list)
    in_hand: list[str] = field(default_factory=list)
    n_again: int = 0
    strange: list[str] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def run(self) -> None:
        while not self._stop.is_set():
            first = len(self.answered)
            self.in_hand = [f"{self.name}-{number:07}" for number in range(first, first + AT_ONCE)]
            body = json.dumps({"events": [event(number) for number in self.in_hand]}).encode()
            while not self._is_answered(body):
                if self._stop.wait(RETRY_SECONDS):
                    return
                self.n_again += 1
            self.answered += self.in_hand

    def stop(self) -> None:
        self._stop.set()

    def _is_answered(self, body: bytes) -> bool:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=ANSWER_SECONDS)
        try:
            connection.request("POST", "/api/v1/events", body, headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status not in (200, 503):
            self.strange.append(f"answered {answer.status}: {said[:200]!r}")
        return answer.status == 200


def _killed(settings: Settings, n: int, rng: random.Random) -> tuple[tuple[str, ...], str]:
    publish_small(settings.artifacts)
    token = _token(settings)
    clients = [Client(f"c{number}", token) for number in range(CLIENTS)]
    with _served(settings, clients) as app, _sending(clients):
        failures = list(_kill_some(app, clients, min(n, ALL_EVERY), rng))
        for first in range(ALL_EVERY, n, ALL_EVERY):
            with _served(settings, clients) as again:
                failures += _kill_some(again, clients, min(n - first, ALL_EVERY), rng)
    answered = [number for one in clients for number in one.answered]
    failures += [each for one in clients for each in one.strange]
    failures += differences(settings, answered, [number for one in clients for number in one.in_hand])
    n_again = sum(one.n_again for one in clients)
    return tuple(failures), f"{len(answered):,} events answered for, {n_again:,} tries more"


@contextmanager
def _served(settings: Settings, clients: Sequence[Client]) -> Iterator[Running]:
    """Serve the app, where the clients find it."""
    with running(settings.state.parent, REPERTOIRE_DATABASE=settings.database) as app:
        assert until(lambda: app.process.poll() is not None or status_of(f"{app.address}/healthz") == 200)
        assert app.process.poll() is None, app.err.read_text()
        for one in clients:
            one.address = app.address
        yield app


@contextmanager
def _sending(clients: Sequence[Client]) -> Iterator[None]:
    threads = [Thread(target=one.run) for one in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in clients:
            one.stop()
        for thread in threads:
            thread.join()


def _kill_some(app: Running, clients: Sequence[Client], n: int, rng: random.Random) -> Iterator[str]:
    """Kill one worker after the other, and last, of ALL_EVERY, all processes; yield what goes wrong."""
    for number in range(1, n + 1):
        if not _answered_more(clients):
            yield "a client got no answer any more"
            return
        time.sleep(rng.uniform(0, LONGEST_SECONDS))
        if number == ALL_EVERY:
            _kill(app.process.pid, *_workers(app))
            app.process.wait()
            return
        assert until(lambda: _workers(app))
        _kill(rng.choice(_workers(app)))
    if not _answered_more(clients):
        yield "a client got no answer after the last kill"


def _token(settings: Settings) -> str:
    database = open_database(settings)
    database.prepare()
    with database.write() as at:
        wanted = WantedToken("Soak", ["events"], None, MOST_PER_HOUR)
        made = make_token(at, wanted, By(None, "soak", datetime.now(UTC)))
    database.close()
    return made.text


def _answered_more(clients: Sequence[Client]) -> bool:
    """Wait until each client has one more answer."""
    before = [len(one.answered) for one in clients]
    return until(lambda: all(len(one.answered) > n for one, n in zip(clients, before, strict=True)))


def _kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def _workers(app: Running) -> list[int]:
    children = Path(f"/proc/{app.process.pid}/task/{app.process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in children.split()]
