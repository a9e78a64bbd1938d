"""What happened in the web shop as the table `events` of the schema that a build reads."""

from collections.abc import Iterator, Mapping
from datetime import UTC

from dashboard.activity.database import shop_events
from dashboard.activity.database.connect import Database
from dashboard.activity.shop_records import KINDS, SEARCH, SHOWN, ShopEvent

AT_ONCE = 10_000  # events in memory
NAMES = {kind: kind for kind in KINDS if kind != SEARCH} | {SHOWN: "impression"}  # a search is of no product
Row = Mapping[str, object]


def shop_rows(database: Database) -> Iterator[list[Row]]:
    """Yield the shop's events in the order in which they came in, those that were there when it began.

    The kind of a search is None: no build reads it. An event without a customer has none here either.
    """
    last = 0
    with database.read() as at:
        newest = shop_events.newest_id(at)
    while True:
        with database.read() as at:
            last, found = shop_events.in_order(at, after_id=last, upto_id=newest, limit=AT_ONCE)
        if not found:
            return
        yield [_row(one) for one in found]


def _row(one: ShopEvent) -> Row:
    return {
        "event_id": f"S{one.event_id}",
        "customer_id": one.customer_id,
        "product_id": one.product_id,
        "kind": NAMES.get(one.kind),
        "at": one.at.astimezone(UTC).replace(tzinfo=None),
        "session_id": one.session,
        "list": one.list,
        "version": None,
        "arm": one.arm,
    }
