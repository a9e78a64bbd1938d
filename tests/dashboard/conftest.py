from collections.abc import Iterator

import pytest

from tests.support.postgres import BOTH


@pytest.fixture(scope="module", params=BOTH)
def at_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Yield the setting that names a new database; none for the file in the state folder."""
    if request.param == "sqlite":
        yield {}
        return
    with request.getfixturevalue("postgres").new_database() as url:
        yield {"database": url}
