"""The sentence to say about a product: for the customer's ear, so it names no other customer. No Dash."""

from collections.abc import Sequence

from dashboard.display.formats import Formats
from dashboard.pages.product.data.pairs import AlsoBought, Substitute
from dashboard.records.products import Product

LEAST_ODDS = 0.1  # `1 in 56` persuades nobody


def sentence_to_say(
    product: Product, pairs: Sequence[AlsoBought], instead: Sequence[Substitute], formats: Formats
) -> str:
    """Return what to offer: a substitute where it cannot be had, else what others also take, else its price."""
    if not product.can_be_sold:
        return _instead(product, instead[0], formats) if instead else f"{product.name} is not available."
    sellable = next((one for one in pairs if one.pair.other.can_be_sold), None)
    if sellable is not None:
        return add_on(product, sellable, formats)
    price = f" {formats.price(product.price)}" if product.price is not None else ""
    size = f", {product.pack_size}" if product.pack_size and product.pack_size not in product.name else ""
    return f"{product.name}{size}:{price}." if price else f"{product.name}{size}."


def add_on(product: Product, also: AlsoBought, formats: Formats) -> str:
    """The sentence for one product that others take on the same day: how often, or where that is seldom how many."""
    other = also.pair.other.name
    if also.share < LEAST_ODDS:
        n = formats.number(also.pair.n_baskets)
        return f"{n} orders with {product.name} also had {other}. Shall I add it?"
    return f"{odds(also.share)} orders with {product.name} also had {other}. Shall I add it?"


def odds(share: float) -> str:
    """A share of 0-1 as people say it: `6 in 10` from a half on, `1 in 6` below."""
    if share >= 0.95:
        return "Nearly all"
    return f"{_half_up(share * 10)} in 10" if share >= 0.5 else f"1 in {_half_up(1 / share)}"


def _instead(product: Product, offer: Substitute, formats: Formats) -> str:
    price = f" for {formats.price(offer.product.price)}" if offer.product.price is not None else ""
    return f"{product.name} is not available. There is {offer.product.name}{price} instead. Shall I send that?"


def _half_up(number: float) -> int:
    return int(number + 0.5)
