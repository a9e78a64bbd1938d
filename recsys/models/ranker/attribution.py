"""What carries a score: which families of features lift a product above the customer's other candidates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse import flat_positions
from recsys.models.ranker.feature_set import FEATURES, Feature
from recsys.models.ranker.features import Candidates, candidates
from recsys.models.ranker.ranker import FittedRanker
from recsys.models.ranker.training import Weights
from recsys.runtime.parallel import blocks
from recsys.schema.published import SCORE_FAMILIES

_DECIMALS = 12  # what differs by less is rounding noise of the same value


@dataclass(frozen=True)
class Scored:
    """Scores of a block of customers, and what carries them.

    scores   (len(rows), n_products), see Fitted.score
    shares   (scores.nnz, len(SCORE_FAMILIES)) of each stored entry in their order; None where nothing was learned
    """

    scores: csr_matrix
    shares: NDArray[np.float32] | None

    def shares_of(self, owners: Counts, items: Counts) -> NDArray[np.float32]:
        """Return (m, len(SCORE_FAMILIES)) the shares of some stored entries; NaN where there are none."""
        if self.shares is None:
            return no_shares(len(owners))
        at = np.searchsorted(flat_positions(self.scores), owners.astype(np.int64) * self.scores.shape[1] + items)
        return np.asarray(self.shares[at])


def no_shares(n: int) -> NDArray[np.float32]:
    """Return what stands for the shares of scores that are not the ranker's."""
    return np.full((n, len(SCORE_FAMILIES)), np.nan, dtype=np.float32)


def scored(ranker: FittedRanker, rows: Positions) -> Scored:
    """Return the ranker's scores of a block of customers with their shares."""
    weights = ranker.weights
    if weights is None:
        return Scored(ranker.score(rows), None)
    n_products = ranker.signals.interactions.n_products
    found = [
        _told(weights, candidates(ranker.signals, rows[part]), (len(part), n_products))
        for part in blocks(len(rows), ranker.block_rows)
    ]
    scores = vstack([scores for scores, _ in found], format="csr")
    return Scored(csr_matrix(scores), np.concatenate([shares for _, shares in found]))


def _told(weights: Weights, found: Candidates, shape: tuple[int, int]) -> tuple[csr_matrix, NDArray[np.float32]]:
    parts = weights.parts(found)
    ends = np.searchsorted(found.owners, np.arange(shape[0] + 1))
    scores = csr_matrix((weights.summed(parts, found.is_new), found.items, ends), shape=shape)
    shares = family_shares(by_family(parts), 2 * found.owners + found.is_new)
    return scores, shares.astype(np.float32)


def by_family(parts: NDArray[np.float64], features: Sequence[Feature] = FEATURES) -> NDArray[np.float64]:
    """Return (m, len(SCORE_FAMILIES)): what the features of each family add to the logit.

    parts  (m, len(features)) what each of them adds
    """
    told = np.zeros((len(parts), len(SCORE_FAMILIES)))
    for column, feature in enumerate(features):
        told[:, SCORE_FAMILIES.index(feature.family)] += parts[:, column]
    return told


def family_shares(added: NDArray[np.float64], groups: Counts) -> NDArray[np.float64]:
    """Return each family's share of what lifts a candidate above the mean of its group; a row adds up to 1.

    added   (m, n_families) what each family adds to the logit
    groups  (m,) whole numbers from 0: the customer's candidates that were bought before, and those that were not

    What lies below the mean of the group counts as nothing; if all does, the family that lies least below has it all.
    Facts that are the same for all of a customer's candidates thereby have no share; where nothing differs, nothing
    tells one product from another, and the last family, popular, has it all.
    """
    sizes = np.maximum(np.bincount(groups), 1)
    above = np.empty_like(added)
    for family in range(added.shape[1]):
        means = np.bincount(groups, weights=added[:, family]) / sizes
        above[:, family] = (added[:, family] - means[groups]).round(_DECIMALS)
    lifts = np.maximum(above, 0)
    total = lifts.sum(axis=1)
    rows = np.flatnonzero(total <= 0)
    below = np.where(above[rows] < 0, above[rows], -np.inf)
    below[:, -1] = np.maximum(below[:, -1], np.finfo(float).min)
    lifts[rows, below.argmax(axis=1)] = 1
    return np.asarray(lifts / np.where(total > 0, total, 1)[:, None])
