from collections.abc import Callable

import numpy as np
from sklearn.metrics.pairwise import cosine_similarity

from recsys.dataset.interactions import Interactions
from recsys.models.item_cosine import ItemCosine

Make = Callable[..., Interactions]


def test_similarities_are_scikit_learns_on_the_sets_of_buyers(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "ab"), ("A", 1, "a"), ("B", 0, "abc"), ("C", 0, "c"), ("D", 0, "d")])
    near = ItemCosine().fit(data).near
    expected = cosine_similarity(data.bought.T.toarray())
    for item, (others, cosines) in enumerate(zip(near.rows, near.similarities, strict=True)):
        for other, cosine in zip(others[others >= 0], cosines, strict=False):
            assert cosine == np.round(expected[item, other], 12)
    assert near.rows[3].tolist() == [-1, -1, -1]


def test_the_score_is_the_sum_of_sharpened_similarities(interactions_of: Make) -> None:
    # a and c share buyer C of 2 and 2: cosine 1/2. b and c share D of 2 and 2: 1/2.
    data = interactions_of([("A", 0, "ab"), ("C", 0, "ac"), ("D", 0, "bc")])
    scores = ItemCosine(sharpness=2).fit(data).score(np.array([0], dtype=np.int32)).toarray()
    np.testing.assert_allclose(scores, [[0.25, 0.25, 0.5]])
