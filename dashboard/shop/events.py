"""Checks the shop's events one by one and saves the good ones, each once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.activity.database import shop_events
from dashboard.activity.database.connect import Database
from dashboard.activity.shop_records import CART, CLICK, KINDS, ORDER, SEARCH, UNCART, VIEW, ShopEvent

MOST_LETTERS = 200  # of an id, or a text
AHEAD = timedelta(minutes=5)  # by which a shop's clock may be fast
TOO_EARLY = "at is more than 5 minutes in the future; is the clock right?"
OLDEST = timedelta(days=30)
MOST_QUANTITY = 1_000_000_000
MOST_NAMED = 3  # of the fields that an event does not have
OF_A_PRODUCT = (VIEW, CLICK, CART, UNCART, ORDER)
_TEXTS = ("customer_id", "session", "product_id", "list", "text", "arm")
_WORD = re.compile(r"[a-z][a-z_]{0,29}")

IsKnown = Callable[[str], bool]  # whether the published version has a product


class Refused(Exception):
    """An event that is not saved: the message says why, without what is in it."""


@dataclass(frozen=True)
class Taken:
    """What became of a batch; a refused event is (its place in the batch, its number if it has one, why)."""

    n_new: int
    n_known: int
    refused: tuple[tuple[int, str, str], ...]


def take(database: Database, batch: Sequence[object], now: datetime, is_known: IsKnown = lambda _: True) -> Taken:
    """Save a batch of raw events and return what became of each; nothing is saved before all were checked.

    is_known    whether the version has a product

    Once this returns, the good ones are in the database for good. Sending a batch again changes nothing.
    Raises ActivityUnavailable where nothing could be saved: send it again.
    """
    good: list[ShopEvent] = []
    refused: list[tuple[int, str, str]] = []
    for index, raw in enumerate(batch):
        try:
            good.append(checked(raw, now, is_known))
        except Refused as why:
            refused.append((index, _number(raw), str(why)))
    n_new = 0
    if good:
        with database.write() as at:
            n_new = shop_events.add(at, good, now)
    return Taken(n_new, len(good) - n_new, tuple(refused))


def checked(raw: object, now: datetime, is_known: IsKnown) -> ShopEvent:
    """Return a raw event as a record. Raises Refused with the reason why not."""
    if not isinstance(raw, Mapping):
        raise Refused("an event is an object")
    surplus = sorted(map(_plain, set(raw) - set(ShopEvent._fields)))[:MOST_NAMED]
    if surplus:
        raise Refused(f"an event has no {', '.join(surplus)}; it has {', '.join(ShopEvent._fields)}")
    event_id, kind = _text(raw, "event_id"), raw.get("kind")
    if event_id is None:
        raise Refused("event_id is missing")
    if kind not in KINDS:
        raise Refused(f"kind is none of {', '.join(KINDS)}")
    texts = {name: _text(raw, name) for name in _TEXTS}
    _check_whole(str(kind), texts, is_known)
    return ShopEvent(event_id, str(kind), _time(raw.get("at"), now), quantity=_quantity(raw.get("quantity")), **texts)


def _check_whole(kind: str, texts: Mapping[str, str | None], is_known: IsKnown) -> None:
    if texts["customer_id"] is None and texts["session"] is None:
        raise Refused("an event without customer_id needs a session")
    product_id = texts["product_id"]
    if kind in OF_A_PRODUCT and product_id is None:
        raise Refused(f"a {kind} needs a product_id")
    if kind == SEARCH and texts["text"] is None:
        raise Refused("a search needs a text")
    if product_id is not None and not is_known(product_id):
        raise Refused("product_id is not a product of the published version")


def _plain(name: object) -> str:
    """Return the name of a field that can be said and logged; what is no plain word may be anything."""
    return name if isinstance(name, str) and _WORD.fullmatch(name) else "such field"


def _text(raw: Mapping[Any, Any], name: str) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused(f"{name} is not a text")
    if not 1 <= len(value) <= MOST_LETTERS:
        raise Refused(f"{name} has {len(value)} letters; it must have 1 to {MOST_LETTERS}")
    if "\0" in value or not _is_utf8(value):
        raise Refused(f"{name} has a letter that no database keeps")
    return value


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _time(value: object, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        at = None
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise Refused("at is not a time with a zone, such as 2026-03-02T09:30:00Z")
    if at > now + AHEAD:
        raise Refused(TOO_EARLY)
    if at < now - OLDEST:
        raise Refused(f"at is more than {OLDEST.days} days ago")
    return at.astimezone(UTC)


def _quantity(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_QUANTITY:
        raise Refused(f"quantity is not a number above 0 and at most {MOST_QUANTITY:,}")
    return float(value)


def _number(raw: object) -> str:
    value = raw.get("event_id") if isinstance(raw, Mapping) else None
    return value[:MOST_LETTERS] if isinstance(value, str) else ""
