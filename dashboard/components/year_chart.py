"""Two years of months as bars: the year before beside the last twelve full months."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import Any

from dash.development.base_component import Component

from dashboard.components.chart import Chart, chart_card
from dashboard.components.plain_table import Head
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.year_bars import YearBars, year_heads

STEPS = (1, 2, 2.5, 5, 10)
MOST_STEPS = 4


@dataclass(frozen=True)
class Wording:
    """How the months of one thing are written.

    what    follows a number in the sentence: `units`; empty for amounts
    write   a value in full
    axis    the values at the axis
    """

    name: str
    title: str
    what: str
    write: Callable[[float | None], str]
    axis: Callable[[Sequence[float]], list[str]]


def year_chart(bars: YearBars, wording: Wording, first_on: date, formats: Formats) -> Component:
    """Return the card; months that the data do not hold have no bar. `first_on` is the day that the data begin."""
    names = [formats.month(month) for month in bars.months]
    has_before = any(value is not None for value in bars.before)
    marker = {"color": "--rp-bar-2", "line": {"color": "--rp-line-input", "width": 1}}
    traces = [_bars(names, bars.before, marker, wording)] if has_before else []
    traces.append(_bars(names, bars.now, {"color": "--rp-bar"}, wording))
    ticks = axis_ticks(max([*bars.now, *(value or 0 for value in bars.before)]))
    chart = Chart(
        name=wording.name,
        title=wording.title,
        sentence=_sentence(bars, wording, first_on, formats),
        traces=traces,
        heads=_heads(bars, formats),
        keys=[month.isoformat() for month in bars.months],
        rows=[
            (formats.month(month, year=True), wording.write(value), wording.write(earlier))
            for month, value, earlier in zip(bars.months, bars.now, bars.before, strict=True)
        ],
        key=(
            ("bar", f"12 months to {formats.month(bars.months[-1])}"),
            *((("bar-2", "before"),) if has_before else ()),
        ),
        x={"tickangle": 0, "tickfont": {"size": 10, "color": "--rp-text-2"}},
        y={"tickvals": ticks, "ticktext": wording.axis(ticks), "range": [0, ticks[-1] * 1.04]},
    )
    return chart_card(chart)


def _heads(bars: YearBars, formats: Formats) -> tuple[Head, ...]:
    month, now, before = year_heads(bars, formats)
    return (
        Head(month, MEANINGS["Month"]),
        Head(now, MEANINGS["12 months"]),
        Head(before, MEANINGS["Year before"]),
    )


def axis_ticks(most: float) -> list[float]:
    """Return round values from 0 to at least `most`, four steps at most."""
    if most <= 0:
        return [0, 1]
    size = 10 ** floor(log10(most / MOST_STEPS))
    step = next(round(one * size, 6) for one in STEPS if one * size * MOST_STEPS >= most)
    steps = range(MOST_STEPS + 1)
    return [round(at * step, 6) for at in steps if (at - 1) * step < most]


def _bars(names: list[str], values: Any, marker: dict[str, Any], wording: Wording) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": names,
        "y": list(values),
        "customdata": [wording.write(value) for value in values],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
        "marker": marker,
    }


def _sentence(bars: YearBars, wording: Wording, first_on: date, formats: Formats) -> str:
    def written(value: float) -> str:
        return f"{wording.write(value)} {wording.what}".strip()

    span = f"{formats.month(bars.months[0], year=True)} to {formats.month(bars.months[-1], year=True)}"
    best = max(range(len(bars.now)), key=bars.now.__getitem__)
    said = f"{wording.title}: {written(bars.total)} from {span}"
    if bars.total:
        said += f", most in {formats.month(bars.months[best])} ({wording.write(bars.now[best])})"
    if bars.total_before is not None:
        return f"{said}; {written(bars.total_before)} in the 12 months before."
    return f"{said}; the data begin on {formats.day(first_on)}."
