from collections.abc import Iterator

import pytest

from dashboard.activity.database.target import FILE
from tests.support.artifacts import publish_small
from tests.support.screens import make_app
from tests.support.sign_in import House


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("local")
    publish_small(folder / "artifacts")
    made = House(make_app(folder, folder / "artifacts", sign_in="local"))
    yield made
    made.at.reader.close()


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    """Yield the app of the module with an empty database."""
    yield one_house
    for file in one_house.at.settings.state.glob(f"{FILE}*"):
        file.unlink()
    one_house.at.database.prepare()
