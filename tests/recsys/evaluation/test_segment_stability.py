"""How many customers keep their segment when the data are drawn again."""

import numpy as np

from recsys.evaluation.segment_stability import (
    CLUSTER_DRAWS,
    RFM_DRAWS,
    cluster_stability,
    matched_share,
    rfm_stability,
)
from recsys.models.clusters import fit_clusters
from recsys.models.segments import CustomerFigures, fit_bounds


def spread(n: int) -> CustomerFigures:
    rng = np.random.default_rng(3)
    days = rng.integers(1, 40, n).astype(float)
    return CustomerFigures(rng.integers(0, 300, n).astype(float), days, rng.gamma(1, 900, n) * days)


def three_kinds() -> CustomerFigures:
    kinds = np.repeat([[200.0, 1, 100], [30.0, 6, 1_000], [3.0, 50, 40_000]], 30, axis=0)
    kinds *= np.random.default_rng(1).uniform(0.95, 1.05, kinds.shape)
    return CustomerFigures(kinds[:, 0], kinds[:, 1], kinds[:, 2])


def test_customers_who_are_all_alike_keep_their_segment() -> None:
    alike = CustomerFigures(*(np.full(50, 7.0) for _ in range(3)))
    found = rfm_stability(alike, fit_bounds(alike), seed=1)
    assert (found.n, found.share, found.low, found.high) == (RFM_DRAWS, 1.0, 1.0, 1.0)


def test_bounds_of_more_customers_are_more_stable() -> None:
    few, many = (rfm_stability(each, fit_bounds(each), seed=1).share for each in (spread(60), spread(3_000)))
    assert few is not None
    assert many is not None
    assert few < many < 1


def test_the_share_is_within_its_range() -> None:
    found = rfm_stability(spread(300), fit_bounds(spread(300)), seed=1)
    assert found.low is not None
    assert found.share is not None
    assert found.high is not None
    assert found.low < found.share < found.high


def test_kinds_of_customers_that_are_far_apart_keep_their_cluster() -> None:
    found = cluster_stability(three_kinds(), fit_clusters(three_kinds(), seed=1).clusters, seed=1)
    assert (found.n, found.share) == (CLUSTER_DRAWS, 1.0)


def test_clusters_that_are_not_there_are_less_stable() -> None:
    found = cluster_stability(spread(300), fit_clusters(spread(300), seed=1).clusters, seed=1)
    assert found.share is not None
    assert found.share < 0.99


def test_the_same_seed_gives_the_same_share() -> None:
    one, other = (rfm_stability(spread(90), fit_bounds(spread(90)), seed=5) for _ in range(2))
    assert one == other


def test_clusters_under_other_numbers_are_the_same() -> None:
    assert matched_share(np.array([1, 1, 2, 3]), np.array([3, 3, 1, 2])) == 1.0


def test_a_cluster_is_matched_with_one_other_alone() -> None:
    # 1 splits in two: the larger half is the same, the smaller one is not.
    assert matched_share(np.array([1, 1, 1, 2]), np.array([1, 1, 3, 2])) == 0.75
