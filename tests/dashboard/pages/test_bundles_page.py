"""The bundles page as it is drawn and as its callbacks answer, on the small version."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component

from dashboard.access.permissions import FIELDS
from dashboard.access.viewer import Grant, Viewer
from dashboard.activity.shop_records import Stock
from dashboard.data.repository import Repository
from dashboard.display.bundle_table import BUNDLES, BundleTables, bundle_table
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, TableState, table_csv
from dashboard.display.urls import Links
from dashboard.pages.bundles.callbacks import compared_rows, gap_rows
from dashboard.pages.bundles.data import comparison as comparisons
from dashboard.pages.bundles.data.comparison import comparison, comparison_sentence, comparison_table
from dashboard.pages.bundles.data.filters import NONE, Filters
from dashboard.pages.bundles.data.gaps import GAPS, gap_sentence, gap_table
from dashboard.pages.bundles.data.page import (
    advice_words,
    built_words,
    bundles_page,
    chart_sentence,
    empty_title,
    empty_why,
)
from dashboard.pages.bundles.data.whose import whose
from dashboard.pages.bundles.view.card import gap_hint, gap_view
from dashboard.pages.bundles.view.chart import lift_chart, log_ticks
from dashboard.pages.bundles.view.conditions import CONTROLS, empty_card
from dashboard.pages.bundles.view.page import bundles_view, no_bundles_view
from dashboard.records.bundles import Bundle, Gaps
from dashboard.services import EXTENSION
from recsys.artifacts.reader import Reader
from recsys.schema.bundle_groups import EVERYBODY
from tests.support.artifacts import FACTS, publish_small, small_rows
from tests.support.contexts import ANN, Said, context_of
from tests.support.screens import FORMATS, Caller, ids, make_app, of_type, plain_csv, prop, said, with_class, words

BUILT = datetime(2026, 11, 17, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, built_at=BUILT)
    return folder


@pytest.fixture(scope="module")
def app(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), folder)


@pytest.fixture(scope="module")
def repository(folder: Path) -> Repository:
    return Repository(Reader(folder))


@pytest.fixture
def context(repository: Repository) -> PageContext:
    return context_of(repository)


def bundle_of(context: PageContext, key: str) -> Bundle:
    found = context.bundles.get(key)
    assert found is not None
    return found


def gaps_of(context: PageContext, key: str) -> tuple[TableRows, Gaps]:
    bundle = bundle_of(context, key)
    gaps = context.bundles.gaps(bundle)
    return gap_table(context, bundle, gaps), gaps


def drawn_page(context: PageContext) -> Component:
    """Return the page without any condition, with the rows that the app packs for it."""
    tables = BundleTables(context.snapshot.cache.bundles, FORMATS, Links("/"))
    version = context.version.id
    rows = tables.table(EVERYBODY, version), tables.packed(EVERYBODY, version)
    return bundles_view(bundles_page(context, NONE), rows, TableState(), FORMATS, selected="", gap=gap_hint())


def call(app: Dash, about: str, values: dict[str, Any], rep: str | None = None) -> Any:
    return Caller(app, rep).call(about, {"bundles-selected.data": "", **controls(), **values})


def controls(**changed: Any) -> dict[str, Any]:
    first = {
        "segment": "*",
        "kind": "*",
        "category": "*",
        "size": "0",
        "baskets": "0",
        "support": "0",
        "confidence": "0",
    }
    values = {**first, "lift": "1.5", "hide": True, **changed}
    return {f"bundles-{name}.value": values[name] for name in CONTROLS}


# ---- words ----


def test_what_it_was_built_from_is_said_of_the_segment(context: PageContext) -> None:
    assert built_words(bundles_page(context, NONE), FORMATS) == "Built 17 Nov 2026, 03:10, from 10 order days"
    cafe = bundles_page(context, replace(NONE, members=("segment", "cafe")))
    assert built_words(cafe, FORMATS).endswith("from 7 order days of cafe customers")


@pytest.mark.parametrize(
    ("filters", "title"),
    [
        (replace(NONE, lift=3, baskets=50), "No bundle reaches lift 3 on 50 order days"),
        (replace(NONE, baskets=50), "No bundle is on 50 order days"),
        (replace(NONE, support=0.4, confidence=25), "No bundle reaches support 0.4 % and confidence 25 %"),
        (replace(NONE, size=3, category="Food"), "No bundle of 3 products with Food in it is left"),
    ],
)
def test_the_title_of_nothing_names_the_conditions(context: PageContext, filters: Filters, title: str) -> None:
    assert empty_title(bundles_page(context, filters), FORMATS) == title


@pytest.mark.parametrize(
    ("filters", "why", "button"),
    [
        (
            replace(NONE, baskets=50),
            "The order days are what excludes them: 2 bundles fit all else, on 4 order days at most.",
            "Set order days to 1 (2 bundles)",
        ),
        (
            replace(NONE, baskets=2, lift=3),
            "The lift is what excludes them: 1 bundle fits all else, the highest has 1.43.",
            "Set lift to 1 (1 bundle)",
        ),
        (
            replace(NONE, support=50),
            "The support is what excludes them: 2 bundles fit all else, the highest has 40 %.",
            "Set support to 10 % (2 bundles)",
        ),
        (
            replace(NONE, size=4),
            "The number of products is what excludes them: 2 bundles of other sizes fit all else.",
            "Any size (2 bundles)",
        ),
        (
            replace(NONE, category="Food", baskets=2),
            "The category is what excludes them: 1 bundle without it fits all else.",
            "Any category (1 bundle)",
        ),
    ],
)
def test_the_condition_that_excludes_is_named_with_a_button_that_names_its_result(
    context: PageContext, filters: Filters, why: str, button: str
) -> None:
    page = bundles_page(context, filters)
    assert empty_why(page, FORMATS) == why
    assert button in [advice_words(one, FORMATS) for one in page.advice]


def test_several_conditions_together_are_named_so(context: PageContext) -> None:
    page = bundles_page(context, replace(NONE, lift=50, baskets=50))
    assert empty_why(page, FORMATS) == (
        "No single condition excludes them, several do together. Without any there are 2 bundles."
    )
    assert words(of_type(empty_card(page, FORMATS), "Button")) == "Without any condition (2)"


def test_a_button_sets_the_control_that_it_names(context: PageContext) -> None:
    first, *_, last = of_type(empty_card(bundles_page(context, replace(NONE, baskets=50)), FORMATS), "Button")
    assert json.loads(first.to_plotly_json()["props"]["data-rp-set"]) == {"bundles-baskets": "1"}
    everything = json.loads(last.to_plotly_json()["props"]["data-rp-set"])
    assert everything["bundles-category"] == "*"
    assert everything["bundles-hide"] is False
    assert "bundles-segment" not in everything


def test_a_bundle_is_described_in_numbers(context: PageContext) -> None:
    assert gap_sentence(bundle_of(context, "cafe/1"), FORMATS) == (
        "On 4 of 7 order days of cafe customers. With Oat drink comes Espresso beans on "
        "100\N{NO-BREAK SPACE}% of the days, 1.2 times what chance would give "
        "(0.8 to 1.6 with 95\N{NO-BREAK SPACE}% confidence)."
    )


# ---- tables and chart ----


def test_rows_hold_raw_values_and_lead_to_the_bundle(context: PageContext) -> None:
    row = bundle_table([bundle_of(context, "cafe/1")], FORMATS, Links("/x/")).rows[0]
    assert [cell.text for cell in row.cells] == [
        *("Espresso beans + Oat drink", "4", "57.1\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%"),
        *("1.2", "0.33", "8.0\N{NO-BREAK SPACE}%", "€27.00", "2", "0"),
    ]
    assert row.cells[2].raw == 4 / 7
    assert row.cells[0].href == "/x/bundles?segment=cafe&selected=cafe%2F1"


def test_who_misses_one_is_a_table_of_the_viewers_customers(repository: Repository) -> None:
    table, gaps = gaps_of(context_of(repository, ANN), "/2")
    assert table.title == "1 customer misses exactly one"
    assert plain_csv(table_csv(table)).splitlines()[1:] == [
        "Bean <& Gone>,CAFE2,cafe,North,Crème fraîche,P3,10,2026-10-27"
    ]
    assert gaps.others == 0


def test_nobody_misses_a_product_of_an_unknown_bundle(repository: Repository) -> None:
    ann = context_of(repository, ANN)
    known = gap_rows(ann, "/2")
    assert known is not None
    assert len(known.rows) == 1
    assert gap_rows(ann, "/9") is None


def test_columns_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    bare = [row | {"region": None, "name": row["customer_id"]} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": bare})
    table, _ = gaps_of(context_of(tmp_path), "/2")
    assert [column.name for column in table.shown] == ["customer", "misses", "price", "last"]


def test_nobody_to_name_says_whose_they_are(repository: Repository) -> None:
    ann = context_of(repository, ANN)
    for key, why in (("/1", "It belongs to other reps"), ("cafe/1", "lacks more than one product, or has all")):
        view = gap_view(bundle_of(ann, key), *gaps_of(ann, key), TableState(), FORMATS, Links("/"))
        assert why in words(view)


def test_the_chart_has_a_trace_a_size_and_the_selected_one_over_them(context: PageContext) -> None:
    page = bundles_page(context, NONE)
    assert len(lift_chart(page, "", FORMATS).traces) == 3
    *_, marked = lift_chart(page, "/2", FORMATS).traces
    assert marked["customdata"] == ["/2"]
    assert marked["marker"]["color"] == "--rp-accent"
    assert lift_chart(page, "/2", FORMATS).x["type"] == "log"
    assert chart_sentence(page, FORMATS).startswith("Support and lift of 2 bundles: support from 10.0")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.4, 30, [0.5, 1, 2, 5, 10, 20]), (9.2, 44, [10, 15, 20, 30, 40]), (1.6, 4, [2, 3, 4]), (2.1, 2.9, [])],
)
def test_axis_has_ticks_at_round_values_closer_ones_where_there_are_few(
    low: float, high: float, ticks: list[float]
) -> None:
    assert log_ticks(low, high) == ticks


def test_a_chart_of_nothing_can_be_drawn(context: PageContext) -> None:
    page = bundles_page(context, replace(NONE, lift=99))
    assert [trace["x"] for trace in lift_chart(page, "/1", FORMATS).traces] == [[], [], []]
    assert chart_sentence(page, FORMATS) == "No bundle to show."


# ---- page and callbacks ----


def test_the_address_draws_conditions_selection_and_sorting(app: Dash) -> None:
    answer = said(Caller(app).page("/bundles", "?lift=0&segment=cafe&selected=%2F2&bundles-sort=lift.asc"))
    assert '"id": "bundles-selected", "data": "/2"' in answer or '"data": "/2", "id": "bundles-selected"' in answer
    assert '"value": "segment:cafe"' in answer
    assert '"sort": "asc"' in answer
    assert "1 customer misses exactly one" in answer


def test_the_address_is_known(app: Dash) -> None:
    assert Caller(app).get("/bundles").status_code == 200
    assert Caller(app).get("/bundles/nothing").status_code == 404


def test_conditions_answer_rows_count_and_what_takes_their_place(app: Dash) -> None:
    fitting = call(app, "bundles-count", controls(lift="0")).json["response"]
    assert fitting["bundles-places"]["data"] == {"segment": "*", "at": [0, 1]}
    assert fitting["bundles-results"]["hidden"] is False
    assert words_of(fitting["bundles-count"]["children"]) == "2 of 2 bundles"
    nothing = call(app, "bundles-count", controls()).json["response"]
    assert nothing["bundles-results"]["hidden"] is True
    assert "No bundle reaches lift 1.5" in json.dumps(nothing["bundles-empty"])


def test_rows_are_sent_with_the_page_and_again_only_for_another_segment(app: Dash) -> None:
    drawn = json.loads(said(Caller(app).page("/bundles", "?segment=cafe")))
    assert '"keys": ["cafe/1"]' in json.dumps(drawn)
    same = call(app, "bundles-count", {**controls(segment="segment:cafe", lift="0"), "bundles-of.data": "segment:cafe"})
    assert "bundles-rows" not in same.json["response"]
    assert same.json["response"]["bundles-places"]["data"] == {"segment": "segment:cafe", "at": [0]}
    other = call(app, "bundles-count", {**controls(lift="0"), "bundles-of.data": "segment:cafe"})
    rows = other.json["response"]["bundles-rows"]["data"]
    assert (rows["segment"], rows["keys"]) == ("*", ["/1", "/2"])
    assert rows["columns"]["lift"] == {"raw": [1.428571, 0.47619], "text": ["1.4", "0.5"]}
    assert rows["columns"]["products"]["raw"][0] == "Espresso beans + Oat drink"


def words_of(parts: Any) -> str:
    return "".join(part if isinstance(part, str) else part["props"]["children"] for part in parts)


def test_the_chart_answers_conditions_and_selection(app: Dash) -> None:
    figure = call(app, "bundles-marks", {**controls(lift=0), "bundles-selected.data": "/1"}).json["response"]
    [store] = figure.values()
    assert store["data"]["data"][-1]["customdata"] == ["/1"]


def test_a_selected_bundle_answers_with_who_misses_one(app: Dash) -> None:
    answer = said(call(app, "bundles-gap", {"bundles-selected.data": "/1"}))
    assert "Hotel O'Brien" in answer
    assert "Espresso beans + Oat drink: 1 customer misses exactly one" in answer
    assert "Select a bundle" in said(call(app, "bundles-gap", {"bundles-selected.data": "/77"}))


@pytest.mark.parametrize(
    ("table", "keys", "line"),
    [
        (
            BUNDLES,
            ["/2", "x"],
            "All customers,All customers,together,1,0.1,0.3333,0.48,0.1,2.3,-0.6,-0.11,22,2,1,0,",
        ),
        (GAPS, ["HOTEL1"], "HOTEL1,hotel,South,Oat drink,P2,15"),
    ],
)
def test_csv_holds_the_rows_of_the_screen(app: Dash, table: str, keys: list[str], line: str) -> None:
    asked = {f'{{"table":"{table}","type":"table-asked"}}.data': {"keys": keys, "at": 1}}
    values = {**asked, "bundles-segment.value": "*", "bundles-selected.data": "/1"}
    answer = Caller(app).call(f'"{table}","type":"table-file"', values)
    [content] = [plain_csv(part["data"]["content"]) for part in answer.json["response"].values() if "data" in part]
    assert line in content
    assert len(content.splitlines()) == 2


@pytest.mark.parametrize("about", ["bundles-count", "bundles-gap"])
def test_a_version_that_is_gone_asks_for_a_reload(app: Dash, about: str) -> None:
    gone = {"page-version.data": "2020-01-01-000000", "bundles-selected.data": "/1"}
    assert "Reload the page" in said(call(app, about, gone))


def test_the_chart_of_a_version_that_is_gone_stays(app: Dash) -> None:
    answer = call(app, "bundles-marks", {"page-version.data": "2020-01-01-000000"})
    assert answer.status_code == 204 or "data" not in said(answer)


def test_first_conditions_are_those_that_reset_sets(context: PageContext) -> None:
    [reset] = with_class(drawn_page(context), "rp-reset")
    assert json.loads(prop(reset, "data-rp-set")) == {
        name.removesuffix(".value"): value
        for name, value in controls().items()
        if "segment" not in name and "kind" not in name
    }


def test_a_version_without_bundles_says_what_it_lacks(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts", changed={"bundles": []})
    app = make_app(tmp_path, tmp_path / "artifacts")
    assert "No two products are together on enough order days" in said(Caller(app).page("/bundles"))
    for about in ("bundles-count", "bundles-marks"):
        assert call(app, about, {}).status_code in (200, 204)
    assert "20 order days or more" in words(no_bundles_view("v", 20, FORMATS))


def test_without_data_the_page_says_how_to_build_them(tmp_path: Path) -> None:
    app = make_app(tmp_path, tmp_path / "none")
    assert "No data yet" in said(Caller(app).page("/bundles"))
    assert "No data yet" in said(call(app, "bundles-count", {}))
    assert "No data yet" in said(call(app, "bundles-gap", {"bundles-selected.data": "/1"}))


def test_controls_without_a_choice_are_there_but_hidden(tmp_path: Path) -> None:
    rows = small_rows()
    publish_small(
        tmp_path / "artifacts",
        changed={
            "bundles": [row for row in rows["bundles"] if not row["segment"]],
            "products": [row | {"category": None} for row in rows["products"]],
        },
    )
    drawn = drawn_page(context_of(tmp_path / "artifacts"))
    assert "Segment" not in words(with_class(drawn, "rp-filters"))
    assert {f"bundles-{name}" for name in CONTROLS} <= {one for one in ids(drawn) if isinstance(one, str)}


# ---- whose bundles ----

CAFES, NORTH = ("segment", "cafe"), ("region", "North")


def version_with_more(folder: Path) -> Path:
    """Publish the small version with the cafes' bundle lifted, two of the North, one substitute, and some left out."""
    first, second, cafe = small_rows()["bundles"]
    lifted = {"lift": 8.0, "lift_low": 5.0, "lift_high": 12.8}
    north = {"group": "region", "segment": "North"}
    apart = {"substitutes": True, "n_baskets": 0, "support": 0.0, "confidence": 0.0, "lift": 0.0, "lift_low": 0.0}
    rows = [
        first | {"lift": 2.0, "lift_low": 1.6, "lift_high": 2.5},
        second | apart | {"typical": 0.0},
        first | north | lifted | {"bundle_id": 1, "bundle_key": "region:North/1"},
        second | north | {"bundle_id": 2, "bundle_key": "region:North/2"},
        cafe | {"lift": 2.2, "lift_low": 1.5, "lift_high": 3.2},
    ]
    report = {"group_baskets": {"": 10, "cafe": 7, "region:North": 7, "rfm:Lost": 3}, "bundle_baskets": {"": 2}}
    facts = replace(FACTS, options={"min_segment_baskets": 5}, evaluation=report)
    publish_small(folder, changed={"bundles": rows}, facts=facts)
    return folder


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return version_with_more(tmp_path_factory.mktemp("more") / "artifacts")


