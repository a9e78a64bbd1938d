import numpy as np

from recsys.kernels.row_medians import median_of_rows


def test_medians_ignore_nan() -> None:
    nan = np.nan
    values = np.array([[3.0, nan, 1.0], [4.0, 1.0, 2.0], [nan, 7.0, nan], [nan, nan, nan]])
    np.testing.assert_equal(median_of_rows(values), [2, 2, 7, nan])


def test_medians_of_no_rows_are_none() -> None:
    assert median_of_rows(np.zeros((0, 3))).tolist() == []
