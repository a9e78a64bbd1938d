"""Which version a build compares its segments with."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from recsys.artifacts.versions import rollback
from recsys.build.pipeline import build
from recsys.build.segments_before import segments_before
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.build_report import BuildReport, SegmentsReport
from tests.support.artifacts import FACTS, publish_small

CleanFolder = Callable[..., Path]
SMALL = BuildOptions(min_baskets=1, min_support=0.01, min_segment_baskets=1, min_segment_customers=1, pair_baskets=1)


def publish(root: Path, as_of: date, number: int, **more: Any) -> str:
    """Publish a small version; `number` is the hour that it was built at."""
    built_at = datetime(2026, 11, 20, number, tzinfo=UTC)
    return publish_small(root, built_at=built_at, facts=replace(FACTS, as_of=as_of), **more)


def found(root: Path, as_of: date) -> str | None:
    before = segments_before(root, as_of)
    return before.version if before else None


OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 15), date(2026, 11, 15), date(2026, 12, 15)


def test_it_is_the_current_version(tmp_path: Path) -> None:
    publish(tmp_path, OCTOBER, 1)
    current = publish(tmp_path, NOVEMBER, 2)
    assert found(tmp_path, DECEMBER) == current


def test_where_the_same_day_is_built_again_it_is_the_last_with_an_earlier_day(tmp_path: Path) -> None:
    first = publish(tmp_path, OCTOBER, 1)
    publish(tmp_path, NOVEMBER, 2)
    publish(tmp_path, NOVEMBER, 3)
    assert found(tmp_path, NOVEMBER) == first


def test_a_version_that_was_gone_back_to_is_compared_with(tmp_path: Path) -> None:
    first = publish(tmp_path, OCTOBER, 1)
    publish(tmp_path, NOVEMBER, 2)
    rollback(tmp_path, first)
    assert found(tmp_path, DECEMBER) == first


def test_without_an_earlier_day_there_is_none(tmp_path: Path) -> None:
    assert found(tmp_path / "new", NOVEMBER) is None
    publish(tmp_path, NOVEMBER, 1)
    assert found(tmp_path, NOVEMBER) is None
    assert found(tmp_path, OCTOBER) is None


def test_a_version_of_a_release_without_segments_is_none(tmp_path: Path) -> None:
    path = tmp_path / publish(tmp_path, OCTOBER, 1) / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["tables"]["segments"]
    path.write_text(json.dumps(manifest))
    assert found(tmp_path, NOVEMBER) is None


@pytest.mark.parametrize("damaged", ["manifest.json", "customers.parquet"])
def test_a_damaged_version_is_passed_over(tmp_path: Path, damaged: str) -> None:
    first = publish(tmp_path, OCTOBER, 1)
    current = publish(tmp_path, NOVEMBER, 2)
    (tmp_path / current / damaged).write_text("nothing")
    assert found(tmp_path, DECEMBER) == first


def test_it_has_each_customers_segment_and_the_report(tmp_path: Path) -> None:
    report = BuildReport(segments=SegmentsReport(bounds_on=OCTOBER)).as_json()
    publish(tmp_path, OCTOBER, 1, evaluation=report)
    before = segments_before(tmp_path, NOVEMBER)
    assert before is not None
    assert (before.named["CAFE1"], before.named["NEW1"], before.clusters["HOTEL1"]) == ("Needs attention", None, 2)
    assert (before.as_of, before.report.bounds_on) == (OCTOBER, OCTOBER)


def test_a_build_compares_with_the_version_that_it_takes_the_place_of(clean_folder: CleanFolder) -> None:
    lines = [(f"c{n}", number, "ab") for n in range(6) for number in range(n, 120, 10 + 3 * n)]
    folder = clean_folder([*lines, ("c0", 150, "a")])
    artifacts = folder.parent / "artifacts"
    first, second = (
        build(folder, artifacts, replace(SMALL, as_of=day, bounds_days=400), Silent()).manifest
        for day in (date(2026, 4, 20), None)
    )
    reports = [BuildReport.read(each.facts.evaluation).segments for each in (first, second)]
    assert reports[0].before is None
    assert reports[1].before is not None
    assert (reports[1].before.version, reports[1].before.as_of) == (first.version, date(2026, 4, 20))
    assert reports[1].bounds == reports[0].bounds
    assert reports[1].bounds_on == date(2026, 4, 20)
