"""The report on the small version's segments; segments and cohorts recomputed with pandas: by ranks, without bounds."""

from datetime import date

import pandas as pd

from recsys.schema.build_report import (
    ClusterCentre,
    ClusterReport,
    CohortReport,
    RfmLimits,
    SegmentsReport,
    Stability,
    VersionBefore,
)
from recsys.schema.segments import RFM_CELLS

# What a build would report of the rows in tests/support/artifacts.py; stability and centres are made up.
SMALL_REPORT = SegmentsReport(
    n_customers=4,
    n_without=1,
    revenue_12m=332.0,
    revenue_12m_before=24.0,
    revenue_12m_before_without=0.0,
    orders_12m=9,
    bounds=RfmLimits(recency=(0.0, 13.0, 19.0, 26.0), frequency=(1.0, 2.0, 3.0, 3.0),
                     monetary=(20.0, 44.0, 116.0, 152.0)),
    bounds_on=date(2026, 11, 15),
    before=VersionBefore(version="2026-10-16-020000", as_of=date(2026, 10, 15)),
    same_share=0.0,
    n_compared=3,
    bootstrap=Stability(n=100, share=0.9251, low=0.9, high=0.95),
    clusters=ClusterReport(
        k=2,
        silhouettes={"2": 0.4123, "3": 0.4},
        mean=(2.6, 1.1, 4.1),
        scale=(1.2, 0.3, 0.8),
        centres=(
            ClusterCentre(
                cluster=1, n_customers=2, median_recency_days=16.0, median_order_days=3.0, median_revenue=134.0,
                place=(0.2, 0.9, 0.9), words="Order 3 times a year, last 16 days ago, 130 a year",
            ),
            ClusterCentre(
                cluster=2, n_customers=2, median_recency_days=13.0, median_order_days=1.5, median_revenue=32.0,
                place=(-0.2, -0.9, -0.9), words="Order twice a year, last 13 days ago, 32 a year",
            ),
        ),
        same_share=1.0,
        n_compared=3,
        bootstrap=Stability(n=20, share=0.98, low=0.94, high=1.0),
        axes=("recency_days", "revenue_12m"),
        points=((13.0, 152.0, 1), (19.0, 116.0, 1), (0.0, 44.0, 2), (26.0, 20.0, 2)),
    ),
    cohorts=CohortReport(
        from_quarter=date(2026, 7, 1), n_customers=3, revenue=180.0, n_left_out=1, revenue_left_out=176.0
    ),
)  # fmt: skip


def recomputed_segments(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return by customer with an order day in the 12 months: figures, scores and named segment.

    A score is a fifth of how many customers have a lower figure: none of them 1, four fifths 5.
    """
    lines = lines.assign(ordered_on=pd.to_datetime(lines["ordered_on"]))
    end = pd.Timestamp(as_of)
    lines = lines[lines["ordered_on"] <= end]
    last = lines.groupby("customer_id")["ordered_on"].max()
    year = lines[lines["ordered_on"] > end - pd.DateOffset(months=12)].groupby("customer_id")
    found = pd.DataFrame({"order_days": year["ordered_on"].nunique(), "revenue": year["revenue"].sum().round(6)})
    found["orders"] = year["order_id"].nunique()
    found["recency"] = (end - last[found.index]).dt.days
    n = len(found)
    lower = found[["recency", "order_days", "revenue"]].rank(method="min").sub(1).astype(int) * 5 // n
    found["r"], found["f"], found["m"] = 5 - lower["recency"], 1 + lower["order_days"], 1 + lower["revenue"]
    found["segment"] = [RFM_CELLS[cell] for cell in zip(found["r"], found["f"], strict=True)]
    return found


def recomputed_cohorts(lines: pd.DataFrame, as_of: date, since: date) -> pd.DataFrame:
    """Return by quarter of the first order, from `since` on, and quarter: customers with an order, and revenue."""
    lines = lines.assign(ordered_on=pd.to_datetime(lines["ordered_on"]))
    lines = lines[lines["ordered_on"] <= pd.Timestamp(as_of)]
    lines = lines.assign(quarter=lines["ordered_on"].dt.to_period("Q"))
    first = lines.groupby("customer_id")["quarter"].min().rename("cohort")
    lines = lines.join(first, on="customer_id")
    lines = lines[lines["cohort"] >= pd.Timestamp(since).to_period("Q")]
    return lines.groupby(["cohort", "quarter"]).agg(n=("customer_id", "nunique"), revenue=("revenue", "sum"))
