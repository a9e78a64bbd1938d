"""Shares of feature families, chances and their reliability, by hand and on made-up orders."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import flat_positions
from recsys.models.calibration.cross_fit import BINS, FOLDS, OutOfFoldScores, calibrate, reliability, score_out_of_fold
from recsys.models.calibration.probability import fit_calibrator, fit_logistic
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ranker.attribution import family_shares, scores_with_shares, sum_by_family
from recsys.models.ranker.feature_set import Feature
from recsys.models.ranker.ranker import Ranker
from recsys.schema.published import SCORE_FAMILIES

Make = Callable[..., Interactions]


def orders(seed: int = 2) -> list[tuple[str, int, str]]:
    """150 customers of two tastes and of two rhythms: half of them order every 10 days, the others every 70."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(150):
        letters = "abcdefghijkl" if n % 2 else "mnopqrstuvwx"
        own = "".join(rng.choice(list(letters), size=2, replace=False))
        for day in range(int(rng.integers(0, 10)), 170, 10 if n % 4 < 2 else 70):
            rows.append((f"c{n:03}", day, "".join(sorted({*own, *rng.choice(list(letters), size=2, replace=False)}))))
    return rows


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(CustomerKnn(k=50))


def test_shares_are_what_lies_above_the_mean_of_the_group() -> None:
    added = np.array([[3.0, 0.0, 2.0], [1.0, 0.0, 4.0], [9.0, 9.0, 9.0]])
    # means of the first group 2, 0, 3: the first row lies 1 above in the first column, the second 1 in the third.
    # A row alone is its own mean: no family differs, and the last one has all of it.
    shares = family_shares(added, np.array([0, 0, 1]))
    assert shares.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1]]


def test_what_lies_below_in_all_has_its_share_from_the_least_below() -> None:
    added = np.array([[-1.0, -2.0, 0.0, 0.0], [2.0, 3.0, 0.0, 0.0], [-1.0, -1.0, 0.0, 0.0]])
    # The third family is the same everywhere: it lies below nothing, and cannot carry the first row.
    assert family_shares(added, np.zeros(3, dtype=int)).tolist()[0] == [1, 0, 0, 0]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(st.floats(-5, 5), min_size=7, max_size=7)), min_size=1, max_size=20)
)
@settings(deadline=None)
def test_shares_add_up_to_one_and_none_is_below_zero(rows: list[tuple[int, list[float]]]) -> None:
    shares = family_shares(np.array([values for _, values in rows]), np.array([group for group, _ in rows]))
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(rows)))


def test_features_are_added_up_by_family() -> None:
    features = Feature("count", "own"), Feature("similar_14", "similar"), Feature("since", "own")
    added = sum_by_family(np.array([[1.0, 2.0, 4.0]]), features)
    assert dict(zip(SCORE_FAMILIES, added[0], strict=True)) == {
        **dict.fromkeys(SCORE_FAMILIES, 0.0),
        "own": 5.0,
        "similar": 2.0,
    }


def test_scores_with_shares_are_the_rankers_scores(interactions_of: Make, ranker: Ranker) -> None:
    fitted = ranker.fit(interactions_of(orders()))
    rows = np.arange(20, dtype=np.int32)
    with_shares, plain = scores_with_shares(fitted, rows), fitted.score(rows)
    assert np.array_equal(flat_positions(with_shares.scores), flat_positions(plain))
    assert np.array_equal(with_shares.scores.data, plain.data)
    assert with_shares.shares is not None
    assert with_shares.shares.sum(axis=1) == pytest.approx(np.ones(plain.nnz), abs=1e-6)
    owners = np.repeat(np.arange(20), np.diff(plain.indptr))
    assert np.array_equal(with_shares.shares_of(owners[5:9], plain.indices[5:9]), with_shares.shares[5:9])


def test_where_nothing_was_learned_there_are_no_shares(interactions_of: Make, ranker: Ranker) -> None:
    with_shares = scores_with_shares(
        ranker.fit(interactions_of([("a", 0, "xy"), ("b", 1, "x")])), np.arange(2, dtype=np.int32)
    )
    assert with_shares.shares is None
    assert np.isnan(with_shares.shares_of(np.array([0]), np.array([0]))).all()


def test_chances_are_the_frequencies_that_were_seen() -> None:
    rng = np.random.default_rng(1)
    scores, order = rng.random(4_000), rng.normal(size=4_000)
    truth = 0.6 * scores / (1 + np.exp(-order))
    found = fit_calibrator(scores, order, rng.random(4_000) < truth).chances(scores, order)
    assert np.abs(found - truth).mean() < 0.03
    assert found.min() > 0
    assert found.max() < 1


def test_a_higher_score_never_has_a_lower_chance() -> None:
    rng = np.random.default_rng(3)
    scores, order = rng.random(500), np.zeros(500)
    calibrator = fit_calibrator(scores, order, rng.random(500) < scores)
    assert (np.diff(calibrator.chances(np.linspace(0, 1, 50), np.zeros(50))) >= 0).all()


def test_a_handful_of_purchases_makes_no_certainty() -> None:
    scores = np.linspace(0.1, 0.9, 500)
    calibrator = fit_calibrator(scores, np.zeros(500), scores > 0.88)
    # The 13 highest of 500 were bought, of the 50 highest a quarter.
    assert calibrator.chances(np.array([0.999]), np.zeros(1))[0] == pytest.approx(13 / 50, abs=0.02)


