"""A Redis server of a test run: Debian's, in a temporary folder, on a free port of the loopback interface."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from tests.support.processes import free_port

MISSING = "Redis is not installed; on Debian: sudo apt-get install redis-server"
START_SECONDS = 20.0


@dataclass
class RedisServer:
    """A server that can be stopped and started again; it keeps nothing on disk."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        keeps_nothing = ["--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(["redis-server", *where, *keeps_nothing], stdout=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < until, f"Redis did not answer within {START_SECONDS:g} s"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except NoConnection:
            return False


def is_installed() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def started() -> Iterator[RedisServer]:
    """Yield a new server; it is gone with its folder afterwards."""
    with tempfile.TemporaryDirectory(prefix="repertoire-redis.") as folder:
        server = RedisServer(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
