"""The chart of the bundles page: support against lift, marks by size of set, the selected one highlighted."""

import math
from collections.abc import Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.chart import SCATTER_HEIGHT, Chart, Mark, chart_card, figure_of
from dashboard.display.formats import Formats
from dashboard.pages.bundles.data.filters import SIZES
from dashboard.pages.bundles.data.page import BundlesPage, chart_sentence
from dashboard.records.bundles import Bundle

CHART = "lift"
_MARKS: dict[int, tuple[str, Mark]] = {2: ("circle", "circle"), 3: ("triangle-up", "triangle"), 4: ("square", "square")}
_SMALLEST, _LARGEST, _LARGEST_OF_MANY = 6, 20, 12  # pixels across
_MANY = 300  # bundles, from which on large marks would hide each other
_LABEL_LETTERS = 30
_TICK_STEPS = ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7))
_LEAST_TICKS = 3


def lift_chart(page: BundlesPage, selected: str, formats: Formats) -> Chart:
    """Return the chart of support against lift, both logarithmic, with the selected bundle highlighted."""
    shown = page.shown
    marked = next((bundle for bundle in shown if bundle.key == selected), None)
    traces = [_marks([bundle for bundle in shown if bundle.size == size], size, shown) for size in SIZES]
    if marked is not None:
        traces.append(_selected_mark(marked, shown))
    axis = {"type": "log", "showgrid": True, "gridcolor": "--rp-line", "rangemode": "normal", "nticks": 6}
    return Chart(
        name=CHART,
        title="Support and lift",
        sentence=chart_sentence(page, formats),
        traces=traces,
        key=[(mark, f"{size}{' products' if size == SIZES[-1] else ''}") for size, (_, mark) in _MARKS.items()],
        height=SCATTER_HEIGHT,
        x=axis | _span([bundle.support * 100 for bundle in page.shown], "Support, % of order days (log)"),
        y=axis | _span([bundle.lift for bundle in page.shown], "Lift (log)"),
        titled=True,
    )


def marks_card(page: BundlesPage, selected: str, formats: Formats) -> list[Component]:
    """Return the card of the chart, and the figure whose texts bundles.js puts in; its table is the page's own."""
    chart = lift_chart(page, selected, formats)
    click = html.Span(" A click selects the row.", className="rp-marks-click")
    foot = ["Size of a mark: customers who miss exactly one.", click]
    store = dcc.Store(id="bundles-marks", data=figure_of(chart))
    return [store, chart_card(chart, foot=foot, filled_later=True)]


def log_ticks(low: float, high: float) -> list[float]:
    """Return ticks at 1, 2, 5, 10, ...; closer ones where fewer than three of these are between low and high."""
    for steps in _TICK_STEPS:
        ticks = [round(step * 10.0**power, 6) for power in range(-4, 4) for step in steps]
        shown = [tick for tick in ticks if low <= tick <= high]
        if len(shown) >= _LEAST_TICKS:
            break
    return shown


def _marks(bundles: list[Bundle], size: int, shown: Sequence[Bundle]) -> dict[str, Any]:
    """Return the trace without texts: bundles.js takes them from the rows of the table."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(bundle.support * 100, 4) for bundle in bundles],
        "y": [round(bundle.lift, 3) for bundle in bundles],
        "customdata": [bundle.key for bundle in bundles],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": _MARKS[size][0],
            "size": _across(bundles, shown),
            "color": "--rp-bar-2",
            "opacity": 0.75,
            "line": {"width": 1, "color": "--rp-line-input"},
        },
    }


def _selected_mark(bundle: Bundle, shown: Sequence[Bundle]) -> dict[str, Any]:
    name = (
        bundle.name
        if len(bundle.name) <= _LABEL_LETTERS
        else f"{bundle.name[:_LABEL_LETTERS].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    )
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [round(bundle.support * 100, 4)],
        "y": [round(bundle.lift, 3)],
        "customdata": [bundle.key],
        "text": [name],
        "textposition": f"top {_side(bundle, shown)}",
        "textfont": {"color": "--rp-text"},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "marker": {
            "symbol": _MARKS[bundle.size][0],
            "size": [_across([bundle], shown)[0] + 2],
            "color": "--rp-accent",
            "line": {"width": 2, "color": "--rp-text"},
        },
    }


def _side(bundle: Bundle, shown: Sequence[Bundle]) -> str:
    """Return on which side of its mark a name has room: at the edges of the chart on the inner one."""
    low, high = min(one.support for one in shown), max(one.support for one in shown)
    if low == high:
        return "center"
    place = math.log(bundle.support / low) / math.log(high / low)
    return "right" if place < 1 / 3 else "left" if place > 2 / 3 else "center"


def _across(bundles: Sequence[Bundle], shown: Sequence[Bundle]) -> list[float]:
    """Return the marks' diameters in pixels; the area grows with the number of customers who miss one."""
    most = max((one.n_miss_one for one in shown), default=0) or 1
    largest = _LARGEST if len(shown) <= _MANY else _LARGEST_OF_MANY
    return [round(max(_SMALLEST, largest * math.sqrt(one.n_miss_one / most)), 1) for one in bundles]


def _span(values: Sequence[float], title: str) -> dict[str, Any]:
    """Return an axis with room around all values, also around a single one."""
    low, high = min(values, default=1) / 1.3, max(values, default=1) * 1.5
    shown = log_ticks(low, high)
    return {
        "range": [math.log10(low), math.log10(high)],
        "tickvals": shown,
        "ticktext": [f"{tick:g}" for tick in shown],
        "title": {"text": title, "font": {"size": 12, "color": "--rp-text-2"}, "standoff": 8},
    }
