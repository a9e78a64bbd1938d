"""Which lists were on whose screen: without them nobody can ever measure what the lists are worth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import select

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SHOWN_LISTS
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import Sighting


def record(at: Writing, sighting: Sighting, lists: Mapping[str, Sequence[str]]) -> None:
    """Remember lists by name with their products as they were on the screen; the same list again that day adds none."""
    for name, product_ids in lists.items():
        if product_ids:
            values = {**asdict(sighting), "list": name, "product_ids": json.dumps(list(product_ids))}
            insert_missing(at, SHOWN_LISTS, values)


def recorded(at: Reading, sighting: Sighting) -> frozenset[str]:
    """Return the names of the lists that were remembered of a customer that day."""
    where = [SHOWN_LISTS.c[name] == value for name, value in asdict(sighting).items()]
    return frozenset(at.execute(select(SHOWN_LISTS.c.list).where(*where)).scalars())
