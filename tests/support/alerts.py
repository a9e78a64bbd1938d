"""Rows of the small version with something to raise of every kind of alert."""

from datetime import date
from typing import Any

from tests.support.artifacts import small_rows
from tests.support.figures import ranked_recommendations

_LOST: dict[str, Any] = {
    "list": "lost", "rank": 1, "product_id": "P1", "reason_kind": "stopped", "reason_n": 9, "reason_gap_days": 10.0,
    "chance": 0.5, "quantity": 4.0, "price": 50.0, "value": 200.0, "expected": 100.0,
}  # fmt: skip
_DUE: dict[str, Any] = {
    "list": "usual", "product_id": "P2", "reason_kind": "due_again", "reason_n": 5, "reason_on": date(2026, 10, 21),
    "reason_gap_days": 14.0, "reason_since_days": 25, "due_on": date(2026, 11, 4), "chance": 0.5, "quantity": 4.0,
    "price": 65.0, "value": 260.0, "expected": 130.0,
}  # fmt: skip
_SEASON: dict[str, Any] = {
    "list": "seasonal", "rank": 1, "product_id": "P4", "reason_kind": "same_season", "reason_n": 2,
    "reason_on": date(2025, 12, 1), "quantity": 20.0, "price": 9.0, "value": 180.0,
}  # fmt: skip


def alert_rows_changed(*, is_lost_too: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Return the tables that differ from the small version's.

    is_lost_too   CAFE1 lost the product, too, that is due for them
    """
    return {"recommendations": _recommendations(is_lost_too), "customers": _customers(), "products": _products()}


def _recommendations(is_lost_too: bool) -> list[dict[str, Any]]:
    """Return the lists; CAFE1 has new products besides, and nothing else that they bought before."""
    ranked = ranked_recommendations()
    none = dict.fromkeys(ranked[0]) | {name: ranked[0][name] for name in ("model", "score")}
    rows = [
        *(row for row in ranked if row["customer_id"] != "CAFE1" or row["list"] == "new"),
        none | _DUE | {"customer_id": "CAFE1", "rank": 1},
        none | _SEASON | {"customer_id": "CAFE1"},
        none | _LOST | _lost("CAFE2", worth=900.0, substitute_id="P2", substitute_n=8, long_gap_days=12.0),
        none | _LOST | _lost("HOTEL1", worth=400.0),
    ]
    if is_lost_too:
        rows.append(none | _LOST | _lost("CAFE1", worth=500.0, product_id="P2"))
    return sorted(rows, key=lambda row: (row["customer_id"], row["list"], row["rank"]))


def _lost(customer_id: str, **more: Any) -> dict[str, Any]:
    on = {"reason_on": date(2026, 8, 1), "reason_since_days": 106, "at_stake": 300.0}
    return {"customer_id": customer_id, **on, **more}


def _customers() -> list[dict[str, Any]]:
    """Return the customers; CAFE1 comes every 26 days lately, usual 14."""
    slow = {"n_order_days": 20, "recent_gap_days": 26.0, "order_days_90d": 5, "order_days_90d_before": 6}
    steady = {"n_order_days": 9, "recent_gap_days": 28.0, "order_days_90d": 3, "order_days_90d_before": 3}
    facts = {"CAFE1": slow, "CAFE2": steady}
    return [row | facts.get(row["customer_id"], {}) for row in small_rows()["customers"]]


def _products() -> list[dict[str, Any]]:
    """Return the products; one of P2 is left, and lists would take more."""
    counts = {"P2": {"stock": 1.0, "stock_on": date(2026, 11, 14)}}
    return [row | counts.get(row["product_id"], {}) for row in small_rows()["products"]]
