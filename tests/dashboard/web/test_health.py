import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.access.identity import OPEN, Identity, set_identity
from dashboard.activity.database.connect import Database
from dashboard.services import EXTENSION
from dashboard.web.health import add_health
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small
from tests.support.contexts import services_of


def client(root: Path, prefix: str = "/", who: Identity | None = OPEN) -> FlaskClient:
    server = Flask("test")
    server.extensions[EXTENSION] = services_of(root, prefix)
    server.before_request(lambda: set_identity(who))
    add_health(server, prefix)
    return server.test_client()


def test_alive_needs_no_artifacts(tmp_path: Path) -> None:
    response = client(tmp_path).get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive", "worker": os.getpid()})


def test_who_is_not_signed_in_learns_whether_it_runs_and_no_more(tmp_path: Path) -> None:
    stranger = client(tmp_path, who=None)
    assert stranger.get("/healthz").json == {"status": "alive"}
    assert (stranger.get("/readyz").status_code, stranger.get("/readyz").json) == (503, {"status": "not ready"})
    publish_small(tmp_path)
    ready = client(tmp_path, who=None).get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ready"})


def test_ready_says_version_and_day(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    response = client(tmp_path).get("/readyz")
    assert response.status_code == 200
    said = dict(response.json or {})
    database = said.pop("database")
    assert said == {
        "status": "ready",
        "version": version,
        "as_of": "2026-11-15",
        "refused": None,
        "worker": os.getpid(),
    }
    assert (database["kind"], database["saves"]) == ("SQLite", False)
    assert "there is no file" in database["reason"]


def test_ready_says_that_the_database_saves(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    asked = client(tmp_path)
    database = asked.application.extensions[EXTENSION].database
    database.target.file.parent.mkdir()
    database.prepare()
    said = asked.get("/readyz").json
    assert said is not None
    assert (said["version"], said["database"]) == (version, {"kind": "SQLite", "saves": True, "reason": ""})


def test_without_artifacts_it_is_not_ready_and_says_why(tmp_path: Path) -> None:
    response = client(tmp_path).get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "not ready"
    assert "python -m recsys build" in response.json["reason"]


def test_a_refused_version_is_named_while_the_old_one_serves(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    asking = client(tmp_path)
    asking.get("/readyz")
    (tmp_path / "CURRENT").write_text("2026-11-16-031000\n")
    reader = asking.application.extensions[EXTENSION].reader
    reader.poll()
    response = asking.get("/readyz")
    assert response.json is not None
    assert (response.status_code, response.json["version"]) == (200, version)
    assert response.json["refused"]["reason"] == reader.refused.reason


@pytest.mark.parametrize("path", ["/readyz", "/healthz", "/repertoire/readyz", "/repertoire/healthz"])
def test_both_are_at_the_root_and_under_the_prefix(tmp_path: Path, path: str) -> None:
    publish_small(tmp_path)
    assert client(tmp_path, "/repertoire/").get(path).status_code == 200


def test_whatever_goes_wrong_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ValueError("odd")

    publish_small(tmp_path)
    asked = client(tmp_path)
    monkeypatch.setattr(Reader, "current", broken)
    monkeypatch.setattr(Database, "health", broken)
    answer = asked.get("/readyz")
    assert (answer.status_code, (answer.json or {})["status"]) == (503, "not ready")
    assert (answer.json or {})["reason"] == "what is served cannot be told; the log has the error"
    assert (answer.json or {})["database"]["saves"] is False
