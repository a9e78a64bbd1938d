"""Each test of this folder that takes a house runs on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.support.artifacts import publish_small
from tests.support.postgres import BOTH
from tests.support.screens import make_app
from tests.support.sign_in import House


@pytest.fixture(scope="module", params=BOTH)
def at_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Yield the setting that names a new database; none for the file in the state folder."""
    if request.param == "sqlite":
        yield {}
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {"database": url}


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
