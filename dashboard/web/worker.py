"""The process that serves: gunicorn's worker, in which waitress receives and sends.

One loop receives all requests and sends all answers, without a thread for each connection: the threads get requests
that are here in full. Connections that are silent, that send a byte now and then or that read slowly cost a file
descriptor each and keep nobody waiting.
"""

import logging
import os
import resource
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

LOOP_SECONDS = 0.5  # how long a signal waits to be seen
SPARE_FILES = 200  # descriptors beside those of connections: artifacts, the database, logs
NO_LIMIT = 1 << 30  # bytes; an answer is kept in memory until it is read, never on disk, and holds no thread

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a process allows those who send requests.

    connections      open at once; further ones wait until one is closed
    header_bytes     of a request, the address included
    body_bytes       of a request
    receive_seconds  from a request's first byte to its last; also how long a connection may be silent
    request_seconds  for answering one; then the process ends, as a thread cannot be stopped
    """

    connections: int = 2000
    header_bytes: int = 32 * 1024
    body_bytes: int = 1024 * 1024
    receive_seconds: float = 20.0
    request_seconds: float = 60.0


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that knows since when a request is being received."""

    server: "Server"
    began = 0.0

    def received(self, data: bytes) -> Any:
        """Take what came in; the first bytes of a request start its time."""
        if self.request is None:
            self.began = time.time()
        return super().received(data)

    def service(self) -> None:
        """Answer the request, in a thread."""
        self.server.running[self] = time.monotonic()
        try:
            super().service()
        finally:
            self.server.running.pop(self, None)

    def is_late(self, now: float, seconds: float) -> bool:
        """Return whether it has been silent for so long, or its request takes longer than that to come in."""
        if self.requests:
            return False
        since = self.last_activity if self.request is None else min(self.began, self.last_activity)
        return bool(now - since > seconds)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket with its connections.

    running  since when (monotonic seconds) each request that has a thread is answered
    """

    channel_class = Channel
    receive_seconds = Limits.receive_seconds

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.running: dict[Channel, float] = {}
        super().__init__(*arguments, **named)

    def readable(self) -> bool:
        """Return whether to accept: not while requests wait for a thread here, as another process may have one."""
        return bool(super().readable()) and not self.task_dispatcher.queue

    def maintenance(self, now: float) -> None:
        """Close connections whose time is over."""
        for channel in list(self.active_channels.values()):
            if channel.is_late(now, self.receive_seconds):
                channel.will_close = True

    def longest(self) -> float:
        """Return for how many seconds the slowest request has been answered by now."""
        return max((time.monotonic() - since for since in list(self.running.values())), default=0.0)

    def is_busy(self, seconds: float) -> bool:
        """Return whether a request comes in or waits for an answer (no longer than that), or an answer for a reader."""
        stuck = {one for one, since in list(self.running.items()) if time.monotonic() - since > seconds}
        return any(
            one.request is not None or (one.requests and one not in stuck) or one.total_outbufs_len
            for one in list(self.active_channels.values())
        )


class WaitressWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """A worker of gunicorn's. Take `worker_class(limits)`."""

    limits: ClassVar[Limits] = Limits()
    alive: bool

    def run(self) -> None:
        """Serve until the parent says to stop or is gone; then finish what has begun."""
        adjustments = _adjustments(self.limits, self.cfg.threads)
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(self.cfg.threads)
        sockets: dict[int, Any] = {}
        servers = [_serve(self.wsgi, one.sock, adjustments, threads, sockets, self.limits) for one in self.sockets]
        while self.alive and self.has_parent():
            self.notify()
            wasyncore.loop(LOOP_SECONDS, use_poll=True, map=sockets, count=1)
            if max(one.longest() for one in servers) > self.limits.request_seconds:
                _log.error("a request took longer than %g s; this process ends", self.limits.request_seconds)
                self.alive = False
        self.finish(servers, sockets)
        threads.shutdown(timeout=LOOP_SECONDS)
        wasyncore.close_all(sockets)

    def has_parent(self) -> bool:
        """Return whether the process that started this one is there."""
        return bool(self.ppid == os.getppid())

    def finish(self, servers: list[Server], sockets: dict[int, Any]) -> None:
        """Accept nothing more, and wait for requests and answers that are under way."""
        for server in servers:
            server.accepting = False
        end = time.monotonic() + self.cfg.graceful_timeout - 2 * LOOP_SECONDS  # the parent's patience began before
        while time.monotonic() < end and any(one.is_busy(self.limits.request_seconds) for one in servers):
            self.notify()
            wasyncore.loop(LOOP_SECONDS / 10, use_poll=True, map=sockets, count=1)


def worker_class(limits: Limits) -> type[WaitressWorker]:
    """Return a worker with these limits; of connections as many as the process may have files, at most."""
    return type("LimitedWorker", (WaitressWorker,), {"limits": limits})


def _serve(
    app: Any, sock: Any, adjustments: Adjustments, threads: Any, sockets: dict[int, Any], limits: Limits
) -> Server:
    about = (sock.family, sock.type, sock.proto, sock.getsockname())
    server = Server(app, sockets, True, sock, dispatcher=threads, adj=adjustments, sockinfo=about, bind_socket=False)
    server.receive_seconds = limits.receive_seconds
    return server


def _adjustments(limits: Limits, threads: int) -> Adjustments:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait is no news
    return Adjustments(
        threads=threads,
        backlog=2048,
        connection_limit=_possible(limits.connections),
        cleanup_interval=1,
        channel_timeout=max(1, int(limits.receive_seconds)),
        max_request_header_size=limits.header_bytes,
        max_request_body_size=limits.body_bytes + 1,  # it refuses what is as long
        outbuf_overflow=NO_LIMIT,
        outbuf_high_watermark=NO_LIMIT,
        inbuf_overflow=NO_LIMIT,
        log_socket_errors=False,
        ident=None,
        clear_untrusted_proxy_headers=False,  # whose X-Forwarded-* counts is security.py's to say
        asyncore_use_poll=True,
    )


def _possible(connections: int) -> int:
    """Return so many connections, or fewer where the process may not open as many files; it asks for more first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - SPARE_FILES))