def test_what_never_or_always_happened_has_a_chance_above_none_and_below_certainty() -> None:
    scores = np.linspace(0.1, 0.9, 500)
    low, high = fit_calibrator(scores, np.zeros(500), scores > 0.5).chances(np.array([0.001, 0.999]), np.zeros(2))
    assert low == pytest.approx(0.5 / 251)  # none of the 250 lower ones
    assert high == pytest.approx(1 - 0.5 / 251)
    few = fit_calibrator(scores[:50], np.zeros(50), np.arange(50) == 49)
    assert few.frequencies.tolist() == [1 / 50]


def test_a_constant_column_has_no_weight() -> None:
    table = np.stack([np.ones(100), np.arange(100.0)], axis=1)
    regression = fit_logistic(table, np.arange(100) > 50)
    assert regression.coefficients[0] == pytest.approx(0)
    assert regression.logits(table)[-1] > 0 > regression.logits(table)[0]


def test_reliability_is_counted_bin_by_bin() -> None:
    predicted = np.repeat(np.arange(10) / 10, 4)
    bought = np.tile([True, False, False, False], 10)
    found = reliability(predicted, bought, folds=5)
    assert (found.n, found.folds) == (40, 5)
    assert found.bins[3].model_dump() == {
        "low": 0.3,
        "high": 0.3,
        "n": 4,
        "predicted": pytest.approx(0.3),
        "bought": 0.25,
    }
    assert found.ece == pytest.approx(np.mean([abs(place / 10 - 0.25) for place in range(10)]))


def test_fewer_suggestions_than_bins_leave_bins_out() -> None:
    found = reliability(np.array([0.1, 0.4]), np.array([False, True]), folds=5)
    assert [each.n for each in found.bins] == [1, 1]
    assert found.ece == pytest.approx((0.1 + 0.6) / 2)


@pytest.fixture
def out_of_fold(interactions_of: Make, ranker: Ranker) -> tuple[OutOfFoldScores, Ranker, Interactions]:
    data = interactions_of(orders())
    return score_out_of_fold(ranker, ranker.training_data(data)), ranker, data


def test_customers_are_scored_whether_they_ordered_in_the_window_or_not(
    out_of_fold: tuple[OutOfFoldScores, Ranker, Interactions],
) -> None:
    found, _, data = out_of_fold
    assert len(np.unique(found.customers)) == data.n_customers
    bought = np.bincount(found.customers, weights=found.bought)
    assert (bought == 0).any()
    assert (bought > 0).any()


def test_a_score_comes_from_a_ranker_that_saw_nothing_of_the_customer(
    out_of_fold: tuple[OutOfFoldScores, Ranker, Interactions], interactions_of: Make
) -> None:
    found, ranker, data = out_of_fold
    training_data = ranker.training_data(data)
    assert training_data.examples is not None
    # Bought and not bought are swapped in one fold: the scores of its own customers stay as they were.
    for place, customers in enumerate(training_data.examples.customers):
        fold = np.zeros(data.n_customers, dtype=np.int64)
        fold[found.customers] = found.fold
        inside = fold[customers] == 2
        training_data.examples.bought[place] = np.where(
            inside, ~training_data.examples.bought[place], training_data.examples.bought[place]
        )
    again = score_out_of_fold(ranker, training_data)
    assert np.array_equal(again.scores[found.fold == 2], found.scores[found.fold == 2])
    assert not np.array_equal(again.scores[found.fold == 1], found.scores[found.fold == 1])


def test_calibrated_lists_have_reliability_bins(out_of_fold: tuple[OutOfFoldScores, Ranker, Interactions]) -> None:
    found, ranker, data = out_of_fold
    training_data = ranker.training_data(data)
    calibration = calibrate(found, training_data, length=5)
    assert calibration.reliability["usual"].folds == FOLDS
    assert len(calibration.reliability["usual"].bins) == BINS
    assert calibration.reliability["usual"].n == len(found.where(~found.is_new).listed(5).items)
    assert calibration.reliability["usual"].ece is not None
    assert calibration.reliability["usual"].ece < 0.1
    assert calibration.order_logits(training_data.signals).shape == (data.n_customers,)


def test_too_few_purchases_give_no_chance_and_say_why(
    out_of_fold: tuple[OutOfFoldScores, Ranker, Interactions],
) -> None:
    found, ranker, data = out_of_fold
    rows = np.flatnonzero(found.is_new)
    few = found.where(np.concatenate([rows[:40], np.flatnonzero(~found.is_new)]))
    calibration = calibrate(few, ranker.training_data(data), length=5)
    assert "new" not in calibration.calibrators
    n_bought = int(found.bought[rows[:40]].sum())
    assert calibration.reliability["new"].why_not.startswith(f"{n_bought} of ")
    assert calibration.reliability["new"].why_not.endswith("suggestions were bought; from 100 on a chance is told")


def test_listed_are_the_best_of_each_customer() -> None:
    column = np.zeros(4)
    flags = np.zeros(4, dtype=bool)
    whole = OutOfFoldScores(np.array([0, 0, 0, 1]), np.array([3, 5, 4, 2]), np.array([0.1, 0.5, 0.5, 0.2]),
                   column, flags, flags, np.zeros(4, dtype=int))  # fmt: skip
    assert whole.listed(2).items.tolist() == [4, 5, 2]
