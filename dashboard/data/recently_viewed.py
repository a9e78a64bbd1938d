"""Customers and products that were looked at last; the browser remembers their ids, names come from here. No Dash."""

from typing import Any

from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.product_queries import ProductQueries
from dashboard.records.recently_viewed import Seen

MOST_RECENT = 8
LONGEST_ID = 200


def recently_seen(customers: CustomerQueries, products: ProductQueries, asked: Any) -> tuple[Seen, ...]:
    """Return what the browser asks for, in its order, as far as it is there and the viewer's to see.

    asked   texts such as `customer:00123` and `product:10417`; anything else is left out
    """
    found = []
    for one in list(asked)[: 2 * MOST_RECENT] if isinstance(asked, list) else []:
        kind, _, what_id = one[:LONGEST_ID].partition(":") if isinstance(one, str) else ("", "", "")
        name = _name(customers, products, kind, what_id)
        if name is not None:
            found.append(Seen(kind, what_id, name))
    return tuple(found[:MOST_RECENT])


def _name(customers: CustomerQueries, products: ProductQueries, kind: str, what_id: str) -> str | None:
    if kind == "customer":
        return customers.name(what_id)
    if kind == "product":
        product = products.get(what_id)
        return product.name if product else None
    return None
