"""What the stock system said last of each product."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.batches import batches
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import AVAILABILITY
from dashboard.activity.shop_records import Stock

AT_ONCE = 500  # rows in one statement
ADVISORY_LOCK = 7_283_019_453  # any number that no other lock has


def push(at: Writing, stocks: Sequence[Stock]) -> int:
    """Save what is newer than what is known of each product, and return of how many products it was."""
    newest: dict[str, Stock] = {}
    for one in stocks:
        if one.product_id not in newest or newest[one.product_id].at < one.at:
            newest[one.product_id] = one
    if at.dialect != "sqlite":  # one push after the other: of two with one number the later would not be read
        at.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    change = last_change(at) + 1
    into: Any = (sqlite if at.dialect == "sqlite" else postgresql).insert(AVAILABILITY)
    n_changed = 0
    for part in batches(sorted(newest), AT_ONCE):  # in one order: pushes at once do not wait for each other in a ring
        new = into.values([{**newest[product_id]._asdict(), "change": change} for product_id in part])
        others = {name: new.excluded[name] for name in ("is_available", "stock", "at", "change")}
        is_newer = AVAILABILITY.c.at < new.excluded.at
        kept = new.on_conflict_do_update(index_elements=["product_id"], set_=others, where=is_newer)
        n_changed += len(at.execute(kept.returning(AVAILABILITY.c.product_id)).all())
    return n_changed


def last_change(at: Reading) -> int:
    """Return the number of the newest push; 0 before the first."""
    return int(at.execute(select(func.coalesce(func.max(AVAILABILITY.c.change), 0))).scalar_one())


def words(at: Reading) -> dict[str, Stock]:
    """Return what was said last of each product, by id."""
    rows = at.execute(select(*(AVAILABILITY.c[name] for name in Stock._fields)))
    return {row[0]: Stock._make(row) for row in rows}
