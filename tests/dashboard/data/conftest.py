"""The small version, open; one with calls."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.data.repository import Repository
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.figures import figures, ranked_recommendations

LOST_ROW: dict[str, Any] = {
    "customer_id": "CAFE2", "list": "lost", "rank": 1, "product_id": "P1", "reason_kind": "stopped", "reason_n": 9,
    "reason_on": date(2026, 8, 1), "reason_gap_days": 10.0, "reason_since_days": 106, "chance": 0.5, "quantity": 4.0,
    "price": 50.0, "value": 200.0, "expected": 100.0, "worth": 900.0, "at_stake": 300.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return Repository(Reader(folder))


@pytest.fixture(scope="module")
def with_calls(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return data in which CAFE1's order is due (expected 48.20 and 1.00) and CAFE2 lost a product (101.00)."""
    rows = ranked_recommendations()
    lost = {name: None for name in rows[0]} | {name: rows[0][name] for name in ("model", "score")} | LOST_ROW
    rows = sorted([*rows, lost], key=lambda row: (row["customer_id"], row["list"], row["rank"]))
    facts = {
        "CAFE1": {"usual_gap_days": 13.0, "due_expected": 48.2, "new_expected": 1.0},
        "CAFE2": {"usual_gap_days": 90.0, "lost_products": 1, "lost_expected": 100.0, "new_expected": 1.0},
    }
    customers = [row | facts.get(row["customer_id"], {}) for row in small_rows()["customers"]]
    folder: Path = tmp_path_factory.mktemp("calls")
    publish_small(folder, changed={"recommendations": rows, "customers": customers}, evaluation=figures())
    return Repository(Reader(folder))
