"""What a build reports of the segments of the small version, to be put into its manifest's evaluation."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.support.artifacts import FACTS, publish_small, small_rows
from tests.support.figures import figures

THEN = datetime(2026, 10, 16, 3, 0, tzinfo=UTC)


def segment_figures(before: str = "2026-10-15-030000") -> dict[str, Any]:
    """Return the part `segments`: bounds, the version before, two clusters, cohorts."""
    return {
        "segments": {
            "n_customers": 4,
            "n_without": 1,
            "bounds": {"recency": [5, 10, 15, 20], "frequency": [1, 2, 3, 4], "monetary": [20, 44, 116, 152]},
            "bounds_on": "2026-11-15",
            "before": {"version": before, "as_of": "2026-10-15"},
            "bootstrap": {"n": 20, "share": 0.8, "low": 0.7, "high": 0.9},
            "clusters": {
                "k": 2,
                "silhouettes": {"2": 0.5, "3": 0.4},
                "axes": ["recency_days", "revenue_12m"],
                "points": [[13, 152.0, 1], [19, 116.0, 1], [0, 44.0, 2], [26, 20.0, 2]],
            },
            "cohorts": {"from_quarter": "2026-07-01", "n_customers": 3, "n_left_out": 1},
        }
    }


def publish_two(root: Path) -> tuple[str, str]:
    """Publish the version before, in which CAFE2 was Loyal and SCHOOL1 had no order; and the small one."""
    then = [dict(row) for row in small_rows()["customers"]]
    then[1] |= {"rfm_segment": "Loyal", "revenue_12m": 200.0}
    then[4] |= {"rfm_segment": None, "revenue_12m": 0.0, "cluster": None}
    facts = replace(FACTS, as_of=date(2026, 10, 15))
    before = publish_small(root, changed={"customers": then}, built_at=THEN, facts=facts)
    return before, publish_small(root, evaluation={**figures(), **segment_figures(before)})
