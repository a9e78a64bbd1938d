"""The chances of a list's rows: from scores, for customers of few orders held to what others like them buy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.models.calibration.probability import Calibrator, Logistic, fit_calibrator, log_odds
from recsys.schema.build_report import Bin, Reliability

# Of the rows by chance: tenths, the last one cut finer, where chances differ most and a rep looks first.
BIN_EDGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
MIN_BOUGHT = 100  # rows of a list that were bought; with fewer a bin has too few of them
PRIOR_ORDER_DAYS = 0.5  # a customer's own evidence weighs n / (n + this), n order days; chosen by log loss
BANDS = (1, 2, 5)  # order days: one, two, up to five, more
_MIN_SEGMENT_ROWS = 500  # with fewer rows of a band a segment has the rate of all customers in it


@dataclass(frozen=True)
class ListedRows:
    """Rows of all customers' lists before they are ended; (m,) each.

    scores        of the ranker
    order_logits  the customer's log odds to order within 28 days
    n_baskets     the customer's order days
    segments      code of the customer's segment from 0, -1 where unknown
    """

    scores: NDArray[np.float64]
    order_logits: NDArray[np.float64]
    n_baskets: Counts
    segments: Counts


@dataclass(frozen=True)
class ListCalibrator:
    """Chances of one list's rows.

    rates          (n_bands, n_segments + 1) share of such rows that was bought; the last column is of all customers
    prior_weight   order days that the rate weighs as much as, see PRIOR_ORDER_DAYS
    """

    calibrator: Calibrator
    rates: NDArray[np.float64]
    prior_weight: float

    def chances(self, rows: ListedRows) -> NDArray[np.float64]:
        """Return (m,) chances, 0 to 1.

        Log odds of scores count from their mean over the rows: a ranker's follow what was bought in the weeks that it
        learned from, and those that the chances were learned from are an earlier ranker's. A row's own log odds and
        those of the rate of its segment and band of order days are averaged: the fewer order days the customer has, the
        more the rate weighs.
        """
        own = self.calibrator.chances(_centred(rows.scores), rows.order_logits)
        weight = rows.n_baskets / (rows.n_baskets + self.prior_weight)
        segments = np.where(rows.segments < self.rates.shape[1] - 1, rows.segments, -1)
        rate = self.rates[_bands(rows.n_baskets), segments]
        return np.asarray(1 / (1 + np.exp(-weight * log_odds(own) - (1 - weight) * log_odds(rate))))


def fit_list_calibrator(
    rows: ListedRows, bought: NDArray[np.bool_], prior_weight: float = PRIOR_ORDER_DAYS
) -> ListCalibrator | None:
    """Return the calibrator of a list's rows and whether each was bought, (m,).

    None if fewer than MIN_BOUGHT of them were bought, or all.
    """
    n_bought = int(bought.sum())
    if n_bought < MIN_BOUGHT or n_bought == len(bought):
        return None
    calibrator = fit_calibrator(_centred(rows.scores), rows.order_logits, bought)
    return ListCalibrator(calibrator, _rates(rows, bought), prior_weight)


def _centred(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log odds of scores, (m,), their mean 0."""
    logits = log_odds(scores)
    return logits - logits.mean() if len(logits) else logits


def _bands(n_baskets: Counts) -> NDArray[np.intp]:
    return np.asarray(np.searchsorted(BANDS, n_baskets))


def _rates(rows: ListedRows, bought: NDArray[np.bool_]) -> NDArray[np.float64]:
    n_segments = int(rows.segments.max(initial=-1)) + 1
    bands = _bands(rows.n_baskets)
    rates = np.empty((len(BANDS) + 1, n_segments + 1))
    for band in range(len(rates)):
        inside = bands == band
        rates[band, -1] = bought[inside].mean() if inside.any() else bought.mean()
        for segment in range(n_segments):
            own = inside & (rows.segments == segment)
            rates[band, segment] = bought[own].mean() if own.sum() >= _MIN_SEGMENT_ROWS else rates[band, -1]
    return rates


@dataclass(frozen=True)
class Calibration:
    """What the chances of each list are computed with, and how reliable they are.

    ordering     predicts whether a customer orders within 28 days
    calibrators  by list; a list with too few purchases has none
    reliability  by list, measured on the four weeks after those that it was learned on; or why the list has no chances
    """

    ordering: Logistic
    calibrators: dict[str, ListCalibrator]
    reliability: dict[str, Reliability]


def reliability(predicted: NDArray[np.float64], bought: NDArray[np.bool_]) -> Reliability:
    """Return the reliability of predicted chances: their expected calibration error, and bins.

    predicted  (m,) chances, 0 to 1
    bought     (m,) whether it was bought
    """
    order = np.argsort(predicted, kind="stable")
    bins = [
        Bin(
            low=float(predicted[rows].min()),
            high=float(predicted[rows].max()),
            n=len(rows),
            predicted=float(predicted[rows].mean()),
            bought=float(bought[rows].mean()),
        )
        for rows in np.split(order, np.round(np.array(BIN_EDGES) * len(order)).astype(int))
        if len(rows)
    ]
    error = sum(each.n * abs(each.predicted - each.bought) for each in bins) / max(len(order), 1)
    return Reliability(n=len(order), ece=error, bins=tuple(bins))
