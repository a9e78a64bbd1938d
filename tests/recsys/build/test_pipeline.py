import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import recsys.build.pipeline
from recsys.artifacts.open_version import Version
from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check
from recsys.build.pipeline import Built, build
from recsys.build.up_to_date import current_build_of
from recsys.errors import TableError
from recsys.lists.worth import MIN_ROWS
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.build_report import BuildReport, SegmentsReport
from recsys.schema.published import ARTIFACT_TABLES, LISTS
from tests.support.segments import recomputed_cohorts, recomputed_segments

CleanFolder = Callable[..., Path]
SMALL = BuildOptions(min_baskets=1, min_support=0.01, min_segment_baskets=1, min_segment_customers=1, pair_baskets=1)
LINES = [
    *((f"c{n}", number, "abcd") for n in range(4) for number in (0, 7, 14)),
    *(("c4", number, "abc") for number in (3, 9)),
    ("x1", 5, "pq"),
]


def built(folder: Path, options: BuildOptions = SMALL, **more: Any) -> Built:
    return build(folder, folder.parent / "artifacts", options, Silent(), **more)


def current(folder: Path) -> Version:
    return Reader(folder.parent / "artifacts").current()


def listed(version: Version, customer: str, name: str) -> list[str]:
    return [row["product_id"] for row in version.rows("recommendations", customer) if row["list"] == name]


