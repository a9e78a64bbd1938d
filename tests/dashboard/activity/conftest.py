"""Each test of this folder that takes `database` runs on SQLite and on a real PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.activity.database import people
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import Person
from dashboard.settings import Settings
from tests.support.activity import NOW, prepare
from tests.support.postgres import BOTH, Server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """Return the name of a database like that."""
    postgres.run("CREATE DATABASE template_ready")
    prepare(Settings(database=postgres.url("template_ready")))
    return "template_ready"


@pytest.fixture(params=BOTH)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Yield settings that name a new and empty database."""
    (tmp_path / "state").mkdir()
    if request.param == "sqlite":
        yield Settings(state=tmp_path / "state")
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield Settings(state=tmp_path / "state", database=url)


@pytest.fixture(params=BOTH)
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Yield settings that name a new database with the newest schema."""
    (tmp_path / "state").mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "state")
        yield Settings(state=tmp_path / "state")
        return
    template = request.getfixturevalue("postgres_template")
    with request.getfixturevalue("postgres").new_database(template) as url:
        yield Settings(state=tmp_path / "state", database=url)


@pytest.fixture
def empty(settings: Settings) -> Iterator[Database]:
    """Yield a database without tables."""
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture
def database(filled: Settings) -> Iterator[Database]:
    """Yield a database with the newest schema and no rows."""
    database = open_database(filled)
    yield database
    database.close()


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
