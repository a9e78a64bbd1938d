"""Where a campaign's customers come from, as a readable query string says it.

    from=bundle&bundle=Cafe/1                      who has all but one or two of its products
    from=segment&rfm=At+risk&segment=Cafe&region=North    who is in all of the groups that are named
    from=cells&cells=R2F3,R2F4                     who is in one of the cells of recency and frequency
    from=moved&rfm=At+risk&since=<version>         who is in a segment now and was not then
    from=product&product=31140                     who fits a product: whose list of new products holds it; of a new
                                                   line who buys what is most like it

What is offered: of a bundle what is missing, of a product it; else `products=31140,31127` as far as it was never
bought, or each customer's own best: `offer=new` what they never bought, `offer=lost` what they stopped buying.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args
from urllib.parse import parse_qsl, quote_plus

from dashboard.campaigns.errors import CampaignError
from dashboard.display.request_values import text_of

Kind = Literal["bundle", "segment", "cells", "moved", "product"]
OfferKind = Literal["new", "lost"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OFFERS: tuple[OfferKind, ...] = get_args(OfferKind)
LONGEST = 400  # letters of a value that came by the address
MOST_PRODUCTS = 20
_CELL = re.compile(r"R([1-5])F([1-5])")
_LISTS = frozenset({"cells", "products"})
# Which of the values a source of a kind needs: at least one of them.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "bundle": ("bundle",),
    "segment": ("rfm", "cluster", "segment", "region"),
    "cells": ("cells",),
    "moved": ("rfm",),
    "product": ("product",),
}


@dataclass(frozen=True)
class Source:
    """Who a campaign is for. Empty is not asked.

    rfm         a named RFM segment; `cluster` a number of one of k-means
    segment, region     the given ones
    cells       of recency and frequency, e.g. `R2F3`
    since       the version that moves are counted from; empty: the one before, as the build says it
    was         of moves: the RFM segment before, if only those from there are wanted
    products    what is offered, if the kind does not say it; `offer` whose own best, without them
    """

    kind: Kind
    bundle: str = ""
    rfm: str = ""
    cluster: str = ""
    segment: str = ""
    region: str = ""
    cells: tuple[str, ...] = ()
    since: str = ""
    was: str = ""
    product: str = ""
    products: tuple[str, ...] = ()
    offer: OfferKind = "new"


def source_of(query: Mapping[str, object] | str) -> Source:
    """Return the source that an address names. Raises CampaignError for one that names none, or not enough of it."""
    values = dict(parse_qsl(query)) if isinstance(query, str) else query
    said = {name: text_of(values.get(name))[:LONGEST].strip() for name in ("from", *_NAMES)}
    asked, wanted = said.pop("from"), said.pop("offer") or "new"
    kind = next((kind for kind in KINDS if kind == asked), None)
    if kind is None:
        raise CampaignError(f"The address does not say who the campaign is for: from= is one of {', '.join(KINDS)}.")
    offer = next((offer for offer in OFFERS if offer == wanted), None)
    if offer is None:
        raise CampaignError(f"offer= is one of {', '.join(OFFERS)}.")
    lists = {name: tuple(dict.fromkeys(filter(None, said.pop(name).split(",")))) for name in _LISTS}
    source = Source(kind, offer=offer, cells=lists["cells"], products=lists["products"], **said)
    _check(source)
    return source


def query_of(source: Source) -> str:
    """Return the query string of a source: `source_of` returns an equal source of it."""
    said: dict[str, str] = {"from": source.kind}
    for name in _NAMES:
        value = getattr(source, name)
        text = ",".join(value) if isinstance(value, tuple) else value
        if text and not (name == "offer" and text == "new"):
            said[name] = text
    return "&".join(f"{name}={quote_plus(value, safe='/,:')}" for name, value in said.items())


def cell_of(text: str) -> tuple[int, int]:
    """Return recency and frequency of a cell such as `R2F3`. Raises CampaignError for another text."""
    found = _CELL.fullmatch(text)
    if found is None:
        raise CampaignError(f"{text!r} is no cell; a cell is R1 to R5 and F1 to F5, such as R2F3.")
    return int(found[1]), int(found[2])


_NAMES = tuple(field.name for field in fields(Source) if field.name != "kind")


def _check(source: Source) -> None:
    needs = _NEEDS[source.kind]
    if not any(getattr(source, name) for name in needs):
        raise CampaignError(f"A campaign from a {source.kind} needs one of {', '.join(f'{name}=' for name in needs)}.")
    if len(source.products) > MOST_PRODUCTS:
        raise CampaignError(f"{len(source.products)} products are offered; a campaign offers at most {MOST_PRODUCTS}.")
    for cell in source.cells:
        cell_of(cell)
