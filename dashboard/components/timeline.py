"""The purchase dots of one product, with the silence since the last as a dashed box."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes
from dashboard.display.formats import Formats
from dashboard.display.timeline import Timeline


def purchase_dots(line: Timeline, summary: str, formats: Formats, *, is_late: bool) -> Component:
    """Return dots and gap as spans placed in percent; `summary` says the same to screen readers."""
    dots = [html.Span(className="rp-dot", style={"left": f"{place}%"}) for place in line.dots]
    gap = html.Span(
        className="rp-gap rp-gap-late" if is_late else "rp-gap",
        style={"left": f"{line.gap_from}%", "width": f"{round(100 - line.gap_from, 2)}%"},
    )
    ticks = [
        html.Span(formats.day(day, line.end), className=f"rp-tick{_edge(place)}", style={"left": f"{place}%"})
        for place, day in line.ticks
    ]
    return html.Div(
        [
            html.Div([html.Span(className="rp-track-line"), gap, *dots], className="rp-track"),
            html.Div(ticks, className="rp-ticks num"),
        ],
        className="rp-timeline",
        role="img",
        **attributes(aria_label=summary),
    )


def purchase_line(line: Timeline, summary: str, *, is_lost: bool) -> Component:
    """Return dots without days below them, for a row whose head says the span.

    is_lost   the silence since the last dot is marked as lost
    """
    dots = [html.Span(className="rp-dot", style={"left": f"{place}%"}) for place in line.dots]
    width = f"{round(100 - line.gap_from, 2)}%"
    gap = [html.Span(className="rp-gap rp-gap-lost", style={"left": f"{line.gap_from}%", "width": width})]
    track = [html.Span(className="rp-track-line"), *(gap if is_lost else []), *dots]
    return html.Div(track, className="rp-track rp-track-row", role="img", **attributes(aria_label=summary))


def _edge(place: float) -> str:
    """Return the class that keeps the mark of the first or last day inside the line's ends; else empty."""
    return " rp-tick-first" if place == 0 else " rp-tick-last" if place == 100 else ""
