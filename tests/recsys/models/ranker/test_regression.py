import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from recsys.models.ranker.regression import Coefficients, fit_regression


def test_the_coefficients_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(900, 5)).astype(np.float32)
    is_new = rng.random(900) < 0.4
    bought = rng.random(900) < 1 / (1 + np.exp(1 - table[:, 0] + 2 * is_new * table[:, 1] + is_new))
    importance = rng.random(900) + 0.5
    found = fit_regression(table, is_new, bought, importance, 0.05)
    wide = np.hstack([table, table * is_new[:, None], is_new[:, None]]).astype(np.float64)
    oracle = LogisticRegression(C=0.05, tol=1e-9, max_iter=2_000).fit(wide, bought, importance / importance.mean())
    coefficients = np.concatenate([found.everywhere, found.for_new, [found.new]])
    np.testing.assert_allclose(coefficients, oracle.coef_[0], atol=1e-4)
    np.testing.assert_allclose(found.intercept, oracle.intercept_[0], atol=1e-4)


def test_all_new_or_no_new_examples_can_be_learned_from() -> None:
    table = np.array([[-1.0], [-0.5], [0.5], [1.0]], dtype=np.float32)
    bought = np.array([False, True, False, True])
    for is_new in (np.zeros(4, dtype=bool), np.ones(4, dtype=bool)):
        found = fit_regression(table, is_new, bought, np.ones(4), 1.0)
        assert found.everywhere[0] + found.for_new[0] > 0


def test_separable_examples_give_finite_coefficients() -> None:
    table = np.repeat(np.array([[-1.0], [1.0]], dtype=np.float32), 50, axis=0)
    found = fit_regression(table, np.zeros(100, dtype=bool), table[:, 0] > 0, np.ones(100), 100.0)
    assert np.isfinite(found.everywhere).all()
    assert 1 < found.everywhere[0] < 50


def test_a_start_that_is_near_or_far_changes_nothing_of_the_result() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(600, 5)).astype(np.float32)
    is_new, importance = rng.random(600) < 0.4, rng.uniform(0.5, 2, 600)
    bought = rng.random(600) < 1 / (1 + np.exp(1 - table[:, 0] + is_new * table[:, 1]))
    from_zero = fit_regression(table, is_new, bought, importance, 0.1)
    near = fit_regression(table[:500], is_new[:500], bought[:500], importance[:500], 0.1)
    far = Coefficients(np.full(5, 3.0), np.full(5, -3.0), 2.0, -2.0)
    for start in (near, far):
        again = fit_regression(table, is_new, bought, importance, 0.1, start)
        np.testing.assert_allclose(again.everywhere, from_zero.everywhere, atol=1e-5)
        np.testing.assert_allclose(again.for_new, from_zero.for_new, atol=1e-5)
        assert (again.new, again.intercept) == pytest.approx((from_zero.new, from_zero.intercept), abs=1e-5)
