"""The picture of the clusters: customers drawn at random, by days since the last order and revenue."""

import math
from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from dashboard.components.chart import SCATTER_HEIGHT, Chart, Mark, chart_card
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import segment_name
from dashboard.pages.segments.view.shown import Shown

CHART = "clusters"
_SYMBOLS: tuple[tuple[str, Mark], ...] = (
    ("circle", "circle"), ("triangle-up", "triangle"), ("square", "square"), ("diamond", "diamond"),
)  # fmt: skip
_DAYS = (0, 1, 7, 30, 90, 365)


def picture(page: SegmentsPage, shown: Shown) -> Component:
    """Return the chart: a mark a customer, the chosen group in the accent."""
    points = page.report.clusters.points
    chosen = page.filters.segment
    groups = sorted({cluster for _, _, cluster in points})
    groups.sort(key=lambda cluster: str(cluster) == chosen)  # the chosen one on top
    formats = shown.formats
    revenues = [max(revenue, 1) for _, revenue, _ in points]
    ticks = [
        10.0**power for power in range(7) if min(revenues, default=1) / 10 <= 10**power <= max(revenues, default=1) * 2
    ]
    silhouette = page.report.clusters.silhouettes.get(str(page.report.clusters.k or ""))
    said = f"Silhouette {formats.number(silhouette, 2)}: 1 is well apart, 0 is none." if silhouette is not None else ""
    return chart_card(
        Chart(
            name=CHART,
            title="Groups of similar orders",
            sentence=_sentence(page, shown),
            traces=[_marks([p for p in points if p[2] == one], one, is_chosen=str(one) == chosen) for one in groups],
            key=[(_SYMBOLS[(one - 1) % len(_SYMBOLS)][1], str(one)) for one in sorted(groups)],
            height=SCATTER_HEIGHT,
            x={
                "type": "log",
                "showgrid": True,
                "gridcolor": "--rp-line",
                "tickvals": [day + 1 for day in _DAYS],
                "ticktext": [str(day) for day in _DAYS],
                "title": _title("Days since the last order (log)"),
            },
            y={
                "type": "log",
                "showgrid": True,
                "gridcolor": "--rp-line",
                "rangemode": "normal",
                "tickvals": ticks,
                "ticktext": formats.compacts(ticks),
                "title": _title("Revenue, 12 months (log)"),
            },
            titled=True,
        ),
        foot=f"{formats.number(len(points))} customers drawn at random. {said}".strip(),
    )


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 12, "color": "--rp-text-2"}, "standoff": 8}


def _sentence(page: SegmentsPage, shown: Shown) -> str:
    named = (
        f"{segment_name('cluster', one.name)}: {page.descriptions.get(one.name, '')}" for one in page.summary.segments
    )
    return f"Customers by days since the last order and revenue. {'. '.join(named)}."


def _marks(points: Sequence[tuple[float, float, int]], cluster: int, *, is_chosen: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [recency + 1 for recency, _, _ in points],
        "y": [round(math.ceil(max(revenue, 1)), 2) for _, revenue, _ in points],
        "hovertemplate": f"Group {cluster}<extra></extra>",
        "marker": {
            "symbol": _SYMBOLS[(cluster - 1) % len(_SYMBOLS)][0],
            "size": 8 if is_chosen else 7,
            "color": "--rp-accent" if is_chosen else "--rp-bar-2",
            "opacity": 0.9 if is_chosen else 0.7,
            "line": {"width": 1, "color": "--rp-text" if is_chosen else "--rp-line-input"},
        },
    }
