"""Each test of this folder that takes a house runs on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.support.artifacts import publish_small
from tests.support.screens import make_app
from tests.support.sign_in import House


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory, at_database: dict[str, str]) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("local")
    publish_small(folder / "artifacts")
    made = House(make_app(folder, folder / "artifacts", sign_in="local", **at_database))
    yield made
    made.close()


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    """Yield the app of the module with an empty database."""
    yield one_house
    one_house.empty()
