"""The page of segments as a browser has it: tiles, grid, list, moves, retention, addresses, empty states, roles."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask import Flask

from dashboard.access.roles import DIRECTOR, MARKETER, REP
from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.answer_cache import AnswerCache
from dashboard.data.repository import Repository
from dashboard.pages.segments import callbacks
from dashboard.pages.segments.data.filters import SegmentFilters, filters_of
from dashboard.pages.segments.data.page import SegmentsPage, Source, segments_page
from dashboard.pages.segments.data.retention import is_running, still_order
from dashboard.pages.segments.data.words import quarter_name, score_spans
from dashboard.pages.segments.view.flow import APART, BANDS, bands, nodes
from dashboard.records.segments import Cohort, CohortQuarter, Move
from recsys.artifacts.reader import Reader
from recsys.schema.segments import rfm_segment
from tests.support.artifacts import FACTS, nothing_of_customers, publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of
from tests.support.figures import figures
from tests.support.screens import Caller, make_app, plain_csv
from tests.support.segment_figures import publish_two, segment_figures
from tests.support.viewers import identity

LEAD = identity(DIRECTOR, number=2)
MARKETING = identity(MARKETER, number=3)


@pytest.fixture
def app(tmp_path: Path) -> Dash:
    publish_two(tmp_path / "artifacts")
    return make_app(tmp_path, tmp_path / "artifacts")


def page_of(app: Dash, search: str = "", who: Any = LEAD) -> str:
    """Return what is read on the page, and where it leads."""
    return read(Caller(app, who=who).page("/segments", search).json)


def read(answer: Any) -> str:
    return " ".join(" ".join(_texts(answer)).replace("\N{NO-BREAK SPACE}", " ").split())


def _texts(part: Any, *, is_data: bool = False) -> Iterator[str]:
    """Yield the texts of an answer's components in their order, with addresses, labels and the rows of tables."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one, is_data=is_data)
    elif isinstance(part, dict) and "props" in part and not is_data:
        props = part["props"]
        yield from _texts(props.get("children"))
        yield from (props[name] for name in ("href", "aria-label", "data-rp-segments") if props.get(name))
        yield from _texts(props.get("rowData"), is_data=True)
    elif isinstance(part, dict):
        for one in part.values():
            yield from _texts(one, is_data=is_data)


# ---- the tab of segments ----


def test_tiles_have_customers_revenue_and_moves_and_the_last_one_what_they_add_up_to(app: Dash) -> None:
    page = page_of(app)
    assert "4 customers with orders, 12 months to 15 Nov 2026" in page
    for words in ("At risk", "25 % of customers", "€116, 35 %", "All with orders", "Without orders", "€332"):
        assert words in page


def test_a_segment_outlines_its_cells_and_lists_its_customers(app: Dash) -> None:
    page = page_of(app, "?segment=At+risk")
    assert "Outlined: the four cells of At risk." in page
    assert rfm_segment("At risk").words in page
    assert "Bean <& Gone>" in page
    assert "Hotel O'Brien" not in page


def test_cells_are_named_with_segment_and_count_and_their_rows_with_days(app: Dash) -> None:
    page = page_of(app)
    assert "R2 F3, At risk, 1 customer" in page
    assert "16–20" in page


def test_chosen_cells_list_their_customers_and_lead_to_a_campaign_for_them(app: Dash) -> None:
    page = page_of(app, "?cell=R2F3,R3F3")
    assert "R2 F3 and R3 F3" in page
    assert "campaigns/new?from=cells&cells=R2F3,R3F3" in page


def test_a_segment_leads_to_its_customers_bundles_and_campaign(app: Dash) -> None:
    page = page_of(app, "?segment=At+risk")
    for address in (
        "customers?rfm=At+risk", "bundles?group=rfm&segment=At+risk", "campaigns/new?from=segment&rfm=At+risk",
    ):  # fmt: skip
        assert address in page


def test_what_at_risk_and_cannot_lose_spent_before_is_said_only_where_the_year_before_is_whole(app: Dash) -> None:
    page = page_of(app)
    assert "1 customer of At risk and Cannot lose spent €116 in the last 12 months." in page
    assert "the data begin on 10 Jan 2025" in page


def test_opportunity_is_what_they_spent_in_the_year_before(tmp_path: Path) -> None:
    facts = replace(FACTS, first_order_on=date(2024, 11, 16))
    publish_small(tmp_path / "artifacts", facts=facts)
    page = page_of(make_app(tmp_path, tmp_path / "artifacts"))
    assert "1 customer of At risk and Cannot lose spent €0 in the year before, and €116 in the last 12 months." in page


