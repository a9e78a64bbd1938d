"""The small version with something to raise of every kind; the data reach to 15 November, the clock says the 17th.

Ann's: CAFE1 is due for P2 since the 4th and had P4 in these weeks of last year, CAFE2 lost P1. Bob's HOTEL1 lost P1,
too.
"""

from pathlib import Path
from typing import Any

import pytest

from dashboard.data.repository import Repository
from recsys.artifacts.reader import Reader
from tests.support.alerts import alert_rows_changed
from tests.support.artifacts import publish_small
from tests.support.figures import figures

ALERT_TEST = {
    "cut": "2026-08-17",
    "days": 90,
    "pairs": {"rows": 6, "customers": 3, "of_customers": 3},
    "customers": {"rows": 3, "customers": 3, "of_customers": 3},
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("alerts")
    evaluation: dict[str, Any] = {**figures(), "alerts": ALERT_TEST}
    publish_small(folder, changed=alert_rows_changed(), evaluation=evaluation)
    return Repository(Reader(folder))


@pytest.fixture
def without_test(tmp_path: Path) -> Repository:
    """Return data of an earlier release, which has no back-test."""
    publish_small(tmp_path, changed={**alert_rows_changed(), "alert_pairs": [], "alert_customers": []})
    return Repository(Reader(tmp_path))
