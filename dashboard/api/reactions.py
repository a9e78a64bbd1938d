"""How a list of the shop reacts to what its customer did there in the last days."""

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.activity.shop_records import Reaction
from dashboard.api.items import own_item, reason_data
from dashboard.display.page_context import PageContext
from dashboard.display.shop_words import looked_at_words
from dashboard.shop.reaction import reordered

MOST_LOOKED_AT = 20  # the last ones: they and their neighbours rise


def react(
    context: PageContext, shop: Reaction, product_ids: Iterable[str], *, is_new: bool, may_join: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return a list's products as the shop's last days change it.

    is_new    whether it is the list `new`: what was looked at joins it, what was ordered leaves it
    may_join  whether a product that is not on the list may be
    """
    ids = tuple(product_ids)
    looked = sorted(shop.looked_at, key=lambda one: shop.looked_at[one][1], reverse=True)[:MOST_LOOKED_AT]
    latest = Reaction(shop.in_cart, shop.ordered, {one: shop.looked_at[one] for one in looked})
    joined = [one for one in looked if is_new and one not in ids and may_join(one)]
    return reordered((*ids, *joined), latest, context.products.nearest_to, is_new=is_new)


def with_looks(context: PageContext, shop: Reaction, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of a list, ranked in their order; of what was looked at that is the reason."""
    return [{**one, "rank": rank, **_looked_at(context, shop, one["product_id"])} for rank, one in enumerate(items, 1)]


def joined_item(context: PageContext, shop: Reaction, product_id: str) -> dict[str, Any]:
    """Return the line of a product that is on the list because it was looked at."""
    return own_item(context, 0, product_id, None, _looked_at(context, shop, product_id)["reason"])


def _looked_at(context: PageContext, shop: Reaction, product_id: str) -> dict[str, Any]:
    found = shop.looked_at.get(product_id)
    if found is None:
        return {}
    n, last = found
    words = looked_at_words(n, context.formats)
    return {"reason": {**reason_data("looked_at", n, words), "on": context.formats.today(last)}}
