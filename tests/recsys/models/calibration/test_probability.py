"""Shares of feature families, chances and their reliability, by hand and on made-up orders."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import flat_positions
from recsys.models.calibration.list_chances import reliability
from recsys.models.calibration.probability import fit_calibrator, fit_logistic, log_odds
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
    found = fit_calibrator(log_odds(scores), order, rng.random(4_000) < truth).chances(log_odds(scores), order)
    assert np.abs(found - truth).mean() < 0.03
    assert found.min() > 0
    assert found.max() < 1


def test_a_higher_score_never_has_a_lower_chance() -> None:
    rng = np.random.default_rng(3)
    scores, order = rng.random(500), np.zeros(500)
    calibrator = fit_calibrator(log_odds(scores), order, rng.random(500) < scores)
    assert (np.diff(calibrator.chances(np.linspace(-9, 9, 50), np.zeros(50))) >= 0).all()


def test_a_handful_of_purchases_makes_no_certainty() -> None:
    scores = np.linspace(0.1, 0.9, 500)
    calibrator = fit_calibrator(log_odds(scores), np.zeros(500), scores > 0.88)
    # The 13 highest of 500 were bought, of the 50 highest a quarter.
    assert calibrator.chances(log_odds(np.array([0.999])), np.zeros(1))[0] == pytest.approx(13 / 50, abs=0.02)


def test_what_never_or_always_happened_has_a_chance_above_none_and_below_certainty() -> None:
    scores = np.linspace(0.1, 0.9, 500)
    logits = log_odds(scores)
    low, high = fit_calibrator(logits, np.zeros(500), scores > 0.5).chances(np.array([-7.0, 7.0]), np.zeros(2))
    assert low == pytest.approx(0.5 / 251)  # none of the 250 lower ones
    assert high == pytest.approx(1 - 0.5 / 251)
    few = fit_calibrator(logits[:50], np.zeros(50), np.arange(50) == 49)
    assert few.frequencies.tolist() == [1 / 50]


def test_a_constant_column_has_no_weight() -> None:
    table = np.stack([np.ones(100), np.arange(100.0)], axis=1)
    regression = fit_logistic(table, np.arange(100) > 50)
    assert regression.coefficients[0] == pytest.approx(0)
    assert regression.logits(table)[-1] > 0 > regression.logits(table)[0]


def test_reliability_is_counted_bin_by_bin() -> None:
    predicted = np.repeat(np.arange(10) / 10, 4)
    bought = np.tile([True, False, False, False], 10)
    found = reliability(predicted, bought)
    assert found.n == 40
    assert found.bins[3].model_dump() == {
        "low": 0.3,
        "high": 0.3,
        "n": 4,
        "predicted": pytest.approx(0.3),
        "bought": 0.25,
    }
    assert found.ece == pytest.approx(np.mean([abs(place / 10 - 0.25) for place in range(10)]))


def test_fewer_suggestions_than_bins_leave_bins_out() -> None:
    found = reliability(np.array([0.1, 0.4]), np.array([False, True]))
    assert [each.n for each in found.bins] == [1, 1]
    assert found.ece == pytest.approx((0.1 + 0.6) / 2)


def test_the_highest_chances_are_cut_finer_than_the_others() -> None:
    predicted = np.arange(1_000) / 1_000
    found = reliability(predicted, predicted > 0.5)
    assert [each.n for each in found.bins] == [100] * 9 + [50, 30, 10, 10]
