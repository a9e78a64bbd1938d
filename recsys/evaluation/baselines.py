"""The models that an evaluation compares, by their names in reports."""

from dataclasses import replace

from recsys.evaluation.split import Split
from recsys.models.base import Model
from recsys.models.own_frequent import MostBaskets, OwnFrequent
from recsys.models.registry import customer_knn, ease, item_cosine, own_frequent, ranker, tifu_knn
from recsys.options import BuildOptions

# Every other model is compared with these, customer by customer.
REFERENCES = ("popular", "own_frequent", "tifu_knn", "ease", "published")


def compared_models(split: Split, options: BuildOptions | None = None) -> dict[str, Model]:
    """Return every model that can be evaluated on a split, by name: baselines first, a build's ranker last.

    `popular` is the papers' popularity: baskets of all customers. `own_frequent` is GP-TopFreq; `own_frequent_only`
    is P-TopFreq, which lists no new products.

    options  None: the defaults of a build
    """
    options = options or BuildOptions()
    return {
        "popular": MostBaskets(),
        "own_frequent_only": OwnFrequent(then_popular=False),
        "own_frequent": own_frequent(options),
        "customer_knn": customer_knn(options),
        "item_cosine": item_cosine(options),
        "tifu_knn": tifu_knn(options),
        "ease": ease(options),
        "ranker": replace(ranker(options), hold_out=split.learn),
    }
