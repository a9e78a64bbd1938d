"""Which lists were on whose screen: without them nobody can ever measure what the lists are worth."""

import json
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, select

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SHOWN_LISTS
from dashboard.activity.database.upsert import insert_missing


def record(
    at: Writing,
    *,
    person_id: int,
    customer_id: str,
    version: str,
    day: date,
    lists: Iterable[tuple[str, Sequence[str]]],
) -> None:
    """Remember lists by name with their products as they were on the screen; the same list again that day adds none."""
    key = {"person_id": person_id, "customer_id": customer_id, "version": version, "day": day}
    for name, product_ids in lists:
        if product_ids:
            insert_missing(at, SHOWN_LISTS, {**key, "list": name, "product_ids": json.dumps(list(product_ids))})


def recorded(at: Reading, *, person_id: int, customer_id: str, version: str, day: date) -> frozenset[str]:
    """Return the names of the lists that were remembered of a customer that day."""
    where = (
        SHOWN_LISTS.c.customer_id == customer_id,
        SHOWN_LISTS.c.day == day,
        SHOWN_LISTS.c.person_id == person_id,
        SHOWN_LISTS.c.version == version,
    )
    return frozenset(at.execute(select(SHOWN_LISTS.c.list).where(*where)).scalars())


def remove_of_customer(at: Writing, customer_id: str) -> int:
    """Remove what was shown of a customer; return how many lists."""
    return at.execute(delete(SHOWN_LISTS).where(SHOWN_LISTS.c.customer_id == customer_id)).rowcount
