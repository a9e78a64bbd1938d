"""The bell of the top bar: a way to the alerts, with how many began since the last visit there."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, page_link, unseen
from dashboard.display.formats import Formats
from dashboard.display.urls import Links

MOST_SHOWN = 99  # a larger number has no room


def bell(n_new: int, formats: Formats, links: Links) -> Component:
    """Return the link; without new alerts it has no number."""
    words = f"Alerts, {formats.number(n_new)} new" if n_new else "Alerts"
    short = formats.number(n_new) if n_new <= MOST_SHOWN else f"{MOST_SHOWN}+"
    count = [html.Span(short, className="rp-bell-count num", **attributes(aria_hidden="true"))] if n_new else []
    return page_link(
        [icon("bell"), unseen(words), *count],
        links.alerts(),
        "rp-icon-button rp-bell",
        **attributes(data_rp_bell="true"),
    )
