"""The small version, open."""

from pathlib import Path

import pytest

from dashboard.data.repository import Repository
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return Repository(Reader(folder))
