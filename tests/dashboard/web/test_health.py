import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.data.repository import Repository
from dashboard.display.bundle_table import BundleTables
from dashboard.display.formats import Formats
from dashboard.display.urls import Links
from dashboard.services import EXTENSION, Services, services
from dashboard.settings import Settings
from dashboard.web.health import add_health
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small


def client(root: Path, prefix: str = "/") -> FlaskClient:
    server = Flask("test")
    reader = Reader(root)
    repository = Repository(reader)
    formats, links = Formats(), Links(prefix)
    tables = BundleTables(repository.cache.bundles, formats, links)
    server.extensions[EXTENSION] = Services(Settings(), reader, formats, links, repository, tables)
    add_health(server, prefix)
    return server.test_client()


def test_alive_needs_no_artifacts(tmp_path: Path) -> None:
    response = client(tmp_path).get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive", "worker": os.getpid()})


def test_ready_tells_version_and_day(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    response = client(tmp_path).get("/readyz")
    assert response.status_code == 200
    assert response.json == {
        "status": "ready",
        "version": version,
        "as_of": "2026-11-15",
        "refused": None,
        "worker": os.getpid(),
    }


def test_without_artifacts_it_is_not_ready_and_says_why(tmp_path: Path) -> None:
    response = client(tmp_path).get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "not ready"
    assert "python -m recsys build" in response.json["reason"]


def test_a_refused_version_is_told_while_the_old_one_serves(tmp_path: Path) -> None:
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


def test_services_are_the_apps_own(tmp_path: Path) -> None:
    one, other = client(tmp_path / "a").application, client(tmp_path / "b").application
    with one.app_context():
        assert services() is one.extensions[EXTENSION]
    with other.app_context():
        assert services() is other.extensions[EXTENSION]


def test_services_that_are_none_are_refused() -> None:
    server = Flask("test")
    server.extensions[EXTENSION] = SimpleNamespace()
    with server.app_context(), pytest.raises(TypeError, match="is SimpleNamespace, not Services"):
        services()
