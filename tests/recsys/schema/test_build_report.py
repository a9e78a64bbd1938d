"""The report of a build: strict when written, lenient when read, unchanged by reading and writing again."""

import json
import subprocess
import sys

import pytest
from pydantic import ValidationError

from recsys.schema.build_report import (
    BuildReport,
    Difference,
    EvaluationReport,
    HeldOutData,
    MetricMeans,
    Reliability,
)
from tests.support.figures import figures


def test_what_was_written_is_read_and_written_again_as_it_was() -> None:
    assert BuildReport.read(figures()).as_json() == figures()
    assert BuildReport.model_validate(figures()).as_json() == figures()


def test_only_what_was_set_is_written_in_the_order_of_the_schema() -> None:
    written = BuildReport(evaluation=EvaluationReport(why_not="two orders"), held_back={"new": 1}, not_sellable=None)
    assert json.dumps(written.as_json()) == (
        '{"held_back": {"new": 1}, "not_sellable": null, "evaluation": {"why_not": "two orders"}}'
    )


def test_metrics_are_written_flat_with_n_last() -> None:
    means = MetricMeans.model_validate({"n": 2, "recall@10": 0.5, "mrr": None})
    assert json.dumps(means.as_json()) == '{"recall@10": 0.5, "mrr": null, "n": 2}'
    assert means.means == {"recall@10": 0.5, "mrr": None}


def test_a_day_is_written_as_iso_text_and_an_interval_as_a_list() -> None:
    report = EvaluationReport.read(
        {"data": {"cut": "2026-10-03"}, "intervals": {"ranker": {"all": {"mrr": [0.1, None]}}}}
    )
    assert report.data.cut is not None
    assert report.data.cut.day == 3
    assert report.as_json() == {
        "data": {"cut": "2026-10-03"},
        "intervals": {"ranker": {"all": {"mrr": [0.1, None]}}},
    }


@pytest.mark.parametrize("wrong", [{"ece": "low"}, {"n": True}, {"n": 2.5}, {"ece": float("nan")}, {"bins": [{}]}])
def test_a_wrong_value_is_refused_where_it_is_written(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Reliability.model_validate(wrong)
    assert Reliability.read(wrong) == Reliability()


def test_a_malformed_element_is_left_out_and_its_neighbours_stay() -> None:
    report = BuildReport.read({"held_back": {"new": 3, "usual": "many"}, "feature_shares": {"new": 1, "usual": {}}})
    assert report.held_back == {"new": 3}
    assert report.feature_shares == {"usual": {}}
    evaluation = EvaluationReport.read(
        {"data": 3, "paired": {"ranker": {"popular": {"all": {"mrr": {"difference": 0.1, "n": "x"}, "hr@10": 1}}}}}
    )
    assert evaluation.data == HeldOutData()
    assert evaluation.paired["ranker"]["popular"]["all"] == {"mrr": Difference(difference=0.1)}


def test_a_malformed_metric_is_unknown() -> None:
    assert MetricMeans.read({"recall@10": "high", "mrr": 0.5, "n": None}).means == {"recall@10": None, "mrr": 0.5}


def test_a_process_that_only_looks_up_does_not_load_it() -> None:
    code = "import sys, recsys.artifacts.reader; print('recsys.schema.build_report' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