@pytest.fixture(scope="module")
def more_app(more: Path) -> Dash:
    return make_app(more.parent, more)


def test_whom_bundles_can_be_asked_of_is_a_choice_under_headings(more_app: Dash) -> None:
    drawn = json.loads(said(Caller(more_app).page("/bundles", "?group=region&segment=North")))
    text = json.dumps(drawn)
    assert '"value": "region:North"' in text
    for label in ("All customers (1)", "cafe (1)", "North (2)", "Lost (too few order days)", "Regions", "RFM segments"):
        assert label in text


def test_too_few_order_days_are_counted_and_what_is_needed(more: Path) -> None:
    page = bundles_page(context_of(more), replace(NONE, members=("rfm", "Lost")))
    assert empty_title(page, FORMATS) == f"No bundles of {whose(('rfm', 'Lost'))}"
    assert empty_why(page, FORMATS) == "They have 3 order days; 5 are needed, so that nothing rests on a few."
    [button] = of_type(empty_card(page, FORMATS), "Button")
    assert words(button) == "All customers (1)"
    assert json.loads(prop(button, "data-rp-set")) == {"bundles-segment": "*"}


def test_without_substitutes_the_page_says_what_they_would_be(more: Path) -> None:
    page = bundles_page(context_of(more), replace(NONE, members=CAFES, kind="substitutes"))
    assert empty_title(page, FORMATS) == "No pairs of substitutes of cafe customers"
    assert "on fewer of their 7 order days together than chance would give" in empty_why(page, FORMATS)


