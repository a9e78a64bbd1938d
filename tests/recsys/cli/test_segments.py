"""`python -m recsys segments`: what it prints of the small version, whose rows are in tests/support/artifacts.py."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from recsys.cli import main
from recsys.schema.build_report import BuildReport, ClusterReport, SegmentsReport
from tests.support.artifacts import FACTS, publish_small, small_rows
from tests.support.segments import SMALL_REPORT

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that calls the command line and returns exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "200")

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recsys", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return called


def published(root: Path, report: SegmentsReport = SMALL_REPORT) -> str:
    return publish_small(root, evaluation=BuildReport(segments=report).as_json())


def test_named_segments_are_printed_with_shares_and_sums_that_add_up(tmp_path: Path, run: Run) -> None:
    published(tmp_path)
    code, out, _ = run("segments", "--artifacts", tmp_path)
    assert code == 0
    assert re.search(r"^Needs attention +R3 F3 +1 +25\.0 % +152 +45\.8 % +24 +3 +3 +13 +1 +0$", out, re.MULTILINE)
    assert re.search(r"^Champions +R4-5 F5 +0 +0\.0 % +0 +0\.0 % +0 +0 +0 +0 +1$", out, re.MULTILINE)
    assert re.search(r"^All +4 +100\.0 % +332 +100\.0 % +24 +9 +9$", out, re.MULTILINE)


def test_the_sums_are_compared_with_the_customers_themselves(tmp_path: Path, run: Run) -> None:
    published(tmp_path)
    _, out, _ = run("segments", "--artifacts", tmp_path)
    assert "In the table customers: 4 customers, revenue 332.00; the segments' sums differ by 0 and 0.00." in out


def test_a_sum_that_differs_is_said(tmp_path: Path, run: Run) -> None:
    rows = small_rows()["segments"]
    rows[-1] = rows[-1] | {"n_customers": 1, "revenue_12m": 7.5}
    publish_small(tmp_path, changed={"segments": rows})
    _, out, _ = run("segments", "--artifacts", tmp_path)
    assert "the segments' sums differ by 1 and 7.50." in out


def test_bounds_stability_and_silhouettes_are_printed(tmp_path: Path, run: Run) -> None:
    published(tmp_path)
    _, out, _ = run("segments", "--artifacts", tmp_path)
    assert "Bounds of recency, days since the last order: 0, 13, 19, 26" in out
    assert "Since 2026-10-16-020000 (15 Oct 2026) 0.0 % of 3 customers are in the same." in out
    assert "Of customers drawn again 92.5 % keep theirs (90.0 % to 95.0 %, 100 draws)." in out
    assert "Mean silhouette: 2 clusters 0.412, 3 clusters 0.400; taken 2." in out


def test_cohorts_are_printed_with_who_is_left_out(tmp_path: Path, run: Run) -> None:
    published(tmp_path)
    _, out, _ = run("segments", "--artifacts", tmp_path)
    assert re.search(r"^2026-Q3 +1 +1$", out, re.MULTILINE)
    assert "3 customers with a first order since 1 Jul 2026; 1 from before are left out" in out


def test_clusters_that_are_not_there_are_explained(tmp_path: Path, run: Run) -> None:
    published(tmp_path, SMALL_REPORT.model_copy(update={"clusters": ClusterReport(why_not="there are too few")}))
    _, out, _ = run("segments", "--artifacts", tmp_path)
    assert "Clusters (k-means): none, as there are too few" in out


def test_another_version_is_printed_by_its_id(tmp_path: Path, run: Run) -> None:
    first = publish_small(tmp_path, facts=replace(FACTS, as_of=date(2026, 10, 15)))
    second = published(tmp_path)
    assert run("segments", "--artifacts", tmp_path)[1].startswith(f"{second}: 4 customers")
    assert "12 months to 15 Oct 2026" in run("segments", first, "--artifacts", tmp_path)[1]


def test_a_version_without_segments_is_refused_with_the_remedy(tmp_path: Path, run: Run) -> None:
    version = published(tmp_path)
    path = tmp_path / version / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["tables"]["segments"]
    path.write_text(json.dumps(manifest))
    code, _, err = run("segments", "--artifacts", tmp_path)
    assert code == 1
    assert "is of an earlier release and has no segments; build again" in " ".join(err.split())


def test_a_folder_without_versions_is_refused(tmp_path: Path, run: Run) -> None:
    code, _, err = run("segments", "--artifacts", tmp_path)
    assert code == 1
    assert "there are no published recommendations" in " ".join(err.split())
