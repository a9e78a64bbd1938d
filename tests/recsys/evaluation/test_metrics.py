from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.metrics import dcg_score

from recsys.evaluation.metrics import METRICS, hits, metric_values, ndcg

# Customer 0 bought 1, 4 and 7; customer 1 bought 2; nobody else anything.
TRUTH = csr_matrix(np.array([[0, 1, 0, 0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0, 0, 0, 0]], dtype=float))


def listed(*rows: list[int]) -> "np.ndarray":
    table = np.full((len(rows), 20), -1)
    for row, items in zip(table, rows, strict=True):
        row[: len(items)] = items
    return table


def test_every_metric_of_a_list_worked_by_hand() -> None:
    values = metric_values(listed([5, 4, 0, 1], [0, 3]), TRUTH)
    assert values["recall@10"].tolist() == [2 / 3, 0]
    assert values["precision@10"].tolist() == [0.2, 0]
    assert values["hr@10"].tolist() == [1, 0]
    assert values["hr@1"].tolist() == [0, 0]
    assert values["mrr"].tolist() == [1 / 2, 0]
    gained, ideal = 1 / log2(3) + 1 / log2(5), 1 + 1 / log2(3) + 1 / log2(4)
    assert values["ndcg@10"] == pytest.approx([gained / ideal, 0])
    assert tuple(values) == METRICS


def test_the_first_place_alone_decides_the_hit_rate_at_one() -> None:
    assert metric_values(listed([4, 0], [0, 2]), TRUTH)["hr@1"].tolist() == [1, 0]


def test_a_place_below_the_tenth_counts_at_twenty_alone() -> None:
    ten = [0, 1, 3, 4, 5, 6, 7, 8, 0, 0]
    values = metric_values(listed([0], [*ten, 2]), TRUTH)
    assert (values["recall@10"][1], values["recall@20"][1]) == (0, 1)
    assert (values["hr@10"][1], values["mrr"][1]) == (0, 0)
    assert values["ndcg@20"][1] == pytest.approx(1 / log2(12))


def test_the_ideal_is_over_all_that_was_bought_not_cut_at_n() -> None:
    truth = csr_matrix(np.ones((1, 30)))
    perfect = ndcg(hits(listed(list(range(20))), truth), np.array([30]), 10)
    assert perfect[0] == pytest.approx(sum(1 / log2(k) for k in range(2, 12)) / sum(1 / log2(k) for k in range(2, 32)))


def test_a_customer_who_bought_nothing_has_nan_and_not_zero() -> None:
    values = metric_values(listed([1]), csr_matrix((1, 9)))
    assert np.isnan(values["recall@10"][0])
    assert np.isnan(values["ndcg@10"][0])


def test_an_empty_place_is_no_hit_on_the_last_product_of_the_row_above() -> None:
    truth = csr_matrix(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert not hits(np.array([[0, -1], [-1, -1]]), truth).any()


@given(seed=st.integers(0, 999), n=st.integers(1, 30))
def test_ndcg_is_scikit_learns_dcg_over_its_full_length_ideal(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    relevant = (rng.random(40) < 0.3).astype(float)
    relevant[0] = 1
    order = rng.permutation(40)
    scores = np.empty(40)
    scores[order] = np.arange(40, 0, -1)
    expected = dcg_score([relevant], [scores], k=n) / dcg_score([relevant], [relevant])
    hit = hits(order[None, :], csr_matrix(relevant[None, :]))
    assert ndcg(hit, np.array([int(relevant.sum())]), n)[0] == pytest.approx(expected)
