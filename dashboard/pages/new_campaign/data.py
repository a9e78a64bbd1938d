"""What the page of a new campaign shows: its fields, and whom the draw would take. No Dash, nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard.activity.campaign_records import Offer
from dashboard.campaigns.draw import MOST_DAYS, MOST_SEED, Draw, DrawOptions, draw
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.offer_words import mail_text, price_words, set_cost, set_price
from dashboard.campaigns.offers import new_seed, offers_of
from dashboard.campaigns.source_words import SourceWords, source_words, suggested_name
from dashboard.campaigns.sources import Source
from dashboard.display.new_line_words import new_line_words
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of

MOST_SIZE = 1_000_000
MOST_PRICE = 10_000_000
MOST_HELD = 50  # percent
DEFAULTS = {"held": "20", "days": "28", "rest": "28"}
# By the name in the address: what the field is called, its bounds, and whether it may be empty.
WHOLE = {
    "size": ("Customers at most", 1, MOST_SIZE, True),
    "held": ("Held out, %", 0, MOST_HELD, False),
    "days": ("Days in which orders count", 1, MOST_DAYS, False),
    "rest": ("Days since another campaign", 0, MOST_DAYS, False),
    "seed": ("Seed of the lot", 0, MOST_SEED, False),
}
PRICES = {
    "price": ("Price of the set", 0, MOST_PRICE),
    "discount": ("Discount, %", 0, 99),
}
FIELDS = (*WHOLE, *PRICES)


@dataclass(frozen=True)
class Asked:
    """The fields as they are typed, by name; and as they are meant."""

    options: DrawOptions
    price: float | None
    discount: float | None


@dataclass(frozen=True)
class SampleRow:
    """A customer of the mailing with what they would be offered first, as the list will have it.

    chance      of that product
    n_more      products that they are offered beside it
    expected    of all that is expected of them: the rows are in its order
    fit         of a new line, in whose order they are then, 0-1
    """

    customer_id: str
    name: str
    product_id: str
    product: str
    chance: float | None
    n_more: int
    expected: float | None
    fit: float | None
    reason: str


@dataclass(frozen=True)
class Preview:
    """A draw before it is saved.

    sample      of those who get the mail, in the order of the draw
    text        suggested for the mail; `price` says what the set and its discount come to, empty without a price
    """

    drawn: Draw
    sample: tuple[SampleRow, ...]
    text: str
    price: str


@dataclass(frozen=True)
class NewCampaignPage:
    """All of the page.

    why_not     what is wrong with a field; then there is no preview
    new_line    how good it is to ask for whom a new line fits; empty where the campaign is from something else
    """

    version: str
    as_of: date
    source: SourceWords
    name: str
    fields: Mapping[str, str]
    has_price: bool
    preview: Preview | None
    why_not: str
    new_line: str = ""


def new_campaign_page(context: PageContext, source: Source, query: Mapping[str, Any]) -> NewCampaignPage:
    """Return the page, with the fields as the address names them.

    Raises CampaignError for a source that is not there, ActivityUnavailable without the database.
    """
    price = set_price(context, source)
    suggested = {**DEFAULTS, "size": "", "seed": str(new_seed()), "discount": ""}
    suggested["price"] = "" if price is None else f"{price:.2f}"
    said = {name: text_of(query.get(name)).strip()[:20] for name in FIELDS}
    fields = {name: said[name] or suggested[name] for name in FIELDS}
    preview, why_not = None, ""
    try:
        asked = asked_of(fields)
    except CampaignError as error:
        why_not = str(error)
    else:
        preview = preview_of(context, source, asked)
    return NewCampaignPage(
        version=context.version.id,
        as_of=context.as_of,
        source=source_words(context, source),
        name=text_of(query.get("name")).strip() or suggested_name(context, source),
        fields=fields,
        has_price=source.kind in ("bundle", "product"),
        preview=preview,
        why_not=why_not,
        new_line=_new_line(context) if preview is not None and preview.drawn.found.is_by_profile else "",
    )


def _new_line(context: PageContext) -> str:
    return new_line_words(context.version.report().build.new_lines, context.formats)


def asked_of(fields: Mapping[str, Any]) -> Asked:
    """Return what the fields mean. Raises CampaignError that names the field, what is in it, and what it takes."""
    whole = {name: _whole(name, fields.get(name)) for name in WHOLE}
    price, discount = (_amount(name, fields.get(name)) for name in PRICES)
    options = DrawOptions(
        seed=whole["seed"] or 0,
        size=whole["size"],
        held_share=(whole["held"] or 0) / 100,
        window_days=whole["days"] or 0,
        rest_days=whole["rest"] or 0,
    )
    return Asked(options, price, discount / 100 if discount else None)


def preview_of(context: PageContext, source: Source, asked: Asked) -> Preview:
    """Return whom a draw takes, with a sample of what they would get; see `new_campaign_page` for what it raises."""
    drawn = draw(context, source, asked.options)
    words = price_words(context, asked.price, asked.discount, set_cost(context, source))
    return Preview(drawn, tuple(_sample(context, drawn)), mail_text(context, drawn), words)


def _sample(context: PageContext, drawn: Draw) -> list[SampleRow]:
    offers: dict[str, list[Offer]] = {}
    for offer in offers_of(context, replace(drawn, drawn=drawn.first)):
        offers.setdefault(offer.customer_id, []).append(offer)
    return [
        SampleRow(
            customer_id=one.customer.customer_id,
            name=one.customer.name,
            product_id=first.product_id,
            product=context.products.name(first.product_id),
            chance=first.chance,
            n_more=len(more),
            expected=one.expected,
            fit=one.fit.share if one.fit else None,
            reason=first.reason,
        )
        for one in drawn.first
        if one.customer.customer_id in offers
        for first, *more in [offers[one.customer.customer_id]]
    ]


def _whole(name: str, value: Any) -> int | None:
    label, least, most, may_be_empty = WHOLE[name]
    text = "" if value is None else str(value).strip()
    if not text and may_be_empty:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= most):
        empty = ", or nothing" if may_be_empty else ""
        raise CampaignError(f"{label} is {_said(text)}; enter a whole number from {least:,} to {most:,}{empty}.")
    return int(text)


def _amount(name: str, value: Any) -> float | None:
    label, least, most = PRICES[name]
    text = "" if value is None else str(value).strip().replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not least <= found <= most:
        raise CampaignError(f"{label} is {_said(text)}; enter a number from {least:,} to {most:,}, or nothing.")
    return found


def _said(text: str) -> str:
    return f"“{text[:20]}”" if text else "empty"
