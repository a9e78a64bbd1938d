"""Whatever the description allows, and what it does not: no answer is an error of ours, none is undeclared.

Schemathesis makes the requests of each operation, valid ones and wrong ones, and checks the answers; also that nothing
but a token opens them.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation.modes import GenerationMode

from dashboard.access.permissions import SCOPES
from dashboard.activity.database import tokens
from dashboard.api.app import PATH
from dashboard.factory import create_app
from dashboard.services import EXTENSION
from dashboard.settings import Settings
from tests.dashboard.api.test_description import RESOURCES
from tests.support.artifacts import publish_small
from tests.support.fonts import put_font

N_REQUESTS = 40  # of each operation, valid and wrong ones each
HEALTH = f"/{PATH}/healthz"  # no request of it is wrong


class Described(NamedTuple):
    """What the app says of its own API, by path, and the headers with a token."""

    operations: dict[str, Any]
    headers: dict[str, str]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    root = tmp_path_factory.mktemp("app")
    publish_small(root / "artifacts")
    put_font(root / "state")
    server = create_app(Settings(artifacts=root / "artifacts", state=root / "state", log_level="error")).server
    with server.extensions[EXTENSION].database.write() as at:
        new = tokens.add(at, name="Test", scopes=SCOPES, per_hour=1_000_000, now=datetime.now(UTC))
    found = schemathesis.openapi.from_dict(server.test_client().get(f"/{PATH}/openapi.json").json)
    found.app = server
    operations = {one.ok().path: one.ok() for one in found.get_all_operations()}
    headers = {"Authorization": f"Bearer {new.text}", "Accept-Encoding": "identity"}  # its WSGI client unpacks nothing
    return Described(operations, headers)


def test_all_are_asked(described: Described) -> None:
    assert described.operations.keys() == RESOURCES.keys()


@pytest.mark.parametrize("path", RESOURCES)
def test_every_valid_request_has_a_declared_answer(described: Described, path: str) -> None:
    ask(described, path, GenerationMode.POSITIVE)


@pytest.mark.parametrize("path", [path for path in RESOURCES if path != HEALTH])
def test_every_wrong_request_is_refused_as_declared(described: Described, path: str) -> None:
    ask(described, path, GenerationMode.NEGATIVE)


def ask(described: Described, path: str, mode: GenerationMode) -> None:
    @settings(
        max_examples=N_REQUESTS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(described.operations[path].as_strategy(generation_mode=mode))
    def one(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=described.headers)

    one()
