import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.target import FILE
from dashboard.settings import Settings
from tests.support.activity import prepare
from tests.support.postgres import BOTH


@pytest.fixture(scope="module", params=BOTH)
def at_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Yield the setting that names a new database; none for the file in the state folder."""
    if request.param == "sqlite":
        yield {}
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {"database": url}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the newest schema and no rows, to be copied: migrating takes ten times as long."""
    settings = Settings(state=tmp_path_factory.mktemp("template"))
    prepare(settings)
    return settings.state / FILE


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path)
    opened = open_database(Settings(state=tmp_path))
    opened.prepare()
    yield opened
    opened.close()
