"""What a manifest says of its recommendations, read as far as it says it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.data.model_report import report_of
from dashboard.records.model_report import MetricMean, Report
from recsys.artifacts.manifest import Manifest
from recsys.schema.build_report import Bin, Exposure
from tests.support.artifacts import FACTS
from tests.support.figures import figures

BUILT = datetime(2026, 11, 16, 3, 10, tzinfo=UTC)


def report(evaluation: dict[str, Any]) -> Report:
    return report_of(Manifest(3, "2026-11-16-031000", BUILT, "0.1", replace(FACTS, evaluation=evaluation), {}))


def test_models_have_means_intervals_and_n_the_ranker_first() -> None:
    result = report(figures())
    assert [(one.name, one.part, one.n) for one in result.models] == [
        ("ranker", "all", 840),
        ("ranker", "new", 630),
        ("popular", "all", 840),
        ("popular", "new", 630),
        ("own_frequent", "all", 840),
        ("own_frequent", "new", 630),
        ("tifu_knn", "all", 840),
        ("tifu_knn", "new", 630),
    ]
    best = result.figures("tifu_knn", "new")
    assert best is not None
    assert best.metrics["recall@10"] == MetricMean(0.1, pytest.approx(0.09), 0.11)
    assert best.metrics["coverage@10"] == MetricMean(0.25)
    assert "n" not in best.metrics
    assert result.figures("ease", "all") is None


def test_gains_are_the_rankers_over_each_reference() -> None:
    gains = report(figures()).gains
    assert [(one.reference, one.part, one.n) for one in gains] == [
        ("popular", "all", 840),
        ("popular", "new", 630),
        ("own_frequent", "all", 840),
        ("own_frequent", "new", 630),
        ("tifu_knn", "all", 840),
        ("tifu_knn", "new", 630),
    ]
    assert gains[4].metrics["recall@10"] == MetricMean(0.05, pytest.approx(0.03), 0.07)


def test_a_chance_falls_in_the_nearest_bin() -> None:
    known = report(figures()).calibrations["usual"]
    assert (known.n, known.ece, known.folds) == (1000, 0.012, None)
    assert known.bin_of(0.0999) == known.bins[0]
    assert known.bin_of(0.11) == Bin(low=0.1, high=0.5, n=150, predicted=0.25, bought=0.3)
    assert known.bin_of(1.0) == known.bins[2]
    assert known.bins[1].n_bought == 45


def test_each_list_has_a_calibration_of_its_own() -> None:
    new = report(figures()).calibrations["new"]
    assert (new.n, new.bin_of(0.3)) == (600, new.bins[0])
    assert set(report(figures()).calibrations) == {"usual", "new"}
    only_usual = figures()
    only_usual["calibration"]["new"] = {"why_not": "12 of 300 suggestions were bought"}
    result = report(only_usual)
    assert set(result.calibrations) == {"usual"}
    assert result.build.calibration.new.why_not == "12 of 300 suggestions were bought"


def test_why_something_was_not_measured_is_kept() -> None:
    result = report({name: {"why_not": f"no {name}"} for name in ("evaluation", "calibration", "seasonal")})
    build = result.build
    assert (build.evaluation.why_not, build.calibration.why_not, build.seasonal.why_not) == (
        "no evaluation",
        "no calibration",
        "no seasonal",
    )
    assert (result.models, result.calibrations, build.seasonal.customers) == ((), {}, None)
    assert report(figures()).build.seasonal.customers == 3


def test_a_version_without_figures_has_none() -> None:
    result = report({})
    assert (result.models, result.gains, result.calibrations, result.feature_shares) == ((), (), {}, {})
    assert (result.build.held_back, result.build.breadth, result.build.not_sellable) == ({}, Exposure(), None)
    assert result.source_rows["order_lines"] == 15


def test_bins_that_lack_a_number_or_hold_nothing_are_left_out() -> None:
    bins = [{"low": 0.0, "high": 0.1, "n": 0, "predicted": 0.1, "bought": 0.0}, {"low": 0.1}, "bin", None]
    assert report({"calibration": {"n": 3, "bins": bins}}).calibrations == {}
    whole = {"low": 0.0, "high": 0.1, "n": 3, "predicted": 0.1, "bought": 0.0}
    result = report({"calibration": {"n": 3, "bins": [*bins, whole]}}).calibrations["usual"]
    assert result.bins == (Bin(low=0.0, high=0.1, n=3, predicted=0.1, bought=0.0),)


_ODD = (None, True, 7, "text", [], [1, None], {}, {"all": 3, "new": []}, {"models": 3, "paired": {"ranker": [1]}},
        {"models": {"ranker": {"all": {"recall@10": "high", "n": None}}}, "intervals": []}, {"bins": [{"n": "many"}]},
        {"usual": {"own": float("nan")}, "why_not": 3})  # fmt: skip


@pytest.mark.parametrize("name", sorted(figures()))
def test_whatever_a_manifest_holds_is_read_without_an_error(name: str) -> None:
    for odd in _ODD:
        result = report(figures() | {name: odd})
        assert result.version == "2026-11-16-031000"
        assert all(one.metrics for one in result.models)
