"""The process that serves: slow connections, limits, an answer that takes too long, and its end."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.web.worker import Limits
from tests.soak import connections
from tests.support.processes import ROOT, free_port
from tests.support.waiting import PATIENCE_SECONDS, until

CONFIG = """
from dashboard.web.worker import Limits, worker_class as made
worker_class = made({limits!r})
threads = 2
graceful_timeout = 20
control_socket_disable = True
"""


@dataclass
class Served:
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Return status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def connect(self, data: bytes) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        one.sendall(data)
        return one


@contextmanager
def served(folder: Path, **limits: float) -> Iterator[Served]:
    """Serve the small app with one process of two threads."""
    config, log, port = folder / "config.py", folder / "log", free_port()
    config.write_text(CONFIG.format(limits=Limits(**limits)))  # type: ignore[arg-type]
    command = [sys.executable, "-m", "gunicorn", "-c", str(config), "-b", f"127.0.0.1:{port}"]
    with log.open("wb") as out:
        process = subprocess.Popen([*command, "tests.support.small_app:app"], cwd=ROOT, stdout=out, stderr=out)
    made = Served(process, port, log)
    try:
        assert until(lambda: is_there(made)), log.read_text()
        yield made
    finally:
        process.kill()
        process.wait()


def is_there(served: Served) -> bool:
    try:
        return served.ask("/")[0] == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("usual"), receive_seconds=3600, header_bytes=8192, body_bytes=100_000) as made:
        yield made


@pytest.mark.parametrize("kind", connections.KINDS)
def test_connections_that_are_silent_or_slow_keep_nobody_waiting(usual: Served, kind: str) -> None:
    connections.allow_files(400)
    with connections.held(usual.address, {kind: 100}):
        for _ in range(5):
            assert usual.ask("/")[0] == 200


def test_an_answer_that_nobody_reads_holds_no_thread(usual: Served) -> None:
    readers = [usual.connect(b"GET /long/20 HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(4)]
    assert usual.ask("/")[0] == 200
    for one in readers:
        assert one.recv(12) == b"HTTP/1.1 200"
        one.close()


@pytest.mark.parametrize(("size", "status"), [(100_000, 200), (100_001, 413)])
def test_a_body_is_bounded(usual: Served, size: int, status: int) -> None:
    assert usual.ask("/", b"x" * size)[0] == status


@pytest.mark.parametrize(("size", "status"), [(7000, 200), (9000, 431)])
def test_a_head_is_bounded(usual: Served, size: int, status: int) -> None:
    assert usual.ask("/", **{"X-Long": "x" * size})[0] == status


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"])
def test_what_is_not_here_in_time_is_closed(tmp_path: Path, sent: bytes) -> None:
    with served(tmp_path, receive_seconds=1.0) as made:
        one = made.connect(sent)
        assert one.recv(100) == b""
        assert made.ask("/")[0] == 200


def test_a_slow_body_is_closed_although_it_goes_on(tmp_path: Path) -> None:
    with served(tmp_path, receive_seconds=1.0) as made:
        one = made.connect(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")

        def is_closed() -> bool:
            try:
                one.send(b"x")
            except OSError:
                return True
            return False

        assert until(is_closed)


def test_an_answer_that_takes_too_long_ends_the_process_and_others_are_finished(tmp_path: Path) -> None:
    with served(tmp_path, request_seconds=1.0) as made, ThreadPoolExecutor(2) as pool:
        first = made.ask("/")[1]
        stuck = pool.submit(made.ask, "/sleep/600")
        time.sleep(0.7)
        slow = pool.submit(made.ask, "/sleep/0.8")
        assert slow.result() == (200, first)
        assert until(lambda: is_there(made) and made.ask("/")[1] != first)
        assert "a request took longer than 1 s; this process ends" in made.log.read_text()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            stuck.result()


def test_a_process_that_is_told_to_stop_finishes_what_it_answers(tmp_path: Path) -> None:
    with served(tmp_path) as made, ThreadPoolExecutor(2) as pool:
        slow = pool.submit(made.ask, "/sleep/1.5")
        time.sleep(0.5)
        made.process.send_signal(signal.SIGTERM)
        assert slow.result()[0] == 200
        assert made.process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in made.log.read_text()


def test_a_process_without_its_parent_ends(tmp_path: Path) -> None:
    with served(tmp_path) as made:
        worker = int(made.ask("/")[1])
        made.process.kill()
        made.process.wait()
        assert until(lambda: not is_alive(worker))


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
