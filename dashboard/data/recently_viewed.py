"""Customers and products that were looked at last; the browser remembers their ids, names come from here. No Dash."""

from typing import Any

from dashboard.access.viewer import Viewer
from dashboard.data.repository import Repository
from dashboard.records.recently_viewed import Seen

MOST_RECENT = 8
LONGEST_ID = 200


def recently_seen(repository: Repository, viewer: Viewer, asked: Any, version: str = "") -> tuple[Seen, ...]:
    """Return what the browser asks for, in its order, as far as it is there and the viewer's to see.

    asked   texts such as `customer:00123` and `product:10417`; anything else is left out
    """
    found = []
    for one in list(asked)[: 2 * MOST_RECENT] if isinstance(asked, list) else []:
        kind, _, what_id = one[:LONGEST_ID].partition(":") if isinstance(one, str) else ("", "", "")
        name = _name(repository, viewer, kind, what_id, version)
        if name is not None:
            found.append(Seen(kind, what_id, name))
    return tuple(found[:MOST_RECENT])


def _name(repository: Repository, viewer: Viewer, kind: str, what_id: str, version: str) -> str | None:
    if kind == "customer":
        return repository.customer_name(viewer, what_id, version)
    if kind == "product":
        product = repository.product(what_id, version)
        return product.name if product else None
    return None
