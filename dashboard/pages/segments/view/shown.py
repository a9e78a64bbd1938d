"""What the parts of the page have in common: how things are written, and buttons that choose."""

from dataclasses import dataclass

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import Children, attributes, page_link
from dashboard.display.formats import Formats
from dashboard.display.urls import Links
from dashboard.pages.segments.data.filters import SegmentFilters


@dataclass(frozen=True)
class Shown:
    """How the page is written, and whether its viewer has campaigns and bundles to go on to."""

    formats: Formats
    links: Links
    has_campaigns: bool
    has_bundles: bool

    def address(self, filters: SegmentFilters) -> str:
        return self.links.segments(**filters.query)


def chooser(
    children: Children, to: SegmentFilters, shown: Shown, class_name: str, *, is_chosen: bool, label: str | None = None
) -> Component:
    """Return a button that shows the page with other filters; segments.js puts their address into the bar."""
    return html.Button(
        children,
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(
            data_rp_segments=shown.address(to), aria_pressed="true" if is_chosen else "false", aria_label=label
        ),
    )


def action(children: Children, href: str, class_name: str = "btn btn-ghost") -> Component:
    """Return a link to another page in the form of a button."""
    return page_link(children, href, class_name)


def card(title: str, note: Children, body: list[Component], class_name: str = "") -> Component:
    """Return a card with a head; without a note there is none."""
    head: list[Component] = [html.H2(title, className="rp-card-title")]
    if note:
        head.append(html.Span(note, className="rp-card-note num"))
    return html.Section([html.Div(head, className="rp-card-head"), *body], className=f"rp-card {class_name}".rstrip())
