"""The context beside the lists: units by month, buyers by segment."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.basics import number
from dashboard.components.chart import Chart, chart_card
from dashboard.formats import Formats
from dashboard.pages.product.data import ProductPage


def units_card(page: ProductPage, formats: Formats) -> Component:
    """Twelve full months beside those of the year before."""
    bars = page.bars
    last = formats.month(bars.months[-1], year=True)
    names = [formats.month(month) for month in bars.months]
    has_before = any(value is not None for value in bars.before)
    hover = "%{x}: %{y:,}<extra></extra>"
    marker = {"color": "--rp-bar-2", "line": {"color": "--rp-line-input", "width": 1}}
    now: dict[str, Any] = {"type": "bar", "x": names, "y": list(bars.now), "marker": {"color": "--rp-bar"}}
    before: dict[str, Any] = {"type": "bar", "x": names, "y": list(bars.before), "marker": marker}
    traces = [trace | {"hovertemplate": hover} for trace in ([before, now] if has_before else [now])]
    chart = Chart(
        name="units",
        title="Units by month",
        sentence=_sentence(page, formats),
        traces=traces,
        heads=("Month", f"12 months to {last}", "Year before"),
        rows=[
            (formats.month(month, year=True), formats.quantity(value), formats.quantity(earlier))
            for month, value, earlier in zip(bars.months, bars.now, bars.before, strict=True)
        ],
        key=(
            ("bar", f"12 months to {formats.month(bars.months[-1])}"),
            *((("bar-2", "before"),) if has_before else ()),
        ),
        x={"tickangle": 0, "tickfont": {"size": 10, "color": "--rp-text-2"}},
        y={"tickformat": ",d"},
    )
    return chart_card(chart)


def _sentence(page: ProductPage, formats: Formats) -> str:
    bars = page.bars
    span = f"{formats.month(bars.months[0], year=True)} to {formats.month(bars.months[-1], year=True)}"
    most = max(range(len(bars.now)), key=bars.now.__getitem__)
    told = f"{formats.quantity(bars.total)} units from {span}"
    if bars.total:
        told += f", most in {formats.month(bars.months[most])} ({formats.quantity(bars.now[most])})"
    if bars.total_before is not None:
        return f"{told}; {formats.quantity(bars.total_before)} in the 12 months before."
    return f"{told}; the data begin on {formats.day(page.first_on)}."


def segments_card(page: ProductPage, formats: Formats) -> Component:
    """How many buyers each segment has, and what share of all buyers that is."""
    total = sum(one.n_customers for one in page.segments)
    most = max((one.n_customers for one in page.segments), default=1)
    rows = [
        html.Li(
            [
                html.Span(one.segment),
                html.Span(
                    html.Span(className="rp-meter-fill", style={"width": f"{round(100 * one.n_customers / most)}%"}),
                    className="rp-meter",
                ),
                number(formats.number(one.n_customers)),
                number(formats.percent(one.n_customers / total), "rp-id"),
            ]
        )
        for one in page.segments
    ]
    why = "Nobody has bought it yet." if not page.product.n_customers else "The data have no segments."
    count = f"{formats.number(total)} buyer{'' if total == 1 else 's'}" if rows else ""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Buyers by segment", className="rp-card-title"),
                    html.Span(count, className="rp-card-note num"),
                ],
                className="rp-card-head",
            ),
            html.Div(
                html.Ol(rows, className="rp-segments") if rows else html.P(why, className="rp-others"),
                className="rp-card-body",
            ),
        ],
        className="rp-card",
    )