def test_rules_have_the_bounds_of_the_version_and_the_day_they_were_set(app: Dash) -> None:
    page = page_of(app)
    assert "5 is 0–5, 4 is 6–10, 3 is 11–15, 2 is 16–20, 1 is 21+" in page
    assert "These bounds were set on 15 Nov 2026." in page
    assert "R1–2 F3–4" in page


def test_groups_of_similar_orders_have_words_a_picture_and_their_customers(app: Dash) -> None:
    page = page_of(app, "?by=cluster&segment=2")
    for words in ("Group 2", "Groups of similar orders", "4 customers drawn at random.", "Hotel O'Brien"):
        assert words in page
    assert "Bean <& Gone>" not in page


def test_too_few_customers_for_groups_are_an_explained_empty_state(tmp_path: Path) -> None:
    why = "clusters need 50 customers with an order day in the 12 months, there are 4"
    rows = [row | {"cluster": None} for row in small_rows()["customers"]]
    evaluation = {"segments": {"clusters": {"why_not": why}}}
    publish_small(tmp_path / "artifacts", changed={"customers": rows}, evaluation=evaluation)
    page = page_of(make_app(tmp_path, tmp_path / "artifacts"), "?by=cluster")
    assert "No groups of similar orders" in page
    assert why in page


def test_the_file_has_the_customers_of_the_list_and_their_raw_numbers(app: Dash) -> None:
    values = {"data": {"keys": ["CAFE2"]}, "segments-of.data": {"segment": "At risk"}}
    version = app.server.extensions["repertoire"].repository.newest()
    answer = Caller(app, who=LEAD).call('"segments","type":"table-file"', {**values, "page-version.data": version})
    [file] = [part["data"] for part in answer.json["response"].values() if "data" in part]
    assert file["filename"] == "customers-At-risk-2026-11-15.csv"
    rows = plain_csv(file["content"]).splitlines()
    assert rows[1] == "Bean <& Gone>,CAFE2,cafe,North,19,R2 F3,116,Ann Example,At risk,1"


def test_of_a_long_list_the_first_rows_come_and_the_count_is_of_all(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "MOST_LISTED", 3)
    monkeypatch.setattr(callbacks, "FIRST_LISTED", 1)
    page = page_of(app)
    assert "4 customers, the first 1" in page
    assert "Café Müller" in page
    assert "Hill School" not in page
    assert "Hill School" in page_of(app, "?segments-sort=since.desc")


def test_a_choice_draws_the_body_again_without_loading_the_page(app: Dash) -> None:
    version = app.server.extensions["repertoire"].repository.newest()
    values = {"segments-asked.data": {"query": "segment=Lost"}, "page-version.data": version}
    answer = Caller(app, who=MARKETING).call("segments-body.children", values)
    assert "Hill School" in read(answer.json)


# ---- moves ----


def test_moves_say_who_moved_between_two_versions_and_what_changed(app: Dash) -> None:
    page = page_of(app, "?tab=moves&segment=At+risk")
    assert "2 of 4 customers moved between 15 Oct and 15 Nov; 2 stayed (50 %)." in page
    assert "Loyal to At risk (1)" in page
    assert "No order before to Lost (1)" in page
    assert "−€84" in page


def test_who_came_to_a_segment_can_be_shown_and_made_a_campaign(app: Dash, tmp_path: Path) -> None:
    page = page_of(app, "?tab=moves&segment=At+risk")
    before = Reader(tmp_path / "artifacts").kept()[1]
    assert "1 came from" in page
    assert f"segments?segment=At+risk&moved=in&before={before}" in page
    assert f"campaigns/new?from=moved&rfm=At+risk&since={before}" in page
    moved = page_of(app, f"?segment=At+risk&moved=in&before={before}")
    assert "Moved to At risk" in moved
    assert "Bean <& Gone>" in moved


def test_a_version_that_is_gone_is_explained_and_the_one_before_compared_with(app: Dash) -> None:
    page = page_of(app, "?tab=moves&before=2020-01-01-000000")
    assert "The version that the address names is not kept any more. Compared with 15 Oct." in page


def test_without_a_version_before_the_tab_of_moves_says_what_is_missing(tmp_path: Path) -> None:
    rows = [row | {"rfm_segment_before": None} for row in small_rows()["customers"]]
    publish_small(tmp_path / "artifacts", changed={"customers": rows})
    page = page_of(make_app(tmp_path, tmp_path / "artifacts"), "?tab=moves")
    assert "Nothing to compare with yet" in page


