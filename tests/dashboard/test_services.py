"""What a request finds: the services of the app that answers it, and a context of the version it asks of."""

import secrets
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from dashboard.access.viewer import EVERYONE, choose
from dashboard.services import EXTENSION, newest_context, page_context, services
from recsys.artifacts.open_version import VersionGone
from recsys.errors import ArtifactError
from tests.support.artifacts import publish_small
from tests.support.contexts import ANN, services_of
from tests.support.viewers import a_request


def server_of(artifacts: Path) -> Flask:
    server = Flask("test")
    server.secret_key = secrets.token_hex()
    server.extensions[EXTENSION] = services_of(artifacts)
    return server


def test_services_are_the_apps_own(tmp_path: Path) -> None:
    one, other = server_of(tmp_path / "a"), server_of(tmp_path / "b")
    with one.app_context():
        assert services() is one.extensions[EXTENSION]
    with other.app_context():
        assert services() is other.extensions[EXTENSION]


def test_services_that_are_none_are_refused() -> None:
    server = Flask("test")
    server.extensions[EXTENSION] = SimpleNamespace()
    with server.app_context(), pytest.raises(TypeError, match="is SimpleNamespace, not Services"):
        services()


def test_a_context_is_of_the_newest_version_if_none_is_named(tmp_path: Path) -> None:
    first, second = publish_small(tmp_path), publish_small(tmp_path)
    with a_request(server_of(tmp_path)):
        newest = newest_context()
        assert newest is not None
        assert [context.version.id for context in (newest, page_context(), page_context(first))] == [
            second,
            second,
            first,
        ]


def test_a_swap_within_a_request_changes_nothing_in_it(tmp_path: Path) -> None:
    """A page and its title are made one after the other, and a version may be published between."""
    first = publish_small(tmp_path)
    server = server_of(tmp_path)
    with a_request(server):
        assert page_context().version.id == first
        second = publish_small(tmp_path)
        server.extensions[EXTENSION].reader.poll()
        assert page_context().version.id == first
    with a_request(server):
        assert page_context().version.id == second


def test_a_context_is_of_who_sends_the_request(tmp_path: Path) -> None:
    publish_small(tmp_path)
    server = server_of(tmp_path)
    with a_request(server):
        assert page_context().viewer == EVERYONE
        choose("Ann Example")
        assert page_context().viewer == ANN
        assert page_context().customers.get("HOTEL1") is None


def test_without_data_there_is_no_newest_context(tmp_path: Path) -> None:
    with a_request(server_of(tmp_path)):
        assert newest_context() is None
        with pytest.raises(ArtifactError):
            page_context()


def test_there_is_no_context_of_a_version_that_is_gone(tmp_path: Path) -> None:
    publish_small(tmp_path)
    with a_request(server_of(tmp_path)), pytest.raises(VersionGone):
        page_context("2020-01-01-000000")
