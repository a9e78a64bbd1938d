"""k-means on the standardised logs: how many clusters, which number each has, and where there are none."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from recsys.models.clusters import Clusters, fit_clusters, logs, nearest, why_no_clusters
from recsys.models.segments import CustomerFigures

KINDS = ((200.0, 1.0, 100.0), (30.0, 6.0, 1_000.0), (3.0, 50.0, 40_000.0))  # recency, order days, revenue


def customers(kinds: tuple[tuple[float, float, float], ...] = KINDS, each: int = 40, seed: int = 1) -> CustomerFigures:
    """Return customers of some kinds, as many of each, whose figures are spread by a tenth."""
    rng = np.random.default_rng(seed)
    figures = np.repeat(np.array(kinds), each, axis=0) * rng.uniform(0.9, 1.1, (len(kinds) * each, 3))
    return CustomerFigures(figures[:, 0], figures[:, 1], figures[:, 2])


def test_three_kinds_of_customers_are_three_clusters_the_most_revenue_first() -> None:
    figures = customers()
    found = fit_clusters(figures, seed=1)
    assert found.clusters.assign(figures).tolist() == [3] * 40 + [2] * 40 + [1] * 40


def test_five_kinds_of_customers_are_five_clusters() -> None:
    figures = customers((*KINDS, (200.0, 30.0, 50.0), (2.0, 1.0, 9_000.0)))
    assert len(fit_clusters(figures, seed=1).clusters.centres) == 5


def test_silhouettes_of_three_to_eight_clusters_are_scikit_learns_and_the_best_is_taken() -> None:
    figures = customers()
    found = fit_clusters(figures, seed=1)
    assert list(found.silhouettes) == [3, 4, 5, 6, 7, 8]
    points = (logs(figures) - found.clusters.mean) / found.clusters.scale
    wanted = silhouette_score(points, found.clusters.assign(figures))
    assert found.silhouettes[3] == max(found.silhouettes.values()) == pytest.approx(wanted, abs=1e-4)


def test_logs_are_standardised() -> None:
    figures = customers()
    clusters = fit_clusters(figures, seed=1).clusters
    points = (logs(figures) - clusters.mean) / clusters.scale
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(points.std(axis=0), 1, atol=1e-5)


def test_the_same_customers_and_seed_give_the_same_clusters() -> None:
    one, other = (fit_clusters(customers(), seed=7) for _ in range(2))
    assert one.clusters.centres.tolist() == other.clusters.centres.tolist()
    assert one.silhouettes == other.silhouettes


def test_a_figure_that_all_share_does_not_matter() -> None:
    figures = customers()
    figures = CustomerFigures(np.full(len(figures), 5.0), figures.order_days, figures.revenue)
    assert np.isfinite(fit_clusters(figures, seed=1).clusters.centres).all()


def test_of_equally_near_centres_the_first_is_taken() -> None:
    assert nearest(np.zeros((1, 3)), np.array([[1.0, 0, 0], [-1.0, 0, 0]])).tolist() == [0]


def test_centres_of_others_are_assigned_too() -> None:
    clusters = Clusters(np.zeros(3), np.ones(3), np.array([[0.0, 4, 9], [5.0, 0, 4]]))
    other = CustomerFigures(np.array([0.0, 200]), np.array([60.0, 1]), np.array([8_000.0, 60]))
    assert clusters.assign(other).tolist() == [1, 2]


def test_few_customers_and_customers_who_are_alike_have_no_clusters_and_the_reason_says_so() -> None:
    few, alike = customers(each=16), CustomerFigures(*(np.ones(60) for _ in range(3)))
    assert why_no_clusters(few) == "clusters need 50 customers with an order day in the 12 months, there are 48"
    assert why_no_clusters(alike) == "clusters need 4 different customers, there are 1"
    assert why_no_clusters(customers()) == ""
    with pytest.raises(ValueError, match="clusters need 50 customers"):
        fit_clusters(few, seed=1)
