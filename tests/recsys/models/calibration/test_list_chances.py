"""Chances of a list's rows: customers of few orders are held to what others like them buy."""

import numpy as np
import pytest

from recsys.models.calibration.list_chances import (
    BANDS,
    MIN_BOUGHT,
    ListCalibrator,
    ListedRows,
    fit_list_calibrator,
)
from recsys.models.calibration.probability import Calibrator, Logistic


def rows(n_baskets: list[int], segments: list[int]) -> ListedRows:
    n = len(n_baskets)
    return ListedRows(np.full(n, 0.5), np.zeros(n), np.array(n_baskets), np.array(segments))


def always(chance: float) -> Calibrator:
    regression = Logistic(np.zeros(2), np.ones(2), np.zeros(2), 0.0)
    return Calibrator(regression, np.array([0.0]), np.array([chance]))


RATES = np.array([[0.02, 0.01], [0.04, 0.03], [0.06, 0.05], [0.08, 0.07]])  # by band; of the segment, of all


def test_one_order_counts_as_much_as_its_band_and_many_orders_for_themselves() -> None:
    found = ListCalibrator(always(0.3), RATES, prior_weight=1.0).chances(rows([1, 99], [0, 0]))
    between = 0.5 * np.log(0.3 / 0.7) + 0.5 * np.log(0.02 / 0.98)
    assert found[0] == pytest.approx(1 / (1 + np.exp(-between)))
    assert found[1] == pytest.approx(0.3, abs=0.01)


def test_the_rate_is_that_of_the_segment_and_of_all_where_it_is_unknown() -> None:
    calibrator = ListCalibrator(always(0.3), RATES, prior_weight=1e9)
    # One, two, five and six order days: the four bands. A segment that was not learned from counts as unknown.
    found = calibrator.chances(rows([1, 2, 5, 6, 1, 1], [0, 0, 0, 0, -1, 7]))
    assert found == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.01, 0.01])
    assert BANDS == (1, 2, 5)


def test_without_a_weight_the_chance_is_the_rows_own() -> None:
    assert ListCalibrator(always(0.3), RATES, prior_weight=0.0).chances(rows([1], [0])) == pytest.approx([0.3])


def test_the_rates_are_counted_by_band_and_by_segment_with_enough_rows() -> None:
    n = 2_000
    rng = np.random.default_rng(1)
    n_baskets, segments = np.repeat([1, 9], n // 2), np.tile([0, 0, 0, 1], n // 4)
    bought = rng.random(n) < np.where(n_baskets == 1, 0.1, 0.3)
    listed = ListedRows(rng.random(n), np.zeros(n), n_baskets, segments)
    found = fit_list_calibrator(listed, bought, 1.0)
    assert found is not None
    one = n_baskets == 1
    assert found.rates[0].tolist() == pytest.approx(
        [bought[one & (segments == 0)].mean(), bought[one].mean(), bought[one].mean()]  # 250 rows of the second
    )
    assert found.rates[1, -1] == bought.mean()  # nobody has two order days


def test_too_few_purchases_give_no_chances() -> None:
    listed = rows([3] * 500, [-1] * 500)
    assert fit_list_calibrator(listed, np.arange(500) < MIN_BOUGHT - 1, 1.0) is None
    assert fit_list_calibrator(listed, np.ones(500, dtype=bool), 1.0) is None
    assert fit_list_calibrator(listed, np.arange(500) < MIN_BOUGHT, 1.0) is not None


def test_a_ranker_that_learned_in_busier_weeks_gives_the_same_chances() -> None:
    rng = np.random.default_rng(2)
    logits, n_baskets = rng.normal(-2, 1, 2_000), np.full(2_000, 9)
    segments, order = np.zeros(2_000, dtype=np.int64), np.zeros(2_000)
    listed, busier = (
        ListedRows(1 / (1 + np.exp(-each)), order, n_baskets, segments) for each in (logits, logits + 0.7)
    )
    found = fit_list_calibrator(listed, rng.random(2_000) < listed.scores)
    assert found is not None
    assert found.chances(busier) == pytest.approx(found.chances(listed))
