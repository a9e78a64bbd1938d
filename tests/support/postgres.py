"""A PostgreSQL server of a test run: Debian's, in a temporary folder, on a free port of the loopback interface."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.processes import free_port

USER = "postgres"
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
MISSING = "PostgreSQL is not installed; on Debian: sudo apt-get install postgresql"


@dataclass(frozen=True)
class Server:
    """A running server, whose superuser needs no password."""

    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> str:
        """Run a statement as psql does, without a driver; return what it prints."""
        command = [_program("psql"), "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url()]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    @contextmanager
    def new_database(self, template: str = "template0") -> Iterator[str]:
        """Make a database and yield its URL; it goes afterwards, whoever has it open."""
        name = f"t{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        flags = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self.folder / "log")
        _as_user("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", flags, "start")

    def stop(self) -> None:
        """Stop it at once: its connections end."""
        _as_user("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    @property
    def pids(self) -> tuple[int, ...]:
        """Return its processes, the first one is the others' parent."""
        first = int((self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        return first, *map(int, children)


def is_installed() -> bool:
    """Return whether there is a server to start, and a user to be: it refuses to run as root."""
    return _folder() is not None and (os.getuid() != 0 or shutil.which("runuser") is not None)


@contextmanager
def started() -> Iterator[Server]:
    """Yield a new server; it is gone with its folder afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="repertoire-postgres."))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        _as_user("initdb", "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        server = Server(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _folder() -> Path | None:
    """Return the folder of the newest version's programs, which Debian keeps out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _program(name: str) -> str:
    folder = _folder()
    assert folder, MISSING
    return str(folder / name)


def _as_user(name: str, *arguments: str) -> None:
    """Run one of the server's programs as somebody who is not root."""
    as_user = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryFile("w+") as output:  # no pipe: the server would hold it open
        command = [*as_user, _program(name), *arguments]
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert done.returncode == 0, output.read()
