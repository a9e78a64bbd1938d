from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.identity import OPEN, set_identity
from dashboard.api.app import add_api, api_server
from dashboard.services import EXTENSION
from tests.support.artifacts import publish_small
from tests.support.contexts import services_of


def client_of(root: Path, prefix: str = "/") -> FlaskClient:
    """Return a client of the API alone, without the guards in front of it."""
    server = api_server("test")
    server.extensions[EXTENSION] = services_of(root, prefix)
    server.before_request(lambda: set_identity(OPEN))
    add_api(server, prefix)
    return server.test_client()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of the API on the small version."""
    root = tmp_path_factory.mktemp("artifacts")
    publish_small(root)
    return client_of(root)
