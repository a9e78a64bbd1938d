import gc
import json
import re
import socket
import time
import urllib.request
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dashboard import gunicorn
from dashboard.settings import Settings, SettingsError
from dashboard.web.worker import Limits, WaitressWorker
from tests.support.artifacts import publish_small
from tests.support.gunicorn import running
from tests.support.processes import free_port, status_of
from tests.support.waiting import PATIENCE_SECONDS, until

NAMES = re.compile("Müller|M\\\\u00fcller|Ann Example|Bob Sample|960001|Deli")


def ready(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/readyz", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own server
        return dict(json.load(answer))


class Visitor:
    """Asks for page after page, and remembers every answer that was none."""

    def __init__(self, address: str) -> None:
        self.n, self.failures, self._stopped = 0, list[str](), Event()
        self._thread = Thread(target=self._visit, args=(address,))

    def __enter__(self) -> "Visitor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _visit(self, address: str) -> None:
        while not self._stopped.is_set():
            for path in ("/", "/customers/CAFE1", "/_dash-layout", "/readyz"):
                status = status_of(address + path)
                self.n += 1
                if status != 200:
                    self.failures.append(f"{path}: {status}")


def test_five_seconds_after_a_publish_each_worker_has_looked_for_it() -> None:
    assert 2 * Settings().poll_seconds < 5  # the second look at the latest, see the reader's tests


@pytest.mark.slow
def test_all_workers_show_a_new_version_and_no_request_fails(tmp_path: Path) -> None:
    first = publish_small(tmp_path / "artifacts")
    with running(tmp_path) as app:
        assert until(lambda: status_of(f"{app.address}/readyz") == 200), app.err.read_text()
        shown: dict[int, str] = {}

        def all_show(version: str) -> bool:
            state = ready(app.address)
            shown[state["worker"]] = state["version"]
            return len(shown) == 2 and set(shown.values()) == {version}

        assert until(lambda: all_show(first)), shown
        with Visitor(app.address) as visitor:
            second = publish_small(tmp_path / "artifacts")
            assert second != first
            assert until(lambda: all_show(second)), shown
        assert visitor.failures == []
        assert visitor.n >= 20
        app.process.terminate()
        assert app.process.wait(PATIENCE_SECONDS) == 0
    assert app.err.read_text() == ""
    greeting, *lines = app.out.read_text().splitlines()
    assert greeting == f"Repertoire is at {app.address}/"
    requests = [line for line in map(json.loads, lines) if line["message"] == "request"]
    assert len(requests) > visitor.n
    assert {line["version"] for line in requests} - {None} == {first, second}
    assert {line["status"] for line in requests} <= {200}
    assert len({line["id"] for line in requests}) == len(requests)
    assert not NAMES.search(app.out.read_text())


@pytest.mark.slow
def test_a_request_under_way_at_a_stop_is_answered(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    with running(tmp_path, REPERTOIRE_WORKERS="1", REPERTOIRE_LOG_LEVEL="debug") as app:
        assert until(lambda: status_of(f"{app.address}/readyz") == 200), app.err.read_text()
        with socket.create_connection(("127.0.0.1", int(app.address.rsplit(":", 1)[1]))) as connection:
            body = b'{"output": "none"}'
            head = f"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            more = "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n"
            connection.sendall(f"{head}{more}".encode())
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"  # the head was read
            connection.sendall(body[:5])
            app.process.terminate()
            assert until(lambda: "Handling signal: term" in app.err.read_text())
            time.sleep(1)  # the worker has its signal within half of that; later, the test sees less, without failing
            connection.sendall(body[5:])
            assert connection.recv(12) == b"HTTP/1.1 400"
        assert app.process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.slow
def test_listening_on_the_network_is_warned_of_once(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    with running(tmp_path, REPERTOIRE_HOST="0.0.0.0", REPERTOIRE_SIGN_IN="local") as app:  # noqa: S104
        assert until(lambda: status_of(f"{app.address}/healthz") == 200), app.err.read_text()
    (line,) = app.err.read_text().splitlines()
    assert line.startswith("Warning: REPERTOIRE_SECURE_COOKIE is false: sessions are sent in clear")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        (
            "REPERTOIRE_CURRENCY",
            "money",
            "REPERTOIRE_CURRENCY is 'money'; it must be an ISO 4217 code such as EUR or GBP",
        ),
        (
            "REPERTOIRE_PROT",
            "1",
            "REPERTOIRE_PROT is set to '1', but there is no such setting; did you mean REPERTOIRE_PORT?",
        ),
        (
            "REPERTOIRE_STATE",
            "/proc/1/x",
            "the state folder /proc/1/x cannot be written (No such file or directory); "
            "mend that or name another one in REPERTOIRE_STATE",
        ),
        (
            "REPERTOIRE_HOST",
            "192.0.2.1",
            "REPERTOIRE_SIGN_IN is 'open', but REPERTOIRE_HOST is '192.0.2.1': other machines would see all customers "
            "without signing in; set REPERTOIRE_SIGN_IN to local, oidc or proxy",
        ),
    ],
)
def test_a_mistake_ends_the_start_with_one_line(tmp_path: Path, setting: str, value: str, line: str) -> None:
    with running(tmp_path, **{setting: value}) as app:
        assert app.process.wait(PATIENCE_SECONDS) == 1
    assert app.err.read_text() == f"Error: {line}\n".replace("PORT of", f"{app.address.rsplit(':', 1)[1]} of")
    assert app.out.read_text() == ""


@pytest.mark.slow
def test_a_port_in_use_ends_the_start_with_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(tmp_path, REPERTOIRE_PORT=str(port)) as app:
            assert app.process.wait(PATIENCE_SECONDS) == 1
    assert app.err.read_text() == (
        f"Error: port {port} of 127.0.0.1 cannot be used (Address already in use); "
        f"stop what uses it or choose another with REPERTOIRE_PORT\n"
    )


# ---- the same in this process, step by step ----


@pytest.mark.parametrize(
    ("host", "text"), [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("[::1]", "[::1]:80"), ("name", "name:80")]
)
def test_addresses_have_brackets_where_they_need_them(host: str, text: str) -> None:
    assert gunicorn.address(host, 80) == text


def test_a_free_port_is_taken_and_left_free() -> None:
    port = free_port()
    gunicorn.check_port(Settings(port=port))
    gunicorn.check_port(Settings(port=port, host="localhost"))


def test_a_port_in_use_is_refused_unless_it_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match="Address already in use"):
            gunicorn.check_port(settings)
        monkeypatch.setenv("GUNICORN_FD", "3")
        gunicorn.check_port(settings)


