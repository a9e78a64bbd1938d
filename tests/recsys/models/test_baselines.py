"""The baselines of the papers, worked by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import best
from recsys.models.ease import Ease
from recsys.models.own_frequent import MostBaskets, OwnFrequent
from recsys.models.tifu_knn import TifuKnn, basket_weights

Make = Callable[..., Interactions]
FIRST = np.array([0], dtype=np.int32)


def test_own_counts_come_first_and_popularity_breaks_their_ties(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "ab"), ("A", 1, "c"), ("A", 2, "c"), ("B", 0, "bd"), ("B", 1, "d"), ("C", 0, "e")])
    listed = best(OwnFrequent().fit(data).score(FIRST), 9).items
    assert [data.product_ids[item] for item in listed] == ["c", "b", "a", "d", "e"]
    alone = best(OwnFrequent(then_popular=False).fit(data).score(FIRST), 9).items
    assert [data.product_ids[item] for item in alone] == ["c", "a", "b"]


def test_most_baskets_is_the_same_for_everyone_with_orders(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "ab"), ("A", 1, "b"), ("B", 0, "c")], segments={"N": "cafe"})
    scores = MostBaskets().fit(data).score(np.arange(3, dtype=np.int32)).toarray()
    assert scores[0].tolist() == scores[1].tolist() == [1 / 4, 2 / 4, 1 / 4]
    assert not scores[2].any()


def test_only_as_many_best_sellers_as_the_length_are_scored(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "a"), ("B", 0, "bc"), ("C", 0, "c")])
    assert MostBaskets(length=1).fit(data).score(FIRST).toarray().tolist() == [[0, 0, 0.5]]


def test_basket_weights_are_means_of_groups_of_means(interactions_of: Make) -> None:
    data = interactions_of([("A", day, "a") for day in range(5)] + [("B", 0, "a")])
    # A: at most two groups, so three baskets a group, the older one with two; B: one group of one.
    weights = basket_weights(data, groups=2, within_decay=0.5, group_decay=0.1)
    older, latest = 0.1 / (2 * 2), 1 / (3 * 2)
    np.testing.assert_allclose(weights, [older * 0.5, older, latest * 0.25, latest * 0.5, latest, 1])


def test_the_score_mixes_own_vector_and_mean_of_the_nearest(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "a"), ("B", 0, "ab"), ("C", 0, "cde")])
    scores = TifuKnn(k=1, own_weight=0.25).fit(data).score(FIRST)
    # B is at distance 1, C at 2; so 0.25 of A and 0.75 of B.
    np.testing.assert_allclose(scores.toarray(), [[1.0, 0.75, 0, 0, 0]])


def test_the_nearest_customers_are_those_of_scikit_learn(interactions_of: Make) -> None:
    rng = np.random.default_rng(7)
    rows = [
        (f"c{n:02}", day, "".join(rng.choice(list("abcdefgh"), size=1 + (n + day) % 4, replace=False)))
        for n in range(25)
        for day in range(1 + n % 9)
    ]
    data = interactions_of(rows)
    fitted = TifuKnn(k=5, own_weight=0.0, block_rows=4).fit(data)
    vectors = fitted.vectors.toarray()
    distances, near = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(vectors).kneighbors(vectors)
    scores = fitted.score(np.arange(25, dtype=np.int32)).toarray()
    clear = 0
    for row in range(25):
        others = [int(other) for other in near[row] if other != row]
        if not np.isclose(distances[row][5], distances[row][6]):  # no tie at the cut
            clear += 1
            np.testing.assert_allclose(scores[row], vectors[others[:5]].mean(axis=0), atol=1e-12)
    assert clear > 10


def test_ease_is_ridge_regression_without_the_product_itself(interactions_of: Make) -> None:
    rows = [("A", 0, "ab"), ("B", 0, "abc"), ("C", 0, "bc"), ("D", 0, "ad")]
    data = interactions_of(rows)
    bought = data.bought.toarray()
    fitted = Ease(ridge=0.5).fit(data)
    for item in range(4):
        others = [other for other in range(4) if other != item]
        gram = bought[:, others].T @ bought[:, others] + 0.5 * np.eye(3)
        expected = np.linalg.solve(gram, bought[:, others].T @ bought[:, item])
        np.testing.assert_allclose(fitted.weights[others, item], expected, rtol=1e-5)
        assert fitted.weights[item, item] == 0


def test_ease_scores_only_what_is_predicted_above_zero_of_the_products_it_learned(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "ab"), ("B", 0, "abc"), ("C", 0, "bc"), ("D", 0, "ad"), ("E", 0, "c")])
    assert Ease(max_products=2).fit(data).known.tolist() == [0, 1]
    scores = Ease(ridge=0.5).fit(data).score(np.arange(5, dtype=np.int32))
    assert scores.data.min() > 0
    assert scores.shape == (5, 4)


@pytest.mark.parametrize("model", [OwnFrequent(), MostBaskets(), TifuKnn(), Ease()])
def test_a_customer_without_orders_has_no_scores(
    model: OwnFrequent | MostBaskets | TifuKnn | Ease, interactions_of: Make
) -> None:
    data = interactions_of([("A", 0, "ab"), ("B", 0, "bc")], segments={"N": "cafe"})
    assert model.fit(data).score(np.array([2], dtype=np.int32)).nnz == 0
