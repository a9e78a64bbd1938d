"""Charts: a figure as plain dicts, colours of the theme, a sentence that says the same, and its table.

How a page uses it:

    view.py     chart_card(Chart(name, title, sentence, traces, heads, rows, ...))
                A colour is named as its variable of the stylesheet, "--rp-bar"; chart.js puts in what the theme has,
                and again when the theme changes. Wherever a text of a trace begins with "--rp-", it is a colour.
    callbacks   Output({"type": "chart-figure", "chart": NAME}, "data") = figure_of(chart) draws another one,
                Input({"type": "chart", "chart": NAME}, "clickData") says which point was chosen

`register_charts` is called once, by the shell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dash import MATCH, ClientsideFunction, Dash, Input, Output, dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import Children, attributes
from dashboard.components.plain_table import Head, plain_table
from dashboard.components.table import csv_parts

BARS_HEIGHT = 176
SCATTER_HEIGHT = 272
Mark = Literal["bar", "bar-2", "circle", "triangle", "square", "diamond"]


@dataclass(frozen=True)
class Chart:
    """A chart, and the same in words and as a table.

    name        of letters; the only one of its page
    sentence    what the chart shows, for who does not see it
    traces      plotly's, as dicts
    heads, rows the table; the first column is the row's head, the others are numbers as they are shown; none: the page
                has a table of its own
    keys        of the rows, for the table's CSV, which `components.table.register_csv` answers; none: it has no CSV
    key         what the marks mean, beside the title
    x, y        axes, laid over the common ones
    titled      whether the axes have titles, which need room
    """

    name: str
    title: str
    sentence: str
    traces: Sequence[Mapping[str, Any]]
    heads: Sequence[Head] = ()
    rows: Sequence[Sequence[str]] = ()
    keys: Sequence[str] = ()
    key: Sequence[tuple[Mark, str]] = ()
    height: int = BARS_HEIGHT
    x: Mapping[str, Any] = field(default_factory=dict)
    y: Mapping[str, Any] = field(default_factory=dict)
    titled: bool = False


def chart_card(chart: Chart, *, foot: Children = None, filled_later: bool = False) -> Component:
    """Return a card with the title, the key, the chart and its table, which can be opened.

    foot            what is said below the chart
    filled_later    as of `chart_parts`
    """
    return html.Section(
        [
            html.Div(
                [
                    html.H2(chart.title, className="rp-card-title"),
                    html.Span([_key(mark, words) for mark, words in chart.key], className="rp-card-note rp-chart-key"),
                ],
                className="rp-card-head",
            ),
            *chart_parts(chart, filled_later=filled_later),
            *([html.P(foot, className="rp-chart-foot num")] if foot is not None else []),
        ],
        className="rp-card rp-chart-card",
    )


def chart_parts(chart: Chart, *, filled_later: bool = False) -> list[Component]:
    """Return the chart and its table without a card, for a page that has a card of its own.

    filled_later    a callback of the page's own puts the first figure into the store too
    """
    figure = None if filled_later else figure_of(chart)
    return [
        dcc.Store(id={"type": "chart-figure", "chart": chart.name}, data=figure),
        html.Div(
            dcc.Graph(
                id={"type": "chart", "chart": chart.name},
                figure={"data": [], "layout": _layout(chart)},
                config={"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False},
                style={"height": f"{chart.height}px"},
                className="rp-chart",
            ),
            role="img",
            className="rp-chart-place",
            style={"height": f"{chart.height}px"},
            **attributes(aria_label=chart.sentence),
        ),
        *([_details(chart)] if chart.heads else []),
    ]


def _details(chart: Chart) -> Component:
    parts = [html.Summary("As a table"), *(_csv(chart) if chart.keys else ()), _table(chart)]
    return html.Details(parts, className="rp-chart-table")


def figure_of(chart: Chart) -> dict[str, Any]:
    """Return a Plotly figure whose colours are names of CSS variables."""
    return {"data": [dict(trace) for trace in chart.traces], "layout": _layout(chart)}


def register_charts(app: Dash) -> None:
    """Draw every chart in the theme's colours; once an app. Needs the store `theme-shown` of the shell."""
    app.clientside_callback(
        ClientsideFunction("repertoireChart", "draw"),
        Output({"type": "chart", "chart": MATCH}, "figure"),
        Input({"type": "chart-figure", "chart": MATCH}, "data"),
        Input("theme-shown", "data"),
    )


def _layout(chart: Chart) -> dict[str, Any]:
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "automargin": False,
        "tickfont": {"size": 11, "color": "--rp-text-2"},
        "title": {"font": {"size": 12, "color": "--rp-text-2"}},
        "showline": False,
        "ticks": "",
    }
    x = {**axis, "showgrid": False, **chart.x}
    y = {**axis, "gridcolor": "--rp-line", "nticks": 5, "rangemode": "tozero", **chart.y}
    left, below = (56, 44) if chart.titled else (52, 26)
    return {
        "height": chart.height,
        "margin": {"l": left, "r": 8, "t": 8, "b": below, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "--rp-font", "size": 12, "color": "--rp-text-2"},
        "showlegend": False,
        "bargap": 0.28,
        "bargroupgap": 0.08,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "--rp-raised",
            "bordercolor": "--rp-line-strong",
            "font": {"family": "--rp-font", "size": 12, "color": "--rp-text"},
        },
        "xaxis": x,
        "yaxis": y,
        "template": {},
    }


def _key(mark: Mark, words: str) -> Component:
    return html.Span([html.Span(className=f"rp-mark rp-mark-{mark}"), words], className="rp-chart-mark")


def _csv(chart: Chart) -> list[Component]:
    button, places = csv_parts(chart.name, f"{chart.title} as a table")
    return [html.Div(button, className="rp-chart-csv"), *places]


def _table(chart: Chart) -> Component:
    first, *others = chart.heads
    heads = [first, *(one._replace(class_name="rp-num") for one in others)]
    keys: Sequence[str | None] = chart.keys or [None] * len(chart.rows)
    body = [
        html.Tr(
            [html.Th(row[0], scope="row"), *(html.Td(words, className="rp-num num") for words in row[1:])],
            **attributes(data_rp_key=key),
        )
        for row, key in zip(chart.rows, keys, strict=True)
    ]
    return html.Div(
        plain_table(heads, body),
        className="rp-chart-table-scroll",
        role="region",
        tabIndex="0",
        **attributes(aria_label=f"{chart.title} as a table", data_rp_rows=chart.name),
    )
