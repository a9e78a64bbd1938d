"""Whether segments are a property of the customers or of chance: how many keep theirs when the data are drawn again.

Customers are drawn with replacement, bounds or centres are learned from those drawn, and every customer gets a segment
by them. The share who get the same one as before, over many draws, with the range of 95 % of the draws.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from recsys.array_types import Counts
from recsys.models.clusters import MOST_LEARNED, Clusters, drawn, fit_centres, logs
from recsys.models.segments import CustomerFigures, RfmBounds, fit_bounds, score
from recsys.schema.build_report import Stability

RFM_DRAWS = 100
CLUSTER_DRAWS = 20
_CLUSTER_STARTS = 3


def rfm_stability(figures: CustomerFigures, bounds: RfmBounds, seed: int) -> Stability:
    """Return how many customers keep their named segment when the bounds are learned from customers drawn again."""
    rng = np.random.default_rng(seed)
    now = score(figures, bounds).places
    shares = []
    for _ in range(RFM_DRAWS):
        again = figures.take(rng.integers(0, len(figures), len(figures)))
        shares.append(float(np.mean(score(figures, fit_bounds(again)).places == now)))
    return _stability(shares)


def cluster_stability(figures: CustomerFigures, clusters: Clusters, seed: int) -> Stability:
    """Return how many customers keep their cluster when as many are learned from customers drawn again.

    Clusters of a draw are matched with today's so that most customers agree. Of more than MOST_LEARNED customers, as
    many are drawn first.
    """
    rng = np.random.default_rng(seed)
    some = figures.take(drawn(len(figures), MOST_LEARNED, rng))
    points = (logs(some) - clusters.mean) / clusters.scale
    now, k = clusters.assign(some), len(clusters.centres)
    shares = []
    for draw in range(CLUSTER_DRAWS):
        again = points[rng.integers(0, len(points), len(points))]
        centres = fit_centres(again, min(k, len(np.unique(again, axis=0))), seed + draw, _CLUSTER_STARTS)
        shares.append(matched_share(now, Clusters(clusters.mean, clusters.scale, centres).assign(some)))
    return _stability(shares)


def matched_share(ours: Counts, theirs: Counts) -> float:
    """Return the share of customers in the same cluster, if each of one's is named after the other's it fits best."""
    counts = np.zeros((int(ours.max()), int(theirs.max())))
    np.add.at(counts, (ours - 1, theirs - 1), 1)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(ours))


def _stability(shares: list[float]) -> Stability:
    found: NDArray[np.float64] = np.quantile(shares, (0.025, 0.975))
    low, high = (round(float(each), 4) for each in found)
    return Stability(n=len(shares), share=round(float(np.mean(shares)), 4), low=low, high=high)
