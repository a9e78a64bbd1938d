"""What to say about a product, whoever the customer: it names no other customer. No Dash."""

from collections.abc import Sequence

from dashboard.display.product_pairs import AlsoBought, Substitute
from dashboard.display.spoken.sentences import Speech
from dashboard.records.products import Product


def sentence_to_say(
    product: Product, pairs: Sequence[AlsoBought], instead: Sequence[Substitute], speech: Speech
) -> str:
    """Return what to offer: a substitute where it cannot be had, else what others also take, else its price."""
    if not product.can_be_sold:
        return speech.of_product(product, instead[0].product if instead else None)
    sellable = next((one.pair for one in pairs if one.pair.other.can_be_sold), None)
    return speech.add_on(product, sellable.other, sellable.n_baskets) if sellable else speech.of_product(product)