def test_substitutes_are_shown_apart(more_app: Dash) -> None:
    together = call(more_app, "bundles-count", controls(lift="0")).json["response"]
    assert together["bundles-places"]["data"]["at"] == [0]
    apart = call(more_app, "bundles-count", controls(kind="substitutes")).json["response"]
    assert apart["bundles-places"]["data"]["at"] == [1]
    assert words_of(apart["bundles-count"]["children"]) == "1 of 1 pair of substitutes"


def test_the_card_of_substitutes_says_that_one_is_bought_instead_of_the_other(more: Path) -> None:
    sentence = gap_sentence(bundle_of(context_of(more), "/2"), FORMATS)
    assert sentence == "On 0 of 10 order days, where chance would give 1: customers buy one instead of the other."


# ---- side by side ----


def test_two_groups_stand_side_by_side_with_the_ratio_and_its_interval(more: Path) -> None:
    context = context_of(more)
    table = compared_rows(context, "region:North", "segment:cafe")
    assert table is not None
    assert table.title == "Customers in North beside cafe customers"
    heads, first, second = plain_csv(table_csv(table)).splitlines()
    assert "Lift, customers in North" in heads
    assert first.endswith("8,4,2.2,4,3.636,1.988,6.65,more typical of customers in North")
    assert second.endswith("0.48,1,,,,,,too few to tell")


