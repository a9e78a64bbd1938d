"""Metrics of a ranked list, a value for each customer; binary gain."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.sparse import flat_positions

LIST_LENGTH = 20  # places of a list that the metrics look at
METRICS = ("recall@10", "ndcg@10", "hr@10", "hr@1", "mrr", "precision@10", "recall@20", "ndcg@20")
MetricValues = dict[str, NDArray[np.float64]]


def hits(ranked: Counts, truth: csr_matrix) -> NDArray[np.bool_]:
    """Return (n, m) bool: whether the product at each place of a list was bought; False for an empty place.

    ranked  (n, m) columns of truth, best first, -1 where the list ends
    truth   (n, n_products) stores a value for each product that was bought, columns ascending
    """
    wanted = np.arange(len(ranked))[:, None] * np.int64(truth.shape[1]) + ranked
    return np.asarray((ranked >= 0) & np.isin(wanted, flat_positions(truth)))


def recall(hit: NDArray[np.bool_], n_relevant: Counts, n: int) -> NDArray[np.float64]:
    """Return the share of the bought products that are among the first n; NaN if nothing was bought."""
    return _share(hit[:, :n].sum(axis=1), n_relevant)


def precision(hit: NDArray[np.bool_], n: int) -> NDArray[np.float64]:
    """Return the share of the first n places whose product was bought; an empty place is a miss."""
    return np.asarray(hit[:, :n].sum(axis=1) / n)


def hit_rate(hit: NDArray[np.bool_], n: int) -> NDArray[np.float64]:
    """Return 1 if any of the first n products was bought, else 0."""
    return hit[:, :n].any(axis=1).astype(float)


def reciprocal_rank(hit: NDArray[np.bool_], n: int) -> NDArray[np.float64]:
    """Return 1 / rank of the first bought product among the first n; 0 if none of them was bought."""
    return np.where(hit[:, :n].any(axis=1), 1 / (hit[:, :n].argmax(axis=1) + 1), 0.0)


def ndcg(hit: NDArray[np.bool_], n_relevant: Counts, n: int) -> NDArray[np.float64]:
    """Return each list's NDCG at n, between 0 and 1; NaN if nothing was bought.

    Discount 1 / log2(rank + 1); ideal over all bought products, not cut at n.
    Source: Jarvelin and Kekalainen (2002).
    """
    gains = (hit[:, :n] * _discounts(hit[:, :n].shape[1])).sum(axis=1)
    ideals = np.concatenate(([0.0], np.cumsum(_discounts(int(n_relevant.max(initial=0))))))
    return _share(gains, ideals[n_relevant])


def metric_values(ranked: Counts, truth: csr_matrix) -> MetricValues:
    """Return by metric of METRICS (n,) values, one for each customer. Arguments as in `hits`."""
    hit, n_relevant = hits(ranked, truth), np.diff(truth.indptr)
    return {
        "recall@10": recall(hit, n_relevant, 10),
        "ndcg@10": ndcg(hit, n_relevant, 10),
        "hr@10": hit_rate(hit, 10),
        "hr@1": hit_rate(hit, 1),
        "mrr": reciprocal_rank(hit, 10),
        "precision@10": precision(hit, 10),
        "recall@20": recall(hit, n_relevant, 20),
        "ndcg@20": ndcg(hit, n_relevant, 20),
    }


def _discounts(n: int) -> NDArray[np.float64]:
    return 1 / np.log2(np.arange(2, n + 2))


def _share(part: NDArray[np.floating] | Counts, whole: NDArray[np.floating] | Counts) -> NDArray[np.float64]:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=np.asarray(whole) > 0))
