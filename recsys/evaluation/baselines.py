"""The models that are compared, by the names they have in reports."""

from dataclasses import replace

from recsys.evaluation.split import Split
from recsys.models.base import Model
from recsys.models.own_frequent import MostBaskets, OwnFrequent
from recsys.models.registry import customer_knn, ease, item_cosine, own_frequent, ranker, tifu_knn
from recsys.options import BuildOptions

REFERENCES = ("popular", "own_frequent", "tifu_knn", "ease", "published")  # what every other model is paired with


def contenders(split: Split, options: BuildOptions | None = None) -> dict[str, Model]:
    """Return every model that can be evaluated on a split, the published baselines first, what ships last.

    `popular` is the papers' popularity, by baskets and over everyone; `own_frequent` is GP-TopFreq,
    `own_frequent_only` P-TopFreq, which lists nothing new.
    """
    told = options or BuildOptions()
    return {
        "popular": MostBaskets(),
        "own_frequent_only": OwnFrequent(then_popular=False),
        "own_frequent": own_frequent(told),
        "customer_knn": customer_knn(told),
        "item_cosine": item_cosine(told),
        "tifu_knn": tifu_knn(told),
        "ease": ease(told),
        "ranker": replace(ranker(told), hold_out=split.learn),
    }