@pytest.mark.parametrize("compare", ["none", "", None, "rfm:Lost", "region:North", "nobody", 7])
def test_nobody_else_is_no_comparison(more: Path, compare: Any) -> None:
    assert compared_rows(context_of(more), "region:North", compare) is None


def test_of_many_sets_those_that_differ_most_are_shown_and_it_is_said(
    more: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_of(more)
    found = comparison(context, ("region", "North"), "segment:cafe")
    assert found is not None
    whole = comparison_table(context, found).records
    assert len(whole) > 1
    assert "are shown" not in comparison_sentence(found, context)
    monkeypatch.setattr(comparisons, "MOST_SHOWN", 1)
    assert list(comparison_table(context, found).records) == list(whole)[:1]
    assert "The 1 that differ most for certain are shown." in comparison_sentence(found, context)


def test_an_address_compares(more_app: Dash) -> None:
    answer = said(Caller(more_app).page("/bundles", "?group=region&segment=North&compare=segment:cafe"))
    assert "Customers in North beside cafe customers" in answer
    assert "A customer may be among both" in answer
    again = call(
        more_app, "bundles-comparison", {**controls(segment="region:North"), "bundles-compare.value": "segment:cafe"}
    )
    assert "more typical of customers in North" in said(again)


# ---- the card ----


def card(context: PageContext, key: str, lacks: int = 1, discount: float = 0) -> str:
    bundle = bundle_of(context, key)
    gaps = context.bundles.gaps(bundle, lacks)
    table = gap_table(context, bundle, gaps)
    return words(gap_view(bundle, table, gaps, TableState(), FORMATS, Links("/"), discount=discount))


def seen_by(repository: Repository, role: str) -> PageContext:
    return context_of(repository, Viewer(None, "all", (Grant(None, FIELDS[role]),)))


def test_who_may_see_margins_sees_what_a_discount_costs_of_them(repository: Repository) -> None:
    shown = card(seen_by(repository, "director"), "/1", discount=10)
    assert "Cost|€20.00" in shown
    assert "Margin|€7.00 (26\N{NO-BREAK SPACE}%)" in shown
    assert "€4.30 of €7.00 margin is left. For the same margin 163 must be sold for each 100" in shown


def test_a_marketer_sees_no_cost_and_what_the_same_revenue_takes(repository: Repository) -> None:
    shown = card(seen_by(repository, "marketer"), "/1", discount=10)
    assert "Cost|" not in shown
    assert "€2.70 from a set: for the same revenue 112 must be sold for each 100" in shown
    assert "your role does not see costs" in shown


def test_a_typed_discount_answers_and_nonsense_is_none(app: Dash) -> None:
    about = '"type":"bundle-offer"'
    typed = {"bundles-selected.data": "/1", "bundle": "/1", "value": "10"}
    answer = Caller(app).call(about, {**typed, '{"bundle":"/1","type":"bundle-discount"}.value': "10"})
    assert "must be sold for each 100" in said(answer)


def test_nobody_misses_two_of_a_pair_so_that_those_who_miss_one_are_shown(app: Dash) -> None:
    answer = said(call(app, "bundles-gap", {"bundles-selected.data": "/1", "bundles-who.data": "two"}))
    assert "1 customer misses exactly one" in answer


def test_who_has_all_is_shown_at_their_button(repository: Repository) -> None:
    context = context_of(repository)
    shown = card(context, "/1", lacks=0)
    assert "2 customers have all" in shown
    assert "Have all|2" in shown
    table = gap_rows(context, "/1", "all")
    assert table is not None
    assert [column.name for column in table.in_file] == ["customer", "number", "segment", "region", "last"]


def test_who_may_not_be_contacted_is_marked_on_the_screen_and_in_the_file(tmp_path: Path) -> None:
    asked_not_to = [row | {"may_contact": row["customer_id"] != "HOTEL1"} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": asked_not_to})
    context = context_of(tmp_path)
    assert "1 of them does not want to be contacted" in card(context, "/1")
    table = gap_rows(context, "/1")
    assert table is not None
    assert "contact" in [column.name for column in table.shown]
    assert "no contact" in plain_csv(table_csv(table))


def test_the_card_says_what_of_the_set_cannot_be_had(app: Dash) -> None:
    asked = {"bundles-selected.data": "/1"}
    assert "cannot be had" not in said(call(app, "bundles-gap", asked))
    at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    found = app.server.extensions[EXTENSION]
    app.server.extensions[EXTENSION] = replace(found, availability=Said(Stock("P1", False, at), Stock("P4", False, at)))
    try:
        assert "Espresso beans cannot be had now, the stock system says." in said(call(app, "bundles-gap", asked))
    finally:
        app.server.extensions[EXTENSION] = found


def test_the_card_leads_to_a_campaign_for_the_bundle(repository: Repository) -> None:
    context = context_of(repository)
    bundle = bundle_of(context, "cafe/1")
    gaps = context.bundles.gaps(bundle, 0)
    drawn = gap_view(bundle, gap_table(context, bundle, gaps), gaps, TableState(), FORMATS, Links("/"))
    [link] = with_class(drawn, "rp-gap-campaign")
    assert prop(link, "href") == "/campaigns/new?from=bundle&bundle=cafe/1"