def test_a_build_publishes_a_sound_version_of_every_table(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    made = built(folder)
    assert check(folder.parent / "artifacts").version == made.manifest.version
    assert set(made.manifest.tables) == set(ARTIFACT_TABLES)
    assert made.manifest.tables["customers"].rows == 6


def test_the_lists_hold_what_was_bought_and_what_was_not(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    built(folder)
    assert listed(current(folder), "c4", "usual") == ["a", "b", "c"]
    assert listed(current(folder), "c4", "new") == ["d", "p", "q"]


def test_the_manifest_has_the_data_and_options_of_the_build(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    facts = built(folder, replace(SMALL, as_of=date(2026, 1, 12))).manifest.facts
    assert (facts.as_of, facts.first_order_on, facts.last_order_on) == (
        date(2026, 1, 12),
        date(2026, 1, 1),
        date(2026, 1, 10),
    )
    assert facts.source_rows == {"customers": 6, "products": 6, "order_lines": 56, "returns": 0}
    assert facts.options["as_of"] == "2026-01-12"
    assert facts.evaluation["bundle_baskets"][""] == 1
    assert min(facts.seconds.values()) >= 0
    assert "Making the lists" in facts.seconds


def test_what_was_held_back_is_counted(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES, products={"d": {"available": False}, "a": {"replaced_by": "b"}})
    made = built(folder, replace(SMALL, list_length=1))
    # a is first in the usual lists of c0 to c4 and d in none; d would be the first new product of c4.
    assert made.manifest.facts.evaluation["not_sellable"] == 2
    assert made.manifest.facts.evaluation["held_back"]["new"] >= 1
    everything = built(folder, SMALL).manifest.facts.evaluation["held_back"]
    assert everything == {"usual": 4 * 2 + 1, "new": 1 + 2, "seasonal": 0, "lost": 0}
    version = current(folder)
    assert listed(version, "c4", "new") == ["p", "q"]
    assert listed(version, "c4", "usual") == ["b", "c"]


def test_a_product_of_low_priority_is_held_back_and_counted(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES, products={"d": {"priority": "low"}})
    made = built(folder)
    assert made.manifest.facts.evaluation["not_sellable"] == 1
    assert made.manifest.facts.evaluation["held_back"] == {"usual": 4, "new": 2, "seasonal": 0, "lost": 0}
    assert listed(current(folder), "c4", "new") == ["p", "q"]


def test_nothing_held_back_is_counted_as_zero(clean_folder: CleanFolder) -> None:
    assert built(clean_folder(LINES)).manifest.facts.evaluation["held_back"] == dict.fromkeys(LISTS, 0)


def test_blocked_and_closed_customers_get_no_lists_but_are_in_the_tables(clean_folder: CleanFolder) -> None:
    customers = {"c0": {"status": "blocked"}, "c1": {"status": "closed"}, "c2": {"status": "active"}}
    folder = clean_folder(LINES, customers=customers)
    built(folder)
    version = current(folder)
    assert version.rows("recommendations", "c0") == version.rows("recommendations", "c1") == []
    assert version.rows("recommendations", "c2")
    assert version.row("customers", "c0")
    assert version.rows("similar_customers", "c0")


def test_no_customer_to_pitch_to_gives_empty_lists(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")], customers={"A": {"status": "closed"}})
    assert built(folder).manifest.tables["recommendations"].rows == 0


def test_one_order_of_one_product_is_enough(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")], customers={"B": {}})
    built(folder)
    assert listed(current(folder), "A", "usual") == ["x"]
    assert listed(current(folder), "A", "new") == []
    assert listed(current(folder), "B", "new") == ["x"]


def test_blocks_change_nothing(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    tables = [
        published(folder, replace(SMALL, block_customers=size))["recommendations"].to_pylist() for size in (1, 2, 100)
    ]
    assert tables[0] == tables[1] == tables[2]


def test_each_step_is_timed_and_shown(clean_folder: CleanFolder) -> None:
    shown: list[str] = []

    class Recorded(Silent):
        def step(self, title: str, total: float | None = None) -> Any:
            shown.append(title)
            return super().step(title, total)

    folder = clean_folder(LINES)
    made = build(folder, folder.parent / "artifacts", SMALL, Recorded())
    assert shown == list(made.seconds)
    assert shown[0] == "Checking the clean tables"
    assert shown[-1] == "Publishing"


def test_tables_that_change_while_they_are_read_are_refused(
    clean_folder: CleanFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clean_folder(LINES)
    monkeypatch.setattr(recsys.build.pipeline, "fingerprint", lambda folder: "another")
    with pytest.raises(TableError, match="changed while it was read; build again"):
        built(folder)
    assert not (folder.parent / "artifacts" / "CURRENT").exists()


def test_tables_that_break_their_contract_are_refused_before_anything_is_written(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    (folder / "products.parquet").unlink()
    with pytest.raises(TableError, match="products.parquet is missing"):
        built(folder)
    assert not (folder.parent / "artifacts").exists()


def test_the_same_data_options_and_format_need_no_new_build(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    artifacts = folder.parent / "artifacts"
    assert current_build_of(folder, artifacts, SMALL) is None
    version = built(folder).manifest.version
    assert current_build_of(folder, artifacts, SMALL) == version
    assert current_build_of(folder, artifacts, replace(SMALL, as_of=date(2026, 1, 12))) is None
    assert current_build_of(clean_folder([("A", 0, "x")], name="other"), artifacts, SMALL) is None


@pytest.mark.parametrize("lacks", ["alert_pairs", "stock"])
def test_a_version_of_an_earlier_release_is_built_anew(clean_folder: CleanFolder, lacks: str) -> None:
    folder = clean_folder(LINES)
    artifacts = folder.parent / "artifacts"
    path = artifacts / built(folder).manifest.version / "manifest.json"
    manifest = json.loads(path.read_text())
    tables = manifest["tables"]
    (tables if lacks in tables else tables["products"]["schema"]).pop(lacks)
    path.write_text(json.dumps(manifest))
    assert current_build_of(folder, artifacts, SMALL) is None


def test_a_build_publishes_what_rules_looked_at_before_the_last_90_days(clean_folder: CleanFolder) -> None:
    lines = [(who, number, "a") for who in ("c0", "c1") for number in range(0, 120, 10)]
    folder = clean_folder([*LINES, *lines, ("c0", 200, "b")])  # the cut is on day 111
    facts = built(folder).manifest.facts
    report, version = BuildReport.read(facts.evaluation).alerts, current(folder)
    pairs = version.table("alert_pairs").to_pylist()
    assert (report.cut, report.days, report.n_customers) == (date(2026, 1, 1) + timedelta(111), 90, 6)
    assert (report.pairs.rows, report.pairs.customers) == (len(pairs), len({row["customer_id"] for row in pairs}))
    assert report.pairs.is_complete
    assert [row["stopped"] for row in pairs if row["product_id"] == "a"] == [True] * 4
    assert report.customers.rows == version.table("alert_customers").num_rows == 4


def test_orders_too_short_for_a_back_test_publish_why(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    report = BuildReport.read(built(folder).manifest.facts.evaluation).alerts
    assert report.why_not.startswith("the orders begin on 2026-01-01; the test needs some before")
    assert (report.pairs.rows, report.customers.rows) == (0, 0)
    assert current(folder).table("alert_pairs").num_rows == current(folder).table("alert_customers").num_rows == 0


def test_a_current_version_of_another_format_or_damaged_is_built_anew(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    artifacts = folder.parent / "artifacts"
    path = artifacts / built(folder).manifest.version / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"format": 999}))
    assert current_build_of(folder, artifacts, SMALL) is None
    path.write_text("no json")
    assert current_build_of(folder, artifacts, SMALL) is None


def published(folder: Path, options: BuildOptions = SMALL) -> dict[str, pa.Table]:
    """Build and return the published tables."""
    version = folder.parent / "artifacts" / built(folder, options, keep=2).manifest.version
    return {name: pq.read_table(version / f"{name}.parquet") for name in ARTIFACT_TABLES}


lines = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 500),
        st.text("pqrstu", min_size=1, max_size=3),
        st.sampled_from([0.1, 1, 2.5]),
        st.sampled_from([0.1, 0.7, 19.99]),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@given(rows=lines, data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],  # a build each, so no shrinking
)
def test_the_order_of_the_order_lines_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[Any, ...]],
    data: st.DataObject,
    clean_folder: CleanFolder,
) -> None:
    name = tmp_path_factory.mktemp("law").name
    folder = clean_folder(rows, name=f"{name}/clean")
    before = published(folder)
    shuffled = data.draw(st.permutations(range(pq.read_metadata(folder / "order_lines.parquet").num_rows)))
    path = folder / "order_lines.parquet"
    pq.write_table(pq.read_table(path).take(shuffled), path)
    assert published(folder) == before


def test_a_line_split_in_two_changes_no_basket(clean_folder: CleanFolder) -> None:
    whole = published(clean_folder([*LINES, ("x1", 9, "a", 4, 2.5)], name="one/clean"))
    halves = published(clean_folder([*LINES, ("x1", 9, "a", 1, 2.5), ("x1", 9, "a", 3, 2.5)], name="two/clean"))
    assert whole == halves


@pytest.mark.realdata
@pytest.mark.slow
def test_a_year_of_a_real_wholesaler_builds_into_a_sound_version(online_retail: Path) -> None:
    manifest = check(online_retail / "artifacts")
    tables = manifest.tables
    assert (tables["customers"].rows, tables["products"].rows) == (4_372, 3_665)
    lines = pd.read_parquet(online_retail / "clean" / "order_lines.parquet")
    per_basket = lines.groupby(["customer_id", "ordered_on", "product_id"]).size()
    assert tables["basket_lines"].rows == len(per_basket)
    assert tables["purchases"].rows == len(lines.groupby(["customer_id", "product_id"]).size())
    folder = online_retail / "artifacts" / manifest.version
    rows = pd.read_parquet(folder / "recommendations.parquet")
    listed = rows[rows["list"] == "new"].groupby("customer_id").size()
    left_out = pd.read_parquet(folder / "customers.parquet").set_index("customer_id")["new_left_out"]
    assert listed.min() >= MIN_ROWS
    assert set(listed.add(left_out)) == {20}
    assert not set(rows["product_id"]) & {"POST", "M", "C2", "DOT", "BANK CHARGES"}
    _segments_add_up(folder, BuildReport.read(manifest.facts.evaluation).segments, lines)
    _reasons_hold(folder, lines)


def _segments_add_up(folder: Path, report: SegmentsReport, lines: pd.DataFrame) -> None:
    """Check segments and cohorts against the order lines, recomputed by pandas."""
    as_of = lines["ordered_on"].max()
    wanted = recomputed_segments(lines, as_of)
    customers = pd.read_parquet(folder / "customers.parquet").set_index("customer_id")
    assert customers["rfm_segment"].dropna().to_dict() == wanted["segment"].to_dict()
    by_name = wanted.groupby("segment").agg(n=("revenue", "size"), revenue=("revenue", "sum"), orders=("orders", "sum"))
    tables = pd.read_parquet(folder / "segments.parquet")
    named = tables[(tables["scheme"] == "rfm") & (tables["n_customers"] > 0)].set_index("segment")
    assert named["n_customers"].to_dict() == by_name["n"].to_dict()
    assert named["orders_12m"].to_dict() == by_name["orders"].to_dict()
    assert named["revenue_12m"].to_dict() == pytest.approx(by_name["revenue"].to_dict())
    sums = tables.groupby("scheme")[["n_customers", "revenue_12m", "orders_12m"]].sum()
    totals = [report.n_customers, report.revenue_12m, report.orders_12m]
    assert sums.loc["rfm"].tolist() == pytest.approx(totals)
    assert sums.loc["cluster"].tolist() == pytest.approx(totals)
    assert report.n_customers + report.n_without == len(customers)
    assert report.clusters.silhouettes[str(report.clusters.k)] == max(report.clusters.silhouettes.values()) > 0.3
    cohorts = report.cohorts
    assert cohorts.from_quarter == date(2011, 4, 1)  # the orders begin on 1 December 2010
    assert cohorts.n_customers + cohorts.n_left_out == lines["customer_id"].nunique()
    assert cohorts.revenue + cohorts.revenue_left_out == pytest.approx(lines["revenue"].sum())
    rows = pd.read_parquet(folder / "cohorts.parquet")
    recomputed = recomputed_cohorts(lines, as_of, cohorts.from_quarter)
    assert rows["n_active"].tolist() == recomputed["n"].tolist()
    assert rows["revenue"].tolist() == pytest.approx(recomputed["revenue"].tolist())


def _reasons_hold(folder: Path, lines: pd.DataFrame) -> None:
    """Check reasons against the order lines: every own and rising one, and a sample of 400 of the others."""
    rows = pd.read_parquet(folder / "recommendations.parquet")
    lines = lines.assign(ordered_on=pd.to_datetime(lines["ordered_on"]))
    as_of = lines["ordered_on"].max()
    bought = lines.groupby(["customer_id", "product_id"])["ordered_on"].agg(["nunique", "max"])
    own = rows[rows["reason_kind"].isin(["due_again", "bought_before"])]
    purchases = bought.loc[list(zip(own["customer_id"], own["product_id"], strict=True))]
    assert (purchases["nunique"].to_numpy() == own["reason_n"].to_numpy()).all()
    assert (purchases["max"].to_numpy() == pd.to_datetime(own["reason_on"]).to_numpy()).all()
    assert own.loc[own["reason_kind"] == "due_again", "reason_n"].min() >= 3
    ages = (as_of - lines["ordered_on"]).dt.days
    rising = rows[rows["reason_kind"] == "rising"]
    for first, last, column in ((0, 27, "reason_n"), (28, 55, "reason_of")):
        buyers = lines[ages.between(first, last)].groupby("product_id")["customer_id"].nunique()
        assert (rising["product_id"].map(buyers).fillna(0) == rising[column]).all()
    near = pd.read_parquet(folder / "similar_customers.parquet").groupby("customer_id")["neighbour_id"].agg(list)
    late = bought["max"][bought["max"] > as_of - pd.DateOffset(years=1)]
    for row in rows[rows["reason_kind"] == "similar_customers"].sample(200, random_state=1).itertuples():
        found = [other for other in near[row.customer_id] if (other, row.product_id) in late.index]
        assert (row.reason_n, row.reason_of, row.reason_customer_id) == (
            len(found),
            len(near[row.customer_id]),
            found[0],
        )
        assert pd.Timestamp(row.reason_on) == late[found[0], row.product_id]
    baskets = lines.groupby("product_id").apply(
        lambda own: set(zip(own["customer_id"], own["ordered_on"], strict=True)), include_groups=False
    )
    bundles = pd.read_parquet(folder / "bundles.parquet")
    n_baskets = bundles.loc[bundles["segment"] == "", "of_baskets"].iloc[0]  # a basket of postage alone is none
    assert 0.99 < n_baskets / len(lines[["customer_id", "ordered_on"]].drop_duplicates()) <= 1
    for row in rows[rows["reason_kind"] == "bought_together"].sample(200, random_state=1).itertuples():
        this, other = baskets[row.product_id], baskets[row.reason_product_id]
        assert (row.reason_n, row.reason_of) == (len(this & other), len(other))
        lift = len(this & other) * n_baskets / (len(this) * len(other))
        assert row.reason_lift == pytest.approx(lift)
        assert (row.customer_id, row.reason_product_id) in late.index
