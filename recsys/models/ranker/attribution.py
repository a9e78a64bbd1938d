"""Attribution of scores: the share of each feature family in ranking a product above the customer's others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse import flat_positions
from recsys.models.ranker.feature_set import Feature
from recsys.models.ranker.features import Candidates, candidates, features_of
from recsys.models.ranker.ranker import FittedRanker
from recsys.models.ranker.training import Weights
from recsys.runtime.parallel import blocks
from recsys.schema.published import SCORE_FAMILIES

_DECIMALS = 12  # smaller differences are rounding noise


@dataclass(frozen=True)
class ScoresWithShares:
    """The ranker's scores of a block of customers, and each feature family's share in them.

    scores   (len(rows), n_products), see Fitted.score
    shares   (scores.nnz, len(SCORE_FAMILIES)) of the stored scores, in their order; None for a ranker without weights
    """

    scores: csr_matrix
    shares: NDArray[np.float32] | None

    def shares_of(self, owners: Counts, items: Counts) -> NDArray[np.float32]:
        """Return (m, len(SCORE_FAMILIES)) the shares of some stored scores; NaN for a ranker without weights.

        owners, items  (m,) rows of the block and columns; each pair must have a stored score
        """
        if self.shares is None:
            return missing_shares(len(owners))
        at = np.searchsorted(flat_positions(self.scores), owners.astype(np.int64) * self.scores.shape[1] + items)
        return np.asarray(self.shares[at])


def missing_shares(n: int) -> NDArray[np.float32]:
    """Return (n, len(SCORE_FAMILIES)) NaN: the shares of scores that are not the ranker's."""
    return np.full((n, len(SCORE_FAMILIES)), np.nan, dtype=np.float32)


def scores_with_shares(ranker: FittedRanker, rows: Positions) -> ScoresWithShares:
    """Return the ranker's scores of a block of customers with the shares of the feature families."""
    weights = ranker.weights
    if weights is None:
        return ScoresWithShares(ranker.score(rows), None)
    n_products, features = ranker.signals.interactions.n_products, features_of(ranker.signals)
    found = [
        _scores_and_shares(weights, candidates(ranker.signals, rows[part]), features, (len(part), n_products))
        for part in blocks(len(rows), ranker.block_rows)
    ]
    scores = vstack([scores for scores, _ in found], format="csr")
    return ScoresWithShares(csr_matrix(scores), np.concatenate([shares for _, shares in found]))


def _scores_and_shares(
    weights: Weights, found: Candidates, features: Sequence[Feature], shape: tuple[int, int]
) -> tuple[csr_matrix, NDArray[np.float32]]:
    contributions = weights.contributions(found)
    ends = np.searchsorted(found.owners, np.arange(shape[0] + 1))
    scores = csr_matrix((weights.scores_from(contributions, found.is_new), found.items, ends), shape=shape)
    shares = family_shares(sum_by_family(contributions, features), 2 * found.owners + found.is_new)
    return scores, shares.astype(np.float32)


def sum_by_family(contributions: NDArray[np.float64], features: Sequence[Feature]) -> NDArray[np.float64]:
    """Return (m, len(SCORE_FAMILIES)): the sum of what each family's features add to the logit.

    What belongs to no family is in no sum.

    contributions  (m, len(features)) what each feature adds
    """
    added = np.zeros((len(contributions), len(SCORE_FAMILIES)))
    for column, feature in enumerate(features):
        if feature.family is not None:
            added[:, SCORE_FAMILIES.index(feature.family)] += contributions[:, column]
    return added


def family_shares(added: NDArray[np.float64], groups: Counts) -> NDArray[np.float64]:
    """Return (m, n_families) each family's share of what ranks a candidate above the mean of its group; rows sum to 1.

    added   (m, n_families) what each family adds to the logit
    groups  (m,) whole numbers from 0, one for a customer's candidates bought before and one for the new ones

    A family below the mean of the group has no share; if all are below, the one nearest to the mean has all of it. So
    a fact that is the same for all of a customer's candidates has no share. Where no family differs from the mean, the
    last one, popular, has all of it.
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
