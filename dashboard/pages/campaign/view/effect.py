"""What a campaign brought, against who was held out: the sentence, and the shares day by day."""

import re
from datetime import timedelta

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.chart import Chart, chart_parts
from dashboard.components.plain_table import Head
from dashboard.components.year_chart import axis_ticks
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.pages.campaign.data import CampaignPage

CHART = "campaignshares"
_HEIGHT = 176
LEAST_TOP = 0.04  # of the axis: below it would have ticks of less than a percent
_APART = 0.14  # of the axis: as close to each other names of lines can be
# What of the sentences is in bold: the difference, and how many of the orders come from the campaign.
_WEIGHT = re.compile(r"(?<=difference is )(\S+ points?)|(?<=about )([\d,.]+ of the [\d,.]+)|(Too few to tell)")


def effect_card(page: CampaignPage, formats: Formats) -> Component:
    """Return the card."""
    said = [
        html.P(_weighted(" ".join(page.sentences)), className="rp-campaign-said num"),
        *([html.P(page.revenue, className="rp-campaign-more num")] if page.revenue else []),
        html.P(page.method, className="rp-campaign-note num"),
    ]
    chart = _chart(page, formats)
    key = html.Span(
        [
            html.Span([html.Span(className=f"rp-mark {mark}"), words], className="rp-chart-mark")
            for mark, words in (("rp-mark-bar", "sent"), ("rp-campaign-held-mark", "held out"))
        ],
        className="rp-card-note rp-chart-key",
    )
    head = html.Div([html.H2("Against the hold-out group", className="rp-card-title"), key], className="rp-card-head")
    shown = [html.Div(chart_parts(chart), className="rp-campaign-chart")] if chart else []
    return html.Section([head, html.Div([html.Div(said), *shown], className="rp-campaign-effect")], className="rp-card")


def _weighted(text: str) -> list[Component | str]:
    """Return the sentences with what counts in bold."""
    parts: list[Component | str] = []
    last = 0
    for found in _WEIGHT.finditer(text):
        parts += [text[last : found.start()], html.B(found[0])]
        last = found.end()
    return [*parts, text[last:]]


def _chart(page: CampaignPage, formats: Formats) -> Chart | None:
    curve, window = page.curve, page.figures.window
    if curve is None or window is None or window.day < 1:
        return None
    days = [day.isoformat() for day in curve.days]
    ticks = axis_ticks(max(*curve.sent, *curve.held, LEAST_TOP) * 100)
    top, end = ticks[-1], window.ends_on.isoformat()
    sent, held = (formats.percent(shares[-1]) for shares in (curve.sent, curve.held))
    traces = [
        *([_rest(days[-1], end, top)] if not window.is_final else []),
        _line(days, curve.held, {"color": "--rp-text-3", "width": 1.5, "dash": "dash", "shape": "linear"}, formats),
        _line(days, curve.sent, {"color": "--rp-bar", "width": 2, "shape": "linear"}, formats),
        *_labels(
            days[-1],
            ((curve.sent[-1], f"{sent} sent"), (curve.held[-1], f"{held} held out")),
            top,
            is_final=window.is_final,
        ),
    ]
    middle = window.sent_on + timedelta(window.day // 2)
    marks = [window.sent_on, *([middle] if window.day > 5 else []), *([curve.days[-1]] if window.day > 2 else [])]
    texts = [formats.day(day, page.as_of) for day in marks]
    if not window.is_final and window.ends_on - curve.days[-1] > timedelta(window.n_days // 5):
        marks.append(window.ends_on)
        texts.append(f"{formats.day(window.ends_on, page.as_of)}, end")
    return Chart(
        name=CHART,
        title="Share who ordered",
        sentence=f"Share who ordered by day since {formats.day(window.sent_on, page.as_of)}: "
        f"{sent} of the sent, {held} of the held out by {formats.day(curve.days[-1], page.as_of)}.",
        traces=traces,
        heads=(Head("Up to"), Head("Sent"), Head("Held out", MEANINGS["Held out"])),
        rows=[
            (formats.day(day, page.as_of), formats.percent(one, 1), formats.percent(other, 1))
            for day, one, other in zip(curve.days, curve.sent, curve.held, strict=True)
        ],
        height=_HEIGHT,
        x={
            "type": "date",
            "tickvals": [day.isoformat() for day in marks],
            "ticktext": texts,
            "range": [days[0], end],
            "tickangle": 0,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": "rgba(0,0,0,0)",
        },
        y={
            "tickvals": ticks,
            "ticktext": [formats.percent(tick / 100, 1 if tick % 1 else 0) for tick in ticks],
            "range": [0, top * 1.06],
        },
    )


def _line(days: list[str], shares: tuple[float, ...], line: dict[str, object], formats: Formats) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "y": [share * 100 for share in shares],
        "customdata": [formats.percent(share, 1) for share in shares],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
        "line": line,
    }


def _rest(today: str, end: str, top: float) -> dict[str, object]:
    """Return the days that are still to come, as a field."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [today, end, end, today],
        "y": [0, 0, top * 1.06, top * 1.06],
        "fill": "toself",
        "fillcolor": "--rp-sunken",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _labels(day: str, ends: tuple[tuple[float, str], ...], top: float, *, is_final: bool) -> list[dict[str, object]]:
    """Return the names of both lines at their ends, apart from each other where these are close."""
    side, before, after = ("left", "", " ") if is_final else ("right", " ", "")
    lower, upper = sorted(ends)
    low = max(lower[0] * 100, top * _APART / 2)
    high = max(upper[0] * 100, low + top * _APART)
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": [day],
            "y": [at],
            "text": [f"{before}{words}{after}".replace(" ", "\N{NO-BREAK SPACE}")],
            "textposition": f"middle {side}",
            "textfont": {"size": 11, "color": "--rp-text"},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for at, words in ((low, lower[1]), (high, upper[1]))
    ]
