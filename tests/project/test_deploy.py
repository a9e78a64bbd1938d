"""The ready configurations of proxies, in front of the served app: TLS, limits, whose headers count."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from werkzeug.serving import generate_adhoc_ssl_pair

from tests.support.artifacts import publish_small
from tests.support.processes import ROOT, free_port, serving
from tests.support.waiting import PATIENCE_SECONDS, until

NAME = "repertoire.example"
SETTINGS = {
    "REPERTOIRE_SIGN_IN": "local",
    "REPERTOIRE_TRUSTED_PROXIES": "1",
    "REPERTOIRE_SECURE_COOKIE": "true",
    "REPERTOIRE_HOSTS": NAME,
}


@dataclass(frozen=True)
class Proxy:
    port: int
    log: Path

    def ask(self, path: str, body: bytes | None = None, host: str = "", **headers: str) -> http.client.HTTPResponse:
        """Return the answer to one request over TLS, its body read."""
        unchecked = ssl._create_unverified_context()  # noqa: S323 - the certificate is the test's own
        connection = http.client.HTTPConnection(NAME, self.port)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        connection.sock = unchecked.wrap_socket(plain, server_hostname=NAME)
        named = {"Host": host or f"{NAME}:{self.port}", **headers}
        connection.request("GET" if body is None else "POST", path, body, named)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer


def certificate(folder: Path) -> tuple[Path, Path]:
    made, key = generate_adhoc_ssl_pair(NAME)
    assert isinstance(made, x509.Certificate)
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return files


def nginx(folder: Path, upstream: int, port: int) -> list[str]:
    """Write a whole configuration around the ready one; return the command."""
    cert, key = certificate(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for said, own in {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "127.0.0.1:8050": f"127.0.0.1:{upstream}",
        "/etc/ssl/repertoire.pem": str(cert),
        "/etc/ssl/private/repertoire.key": str(key),
    }.items():
        assert said in text
        text = text.replace(said, own)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    whole = (
        f"{user} daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temp} {text} }}"
    )
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def caddy(folder: Path, upstream: int, port: int) -> list[str]:
    """Write the ready configuration with a certificate; return the command."""
    cert, key = certificate(folder)
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    for said, own in {
        "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n",
        f"{NAME} {{": f"https://{NAME}:{port} {{\n\ttls {cert} {key}\n\tbind 127.0.0.1",
        "127.0.0.1:8050": f"127.0.0.1:{upstream}",
    }.items():
        assert said in text
        text = text.replace(said, own, 1)
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("served")
    publish_small(folder / "artifacts")
    with serving(folder / "artifacts", folder / "state", folder / "log", **SETTINGS) as address:
        yield int(address.rpartition(":")[2]), folder / "log"


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest, app: tuple[int, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    if shutil.which(request.param.__name__) is None:
        pytest.skip(f"{request.param.__name__} is not installed; on Debian: sudo apt-get install nginx-light caddy")
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    command = request.param(folder, app[0], port)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    made = Proxy(port, app[1])
    try:
        assert until(lambda: process.poll() is not None or answers(made))
        assert process.poll() is None, (folder / "log").read_text()
        yield made
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def answers(proxy: Proxy) -> bool:
    try:
        return proxy.ask("/healthz").status == 200
    except OSError:
        return False


def test_the_app_is_served_over_tls(proxy: Proxy) -> None:
    answer = proxy.ask("/sign-in")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    asked = proxy.ask("/customers")
    assert (asked.status, asked.headers["Location"]) == (303, "/sign-in?next=%2Fcustomers")


def test_a_form_of_this_site_is_taken_and_one_of_another_is_not(proxy: Proxy) -> None:
    form, kind = b"email=a%40b.example&password=wrong", {"Content-Type": "application/x-www-form-urlencoded"}
    own = proxy.ask("/sign-in", form, Origin=f"https://{NAME}:{proxy.port}", **kind)
    assert own.status != 403
    assert proxy.ask("/sign-in", form, Origin="https://elsewhere.example", **kind).status == 403


def test_a_name_that_is_not_the_apps_gets_nothing(proxy: Proxy) -> None:
    answer = proxy.ask("/sign-in", host="rebound.example")
    assert b"Sign in" not in answer.body  # type: ignore[attr-defined]


def test_a_body_that_is_too_large_is_refused(proxy: Proxy) -> None:
    try:
        status = proxy.ask("/_dash-update-component", b"x" * 1_500_000).status
    except (ConnectionError, ssl.SSLError):
        return  # closed before all of it was sent
    assert status == 413


def test_what_a_browser_says_of_itself_is_not_believed(proxy: Proxy) -> None:
    """Neither its address nor its scheme and host; the app's log has the proxy's word."""
    forged = {"X-Forwarded-Host": "rebound.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.7"}
    mark = f"forged-{time.monotonic_ns()}"
    answer = proxy.ask("/sign-in", **forged, **{"X-Request-ID": mark})
    assert answer.status == 200  # with the forged host it would be refused
    assert until(lambda: [line["status"] for line in lines_with(proxy.log, mark)] == [200])


def lines_with(log: Path, mark: str) -> list[dict[str, object]]:
    """Return the log's lines with a mark; they are written when the last byte is out."""
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if mark in line and "\n" in line]