def test_starting_makes_what_the_workers_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunicorn, "settings", Settings(state=tmp_path / "state", port=free_port()))
    monkeypatch.setattr(gunicorn, "vendor_files", lambda cache: cache.mkdir())
    gunicorn.on_starting(None)
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == [
        "activity.lock",
        "activity.sqlite",
        "cache",
        "secret_key",
    ]


def test_a_start_without_the_database_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gunicorn.prepare_database(Settings(state=tmp_path / "none"))
    assert capsys.readouterr().err == (
        f"Warning: {tmp_path}/none/activity.lock cannot be made (No such file or directory); nothing can be saved; "
        f"pages are shown, and it is looked for again\n"
    )


def test_being_ready_is_one_line_with_the_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gunicorn, "settings", Settings(url_prefix="/repertoire/"))
    gunicorn.when_ready(None)
    assert capsys.readouterr() == (f"Repertoire is at http://{gunicorn.bind}/repertoire/\n", "")


def test_being_ready_for_others_comes_with_the_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gunicorn, "settings", Settings(host="0.0.0.0", sign_in="local"))  # noqa: S104
    gunicorn.when_ready(None)
    assert capsys.readouterr().err.startswith("Warning: ")


def test_workers_are_threads_of_their_own_processes_without_a_control_socket() -> None:
    assert issubclass(gunicorn.worker_class, WaitressWorker)
    assert (gunicorn.preload_app, gunicorn.control_socket_disable) == (False, True)
    assert gunicorn.worker_class.limits == Limits(2000, 32 * 1024, 1024 * 1024, 20, 60)


def test_a_worker_leaves_what_it_started_with_out_of_garbage_collection_and_scans_the_rest_seldom() -> None:
    before = gc.get_threshold()
    try:
        gunicorn.post_worker_init(None)
        assert gc.get_freeze_count() > 10_000
        assert all(now > usual for now, usual in zip(gc.get_threshold(), before, strict=True))
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
