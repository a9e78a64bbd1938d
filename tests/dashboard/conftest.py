from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.activity.database.connect import Database, open_database
from dashboard.settings import Settings
from tests.support.postgres import BOTH


@pytest.fixture(scope="module", params=BOTH)
def at_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Yield the setting that names a new database; none for the file in the state folder."""
    if request.param == "sqlite":
        yield {}
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {"database": url}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(Settings(state=tmp_path))
    opened.prepare()
    yield opened
    opened.close()
