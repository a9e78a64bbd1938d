"""The models that an evaluation compares, by their names in reports."""

from dataclasses import dataclass, replace

from recsys.dataset.interactions import Interactions
from recsys.evaluation.split import Split
from recsys.models.base import Fitted, Model
from recsys.models.own_frequent import MostBaskets, OwnFrequent
from recsys.models.registry import customer_knn, ease, item_cosine, own_frequent, ranker, tifu_knn
from recsys.options import BuildOptions

# Every other model is compared with these, customer by customer.
REFERENCES = ("popular", "own_frequent", "tifu_knn", "ease", "published", "ranker_without_events")


@dataclass(frozen=True)
class WithoutEvents:
    """A model that learns from orders alone."""

    model: Model
    name: str = "ranker_without_events"

    def fit(self, interactions: Interactions) -> Fitted:
        return self.model.fit(replace(interactions, events=None))


def compared_models(split: Split, options: BuildOptions | None = None) -> dict[str, Model]:
    """Return every model that can be evaluated on a split, by name: baselines first, a build's ranker last.

    `popular` is the papers' popularity: baskets of all customers. `own_frequent` is GP-TopFreq; `own_frequent_only`
    is P-TopFreq, which lists no new products. `ranker_without_events` is there where events are known.

    options  None: the defaults of a build
    """
    options = options or BuildOptions()
    model = replace(ranker(options), hold_out=split.learn)
    has_events = split.held_out.history.events is not None
    plain: dict[str, Model] = {"ranker_without_events": WithoutEvents(model)} if has_events else {}
    return {
        "popular": MostBaskets(),
        "own_frequent_only": OwnFrequent(then_popular=False),
        "own_frequent": own_frequent(options),
        "customer_knn": customer_knn(options),
        "item_cosine": item_cosine(options),
        "tifu_knn": tifu_knn(options),
        "ease": ease(options),
        **plain,
        "ranker": model,
    }
