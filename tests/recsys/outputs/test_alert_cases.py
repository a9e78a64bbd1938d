"""What is published to back-test the rules for lost products and slowing customers, and how it is sampled."""

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.evaluation.alerts import AlertCases, alert_cases
from recsys.outputs.alert_cases import alert_customers, alert_pairs, of_whole_customers
from recsys.schema.build_report import AlertSample
from recsys.schema.published import ALERT_CUSTOMERS, ALERT_PAIRS
from tests.recsys.models.conftest import made_interactions


def cases_of(orders: Interactions) -> AlertCases:
    found = alert_cases(orders)
    assert found is not None
    return found


@pytest.fixture
def cases() -> AlertCases:
    # The last order is on day 169 and the cut on day 80. A buys x every ten days and goes on, B stops on day 60 after
    # seven times; C bought x twice, D three times but all at once a year before, E once before the cut.
    lines = [("A", day, "x") for day in range(0, 170, 10)] + [("A", 169, "y")]
    lines += [("B", day, "x") for day in range(0, 70, 10)]
    lines += [("C", day, "x") for day in (0, 50)]
    lines += [("D", day, "x") for day in (-300, -299, -298)] + [("E", 70, "y")]
    return cases_of(made_interactions(lines))


def test_a_pair_is_as_it_was_at_the_cut_with_what_came_of_it(cases: AlertCases) -> None:
    rows = alert_pairs(cases, seed=1).rows.to_pylist()
    shared = {"product_id": "x", "usual_gap_days": 10.0, "long_gap_days": 10.0, "worth": None}  # no revenue in the data
    assert rows == [
        {"customer_id": "A", "n_baskets": 8, "silent_days": 9, "stopped": False, **shared},
        {"customer_id": "B", "n_baskets": 7, "silent_days": 19, "stopped": True, **shared},
    ]


def test_a_customer_is_as_at_the_cut_with_what_came_of_it(cases: AlertCases) -> None:
    rows = {row["customer_id"]: row for row in alert_customers(cases, seed=1).rows.to_pylist()}
    assert list(rows) == ["A", "B", "D"]  # C and E came too seldom for a usual gap
    assert rows["A"] == {
        "customer_id": "A",
        "n_order_days": 8,
        "usual_gap_days": 10.0,
        "recent_gap_days": pytest.approx((79 - 50) / 3),
        "order_days_90d": 8,
        "order_days_90d_before": 0,
        "slowed": False,
    }
    assert (rows["B"]["slowed"], rows["B"]["recent_gap_days"]) == (True, pytest.approx((79 - 40) / 3))


def test_the_report_says_of_how_many_customers_all_of_them_are(cases: AlertCases) -> None:
    assert alert_pairs(cases, seed=1).sample == AlertSample(rows=2, customers=2, of_customers=2)
    assert alert_customers(cases, seed=1).sample.is_complete


def test_orders_that_are_too_short_leave_both_tables_empty() -> None:
    assert alert_cases(made_interactions([("A", 0, "x"), ("A", 30, "x")])) is None
    for made, table in ((alert_pairs(None, seed=1), ALERT_PAIRS), (alert_customers(None, seed=1), ALERT_CUSTOMERS)):
        assert made.rows.schema.equals(table.arrow_schema())
        assert made.sample == AlertSample(rows=0, customers=0, of_customers=0)


@pytest.fixture
def many() -> AlertCases:
    """Return the cases of 40 customers who all buy x and y each ten days; the cut is on day 80."""
    lines = [(f"{n:02}", day, product) for n in range(40) for day in range(0, 170, 10) for product in "xy"]
    return cases_of(made_interactions([*lines, ("00", 169, "x")]))


def test_too_many_rows_are_those_of_some_customers_whole(many: AlertCases) -> None:
    made = alert_pairs(many, seed=1, most=21)
    assert made.sample == AlertSample(rows=20, customers=10, of_customers=40)
    assert not made.sample.is_complete
    owners = made.rows["customer_id"].to_pylist()
    assert owners == sorted(owners)
    assert {owners.count(one) for one in owners} == {2}
    assert alert_customers(many, seed=1, most=10).sample == AlertSample(rows=10, customers=10, of_customers=40)


def test_the_seed_decides_whose_rows_they_are(many: AlertCases) -> None:
    assert alert_pairs(many, seed=1, most=20).rows.equals(alert_pairs(many, seed=1, most=20).rows)
    assert not alert_pairs(many, seed=1, most=20).rows.equals(alert_pairs(many, seed=2, most=20).rows)


def test_as_many_rows_as_are_allowed_are_all_kept() -> None:
    owners = np.array([0, 0, 1, 3])
    assert of_whole_customers(owners, 4, seed=1).all()
    assert of_whole_customers(owners, 3, seed=1).sum() <= 3
    assert of_whole_customers(owners[:0], 0, seed=1).tolist() == []
