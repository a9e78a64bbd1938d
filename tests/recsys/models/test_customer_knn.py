from collections.abc import Callable

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.models.customer_knn import CustomerKnn, shrunk

Make = Callable[..., Interactions]


def test_the_score_is_the_neighbours_weighted_mean_plus_the_own_share(interactions_of: Make) -> None:
    # B and C hold the same as A and one more each, so both are equally near to A and each weighs one half.
    data = interactions_of([("A", 30, "a"), ("B", 30, "ab"), ("C", 0, "ac")])
    scores = (
        CustomerKnn(k=2, half_life_days=30, own_half_life_days=30, own_weight=0.5)
        .fit(data)
        .score(np.array([0], dtype=np.int32))
    )
    # a: half of B's 1 and half of C's 2 ** (-30 / 30), and half of A's own 1; b: half of 1; c: half of one half
    np.testing.assert_allclose(scores.toarray(), [[0.5 + 0.25 + 0.5, 0.5, 0.25]])


def test_a_customer_whom_nobody_resembles_is_scored_by_own_purchases(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "a"), ("B", 0, "b")])
    scores = CustomerKnn(own_weight=0.2).fit(data).score(np.array([0], dtype=np.int32))
    np.testing.assert_allclose(scores.toarray(), [[0.2, 0]])


def test_only_the_nearest_k_count(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "abc"), ("B", 0, "abcx"), ("C", 0, "ay")])
    assert CustomerKnn(k=1).fit(data).score(np.array([0], dtype=np.int32))[0, 4] == 0


def test_an_older_purchase_counts_less(interactions_of: Make) -> None:
    data = interactions_of([("A", 9, "a"), ("B", 9, "a"), ("B", 9, "n"), ("B", 0, "o")])
    new, old = CustomerKnn().fit(data).score(np.array([0], dtype=np.int32)).toarray()[0, 1:]
    assert old == pytest.approx(new * 2 ** (-9 / 14))


def test_few_shared_products_count_less_than_their_cosine(interactions_of: Make) -> None:
    # B bought the one product that A bought in common with nobody else; C shares four of five with D.
    data = interactions_of([("A", 0, "a"), ("B", 0, "a"), ("C", 0, "bcdef"), ("D", 0, "bcdeg")])
    near = CustomerKnn(k=3).fit(data).near
    found = shrunk(near, data.bought)
    assert near.similarities[0, 0] == pytest.approx(1)
    assert found.similarities[0, 0] == pytest.approx(1 / 6)
    assert found.similarities[2, 0] == pytest.approx(near.similarities[2, 0] * 4 / 9)


def test_shrinking_puts_the_neighbour_with_more_in_common_first(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "abcdef"), ("B", 0, "a"), ("C", 0, "abcxyz"), ("D", 0, "u")])
    near = CustomerKnn(k=3).fit(data).near
    found = shrunk(near, data.bought)
    assert found.rows[0].tolist() == [2, 1, -1]
    assert (np.diff(found.similarities[0]) <= 0).all()
