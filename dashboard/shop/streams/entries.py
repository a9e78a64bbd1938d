"""The event in an entry of a stream."""

import json
from collections.abc import Sequence
from datetime import datetime

from dashboard.activity.database.connect import Database
from dashboard.shop.events import IsKnown, Refused, take
from dashboard.shop.streams.source import Entry, Refusal

MOST_BYTES = 16_384


def save(database: Database, entries: Sequence[Entry], now: datetime, is_known: IsKnown) -> tuple[int, list[Refusal]]:
    """Save the events of entries; return how many are new, and what was refused.

    Raises ActivityUnavailable where nothing could be saved.
    """
    raw, of, refused = list[object](), list[Entry](), list[Refusal]()
    for entry in entries:
        try:
            raw.append(event_in(entry))
            of.append(entry)
        except Refused as why:
            refused.append(Refusal(entry, str(why)))
    taken = take(database, raw, now, is_known)
    refused += [Refusal(of[index], why) for index, _, why in taken.refused]
    return taken.n_new, refused


def event_in(entry: Entry) -> object:
    """Return what the JSON of an entry says. Raises Refused."""
    if entry.wrong:
        raise Refused(entry.wrong)
    if len(entry.content) > MOST_BYTES:
        raise Refused(f"the event has {len(entry.content):,} bytes; it may have {MOST_BYTES:,}")
    try:
        return json.loads(entry.content)
    except (ValueError, RecursionError) as error:
        raise Refused("the event is no JSON") from error
