"""What a process counts by itself where no Redis does."""

import time

import pytest

from dashboard.web.rate_limits import HourCounts


def test_a_count_begins_again_after_its_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    counts = HourCounts()
    assert [counts.incr("shop", 3600), counts.incr("shop", 3600, 2), counts.incr("till", 3600)] == [1, 3, 1]
    assert (counts.get("shop"), counts.get_expiry("shop"), counts.get("other")) == (3, 4_600.0, 0)
    now = 4_600.0
    assert counts.get("shop") == 0
    assert counts.incr("shop", 3600) == 1
    assert counts.get_expiry("shop") == 8_200.0


def test_counts_can_be_taken_back() -> None:
    counts = HourCounts()
    for key in ("shop", "till", "site"):
        counts.incr(key, 3600)
    counts.clear("shop")
    assert (counts.get("shop"), counts.get("till")) == (0, 1)
    assert counts.reset() == 2
    assert counts.get("till") == 0
    assert counts.check()
