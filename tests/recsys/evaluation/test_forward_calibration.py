from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from recsys.dataset.interactions import Interactions
from recsys.evaluation.forward_calibration import forward_calibration
from recsys.evaluation.split import Split, calendar
from recsys.models.calibration.cross_fit import calibrate, score_out_of_fold
from recsys.models.ranker.ranker import Ranker
from recsys.schema.build_report import Calibrations

Make = Callable[..., Interactions]
CUT_DAY = 84


def orders_with(shares: tuple[float, float], make: Make) -> Split:
    """Return the orders of 300 customers who buy two of ten products a week.

    shares  of the weeks in which they order at all: in the 28 days before the cut, and in the 28 days held out
    """
    rng, rows = np.random.default_rng(5), []
    for n in range(300):
        for day in range(n % 7, CUT_DAY + 28, 7):
            share = shares[1] if day >= CUT_DAY else shares[0] if day >= CUT_DAY - 28 else 1.0
            if rng.random() < share:
                rows.append((f"c{n:03}", day, "".join(rng.choice(list("abcdefghij"), 2, replace=False))))
    return calendar(make(rows), date(2026, 1, 1) + timedelta(CUT_DAY), 28)


def measured(split: Split) -> Calibrations:
    model = Ranker(min_customers=10, min_bought=50, hold_out=split.learn)
    history = split.held_out.history
    return forward_calibration(split, model, model.training_data(history), model.fit(history), 5)


def test_chances_do_not_hold_where_the_days_held_out_differ_from_those_before(orders_of: Make) -> None:
    alike, fewer = measured(orders_with((0.9, 0.9), orders_of)), measured(orders_with((0.9, 0.2), orders_of))
    assert alike.ece is not None
    assert fewer.ece is not None
    assert alike.ece < 0.06
    assert fewer.ece > 0.2


def test_a_check_within_the_window_before_would_not_see_that(orders_of: Make) -> None:
    split = orders_with((0.9, 0.2), orders_of)
    model = Ranker(min_customers=10, min_bought=50, hold_out=split.learn)
    training_data = model.training_data(split.held_out.history)
    within = calibrate(score_out_of_fold(model, training_data), training_data, 5).reliability["usual"].ece
    assert within is not None
    assert within < 0.06


def test_chances_are_learned_before_what_they_are_compared_with(orders_of: Make) -> None:
    split = orders_with((0.9, 0.9), orders_of)
    nothing = split.held_out.truth.copy()
    nothing.data[:] = 0
    nothing.eliminate_zeros()
    found, unbought = measured(split), measured(replace(split, held_out=replace(split.held_out, truth=nothing)))
    assert [one.predicted for one in found.bins] == [one.predicted for one in unbought.bins]
    assert sum(one.n_bought for one in found.bins) > 0
    assert sum(one.n_bought for one in unbought.bins) == 0


def test_without_enough_orders_to_learn_from_it_says_why(orders_of: Make) -> None:
    split = orders_with((0.9, 0.9), orders_of)
    model = Ranker(min_customers=1_000, hold_out=split.learn)
    history = split.held_out.history
    found = forward_calibration(split, model, model.training_data(history), model.fit(history), 5)
    assert found.why_not == found.new.why_not == "too little was ordered in the four weeks before to learn from"


def test_a_list_with_too_few_purchases_to_learn_from_says_so(orders_of: Make) -> None:
    tried_all = [(f"c{n:03}", 0, "abcdefghij") for n in range(300)]
    found = measured(orders_with((0.9, 0.9), lambda rows: orders_of([*tried_all, *rows])))
    assert "from 100 on a chance is told" in found.new.why_not
    assert found.by_list().keys() == {"usual"}
