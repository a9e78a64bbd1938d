"""The sentence to say about a product: for the customer's ear, so it names no other customer. No Dash."""

from collections.abc import Sequence

from dashboard.display.formats import Formats
from dashboard.pages.product.data.pairs import AlsoBought, Substitute
from dashboard.records.products import Product
from recsys.reasons import in_ten, one_in

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
    """Return the sentence for a product bought on the same day: how often, or where that is rare how many."""
    other = also.pair.other.name
    if also.share < LEAST_ODDS:
        n = formats.number(also.pair.n_baskets)
        return f"{n} orders with {product.name} also had {other}. Shall I add it?"
    return f"{share_words(also.share)} orders with {product.name} also had {other}. Shall I add it?"


def share_words(share: float) -> str:
    """Return a share of 0-1 as people say it: `6 in 10` from a half on, `1 in 6` below."""
    said = in_ten(share) if share >= 0.5 else one_in(share)
    return "Nearly all" if said.bound == "over " else said.text()


def _instead(product: Product, offer: Substitute, formats: Formats) -> str:
    price = f" for {formats.price(offer.product.price)}" if offer.product.price is not None else ""
    return f"{product.name} is not available. There is {offer.product.name}{price} instead. Shall I send that?"
