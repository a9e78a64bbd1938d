"""Real processes for tests: the app as the Procfile serves it, and a proxy before it."""

import os
import random
import re
import shlex
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Literal
from urllib.error import HTTPError, URLError

from werkzeug.serving import generate_adhoc_ssl_context

from dashboard.access.identity import ROLES
from dashboard.cli import main as dashboard
from dashboard.settings import PROXY_SECRET_HEADER
from tests.support.fonts import put_font
from tests.support.waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).parents[2]
LONGEST = 1_800.0  # seconds: a build of the real orders beside eight busy processes; what hangs ends by it
OWN_CONFIG = "python:dashboard.gunicorn"  # in the Procfile
SAMPLE = ("--seed", "7", "--until", "2026-10-30", "--customers", "160", "--products", "240")


def recsys(*arguments: str, columns: int = 200) -> subprocess.CompletedProcess[str]:
    """Run `python -m recsys ...` to its end; its output is text."""
    command = [sys.executable, "-m", "recsys", *arguments]
    wide = {**os.environ, "COLUMNS": str(columns)}  # so that no sentence is broken in a table
    return subprocess.run(command, cwd=ROOT, env=wide, capture_output=True, text=True, check=False, timeout=LONGEST)


def make_artifacts(folder: Path) -> None:
    """Make a small sample wholesaler in `folder`/clean, build it, and publish it in `folder`/artifacts."""
    for arguments in (
        ("sample", "--out", str(folder / "clean"), *SAMPLE),
        ("build", "--data", str(folder / "clean"), "--artifacts", str(folder / "artifacts")),
    ):
        done = recsys(*arguments)
        assert done.returncode == 0, done.stderr


def make_real_artifacts(folder: Path, real_data: Path) -> None:
    """Import a year of a real wholesaler to `folder`/clean, build it, and publish it in `folder`/artifacts."""
    file = real_data / "online_retail" / "online_retail.parquet"
    for arguments in (
        ("import", "online-retail", str(file), "--out", str(folder / "clean")),
        ("build", "--data", str(folder / "clean"), "--artifacts", str(folder / "artifacts")),
        ("check", "--artifacts", str(folder / "artifacts")),
    ):
        done = recsys(*arguments)
        assert done.returncode == 0, done.stderr


def free_port() -> int:
    """Return a port of the loopback interface that no process listens on.

    It is drawn below those that the system gives to outgoing connections, so that none of these takes it meanwhile.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def start_app(
    artifacts: Path, state: Path, out: IO[str], err: IO[str], config: str = OWN_CONFIG, **settings: str
) -> tuple["subprocess.Popen[str]", str]:
    """Start the Procfile's command, with another configuration of gunicorn's if one is given.

    Return the process and the address that it will serve, without a path.
    """
    put_font(state)
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    command = re.search(rf"^web: (.*{OWN_CONFIG}.*)$", procfile, re.MULTILINE)
    assert command
    port = free_port()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "REPERTOIRE_ARTIFACTS": str(artifacts),
        "REPERTOIRE_STATE": str(state),
        "REPERTOIRE_PORT": str(port),
        **settings,
    }
    environment.pop("REPERTOIRE_REAL_DATA", None)
    words = shlex.split(command[1].replace(OWN_CONFIG, config))
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=err, text=True)
    return process, f"http://127.0.0.1:{environment['REPERTOIRE_PORT']}"


@contextmanager
def serving(artifacts: Path, state: Path, log: Path, **settings: str) -> Iterator[str]:
    """Serve with the Procfile's command; yields the address without a path. What it prints goes to `log`."""
    with log.open("w") as output:
        process, address = start_app(artifacts, state, output, output, **settings)
        try:
            _wait_for(f"{address}/healthz", process, log)
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def status_of(address: str) -> int:
    """Return the HTTP status of a GET; 0 while no server answers."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, ConnectionError, TimeoutError):
        return 0


def _wait_for(address: str, process: "subprocess.Popen[str]", log: Path) -> None:
    assert until(lambda: process.poll() is not None or status_of(address) == 200), log.read_text()
    assert process.poll() is None, log.read_text()


@contextmanager
def proxy(upstream: str, prefix: str, scheme: Literal["http", "https"] = "http") -> Iterator[str]:
    """Run a reverse proxy that forwards addresses below `prefix` and answers 404 for others; yields its address.

    Its certificate for https is made for the occasion: a browser has to be told to take it.
    """
    handler = type("Handler", (_PassOn,), {"upstream": upstream, "prefix": prefix, "scheme": scheme})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if scheme == "https":
        server.socket = generate_adhoc_ssl_context().wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


# Sign-in behind `proxy`: it says of every request that it comes from this person, who is everything and sees all.
PROXY_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of tests
PROXY_PERSON = "ann@shop.example"
BEHIND_PROXY = {
    "REPERTOIRE_TRUSTED_PROXIES": "1",
    "REPERTOIRE_SIGN_IN": "proxy",
    "REPERTOIRE_PROXY_SECRET": PROXY_SECRET,
}


def add_proxy_person(state: Path) -> None:
    """Make the account of the person whom the proxy names."""
    roles = [part for role in ROLES for part in ("--role", role)]
    dashboard(
        ["people", "add", PROXY_PERSON, *roles, "--all-customers"], {"REPERTOIRE_STATE": str(state), **BEHIND_PROXY}
    )


class _PassOn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: str
    prefix: str
    scheme: str

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self, body: bytes | None) -> None:
        if not self.path.startswith(self.prefix):
            self.send_error(404)
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "host")}
        forwarded = {
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Proto": self.scheme,
            "X-Forwarded-Host": self.headers["Host"],
            "X-Forwarded-Email": PROXY_PERSON,
            PROXY_SECRET_HEADER: PROXY_SECRET,
        }
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.upstream + self.path, body, headers | forwarded, method=self.command
        )
        try:
            answer = urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE_SECONDS)
        except HTTPError as error:
            answer = error
        self._answer(answer.status, list(answer.headers.items()), answer.read())

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