def test_bands_fill_the_bars_that_they_lead_to() -> None:
    moves = (Move("A", "B", 3, None), Move("A", "", 1, None), Move("", "B", 1, None))
    left, right = nodes(("A", "B", ""), {"A": 4, "": 1}, 5), nodes(("A", "B", ""), {"B": 4, "": 1}, 5)
    assert [(node.name, node.n) for node in left] == [("A", 4), ("", 1)]
    assert sum(node.height for node in left) == sum(node.height for node in right) == pytest.approx(BANDS)
    paths = {(move.came_from, move.went_to): path for path, move in bands(moves, left, right, 5)}
    assert paths["A", "B"].startswith("M0 9.00C50 9.00 50 9.00 100 9.00V249.00")
    assert paths["A", ""].startswith("M0 249.00")
    assert paths["", "B"].startswith("M0 347.00C50 347.00 50 249.00 100 249.00V329.00")


def test_names_of_bars_are_a_thumb_apart_however_few_moved() -> None:
    counts = dict(zip("ABCDE", (200, 1, 1, 30, 1), strict=True))
    found = nodes(tuple(counts), counts, 233)
    middles = [node.top + node.height / 2 for node in found]
    assert min(below - above for above, below in pairwise(middles)) >= APART - 0.1


# ---- retention ----


def test_retention_has_share_number_and_who_is_left_out(app: Dash) -> None:
    page = page_of(app, "?tab=retention")
    for words in (
        "Q3 2026",
        "100 %",
        "3 customers with a first order since Jul 2026.",
        "Dashed: Q4 2026, up to 15 Nov.",
    ):
        assert words in page


def test_retention_shows_revenue_for_each_customer_where_that_is_chosen(app: Dash) -> None:
    page = page_of(app, "?tab=retention&show=revenue")
    assert "€62" in page
    assert "€32" in page


def test_full_quarters_alone_count_for_who_still_orders() -> None:
    second, third = (CohortQuarter(date(2026, month, 1), n, 0.0) for month, n in ((4, 6), (7, 9)))
    old = Cohort(date(2026, 1, 1), 10, (CohortQuarter(date(2026, 1, 1), 10, 0.0), second))
    young = Cohort(date(2026, 4, 1), 10, (CohortQuarter(date(2026, 4, 1), 10, 0.0), third))
    assert still_order([old, young], 1, date(2026, 8, 1)) == (6, 10)
    assert still_order([old, young], 1, date(2026, 9, 30)) == (15, 20)


def test_a_quarter_is_over_on_its_last_day() -> None:
    assert is_running(date(2026, 10, 1), date(2026, 12, 30))
    assert not is_running(date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_name(date(2026, 10, 1)) == "Q4 2026"


def test_without_cohorts_the_tab_says_when_a_customer_counts_as_new(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts", changed={"cohorts": []})
    page = page_of(make_app(tmp_path, tmp_path / "artifacts"), "?tab=retention")
    assert "No new customers whose first order is known" in page


# ---- addresses ----


def test_an_address_says_the_filters_and_the_filters_say_the_address() -> None:
    for query in (
        {}, {"segment": "At risk"}, {"cell": "R2F3,R2F4"}, {"by": "cluster", "segment": "2"},
        {"tab": "moves", "segment": "Lost", "before": "2026-10-16-030000", "to": "2026-11-16-030000"},
        {"tab": "retention", "show": "revenue"}, {"segment": "Lost", "moved": "in"},
    ):  # fmt: skip
        assert filters_of(query).query == query


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "x"},
        {"by": "x"},
        {"segment": "Nobody"},
        {"cell": "R9F9"},
        {"before": "../x"},
        {"by": "cluster", "segment": "0"},
    ],
)
def test_what_an_address_names_that_there_is_not_counts_as_nothing(query: dict[str, str]) -> None:
    assert filters_of(query) in (SegmentFilters(), SegmentFilters(by="cluster"))


def test_cells_that_are_a_whole_segment_choose_the_segment() -> None:
    assert filters_of({"cell": "R4F5,R5F5"}).segment == "Champions"
    assert SegmentFilters(cells=((4, 5),)).with_cell((5, 5)) == SegmentFilters(segment="Champions")


