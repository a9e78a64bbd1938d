"""Who gets the digest, and the link in it that ends it: signed with the app's key, good as long as the key is."""

import hmac
from collections.abc import Collection
from urllib.parse import urlencode

from dashboard.access.permissions import may_open
from dashboard.activity.hashing import keyed_hash

UNSUBSCRIBE = "digest/unsubscribe"


def gets_digest(roles: Collection[str]) -> bool:
    """Return whether the digest is for one of these roles: those that the alerts are for."""
    return may_open("alerts", roles)


def unsubscribe_address(address: str, key: str, person_id: int) -> str:
    """Return the address that ends a person's digest; `address` is that of the app, and ends with its prefix."""
    return f"{address}{UNSUBSCRIBE}?{urlencode({'who': person_id, 'token': _token(key, person_id)})}"


def person_of(key: str, who: str, token: str) -> int | None:
    """Return whose digest a link ends; None for a token that is not that person's."""
    person_id = int(who) if who.isascii() and who.isdigit() and len(who) < 10 else 0
    is_theirs = hmac.compare_digest(_token(key, person_id).encode(), token.encode("utf-8", "replace"))
    return person_id if is_theirs and person_id else None


def _token(key: str, person_id: int) -> str:
    return keyed_hash(key, f"digest of person {person_id}")
