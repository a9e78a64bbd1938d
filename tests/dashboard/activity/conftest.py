"""Each test of this folder that takes `database` runs on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.activity.database import people
from dashboard.activity.database.connect import Database
from dashboard.activity.database.target import target
from dashboard.activity.records import Person
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.postgres import MISSING, Server, is_installed, started

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Yield a PostgreSQL server for all tests of this process."""
    if not is_installed():
        pytest.skip(MISSING)
    with started() as server:
        yield server


@pytest.fixture(params=BOTH)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Yield settings that name a new and empty database."""
    state = tmp_path / "state"
    state.mkdir()
    if request.param == "sqlite":
        yield Settings(state=state)
        return
    server = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    server.run(f"CREATE DATABASE {name}")
    yield Settings(state=state, database=server.url(name))
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty(settings: Settings) -> Iterator[Database]:
    """Yield a database without tables."""
    database = Database(target(settings))
    yield database
    database.close()


@pytest.fixture
def database(empty: Database) -> Database:
    """Return a database with the newest schema and no rows."""
    empty.prepare()
    return empty


@pytest.fixture
def add_person(database: Database) -> Callable[[str], Person]:
    """Return a function that adds a person with an address."""

    def add(email: str) -> Person:
        with database.write() as at:
            return people.add(at, email=email, name=email.partition("@")[0], now=NOW)

    return add


@pytest.fixture
def ann(add_person: Callable[[str], Person]) -> Person:
    """Return a person."""
    return add_person("ann@example.com")