def test_a_cell_or_segment_that_is_chosen_again_is_let_go() -> None:
    assert SegmentFilters(segment="Lost").with_segment("Lost") == SegmentFilters()
    assert SegmentFilters(cells=((3, 3), (4, 5))).with_cell((4, 5)) == SegmentFilters(segment="Needs attention")
    assert SegmentFilters(segment="Lost").with_cell((5, 5)).cells == ((5, 5),)


def test_spans_of_scores_meet_without_gap_and_an_empty_one_is_a_dash() -> None:
    assert score_spans([7, 15, 32, 90], low_is_best=True) == {5: "0–7", 4: "8–15", 3: "16–32", 2: "33–90", 1: "91+"}
    assert score_spans([1, 1, 3, 9], low_is_best=False) == {1: "1", 2: "–", 3: "2–3", 4: "4–9", 5: "10+"}


# ---- who, and older versions ----


def test_a_viewer_without_customers_is_told_so(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts", changed=nothing_of_customers())
    assert "No customers" in page_of(make_app(tmp_path, tmp_path / "artifacts"))


def test_a_version_of_an_earlier_release_has_no_segments_and_says_so(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("dashboard.data.segment_queries.SegmentQueries.are_known", lambda _: False)
    publish_small(tmp_path / "artifacts")
    assert "No segments in these data" in page_of(make_app(tmp_path, tmp_path / "artifacts"))


def test_segments_are_for_marketers_and_directors(app: Dash) -> None:
    assert "At risk" in page_of(app, who=MARKETING)
    assert "Not for your role" in page_of(app, who=identity(REP, reps=("Ann Example",), number=1))


# ---- kept answers: each of what they depend on changes them ----


def page_with(root: Path, answers: AnswerCache, viewer: Viewer = EVERYONE, **filters: Any) -> SegmentsPage:
    repository = Repository(Reader(root))
    context = context_of(repository, viewer)
    source = Source(context, repository.kept_versions(), lambda version: repository.snapshot(viewer, version), answers)
    page = segments_page(source, SegmentFilters(**filters))
    assert page is not None
    return page


@pytest.fixture
def answers() -> AnswerCache:
    return AnswerCache(Flask(__name__))


def test_a_kept_summary_is_the_viewers_own(tmp_path: Path, answers: AnswerCache) -> None:
    publish_two(tmp_path)
    revenue = [page_with(tmp_path, answers, viewer).summary.whole.revenue for viewer in (EVERYONE, ANN, BOB)]
    assert revenue == [332, 268, 64]


def test_a_kept_summary_is_of_its_scheme(tmp_path: Path, answers: AnswerCache) -> None:
    publish_two(tmp_path)
    assert [len(page_with(tmp_path, answers, by=by).summary.segments) for by in ("rfm", "cluster")] == [11, 2]
    moved = [page_with(tmp_path, answers, by=by).moves for by in ("rfm", "cluster")]
    assert [one.n_moved for one in moved if one] == [2, 1]


def test_kept_answers_are_of_the_version_that_is_compared_with(tmp_path: Path, answers: AnswerCache) -> None:
    rows = [row | {"rfm_segment": "Lost"} if row.get("rfm_segment") else row for row in small_rows()["customers"]]
    oldest = publish_small(tmp_path, changed={"customers": rows}, built_at=datetime(2026, 9, 1, tzinfo=UTC))
    before, _ = publish_two(tmp_path)
    moved = [page_with(tmp_path, answers, before=version).moves for version in (before, oldest)]
    assert [one.n_moved for one in moved if one] == [2, 3]
    same = [page_with(tmp_path, answers, before=version).summary.n_same for version in (before, oldest)]
    assert same == [2, 1]


def test_kept_answers_are_of_the_version_whose_segments_are_shown(tmp_path: Path, answers: AnswerCache) -> None:
    before, now = publish_two(tmp_path)
    shown = [page_with(tmp_path, answers, tab="moves", to=version).summary.whole.n for version in (before, now)]
    assert shown == [3, 4]


def test_a_kept_answer_of_an_older_version_follows_a_customer_to_another_rep(
    tmp_path: Path, answers: AnswerCache
) -> None:
    before, _ = publish_two(tmp_path)
    first = page_with(tmp_path, answers, ANN, tab="moves", to=before).summary.whole.n
    rows = [row | {"rep": "Bob Sample"} if row["customer_id"] == "CAFE2" else row for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": rows}, evaluation={**figures(), **segment_figures(before)})
    assert (first, page_with(tmp_path, answers, ANN, tab="moves", to=before).summary.whole.n) == (2, 1)
