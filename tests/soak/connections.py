"""Connections that say nothing, or one byte now and then: others are answered all the same."""

import errno
import resource
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import urlsplit

from tests.soak.result import Result

EACH_SECONDS = 0.2  # between two bytes of a slow connection
MOST_SECONDS = 60.0  # for an answer: what takes longer is a failure in any case
HEAD = b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
KINDS = {
    "silent": b"",
    "slow heads": b"GET /customers HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "slow bodies": HEAD + b"Content-Length: 100000\r\n\r\n{",
}


def run(address: str, n: int, seconds: float, most_seconds: float = 1.0) -> list[Result]:
    """Hold `n` connections of each kind for so long, then of all kinds at once; ask for health meanwhile.

    most_seconds  that an answer may take
    """
    together = ", ".join(KINDS)
    parts = {**{kind: (kind,) for kind in KINDS}, f"{together} at once": tuple(KINDS)}
    return [_one(address, name, kinds, n, seconds, most_seconds) for name, kinds in parts.items()]


def _one(address: str, name: str, kinds: tuple[str, ...], n: int, seconds: float, most: float) -> Result:
    allow_files(n * len(kinds) + 200)
    took, failures = [], []
    with held(address, {kind: n for kind in kinds}):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=MOST_SECONDS) as answer:  # noqa: S310
                    status = answer.status
            except OSError as error:
                status = str(error)
            took.append(time.monotonic() - started)
            if status != 200 or took[-1] > most:
                failures.append(f"health said {status} after {took[-1]:.1f} s")
            time.sleep(0.05)
    worst = f"{n * len(kinds)} connections, {len(took)} times asked for health, at most {max(took) * 1000:.0f} ms"
    return Result(f"connections: {name}", n * len(kinds), tuple(failures), worst)


@contextmanager
def held(address: str, kinds: dict[str, int]) -> Iterator[None]:
    """Hold connections open; those that were closed are opened again."""
    where = urlsplit(address)
    stop = Event()
    threads = [
        Thread(target=_hold, args=((where.hostname, where.port), KINDS[kind], n, stop), daemon=True)
        for kind, n in kinds.items()
    ]
    for thread in threads:
        thread.start()
    time.sleep(2 * EACH_SECONDS)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _hold(where: tuple[str, int], first: bytes, n: int, stop: Event) -> None:
    sockets = [_opened(where, first) for _ in range(n)]
    while not stop.wait(EACH_SECONDS):
        for at, one in enumerate(sockets):
            if one is None or (first and not _sent(one, b"x")) or _is_closed(one):
                if one is not None:
                    one.close()
                sockets[at] = _opened(where, first)
    for one in sockets:
        if one is not None:
            one.close()


def _opened(where: tuple[str, int], first: bytes) -> socket.socket | None:
    one = socket.socket()
    one.setblocking(False)
    if one.connect_ex(where) not in (0, errno.EINPROGRESS, errno.EAGAIN):
        one.close()
        return None
    deadline = time.monotonic() + 1
    while first and not _sent(one, first) and time.monotonic() < deadline:
        time.sleep(0.001)  # it is being connected
    return one


def _sent(one: socket.socket, data: bytes) -> bool:
    try:
        return one.send(data) == len(data)
    except OSError:
        return False


def _is_closed(one: socket.socket) -> bool:
    try:
        return one.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError as error:
        return error.errno != errno.ENOTCONN


def allow_files(n: int) -> None:
    """Let this process open so many files, if it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < n:
        resource.setrlimit(resource.RLIMIT_NOFILE, (n if hard == resource.RLIM_INFINITY else min(n, hard), hard))
