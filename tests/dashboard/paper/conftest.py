from pathlib import Path

import pytest

from dashboard.activity.database.connect import Database
from dashboard.data.desk import Desk
from dashboard.paper.pdf import PdfMaker
from dashboard.web.fonts import inter_file
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import TODAY
from tests.support.figures import figures, ranked_recommendations


@pytest.fixture(scope="session")
def maker() -> PdfMaker:
    return PdfMaker(inter_file())


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small version, CAFE1's lines with chances."""
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return folder


@pytest.fixture
def desk(database: Database) -> Desk:
    """Return the desk of a person on which things can be recorded."""
    return Desk(database, LostRule(), TODAY, 7)
