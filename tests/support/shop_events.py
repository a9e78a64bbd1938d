"""Events of the shop as its streams carry them."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from dashboard.activity.database.connect import Database


def event(event_id: str, **others: Any) -> dict[str, Any]:
    """Return a view of now."""
    at = datetime.now(UTC).isoformat()
    return {"event_id": event_id, "kind": "view", "at": at, "customer_id": "CAFE1", "product_id": "P1", **others}


def content(event_id: str, **others: Any) -> bytes:
    """Return it as JSON."""
    return json.dumps(event(event_id, **others)).encode()


def kept_ids(database: Database) -> list[str]:
    """Return the numbers of all events in a database, each as often as it is there, sorted."""
    with database.read() as at:
        return sorted(at.execute(text("SELECT event_id FROM shop_events")).scalars())
