from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.product_terms import word_matrix
from recsys.kernels.sparse import best
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ease import Ease
from recsys.models.item_cosine import ItemCosine
from recsys.models.ranker.feature_set import FEATURES
from recsys.models.ranker.features import candidates, ranks, share_of_best
from recsys.models.ranker.ranker import FittedRanker, Ranker, last_window
from recsys.models.ranker.signals import learn_signals
from recsys.schema.published import SCORE_FAMILIES

Make = Callable[..., Interactions]
ROWS = np.arange(120, dtype=np.int32)
SIGNALS = [feature.signal if feature.measure == "value" else "" for feature in FEATURES]


def rhythms(seed: int = 2) -> list[tuple[str, int, str]]:
    """120 customers of two tastes; everyone buys two products of their own every 14 days and others now and then."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(120):
        letters = "abcdefghijkl" if n % 2 else "mnopqrstuvwx"
        own = "".join(rng.choice(list(letters), size=2, replace=False))
        for day in range(int(rng.integers(0, 14)), 140, 14):
            now_and_then = "".join(rng.choice(list(letters), size=2, replace=False))
            rows.append((f"c{n:03}", day, "".join(sorted({*own, *now_and_then}))))
    return rows


@pytest.fixture
def data(interactions_of: Make) -> Interactions:
    return interactions_of(rhythms())


@pytest.fixture
def fitted(data: Interactions) -> FittedRanker:
    return Ranker(CustomerKnn(k=50), max_customers=100).fit(data)


def test_with_enough_customers_weights_are_learned(fitted: FittedRanker) -> None:
    assert fitted.weights is not None
    assert len(fitted.weights.coefficients) == 4 * len(FEATURES) + 1


def test_what_is_bought_every_time_comes_first(fitted: FittedRanker, data: Interactions) -> None:
    top = best(fitted.score(ROWS), 2)
    counts = data.counts.toarray()
    always = [counts[row, item] == counts[row].max() for row, item in zip(top.owners, top.items, strict=True)]
    assert np.mean(always) > 0.9


def test_new_products_are_of_the_customers_taste(
    fitted: FittedRanker, data: Interactions, interactions_of: Make
) -> None:
    scores = fitted.score(ROWS).toarray()
    scores[data.counts.toarray() > 0] = -1
    open_rows = np.flatnonzero(scores.max(axis=1) > 0)
    first = scores[open_rows].argmax(axis=1)
    own_taste = [
        (data.product_ids[item] < "m") == (int(data.customer_ids[row][1:]) % 2 == 1)
        for row, item in zip(open_rows, first, strict=True)
    ]
    few_left = (data.counts.toarray()[open_rows] > 0).sum(axis=1) == 12
    assert np.mean(np.array(own_taste)[~few_left]) > 0.8 if (~few_left).any() else few_left.all()


def test_scores_lie_between_zero_and_one_and_a_block_scores_as_its_rows_alone(fitted: FittedRanker) -> None:
    together = fitted.score(ROWS)
    assert 0 < together.data.min() < together.data.max() < 1
    alone = FittedRanker(fitted.signals, fitted.weights, 7).score(ROWS)
    assert (together != alone).nnz == 0


def test_the_order_of_the_lines_changes_nothing(interactions_of: Make, fitted: FittedRanker) -> None:
    shuffled = Ranker(CustomerKnn(k=50), max_customers=100).fit(interactions_of(rhythms(), shuffle=5))
    assert (shuffled.score(ROWS) != fitted.score(ROWS)).nnz == 0


def test_another_seed_draws_other_customers(data: Interactions, fitted: FittedRanker) -> None:
    other = Ranker(CustomerKnn(k=50), max_customers=100, seed=1).fit(data)
    assert (other.score(ROWS) != fitted.score(ROWS)).nnz > 0


def test_sampled_examples_keep_the_mean_score(data: Interactions) -> None:
    whole = Ranker(CustomerKnn(k=50)).fit(data).score(ROWS)
    sampled = Ranker(CustomerKnn(k=50), max_rows=900).fit(data).score(ROWS)
    assert (whole != sampled).nnz > 0
    assert sampled.data.mean() == pytest.approx(whole.data.mean(), rel=0.3)


def test_with_too_little_to_learn_from_scores_are_customer_knns(data: Interactions) -> None:
    expected = CustomerKnn(k=50).fit(data).score(ROWS)
    for least in ({"min_customers": 500}, {"min_bought": 5_000}):
        few = Ranker(CustomerKnn(k=50), **least).fit(data)
        assert few.weights is None
        assert (few.score(ROWS) != expected).nnz == 0


def test_no_weights_are_learned_if_all_candidates_were_bought(interactions_of: Make) -> None:
    same = interactions_of([(f"c{n:02}", day, "ab") for n in range(60) for day in (0, 20, 40)])
    assert Ranker(min_bought=1).fit(same).weights is None


def test_the_last_window_is_four_weeks(data: Interactions) -> None:
    held = last_window(data)
    assert (data.as_of - held.history.as_of).days == 28


def test_a_customer_without_orders_has_no_candidates(interactions_of: Make) -> None:
    data = interactions_of([("A", 0, "ab"), ("B", 0, "bc")], segments={"N": "cafe"})
    signals = learn_signals(data, CustomerKnn(), ItemCosine(), Ease())
    found = candidates(signals, np.arange(3, dtype=np.int32))
    assert set(found.owners.tolist()) == {0, 1}
    assert candidates(signals, np.array([2], dtype=np.int32)).values.shape == (0, len(FEATURES))


def test_features_of_a_rhythm_worked_by_hand(interactions_of: Make) -> None:
    # A buys a on days 0, 10 and 20 and b on day 20; day 25 is as_of, so a was last bought 6 days ago, counted from 1.
    data = interactions_of([("A", 0, "a"), ("A", 10, "a"), ("A", 20, "ab"), ("B", 25, "c")])
    found = candidates(learn_signals(data, CustomerKnn(), ItemCosine(), Ease()), np.array([0], dtype=np.int32))
    values = {
        name: dict(zip(found.items.tolist(), found.values[:, at].tolist(), strict=True))
        for at, name in enumerate(SIGNALS)
    }
    assert values["count"] == {0: 3, 1: 1, 2: 0}
    assert values["since"] == {0: 6, 1: 6, 2: 0}
    assert values["own_gap"] == {0: 10, 1: 0, 2: 0}
    gap = (20 + 3 * 60) / (2 + 3)  # of product a: its own two gaps, and the prior of three of 60 days
    assert values["usual_gap"] == pytest.approx({0: (20 + gap) / 3, 1: 60, 2: 0})
    assert values["overdue"][1] == pytest.approx(6 / 60)
    assert values["due"][1] == pytest.approx((6 + 14) / 60)
    assert values["faded_0.5"] == pytest.approx({0: 1 + 0.5 + 0.25, 1: 1, 2: 0})
    assert values["share_of_baskets"] == pytest.approx({0: 1, 1: 1 / 3, 2: 0})
    assert values["product_first_buyers_14"] == {0: 0, 1: 1, 2: 1}
    assert values["product_baskets_7"] == {0: 1, 1: 1, 2: 1}
    assert values["customer_n_baskets"] == {0: 3, 1: 3, 2: 3}
    assert found.is_new.tolist() == [False, False, True]


def test_ranks_and_shares_are_within_the_owner() -> None:
    owners, values = np.array([0, 0, 0, 2, 2]), np.array([1.0, 4.0, 4.0, 0.0, 0.0])
    assert ranks(values, np.array([0, 3, 3])).tolist() == [2, 0, 1, 0, 1]
    assert share_of_best(owners, values, np.array([0, 3, 3])).tolist() == [0.25, 1, 1, 0, 0]
    assert share_of_best(owners[:0], values[:0], np.array([0])).tolist() == []


def test_the_matrices_of_purchases_have_the_same_positions(data: Interactions) -> None:
    signals = learn_signals(data, CustomerKnn(), ItemCosine(), Ease())
    ages: list[csr_matrix] = [signals.profiles.last_age, signals.profiles.first_age]
    for matrix in ages:
        assert matrix.indices.tolist() == data.counts.indices.tolist()
        assert matrix.data.min() >= 1
    assert (signals.profiles.first_age.data >= signals.profiles.last_age.data).all()


def test_every_feature_has_a_family_and_none_is_repeated() -> None:
    assert {feature.family for feature in FEATURES} == set(SCORE_FAMILIES) - {"season"}
    assert len({(feature.signal, feature.measure) for feature in FEATURES}) == len(FEATURES)


def test_what_the_features_add_is_the_score(fitted: FittedRanker) -> None:
    assert fitted.weights is not None
    found = candidates(fitted.signals, ROWS[:9])
    scores = fitted.weights.scores(found)
    logits = fitted.weights.contributions(found).sum(axis=1) + fitted.weights.intercept
    logits += fitted.weights.coefficients[-1] * found.is_new
    np.testing.assert_allclose(np.log(scores / (1 - scores)), logits)


def test_weights_of_some_customers_are_learned_from_these_alone(data: Interactions) -> None:
    ranker = Ranker(CustomerKnn(k=50), min_customers=10)
    training_data = ranker.training_data(data)
    assert training_data.examples is not None
    keep = np.arange(120) < 60
    some = training_data.examples.of_customers(keep)
    assert max(customers.max() for customers in some.customers if len(customers)) == 59
    half, whole = ranker.weights(training_data, keep), ranker.weights(training_data)
    assert half is not None
    assert whole is not None
    assert abs(half.coefficients - whole.coefficients).max() > 0.01
    assert ranker.weights(training_data, np.zeros(120, dtype=bool)) is None


def test_words_and_spending_are_features_and_zero_where_they_are_unknown() -> None:
    # A bought a and b for 30 and 10; a and c have the word "red", b and d "cup".
    lines = (np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3]), np.array([5, 5, 5, 5]))
    ids = ["A", "B"], ["a", "b", "c", "d"], [None, None], date(1970, 1, 6)
    words = word_matrix([("red", None, None), ("cup", None, None), ("red", None, None), ("cup", None, None)])
    known = interactions(lines, *ids, revenue=np.array([30.0, 10.0, 1.0, 1.0]), words=words)
    for data, written, spent in (
        (known, [1 / np.sqrt(2)] * 4, [75, 25, 0, 0]),
        (interactions(lines, *ids), [0] * 4, [0] * 4),
    ):
        found = candidates(learn_signals(data, CustomerKnn(), ItemCosine(), Ease()), np.array([0], dtype=np.int32))
        assert found.items.tolist() == [0, 1, 2, 3]
        assert found.values[:, SIGNALS.index("written")].tolist() == pytest.approx(written)
        assert found.values[:, SIGNALS.index("share_of_spending")].tolist() == pytest.approx(spent)


def test_a_product_that_nobody_bought_is_no_candidate_whatever_is_written() -> None:
    lines = (np.array([0, 1]), np.array([0, 1]), np.array([5, 5]))
    words = word_matrix([("red", None, None)] * 3)
    data = interactions(lines, ["A", "B"], ["a", "b", "c"], [None, None], date(1970, 1, 6), words=words)
    signals = learn_signals(data, CustomerKnn(), ItemCosine(), Ease())
    assert set(candidates(signals, np.arange(2, dtype=np.int32)).items.tolist()) == {0, 1}
