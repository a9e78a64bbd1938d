"""The small version, open, with orders from two years before."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.data.repository import Repository
from recsys.artifacts.reader import Reader
from tests.support import artifacts
from tests.support.artifacts import publish_small


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(artifacts, "FACTS", replace(artifacts.FACTS, first_order_on=date(2024, 11, 15)))
        publish_small(folder)
    return Repository(Reader(folder))
