"""A share as a bar; the number stands beside it."""

from dash.development.base_component import Component

from dashboard.components import html


def meter(share: float) -> Component:
    """Return the bar of a share, 0 to 1."""
    fill = html.Span(className="rp-meter-fill", style={"width": f"{round(100 * min(max(share, 0), 1), 1):g}%"})
    return html.Span(fill, className="rp-meter")
