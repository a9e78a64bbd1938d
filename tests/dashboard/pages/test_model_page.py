"""The model page: figures and those of the version before, chances, shares, facts; what it says without them."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.components.page_callbacks import page_layout
from dashboard.display.table import TableState
from dashboard.pages.model.callbacks import layout
from dashboard.pages.model.data.build import answer_facts, data_facts, duration_text, held_back_facts, option_facts
from dashboard.pages.model.data.calibration import calibration_sentence
from dashboard.pages.model.data.events import events_words
from dashboard.pages.model.data.lists import hit_facts, list_table, new_line_facts, seeds_words
from dashboard.pages.model.data.page import ModelPage, figure_table, gain_table, model_page, version_before_words
from dashboard.pages.model.view.chart import calibration_chart
from dashboard.pages.model.view.page import model_view
from dashboard.records.model_report import Report
from recsys.artifacts.reader import Reader
from recsys.schema.build_report import Difference, EventsTest, ListFigures
from tests.support.artifacts import publish_small
from tests.support.contexts import context_of
from tests.support.figures import figures
from tests.support.screens import FORMATS, Caller, ids, make_app, of_type, plain_csv, prop, said, with_class, words
from tests.support.viewers import a_request

WRITTEN_DAY = r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])"  # not that of a version's id
TABLES = ("lists", "figures", "newfigures", "gains", "bins", "steps")
FIRST, SECOND = datetime(2026, 11, 15, 3, tzinfo=UTC), datetime(2026, 11, 16, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, built_at=FIRST, evaluation=figures(0.03))
    publish_small(folder, built_at=SECOND, evaluation=figures(0.05))
    return folder


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


@pytest.fixture(scope="module")
def page(artifacts: Path) -> ModelPage:
    return model_page(context_of(artifacts).version)


@pytest.fixture
def bare(tmp_path: Path) -> ModelPage:
    publish_small(tmp_path)
    return model_page(context_of(tmp_path).version)


def drawn(page: ModelPage) -> Any:
    return model_view(page, FORMATS, dict.fromkeys(TABLES, TableState()))


def column(table: Any, name: str) -> list[str]:
    at = [one.name for one in table.columns].index(name)
    return [row.cells[at].text for row in table.rows]


def test_the_ranker_comes_first_then_the_version_before_then_the_baselines_by_recall(page: ModelPage) -> None:
    table = figure_table(page, "all", FORMATS)
    assert column(table, "model") == [
        "Ranker",
        "Ranker, version before",
        "TIFU-KNN",
        "Own favourites, then best sellers",
        "Best sellers",
    ]
    assert column(table, "recall") == ["0.250", "0.230", "0.200", "0.150", "0.100"]
    assert column(table, "recall_half") == ["0.010"] * 5
    assert column(table, "n") == ["840"] * 5
    assert column(figure_table(page, "new", FORMATS), "recall") == ["0.125", "0.115", "0.100", "0.075", "0.050"]


def test_the_version_before_is_compared_without_an_interval(page: ModelPage, bare: ModelPage) -> None:
    assert version_before_words(page, FORMATS).startswith(
        "Recall at 10 against the version before, 2026-11-15-030000: +0.020 on all products, +0.010 on new products."
    )
    assert version_before_words(bare, FORMATS) == "No older version is kept to compare with."
    assert "built without an evaluation" in version_before_words(ModelPage(page.report, bare.report), FORMATS)


def test_gains_say_whether_the_interval_excludes_nothing_gained(page: ModelPage) -> None:
    table = gain_table(page.report, FORMATS)
    read = ["better"] * 6
    assert column(table, "recall") == ["+0.150", "+0.075", "+0.100", "+0.050", "+0.050", "+0.025"]
    assert column(table, "recall_low") == ["+0.130", "+0.055", "+0.080", "+0.030", "+0.030", "+0.005"]
    assert column(table, "reading") == read
    assert table.choices() == {"All products": 3, "New to the customer": 3}


@pytest.mark.parametrize(("gain", "reading"), [(0.01, "no clear difference"), (-0.1, "worse")])
def test_a_gain_whose_interval_holds_nothing_is_no_clear_difference(tmp_path: Path, gain: float, reading: str) -> None:
    publish_small(tmp_path, evaluation=figures(gain))
    gains = gain_table(model_page(context_of(tmp_path).version).report, FORMATS)
    assert column(gains, "reading")[4] == reading


def test_the_lists_of_the_version_are_counted_by_kind(page: ModelPage) -> None:
    table = list_table(page.report, FORMATS)
    texts = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.cells] for row in table.rows]
    assert texts == [
        ["New", "1,481", "20.0", "0 %", "426", "36 %", "8 %", "0.6 of 10", "80 %"],
        ["Usual", "1,400", "14.0", "62 %", "426", "36 %", "8 %", "0.3 of 10", "80 %"],
    ]


def test_an_unknown_overlap_of_lists_is_shown_as_none(page: ModelPage) -> None:
    alone = {"new": ListFigures(lists=1, rows=3)}
    build = page.report.build.model_copy(update={"lists": alone})
    table = list_table(replace(page.report, build=build), FORMATS)
    assert column(table, "common") == column(table, "known") == ["\N{EN DASH}"]


def test_seeds_are_one_sentence_where_more_than_one_was_tried(page: ModelPage, bare: ModelPage) -> None:
    sentence = "Learned from 5 seeds, recall at 10 is 0.249 to 0.251 on all products, 0.124 to 0.126 on new products."
    assert seeds_words(page.report, FORMATS) == sentence
    assert sentence in words(drawn(page))
    assert seeds_words(bare.report, FORMATS) == ""


def test_seasonal_and_never_sold_products_say_what_was_bought_or_why_it_was_not_tested(page: ModelPage) -> None:
    assert hit_facts(page.report, FORMATS) == (
        ("Seasonal: rows that were bought", "18 of 40"),
        ("Seasonal: customers with such rows", "3"),
        ("Bought again after 12 weeks", "90"),
        ("Never sold: not tested", "there is no table of products, so none is known that nobody had bought"),
    )


def test_whom_a_new_line_fits_is_one_sentence_and_its_figures(page: ModelPage, bare: ModelPage) -> None:
    text = words(drawn(page))
    assert "Of the first 100 customers by profile 7.1 bought a new product within 8 weeks, 4.4" in text
    assert new_line_facts(page.report, FORMATS) == (
        ("By profile, first 100", "7.1 (6.6 to 7.6)"),
        ("Most order days, first 100", "4.4 (3.9 to 4.9)"),
        ("By lot, first 100", "0.9 (0.4 to 1.4)"),
        ("Share of the buyers, first 100", "25\N{NO-BREAK SPACE}%"),
        ("Products and their buyers", "269 and 8,119"),
        ("Customers ranked", "3,227"),
    )
    assert new_line_facts(bare.report, FORMATS) == ()
    assert "This version was built without a test of it." in words(drawn(bare))


def test_the_verdict_stands_before_the_figures(page: ModelPage) -> None:
    text = words(drawn(page))
    assert text.index("The lists are good, personal and honest:") < text.index("Recall at 10")


def test_chances_of_a_version_without_a_forward_check_name_the_folds(page: ModelPage) -> None:
    folded = page.report.build.calibration.model_copy(update={"folds": 5})
    older = replace(page.report, build=page.report.build.model_copy(update={"calibration": folded}))
    assert "came from a model that had not seen the customer (5 folds)." in calibration_sentence(older, FORMATS)


def test_the_chart_of_chances_says_the_same_in_a_sentence_and_a_table(page: ModelPage) -> None:
    chart = calibration_chart(page.report, FORMATS)
    assert [list(trace["x"]) for trace in chart.traces[1:]] == [[5.0, 25.0, 70.0], [10.0]]
    assert [list(trace["y"]) for trace in chart.traces[1:]] == [[4.0, 30.0, 66.0], [12.5]]
    assert calibration_sentence(page.report, FORMATS).replace("\N{NO-BREAK SPACE}", " ") == (
        "Usual lists: 1,000 suggestions, shown and bought 1.2 percentage points apart on average; "
        "New lists: 600 suggestions, shown and bought 0.5 percentage points apart on average. "
        "Each chance was learned before the days that it is compared with."
    )
    view = drawn(page)
    assert calibration_sentence(page.report, FORMATS) in words(view)
    grid = next(one for one in of_type(view, "AgGrid") if one.id["table"] == "bins")
    assert [(row["n_bought_text"], row["n_text"]) for row in grid.rowData] == [
        ("32", "800"),
        ("45", "150"),
        ("33", "50"),
        ("75", "600"),
    ]


def test_shares_breadth_and_what_was_held_back_are_beside_it(page: ModelPage) -> None:
    view = drawn(page)
    bars = [words(one).replace("\N{NO-BREAK SPACE}", " ") for one in with_class(view, "rp-shares")]
    assert bars[0].startswith("Their own purchases|70 %|Similar customers|10 %|")
    assert bars[1].startswith("Similar customers|50 %|Bought together|25 %|")
    text = words(view).replace("\N{NO-BREAK SPACE}", " ")
    assert "New lists that one product may be in|5.0 %|" in text
    assert "Recall at 10 that both cost|0.002|" in text
    assert "Held back from New|12|" in text


def test_the_data_are_shown_with_a_short_fingerprint(page: ModelPage) -> None:
    facts = dict(data_facts(page.report, FORMATS))
    assert (facts["Order lines"], facts["Days from first to last"]) == ("15", "675")
    assert facts["Data fingerprint"] == "abababababab"
    assert facts["Built"] == "16 Nov 2026, 04:00"


def test_notes_of_a_build_have_their_days_as_screens_write_them(tmp_path: Path) -> None:
    why = {"why_not": "the orders begin on 2026-10-05"}
    publish_small(
        tmp_path,
        evaluation={"evaluation": why | {"seasonal": why, "unsold": why}, "calibration": why | {"new": why}},
    )
    text = words(drawn(model_page(context_of(tmp_path).version)))
    assert text.count("he orders begin on 5 Oct 2026") == 4
    assert re.findall(WRITTEN_DAY, text) == []


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        ({"chance": 0.005, "expected": 5.0}, "New: rows below 0.5 % or €5.00 expected left out"),
        ({"chance": 0.0, "expected": 0.05}, "New: rows below €0.05 expected left out"),
        ({"chance": 0.005}, "New: rows below 0.5 % left out"),
    ],
)
def test_a_list_says_below_what_it_ends(tmp_path: Path, floor: dict[str, float], words: str) -> None:
    publish_small(tmp_path, evaluation={"floors": {"new": floor | {"left_out": 7}}})
    facts = held_back_facts(model_page(context_of(tmp_path).version).report, FORMATS)
    assert [(label.replace("\N{NO-BREAK SPACE}", " "), n) for label, n in facts] == [(words, "7")]


def test_what_pitches_taught_is_said_with_counts(tmp_path: Path, page: ModelPage) -> None:
    facts = dict(answer_facts(page.report, FORMATS))
    assert facts["Pitched in the last four weeks, no order"] == "0 of 164 bought, 5.5 expected: odds times 0.24"
    assert facts["Snoozed"] == "36 of 138 bought, 3.7 expected: odds times 14.6"
    assert facts["Pitched before that, no order"] == "0 of 7 bought, 0.1 expected: too few to count"
    assert facts["First ten new ones that were bought, tested"] == "502, without it 478"
    publish_small(tmp_path, evaluation={"answers": {"why_not": "nothing was recorded"}})
    small = model_page(context_of(tmp_path).version)
    assert answer_facts(small.report, FORMATS) == ()
    assert "Nothing was recorded." in words(drawn(small))


def test_options_are_shown_as_they_were_set(page: ModelPage) -> None:
    options = {
        "list_length": 10, "as_of": None, "until": "2026-11-30", "fast": True, "sizes": [2, 3], "none": [],
        "deep": {"a": 1},
    }  # fmt: skip
    assert option_facts(replace(page.report, options=options), FORMATS) == (
        ("List length", "10"),
        ("As of", "not set"),
        ("Until", "30 Nov 2026"),
        ("Fast", "yes"),
        ("Sizes", "2, 3"),
        ("None", "none"),
        ("Deep", "a 1"),
    )


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0.0 s"), (9.96, "10.0 s"), (42.4, "42 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s")]
)
def test_seconds_are_written_in_minutes_where_there_are_many(seconds: float, text: str) -> None:
    assert duration_text(seconds, FORMATS) == text


def test_a_version_without_figures_says_so_and_shows_what_it_has(bare: ModelPage) -> None:
    text = words(drawn(bare))
    for why in (
        "This version was built without an evaluation, so nothing says what its lists are worth.",
        "This version was built without calibrated chances, so lists show ranks alone.",
        "This version was built without shares of its scores.",
        "Nothing was measured that says whether the lists are good, personal or honest.",
        "This version was built without a measure of breadth.",
        "This version was built without a test of them.",
        "This version does not say what it held back.",
        "This version was built with nothing set.",
    ):
        assert why in text
    assert [one.id["table"] for one in of_type(drawn(bare), "AgGrid")] == ["steps"]
    assert "Order lines|15" in text


def test_why_a_version_has_no_figures_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    why = {"evaluation": {"why_not": "two orders only"}, "calibration": {"why_not": "50 customers are needed."}}
    publish_small(tmp_path, evaluation=why)
    text = words(drawn(model_page(context_of(tmp_path).version)))
    assert "what its lists are worth. Two orders only." in text
    assert "lists show ranks alone. 50 customers are needed." in text


def test_a_version_without_steps_or_comparisons_says_so(tmp_path: Path, page: ModelPage) -> None:
    text = words(drawn(ModelPage(replace(page.report, seconds={}, gains=()), None)))
    assert "This version was built with no comparison with the baselines." in text
    assert "This version was built with no times of its steps." in text


def test_no_id_occurs_twice_and_there_is_one_title(page: ModelPage) -> None:
    view = drawn(page)
    found = [str(one) for one in ids(view)]
    assert len(found) == len(set(found))
    assert words(of_type(view, "H1")) == "Model"
    assert prop(of_type(view, "H1")[0], "tabIndex") == "-1"


def test_the_page_is_drawn_for_everyone_with_its_state_from_the_address(app: Dash) -> None:
    for caller in (Caller(app), Caller(app, "Ann Example")):
        answer = caller.page("/model", "?figures-sort=ndcg.asc&gains-find=tifu")
        assert answer.status_code == 200
        assert "The lists are good, personal and honest:" in said(answer)
        assert "Chance error, new" in said(answer)
    assert answer.json["response"]["_pages_store"]["data"]["title"] == "Model - Repertoire"
    assert '"sort": "asc"' in said(answer)
    assert Caller(app).get("/model").status_code == 200


def test_the_page_without_data_says_so(tmp_path: Path) -> None:
    with a_request(make_app(tmp_path, tmp_path / "none").server):
        assert "No data yet" in words(page_layout(layout)())


@pytest.mark.parametrize(
    ("table", "head"),
    [
        (
            "figures",
            "Model,Recall,± Recall,NDCG,± NDCG,Hit rate,First hit,MRR,Precision,Coverage,Largest share,Overlap",
        ),
        ("newfigures", "Model,Recall,± Recall,NDCG"),
        ("gains", "Ranker against,Products,Recall,Recall from,Recall to,NDCG,NDCG from,NDCG to,Reading,Customers"),
        ("bins", "Chance shown,Suggestions,From,To,Bought,Were bought,Of"),
        ("steps", "Step,Seconds,Share"),
        ("lists", "List,Customers,Rows each,Own reason,Products,Coverage,Largest share,In common,Popularity"),
    ],
)
def test_each_table_downloads(app: Dash, artifacts: Path, table: str, head: str) -> None:
    keys = ["ranker", "before", "popular", "popular.all", "usual.0", "0", "new", "nothing"]
    version = Reader(artifacts).current().id
    answer = Caller(app).call(f'"{table}","type":"table-file"', {"data": {"keys": keys}, "page-version.data": version})
    content = plain_csv(answer.json["response"][f'{{"table":"{table}","type":"table-file"}}']["data"]["content"])
    lines = content.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith(head)
    assert len(lines) > 1


def with_events(page: ModelPage, events: EventsTest | None, **more: Any) -> Report:
    return replace(page.report, build=page.report.build.model_copy(update={"events": events}), **more)


def test_what_opens_and_clicks_change_is_one_sentence(page: ModelPage) -> None:
    paired = {
        "all": {"recall@10": Difference(difference=0.0064, low=0.0024, high=0.0103, n=1_044)},
        "new": {"recall@10": Difference(difference=-0.0044, low=-0.0112, high=0.0104, n=725)},
    }
    report = with_events(page, EventsTest(asked="auto", used=True, paired=paired))
    minus = "\N{MINUS SIGN}"
    sentence = (
        "Opens and clicks: recall at 10 +0.6 points on all products (0.2 to 1.0, n 1,044), "
        f"{minus}0.4 points on new ones ({minus}1.1 to 1.0, n 725): used."
    )
    assert events_words(report, FORMATS) == sentence
    assert sentence in words(drawn(replace(page, report=report)))
    assert events_words(page.report, FORMATS) == ""


@pytest.mark.parametrize(
    ("asked", "used", "said_of_it"),
    [("auto", True, "used."), ("auto", False, "no sure gain, not used."), ("always", True, "used, as asked.")],
)
def test_whether_opens_and_clicks_are_used_ends_the_sentence(
    page: ModelPage, asked: str, used: bool, said_of_it: str
) -> None:
    paired = {"new": {"recall@10": Difference(difference=0.01, low=0.0, high=0.02, n=50)}}
    report = with_events(page, EventsTest(asked=asked, used=used, paired=paired))
    assert events_words(report, FORMATS) == (
        f"Opens and clicks: recall at 10 +1.0 points on new ones (0.0 to 2.0, n 50): {said_of_it}"
    )


def test_opens_and_clicks_that_could_not_be_tested_say_why(page: ModelPage) -> None:
    report = with_events(page, EventsTest(asked="auto", why_not="no customer has 2 order days before 2026-10-19"))
    assert events_words(report, FORMATS) == (
        "Opens and clicks: not used; what they change was not tested, for no customer has 2 order days before "
        "19 Oct 2026."
    )


def test_opens_and_clicks_that_are_never_to_be_used_are_named_where_there_are_some(page: ModelPage) -> None:
    never = {**page.report.options, "events": "never"}
    assert events_words(with_events(page, None, options=never, source_rows={"events": 9}), FORMATS) == (
        "Opens and clicks: not used, as asked."
    )
    assert events_words(with_events(page, None, options=never, source_rows={}), FORMATS) == ""
