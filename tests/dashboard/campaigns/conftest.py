"""The small version with addresses for everyone but NEW1, and a desk with a database of its own."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database.connect import Database
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.display.page_context import PageContext
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import TODAY, context_of
from tests.support.figures import figures, ranked_recommendations

ContextOf = Callable[..., PageContext]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("campaigns")
    customers = [
        row | {"email": f"{row['customer_id'].lower()}@example.com" if row["customer_id"] != "NEW1" else None}
        for row in small_rows()["customers"]
    ]
    customers = [row | ({"new_products": 1} if row["customer_id"] in ("CAFE1", "CAFE2") else {}) for row in customers]
    prospects = [
        row
        | ({"chance": 0.25, "expected": 11.25} if (row["product_id"], row["customer_id"]) == ("P2", "HOTEL1") else {})
        for row in small_rows()["prospects"]
    ]
    changed = {"customers": customers, "prospects": prospects, "recommendations": ranked_recommendations()}
    publish_small(folder, changed=changed, evaluation=figures())
    return Repository(Reader(folder))


@pytest.fixture
def context(repository: Repository, database: Database) -> ContextOf:
    """Return what makes a viewer's context, on a day of the clock."""

    def made(viewer: Viewer = EVERYONE, today: date = TODAY, person_id: int = 1) -> PageContext:
        return context_of(repository, viewer, desk=Desk(database, LostRule(), today, person_id))

    return made
