"""k-means: customers whose recency, order days and revenue are alike.

The figures' logs, log(1 + x), are standardised, so that each counts as much as the others and no large customer is a
cluster of its own. The number of clusters is the one with the highest mean silhouette; of equal ones the smaller.
Centres are rounded before anybody is assigned to one: the last digits of a float differ between machines.

Sources: Lloyd (1982), Arthur and Vassilvitskii (2007) for the first centres, Rousseeuw (1987) for the silhouette; all
three as scikit-learn has them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from recsys.array_types import Counts
from recsys.models.segments import CustomerFigures, Values

LEAST_CLUSTERS, MOST_CLUSTERS = 3, 8
LEAST_CUSTOMERS = 50  # of fewer, a cluster would be a handful
MOST_LEARNED = 20_000  # customers that centres are learned from; of more, as many are drawn
MOST_COMPARED = 4_000  # of them for a silhouette, which compares each with each
_DECIMALS = 6
_STARTS = 10  # first centres that are tried


@dataclass(frozen=True)
class Clusters:
    """Centres of clusters: (k, 3) in standardised logs. Cluster 1 is the first row and has the most revenue a customer.

    mean, scale  (3,) of the logs of recency, order days and revenue
    """

    mean: Values
    scale: Values
    centres: Values

    def assign(self, figures: CustomerFigures) -> Counts:
        """Return the number of each customer's nearest centre, from 1; of equally near ones the lowest."""
        return nearest((logs(figures) - self.mean) / self.scale, self.centres) + 1


@dataclass(frozen=True)
class FittedClusters:
    """Clusters, and the mean silhouette of each number of them that was tried."""

    clusters: Clusters
    silhouettes: dict[int, float]


def nearest(points: Values, centres: Values) -> NDArray[np.int64]:
    """Return the row of each point's nearest centre; of equally near ones the first."""
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1), dtype=np.int64)


def logs(figures: CustomerFigures) -> Values:
    """Return (n, 3) log(1 + x) of recency, order days and revenue."""
    columns = np.column_stack([figures.recency_days, figures.order_days, figures.revenue])
    return np.asarray(np.log1p(np.maximum(columns, 0)))


def why_no_clusters(figures: CustomerFigures) -> str:
    """Return why no clusters can be learned from some customers, empty if they can."""
    n = len(figures)
    if n < LEAST_CUSTOMERS:
        return f"clusters need {LEAST_CUSTOMERS} customers with an order day in the 12 months, there are {n}"
    n_different = len(np.unique(logs(figures), axis=0))
    if n_different <= LEAST_CLUSTERS:
        return f"clusters need {LEAST_CLUSTERS + 1} different customers, there are {n_different}"
    return ""


def fit_clusters(figures: CustomerFigures, seed: int) -> FittedClusters:
    """Return the clusters of some customers, by the number of them with the highest silhouette.

    seed  of the customers that are drawn, and of the first centres

    Raises ValueError where `why_no_clusters` says so.
    """
    why_not = why_no_clusters(figures)
    if why_not:
        raise ValueError(why_not)
    every = logs(figures)
    mean, scale = np.round(every.mean(axis=0), _DECIMALS), np.round(every.std(axis=0), _DECIMALS)
    scale[scale == 0] = 1.0
    rng = np.random.default_rng(seed)
    learned = drawn(len(figures), MOST_LEARNED, rng)
    points = (every[learned] - mean) / scale
    compared = points[drawn(len(points), MOST_COMPARED, rng)]
    most = min(MOST_CLUSTERS, len(np.unique(compared, axis=0)) - 1)
    tried = {k: fit_centres(points, k, seed) for k in range(LEAST_CLUSTERS, most + 1)}
    silhouettes = {k: _silhouette(compared, centres) for k, centres in tried.items()}
    best = max(silhouettes, key=lambda k: (silhouettes[k], -k))
    return FittedClusters(_numbered(Clusters(mean, scale, tried[best]), figures), silhouettes)


def fit_centres(points: Values, k: int, seed: int, starts: int = _STARTS) -> Values:
    """Return (k, 3) centres of standardised points, rounded.

    In one thread: several add up in the order in which they end, and the sums' last digits differ.
    """
    with threadpool_limits(1):
        fitted = KMeans(k, n_init=starts, random_state=seed, algorithm="lloyd").fit(points)
    return np.asarray(np.round(fitted.cluster_centers_, _DECIMALS))


def drawn(n: int, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows of at most so many of n, in ascending order: all of them, or drawn at random."""
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))


def _silhouette(points: Values, centres: Values) -> float:
    """Return the mean silhouette to four decimals; -1, the lowest there is, where all are in one cluster."""
    labels = nearest(points, centres)
    if len(np.unique(labels)) < 2:
        return -1.0
    with threadpool_limits(1):
        return round(float(silhouette_score(points, labels)), 4)


def _numbered(clusters: Clusters, figures: CustomerFigures) -> Clusters:
    """Return the clusters by revenue a customer, most first; one without customers is last."""
    labels = clusters.assign(figures) - 1
    k = len(clusters.centres)
    n = np.bincount(labels, minlength=k)
    mean = np.bincount(labels, weights=figures.revenue, minlength=k) / np.maximum(n, 1)
    order = np.lexsort((*clusters.centres.T, -mean))
    return Clusters(clusters.mean, clusters.scale, clusters.centres[order])
