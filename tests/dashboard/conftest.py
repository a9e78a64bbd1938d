from collections.abc import Iterator

import pytest

from tests.support.postgres import MISSING, Server, is_installed, started


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Yield a PostgreSQL server for all tests of this process."""
    if not is_installed():
        pytest.skip(MISSING)
    with started() as server:
        yield server
