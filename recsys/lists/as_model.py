"""The lists of new products as a build would publish them, as a model that an evaluation compares."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.interactions import Interactions
from recsys.evaluation.order_history import ProductTexts
from recsys.evaluation.split import Split
from recsys.kernels.sparse import Ranked
from recsys.lists.forward_test import LearnedLists, LearnedRows, learn_lists, list_options, list_rows
from recsys.lists.forward_window import CustomerFacts, fit_ordering, scored_customers, segment_codes
from recsys.lists.variety import product_groups
from recsys.lists.worth import RowWorth
from recsys.models.ranker.ranker import Ranker
from recsys.models.registry import ranker
from recsys.options import BuildOptions

NAME = "lists"
NAME_OF_LIST = "new"


@dataclass(frozen=True)
class NewLists:
    """A model that orders new products as the lists of a build do: personal order, cap, variety and floor.

    ranker    its hold_out splits off the window to learn from
    options   of the build
    texts     name and category of each product by id; a product without any is like no other

    Whether a product is available is unknown of the past, and products of the ladder of other models are left out.
    """

    ranker: Ranker
    options: BuildOptions
    texts: ProductTexts
    name: str = NAME

    def fit(self, interactions: Interactions) -> "FittedNewLists":
        """Return the lists of all customers, learned from the interactions alone."""
        training = self.ranker.training_data(interactions)
        fitted = self.ranker.applied_to(self.ranker.signals(interactions), self.ranker.weights(training))
        texts = [self.texts.get(product_id, (None, None)) for product_id in interactions.product_ids]
        groups = product_groups([name for name, _ in texts], [category for _, category in texts])
        segments = segment_codes(interactions.segments)
        learned = learn_lists(self.ranker, training, groups, segments, self.options)
        rows = np.arange(interactions.n_customers, dtype=np.int32)
        ordering = learned.calibration.ordering if learned.calibration else fit_ordering(training)
        scored = scored_customers(fitted, rows, ordering, list_options(groups, segments, self.options))
        new = list_rows(scored, learned.choice.rules, self.options.list_length)[NAME_OF_LIST]
        keep = _worth(new, scored.facts, learned)
        return FittedNewLists(learned, interactions, new.owners[keep], new.items[keep], new.scores[keep], scored.usual)


def new_lists(split: Split, texts: ProductTexts) -> NewLists:
    """Return the lists of a build with its default options, to be evaluated on a split."""
    options = BuildOptions()
    return NewLists(replace(ranker(options), hold_out=split.learn), options, texts)


@dataclass(frozen=True)
class FittedNewLists:
    """The lists of all customers: those of new products, ordered by owner and place, (m,) each, and the usual ones."""

    learned: LearnedLists
    interactions: Interactions
    owners: Counts
    items: Counts
    ranker_scores: NDArray[np.float64]
    usual: Ranked

    @cached_property
    def scores(self) -> csr_matrix:
        """(n_customers, n_products) the ranker's scores of what is listed.

        Of a list of new products they are handed out by place, the highest to the first.
        """
        by_place = self.ranker_scores[np.lexsort((-self.ranker_scores, self.owners))]
        pairs = (self.owners, self.usual.owners), (self.items, self.usual.items)
        owners, items = (np.concatenate(each) for each in pairs)
        values = np.concatenate([by_place, self.usual.scores])
        scores = csr_matrix((values, (owners, items)), shape=self.interactions.counts.shape)
        scores.sort_indices()
        return scores

    def score(self, rows: Positions) -> csr_matrix:
        """Return scores that order products as the lists do."""
        return self.scores[rows]


def _worth(new: LearnedRows, facts: CustomerFacts, learned: LearnedLists) -> NDArray[np.bool_]:
    """Return a mask of the rows that are worth it; all without chances."""
    calibrators = learned.calibration.calibrators if learned.calibration else {}
    if NAME_OF_LIST not in calibrators:
        return np.ones(len(new.owners), dtype=bool)
    chances = calibrators[NAME_OF_LIST].chances(new.listed(facts))
    return RowWorth(new.owners, new.items, chances, chances * new.values).above(learned.floors[NAME_OF_LIST])
