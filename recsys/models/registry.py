"""Every model by its name, made from a build's options."""

from collections.abc import Callable

from recsys.models.base import Model
from recsys.models.bundles import Bundles
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ease import Ease
from recsys.models.item_cosine import ItemCosine
from recsys.models.own_frequent import OwnFrequent
from recsys.models.popular import Popular
from recsys.models.ranker.ranker import Ranker
from recsys.models.tifu_knn import TifuKnn
from recsys.options import BuildOptions


def customer_knn(options: BuildOptions) -> CustomerKnn:
    """Return the model of nearest customers."""
    return CustomerKnn(
        options.knn_customers,
        options.half_life_days,
        options.own_half_life_days,
        options.own_weight,
        options.block_customers,
    )


def item_cosine(options: BuildOptions) -> ItemCosine:
    """Return the model of nearest products."""
    return ItemCosine(options.knn_products, block_rows=options.block_customers)


def bundles(options: BuildOptions) -> Bundles:
    """Return the model of frequent itemsets."""
    return Bundles(
        options.min_support,
        options.min_baskets,
        options.max_bundles,
        options.min_segment_baskets,
        options.pair_baskets,
        options.pair_lift,
        options.covered_share,
    )


def popular(options: BuildOptions) -> Popular:
    """Return the model of best sellers."""
    return Popular(options.popular_length, options.min_segment_customers)


def own_frequent(options: BuildOptions) -> OwnFrequent:
    """Return the model of own baskets, with ties and the rest by popularity; it has no options."""
    return OwnFrequent()


def tifu_knn(options: BuildOptions) -> TifuKnn:
    """Return TIFU-kNN with the parameters of its paper; it has no options."""
    return TifuKnn()


def ease(options: BuildOptions) -> Ease:
    """Return the model that predicts every product from all others; it has no options."""
    return Ease()


def ranker(options: BuildOptions) -> Ranker:
    """Return the model that ranks the candidates of the other models."""
    return Ranker(customer_knn(options), item_cosine(options), ease(options))


MODELS: dict[str, Callable[[BuildOptions], Model]] = {
    "customer_knn": customer_knn,
    "item_cosine": item_cosine,
    "bundles": bundles,
    "popular": popular,
    "own_frequent": own_frequent,
    "tifu_knn": tifu_knn,
    "ease": ease,
    "ranker": ranker,
}
