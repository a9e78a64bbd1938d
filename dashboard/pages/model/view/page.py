"""The model page: what the lists are worth, how well chances hold, of what scores are made, from what it was built."""

from collections.abc import Mapping, Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.chart import chart_card
from dashboard.components.share_bars import share_bars
from dashboard.components.table import table_card
from dashboard.components.tile_strip import tile_strip
from dashboard.display.formats import Formats
from dashboard.display.new_line_words import new_line_words
from dashboard.display.table import TableRows, TableState
from dashboard.pages.model.data.build import (
    LIST_WORDS,
    STEPS,
    answer_facts,
    data_facts,
    exposure_facts,
    held_back_facts,
    option_facts,
    step_table,
)
from dashboard.pages.model.data.calibration import BINS, bin_table
from dashboard.pages.model.data.events import events_words
from dashboard.pages.model.data.lists import LISTS, hit_facts, list_table, new_line_facts, seeds_words
from dashboard.pages.model.data.page import (
    FIGURES,
    GAINS,
    ModelPage,
    figure_table,
    gain_table,
    held_out_words,
    methods_words,
    version_before_words,
)
from dashboard.pages.model.data.tiles import tiles
from dashboard.pages.model.data.verdict import verdict
from dashboard.pages.model.view.chart import calibration_chart
from dashboard.pages.model.view.verdict import verdict_card


def model_view(page: ModelPage, formats: Formats, states: Mapping[str, TableState]) -> Component:
    """Draw the page; `states` says by name how the address wants the tables."""
    report = page.report
    built = (
        f"Version {report.version}, built {formats.moment(report.built_at)}, orders up to {formats.day(report.as_of)}"
    )
    return html.Div(
        [
            dcc.Store(id="page-version", data=report.version),
            html.Div(
                [
                    html.H1("Model", className="rp-title", tabIndex="-1"),
                    html.P(built, className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            verdict_card(verdict(report, formats)),
            tile_strip(tiles(report, formats), "Figures of this version"),
            html.Div(
                [
                    *_lists(page, formats, states),
                    *_evaluation(page, formats, states),
                    html.Div(
                        [
                            html.Div(
                                [
                                    *_calibration(page, formats, states),
                                    _steps(page, formats, states),
                                    _options(page, formats),
                                ],
                                className="rp-model-part",
                            ),
                            html.Div(_asides(page, formats), className="rp-aside"),
                        ],
                        className="rp-columns rp-model-columns",
                    ),
                ],
                className="rp-model-part",
            ),
        ],
        className="rp-page rp-model",
    )


def _lists(page: ModelPage, formats: Formats, states: Mapping[str, TableState]) -> list[Component]:
    """Return the table of the lists; nothing for a version that was built without it."""
    table = list_table(page.report, formats)
    return (
        [table_card(table, states[LISTS], formats, note="Products: among the first ten of each")]
        if table.records
        else []
    )


def _evaluation(page: ModelPage, formats: Formats, states: Mapping[str, TableState]) -> list[Component]:
    report = page.report
    if not report.models:
        why = "This version was built without an evaluation, so nothing says what its lists are worth."
        return [
            _empty_card("Evaluation", f"{why} {_sentence(formats.with_days(report.build.evaluation.why_not))}".rstrip())
        ]
    cards = [
        table_card(figure_table(page, part, formats), states[name], formats, note=note)
        for part, name, note in (
            ("all", FIGURES["all"], held_out_words(report, formats)),
            ("new", FIGURES["new"], "Of what a customer had never bought before"),
        )
    ]
    gains = _table(gain_table(report, formats), states[GAINS], formats, "no comparison with the baselines")
    said = (
        methods_words(report),
        version_before_words(page, formats),
        seeds_words(report, formats),
        events_words(report, formats),
    )
    hint = " ".join(words for words in said if words)
    return [*cards, html.P(hint, className="rp-hint num"), gains]


def _calibration(page: ModelPage, formats: Formats, states: Mapping[str, TableState]) -> list[Component]:
    report = page.report
    if not report.calibrations:
        why = "This version was built without calibrated chances, so lists show ranks alone."
        return [
            _empty_card(
                "Chances shown and kept",
                f"{why} {_sentence(formats.with_days(report.build.calibration.why_not))}".rstrip(),
            )
        ]
    chart = calibration_chart(report, formats)
    return [
        chart_card(chart, foot=chart.sentence),
        table_card(bin_table(report, formats), states[BINS], formats),
    ]


def _asides(page: ModelPage, formats: Formats) -> list[Component]:
    report = page.report
    shares = [
        part
        for name, of in report.feature_shares.items()
        for part in (
            html.H3(f"{LIST_WORDS.get(name, name)} lists", className="rp-shares-title"),
            share_bars(of, formats),
        )
    ]
    parts = (
        ("What scores are made of", shares, "This version was built without shares of its scores."),
        ("Breadth", _facts(exposure_facts(report, formats)), "This version was built without a measure of breadth."),
        (
            "Seasonal and never sold",
            _facts(hit_facts(report, formats)),
            "This version was built without a test of them.",
        ),
        (
            "Who fits a new line",
            _new_line(page, formats),
            "This version was built without a test of it.",
        ),
        (
            "What pitches taught",
            _facts(answer_facts(report, formats)),
            _sentence(report.build.answers.why_not) or "This version was built without outcomes.",
        ),
        ("Held back", _facts(held_back_facts(report, formats)), "This version does not say what it held back."),
        ("Data", _facts(data_facts(report, formats)), ""),
    )
    return [_card(title, body) if body else _empty_card(title, why) for title, body, why in parts]


def _new_line(page: ModelPage, formats: Formats) -> list[Component]:
    words = new_line_words(page.report.build.new_lines, formats)
    said = [html.P(words, className="rp-model-said num")] if words else []
    return [*said, *_facts(new_line_facts(page.report, formats))]


def _steps(page: ModelPage, formats: Formats, states: Mapping[str, TableState]) -> Component:
    return _table(step_table(page.report, formats), states[STEPS], formats, "no times of its steps")


def _options(page: ModelPage, formats: Formats) -> Component:
    body = _facts(option_facts(page.report, formats))
    return (
        _card("Options", body, "rp-model-options")
        if body
        else _empty_card("Options", "This version was built with nothing set.")
    )


def _facts(facts: Sequence[tuple[str, str]]) -> list[Component]:
    if not facts:
        return []
    rows = [html.Div([html.Dt(label), html.Dd(text, className="num")]) for label, text in facts]
    return [html.Dl(rows, className="rp-facts")]


def _table(table: TableRows, state: TableState, formats: Formats, nothing: str) -> Component:
    if table.records:
        return table_card(table, state, formats)
    return _empty_card(table.title, f"This version was built with {nothing}.")


def _card(title: str, body: Sequence[Component], class_name: str = "") -> Component:
    return html.Section(
        [
            html.Div(html.H2(title, className="rp-card-title"), className="rp-card-head"),
            html.Div(list(body), className="rp-card-body"),
        ],
        className=f"rp-card {class_name}".rstrip(),
    )


def _empty_card(title: str, why: str) -> Component:
    return _card(title, [html.P(why, className="rp-others")])


def _sentence(why: str) -> str:
    """Return a reason as a sentence of its own; empty if there is none."""
    if not why:
        return ""
    return f"{why[:1].upper()}{why[1:]}{'' if why.endswith('.') else '.'}"
