"""Each customer's cluster of k-means, and what a build reports of the clusters."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.array_types import Counts
from recsys.evaluation.segment_stability import cluster_stability
from recsys.models.clusters import Clusters, drawn, fit_clusters, why_no_clusters
from recsys.models.segments import CustomerFigures
from recsys.outputs.segment_table import middle
from recsys.outputs.segment_words import cluster_words
from recsys.schema.build_report import ClusterCentre, ClusterReport

AXES = ("recency_days", "revenue_12m")
MOST_POINTS = 500


@dataclass(frozen=True)
class ClusteredCustomers:
    """The number of each customer's cluster, None where there are no clusters; and the report."""

    labels: Counts | None
    report: ClusterReport


def cluster_customers(figures: CustomerFigures, standing: ClusterReport | None, seed: int) -> ClusteredCustomers:
    """Return the clusters of customers with an order day in the 12 months.

    standing  clusters of an earlier version that are to stand; None, or if it has none: they are learned
    """
    known = _standing(standing)
    if known is None and (why_not := why_no_clusters(figures)):
        return ClusteredCustomers(None, ClusterReport(why_not=why_not))
    if known is not None and standing is not None:
        clusters, silhouettes = known, dict(standing.silhouettes)
    else:
        fitted = fit_clusters(figures, seed)
        clusters = fitted.clusters
        silhouettes = {str(k): value for k, value in fitted.silhouettes.items()}
    labels = clusters.assign(figures)
    report = ClusterReport(
        k=len(clusters.centres),
        silhouettes=silhouettes,
        mean=clusters.mean.tolist(),
        scale=clusters.scale.tolist(),
        centres=tuple(_centre(figures, labels, number, clusters) for number in range(1, len(clusters.centres) + 1)),
        bootstrap=cluster_stability(figures, clusters, seed),
        axes=AXES,
        points=_points(figures, labels, seed),
    )
    return ClusteredCustomers(labels, report)


def _standing(standing: ClusterReport | None) -> Clusters | None:
    if standing is None or standing.mean is None or standing.scale is None:
        return None
    places = [centre.place for centre in standing.centres]
    if not places or None in places:
        return None
    return Clusters(np.array(standing.mean), np.array(standing.scale), np.array(places))


def _centre(figures: CustomerFigures, labels: Counts, number: int, clusters: Clusters) -> ClusterCentre:
    place: Any = tuple(clusters.centres[number - 1].tolist())
    inside = figures.take(np.flatnonzero(labels == number))
    if not len(inside):
        return ClusterCentre(cluster=number, n_customers=0, place=place)
    medians = [middle(each) for each in (inside.order_days, inside.recency_days, inside.revenue)]
    return ClusterCentre(
        cluster=number,
        n_customers=len(inside),
        median_order_days=medians[0],
        median_recency_days=medians[1],
        median_revenue=medians[2],
        place=place,
        words=cluster_words(*medians),
    )


def _points(figures: CustomerFigures, labels: Counts, seed: int) -> tuple[tuple[float, float, int], ...]:
    rows = drawn(len(figures), MOST_POINTS, np.random.default_rng(seed))
    columns = (figures.recency_days[rows].tolist(), figures.revenue[rows].tolist(), labels[rows].tolist())
    return tuple((recency, round(revenue, 2), label) for recency, revenue, label in zip(*columns, strict=True))
