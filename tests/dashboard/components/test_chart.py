"""Charts: plain figures with names of colours, a sentence, a table."""

import json

from dashboard.components.chart import Chart, chart_card, figure_of
from dashboard.components.plain_table import Head
from tests.support.screens import of_type, prop, with_class, words

CHART = Chart(
    "months",
    "Revenue by month",
    "Revenue by month: €10 in Oct, €12 in Nov.",
    [{"type": "bar", "x": ["Oct", "Nov"], "y": [10, 12], "marker": {"color": "--rp-bar"}}],
    (Head("Month"), Head("Revenue")),
    (("Oct", "€10"), ("Nov", "€12")),
    key=(("bar", "this year"),),
    y={"tickprefix": "€"},
)


def test_colours_are_names_of_variables_until_the_browser_puts_them_in() -> None:
    figure = figure_of(CHART)
    assert figure["data"][0]["marker"]["color"] == "--rp-bar"
    assert figure["layout"]["yaxis"]["gridcolor"] == "--rp-line"
    assert figure["layout"]["yaxis"]["tickprefix"] == "€"
    assert "#" not in json.dumps(figure)


def test_chart_is_said_in_a_sentence_and_in_a_table() -> None:
    card = chart_card(CHART)
    assert prop(with_class(card, "rp-chart-place")[0], "aria-label") == CHART.sentence
    assert "Month|Revenue|Oct|€10|Nov|€12" in words(of_type(card, "Table")[0])
    assert "this year" in words(card)


def test_height_is_fixed_and_there_is_no_mode_bar() -> None:
    (graph,) = of_type(chart_card(CHART), "Graph")
    assert graph.style == {"height": "176px"}
    assert graph.config["displayModeBar"] is False


def test_axes_with_titles_get_room_for_them() -> None:
    plain, titled = figure_of(CHART), figure_of(Chart("m", "t", "s", [], titled=True))
    assert titled["layout"]["margin"]["b"] > plain["layout"]["margin"]["b"]
