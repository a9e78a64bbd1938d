"""What a serving process has loaded once it has answered every kind of question: nothing that trains."""

import json
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError

import pytest

from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small
from tests.support.gunicorn import running
from tests.support.processes import status_of
from tests.support.screens import Caller, make_app
from tests.support.waiting import PATIENCE_SECONDS, until

TRAINING = ("numba", "pandas", "pandera", "sklearn", "duckdb", "scipy", "mlxtend", "sparse_dot_topn")
CONFIG = """
import os, sys
from pathlib import Path
from dashboard.gunicorn import *

def worker_exit(server, worker):
    Path({folder!r}, f"modules-{{os.getpid()}}").write_text("\\n".join(sys.modules))
"""


class Served:
    """Asks a served app over HTTP what a Caller asks its app in this process."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get(self, path: str) -> SimpleNamespace:
        return self._ask(path)

    def post(self, path: str, json: Any) -> SimpleNamespace:
        return self._ask(path, json)

    def _ask(self, path: str, content: Any = None) -> SimpleNamespace:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(  # noqa: S310 - our own server
            self._address + path, body, {"Content-Type": "application/json"}
        )
        try:
            answer = urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)  # noqa: S310 - our own server
        except HTTPError as error:
            answer = error
        return SimpleNamespace(status_code=answer.status, text=answer.read().decode())


def ask_everything(caller: Caller, version: str) -> None:
    """Ask for each kind of page, a search, a reason and a CSV; assert that each answer is about what was asked."""
    for path, search, word in (
        ("/", "", "rp-calls"),
        ("/customers", "", "CAFE2"),
        ("/products", "", "Oat drink"),
        ("/customers/CAFE1", "?open=P2&open=P3", "rp-proof"),
        ("/products/P1", "", "Oat drink"),
        ("/bundles", "?lift=0&selected=/1", "Oat drink"),
        ("/model", "", "rp-verdict"),
        ("/nothing", "", "no page"),
    ):
        answer = caller.page(path, search)
        assert (answer.status_code, word in answer.text) == (200, True), (path, answer.text)
        assert caller.get(path).status_code == (404 if path == "/nothing" else 200)
    known = {"page-version.data": version}
    asked = {"data": {"text": "cafe", "recent": []}, "id": {"place": "top", "type": "search-asked"}, **known}
    assert "CAFE2" in caller.call("search-answers", asked, {"place": "top"}).text
    one = {"n_clicks": 1, "id": {"list": "new", "type": "csv"}, "page-customer.data": "CAFE1", **known}
    assert "products-for-CAFE1-" in caller.call("csv-file", one, {"list": "new"}).text
    table = {"data": {"keys": ["2026-10-01"], "at": 1}, "page-customer.data": "CAFE1", **known}
    assert "2026-10-01" in caller.call('"months","type":"table-file"', table).text


@pytest.mark.slow
def test_a_worker_that_has_answered_everything_has_loaded_nothing_that_trains(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    caller = Caller(make_app(tmp_path / "here", tmp_path / "artifacts"))
    config = tmp_path / "noting.py"
    config.write_text(CONFIG.format(folder=str(tmp_path)), encoding="utf-8")
    with running(tmp_path, f"file:{config}", REPERTOIRE_WORKERS="1") as app:
        assert until(lambda: status_of(f"{app.address}/readyz") == 200), app.err.read_text()
        caller.client = Served(app.address)  # type: ignore[assignment]
        ask_everything(caller, Reader(tmp_path / "artifacts").current().id)
        app.process.terminate()
        assert app.process.wait(PATIENCE_SECONDS) == 0
    (noted,) = tmp_path.glob("modules-*")
    loaded = {name.partition(".")[0] for name in noted.read_text().split()}
    assert {"dashboard", "recsys", "dash", "flask"} <= loaded
    assert sorted(loaded & set(TRAINING)) == []
