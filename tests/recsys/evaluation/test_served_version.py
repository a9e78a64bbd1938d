import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import recsys.evaluation.served_version
from recsys.artifacts.layout import current_id
from recsys.artifacts.manifest import read_manifest
from recsys.artifacts.open_version import Version
from recsys.build.pipeline import build
from recsys.cli import main
from recsys.dataset.interactions import Interactions
from recsys.evaluation.evaluate import lists
from recsys.evaluation.order_history import read_orders
from recsys.evaluation.served_version import PublishedLists, options_of, served_version
from recsys.evaluation.split import calendar, last_basket
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.clean import EVENTS

CleanFolder = Callable[..., Path]
# Day 0 is 1 January 2026; day 45, the cut, is 15 February.
LINES = [(f"c{n}", day, "abcd"[n % 3 :] + "x") for n in range(9) for day in (0, 9, 20 + n, 50, 70)]
CUT = date(2026, 2, 15)


@pytest.fixture
def data(clean_folder: CleanFolder) -> Path:
    return clean_folder(LINES, products={"w": {}})


def built(data: Path, options: BuildOptions) -> Path:
    build(data, data.parent / "artifacts", options, Silent())
    return data.parent / "artifacts"


def test_a_version_from_before_the_cut_is_compared_by_its_lists(data: Path) -> None:
    root = built(data, BuildOptions(as_of=date(2026, 2, 14)))
    orders = read_orders(data)
    split = calendar(orders, CUT, 28)
    found = served_version(root, split)
    assert found.by_lists
    listed = lists(split, found.model.fit(split.held_out.history))
    version = Version(root, str(current_id(root)))
    history = split.held_out.history
    for row, every, new in zip(split.tested, listed["all"], listed["new"], strict=True):
        rows = version.rows("recommendations", history.customer_ids[row])
        known = [each for each in rows if each["product_id"] in history.product_ids]
        assert {history.product_ids[item] for item in every if item >= 0} == {each["product_id"] for each in known}
        in_order = [each["product_id"] for each in known if each["list"] == "new"]
        assert [history.product_ids[item] for item in new if item >= 0] == in_order


def test_a_published_list_keeps_its_order_whatever_its_scores(data: Path) -> None:
    root = built(data, BuildOptions(as_of=date(2026, 2, 14)))
    split = calendar(read_orders(data), CUT, 28)
    version = Version(root, str(current_id(root)))

    class Reversed:
        """The version, with scores that rise where the rank falls."""

        def table(self, name: str, columns: list[str]) -> pa.Table:
            rows = version.table(name, columns)
            rising = rows.set_column(columns.index("score"), "score", pc.cast(rows["rank"], pa.float64()))
            return rising.set_column(columns.index("model"), "model", pa.array(["ranker"] * len(rows)))

    published, reversed_scores = (
        PublishedLists(each).fit(split.held_out.history) for each in (version, cast(Version, Reversed()))
    )
    new = [lists(split, fitted)["new"] for fitted in (published, reversed_scores)]
    np.testing.assert_array_equal(new[0], new[1])
    assert (new[0][:, 1] >= 0).any()  # a list of one has no order


def test_the_report_counts_the_versions_own_lists(data: Path) -> None:
    root = built(data, BuildOptions(knn_customers=3))
    found = served_version(root, calendar(read_orders(data), CUT, 28)).report().lists
    rows = Version(root, str(current_id(root))).table("recommendations", ["list"])["list"].to_pylist()
    assert {name: one.rows for name, one in found.items()} == {name: rows.count(name) for name in set(rows)}
    manifest = read_manifest(root / str(current_id(root)))
    assert {name: one.as_json() for name, one in found.items()} == manifest.facts.evaluation["lists"]


def test_a_version_built_from_held_out_orders_is_compared_by_its_options(data: Path) -> None:
    root = built(data, BuildOptions(knn_customers=3))
    orders = read_orders(data)
    for split in (calendar(orders, CUT, 28), last_basket(orders)):
        found = served_version(root, split)
        assert not found.by_lists
        assert found.report().compared_by == "its options, with the code of today"
        scores = found.model.fit(split.held_out.history).score(split.tested)
        assert scores.nnz
        assert found.model.name == "published"


@dataclass(frozen=True)
class Spy:
    """A model that notes whether it learned from events."""

    seen: list[bool]
    hold_out: object = None
    name: str = "spy"

    def fit(self, interactions: Interactions) -> None:
        self.seen.append(interactions.events is not None)


@pytest.mark.parametrize("events", ["never", "always"])
def test_a_version_is_compared_with_events_only_where_it_used_them(
    data: Path, events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [{"event_id": "e", "kind": "click", "at": datetime(2026, 1, 3, tzinfo=UTC)}]
    told = [one | {"customer_id": "c1", "product_id": "b"} for one in told]
    pq.write_table(pa.Table.from_pylist(told, schema=EVENTS.arrow_schema()), data / "events.parquet")
    root, seen = built(data, BuildOptions(knn_customers=3, events=events)), []
    monkeypatch.setattr(recsys.evaluation.served_version, "ranker", lambda _: Spy(seen))
    split = calendar(read_orders(data), CUT, 28)
    served_version(root, split).model.fit(split.held_out.history)
    assert split.held_out.history.events is not None
    assert seen == [events == "always"]


def test_a_version_that_does_not_know_a_customer_lists_nothing_for_them(data: Path, clean_folder: CleanFolder) -> None:
    root = built(data, BuildOptions(as_of=date(2026, 2, 14)))
    others = read_orders(clean_folder([("new", 0, "ax"), ("c0", 0, "ax")], name="others"))
    fitted = PublishedLists(Version(root, str(current_id(root)))).fit(others)
    scores = fitted.score(np.arange(2, dtype=np.int32)).toarray()
    assert scores[0].any()
    assert not scores[1].any()


def test_options_missing_in_the_manifest_have_todays_defaults(data: Path) -> None:
    root = built(data, BuildOptions(knn_customers=7, as_of=date(2026, 2, 14)))
    manifest = read_manifest(root / str(current_id(root)))
    assert options_of(manifest) == BuildOptions(knn_customers=7, as_of=date(2026, 2, 14))
    older = replace(manifest, facts=replace(manifest.facts, options={"knn_customers": 5, "gone": 1}))
    assert options_of(older) == BuildOptions(knn_customers=5)


def test_the_command_pairs_with_the_version_and_says_how(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "220")

    def run(*arguments: object) -> tuple[int, str, str]:
        options = ["--data", data, "--cut", CUT, "--models", "popular,ranker", "--artifacts", *arguments]
        monkeypatch.setattr(sys, "argv", ["recsys", "evaluate", *map(str, options)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    code, _, err = run(data.parent / "none")
    assert code == 1
    assert "build" in err
    root = built(data, BuildOptions(as_of=date(2026, 2, 14)))
    report = json.loads(run(root, "--json")[1])
    assert list(report["models"]) == ["published", "popular", "ranker"]
    assert report["paired"]["ranker"]["published"]["all"]["recall@10"]["n"] == 9
    assert report["published"]["as_of"] == "2026-02-14"
    assert report["published"]["compared_by"] == "its lists"
    assert f"published: {current_id(root)}, as of 2026-02-14, by its lists" in run(root)[1]
