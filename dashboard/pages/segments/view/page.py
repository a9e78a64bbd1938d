"""The page of segments: head, tabs, and what the tab in front shows."""

from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, number, page_link
from dashboard.components.empty_states import BUILD_COMMAND, empty_state
from dashboard.components.plain_table import Head, plain_table
from dashboard.components.table import table_card
from dashboard.components.toolbar import filter_field
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import TableRows, TableState
from dashboard.display.table_filter import Part
from dashboard.pages.segments.data.filters import TABS, SegmentFilters, Tab, cells_text
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import (
    counted,
    day_of,
    opportunity,
    rules,
    segment_rules,
    subtitle,
)
from dashboard.pages.segments.view.grid import grid, tiles
from dashboard.pages.segments.view.moves import moves_tab
from dashboard.pages.segments.view.picture import picture
from dashboard.pages.segments.view.retention import retention_tab
from dashboard.pages.segments.view.shown import Shown, action
from dashboard.records.versions import KeptVersion

BODY, ASKED, OF = "segments-body", "segments-asked", "segments-of"
LIST_ROWS = 10
MOST_LISTED = 500  # rows: of a longer list, filtered and sorted by the server, the first come
FIRST_LISTED = 200
_TITLES = {"segments": "Segments", "moves": "Moves", "retention": "Retention"}


@dataclass(frozen=True)
class CustomerList:
    """The list below the tiles: its rows, of how many, who they are, how the address sorts and filters it.

    part  the table has the first rows alone: what else there is
    """

    table: TableRows
    n: int
    note: str
    state: TableState
    part: Part | None = None


def segments_view(page: SegmentsPage, listed: CustomerList, shown: Shown) -> Component:
    """Draw the page."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=ASKED),
            html.Div(segments_body(page, listed, shown), id=BODY, className="rp-segments-body"),
        ],
        className="rp-page rp-segments-page",
    )


def no_segments_view(version: str) -> Component:
    """Return the page of a version of an earlier release."""
    why = [
        html.P("The data shown were built by an earlier release, which knew no segments."),
        html.P(["Build again: ", html.Code(BUILD_COMMAND)]),
    ]
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            dcc.Store(id=ASKED),
            dcc.Store(id=OF),
            html.Div(empty_state("No segments in these data", why, level=1), id=BODY),
        ],
        className="rp-page rp-segments-page",
    )


def segments_body(page: SegmentsPage, listed: CustomerList, shown: Shown) -> list[Component]:
    """Return all that a choice changes."""
    tabs = {"moves": moves_tab, "retention": retention_tab}
    if not page.summary.whole.n and page.filters.tab == "segments":
        why = f"Segments are of customers with an order in the 12 months to {shown.formats.day(page.as_of)}."
        body: list[Component] = [empty_state("No customer with orders", why)]
    elif page.filters.tab in tabs:
        body = tabs[page.filters.tab](page, shown)
    else:
        body = _segments_tab(page, listed, shown)
    return [
        dcc.Store(id=OF, data=page.filters.query),
        _head(page, shown),
        _tabs(page, shown),
        *_notices(page, shown),
        html.Div(body, className="rp-segments-tab"),
    ]


# ---- head ----


def _head(page: SegmentsPage, shown: Shown) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.H1("Segments", className="rp-title", tabIndex="-1"),
                    html.P(subtitle(page, shown.formats), className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            html.Div(_tools(page, shown), className="rp-segments-tools"),
        ],
        className="rp-segments-head",
    )


def _tools(page: SegmentsPage, shown: Shown) -> list[Component]:
    filters = page.filters
    if filters.tab == "retention":
        return []
    by = filter_field("By", "by", [("cluster", "Similar orders")], "" if filters.by == "rfm" else filters.by, "RFM")
    tools = [by]
    older = [one for one in page.kept if one.version < page.to]
    if older or page.compared.version:
        label = "From" if filters.tab == "moves" else "Compare with"
        tools.append(_versions(label, "before", older, page.compared.version, page, shown))
    if filters.tab == "moves" and len(page.kept) > 1:
        tools.append(_versions("To", "to", page.kept, page.to, page, shown))
    if filters.tab == "segments":
        tools.append(_rules(page, shown))
    return tools


def _versions(
    label: str,
    name: str,
    versions: tuple[KeptVersion, ...] | list[KeptVersion],
    chosen: str,
    page: SegmentsPage,
    shown: Shown,
) -> Component:
    """Return a choice of a version by its day; one of several of a day has its time, too."""
    days = [one.as_of for one in versions]

    def words(one: KeptVersion) -> str:
        day = shown.formats.day(one.as_of, page.as_of)
        return day if days.count(one.as_of) == 1 else f"{day}, built {shown.formats.moment(one.built_at)}"

    options = [(one.version, words(one)) for one in versions if one.version != chosen]
    known = next((words(one) for one in versions if one.version == chosen), "")
    every = known or (day_of(page, shown.formats) if name == "before" else "Newest")
    return filter_field(label, name, options, "", every)


def _rules(page: SegmentsPage, shown: Shown) -> Component:
    said: list[Component] = [html.P(words) for words in rules(page, shown.formats)]
    rows = [
        html.Tr([html.Th(name, scope="row"), html.Td(cells, className="num"), html.Td(words)])
        for name, cells, words in segment_rules()
    ]
    table = plain_table(
        [
            Head("Segment", MEANINGS["RFM segment"]),
            Head("Cells", MEANINGS["Cells of a segment"]),
            Head("Who"),
        ],
        rows,
        "rp-segment-rules",
    )
    stability = _stability(page, shown)
    panel = [html.H2("Rules", className="rp-panel-title"), *said, table, *stability]
    button = html.Button(
        "Rules",
        type="button",
        className="btn btn-ghost",
        disable_n_clicks=True,
        **attributes(data_rp_opens="segment-rules", aria_expanded="false", aria_controls="segment-rules"),
    )
    return html.Div(
        [button, html.Div(panel, id="segment-rules", className="rp-panel rp-panel-rules")], className="rp-opens"
    )


def _stability(page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return how sure the segments are, where the build measured it."""
    known = page.report.bootstrap if page.filters.by == "rfm" else page.report.clusters.bootstrap
    if known.share is None:
        return []
    percent = shown.formats.percent
    words = (
        f"Learned anew from customers drawn with replacement, {percent(known.share)} keep their segment "
        f"({percent(known.low)} to {percent(known.high)} of {shown.formats.number(known.n)} draws)."
    )
    return [html.P(words)]


def _tabs(page: SegmentsPage, shown: Shown) -> Component:
    counts: dict[Tab, int] = {
        "segments": len(page.summary.segments),
        "moves": page.moves.n_moved if page.moves else 0,
        "retention": sum(one.n for one in page.cohorts),
    }
    return html.Nav(
        [_tab(tab, counts[tab], page.filters, shown) for tab in TABS],
        className="rp-tabs",
        **attributes(aria_label="Segments, moves and retention"),
    )


def _tab(tab: Tab, n: int, filters: SegmentFilters, shown: Shown) -> Component:
    count = [number(shown.formats.number(n), "rp-tab-count")] if n else []
    return page_link(
        [f"{_TITLES[tab]} ", *count],
        shown.address(filters.on_tab(tab)),
        "rp-tab",
        **attributes(aria_current="page" if tab == filters.tab else None),
    )


def _notices(page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return that the version of the address is gone, where another one took its place."""
    if not page.compared.is_gone or not page.compared.version or page.filters.tab == "retention":
        return []
    words = f"The version that the address names is not kept any more. Compared with {day_of(page, shown.formats)}."
    return [html.P(words, className="rp-segment-notice num", role="status")]


# ---- the tab of segments ----


def _segments_tab(page: SegmentsPage, listed: CustomerList, shown: Shown) -> list[Component]:
    if page.why_no_segments:
        why = f"There are none here: {page.why_no_segments}."
        return [
            empty_state(
                "No groups of similar orders",
                why,
                [page_link("Show the named segments", shown.links.segments(), "btn btn-primary")],
            )
        ]
    left = grid(page, shown) if page.filters.by == "rfm" else picture(page, shown)
    below = html.Div(
        [html.Div(left, className="rp-segments-left"), _list(page, listed, shown)], className="rp-segments-below"
    )
    return [*_explained(page), tiles(page, shown), *_opportunity(page, shown), below]


def _explained(page: SegmentsPage) -> list[Component]:
    if page.filters.by == "rfm":
        return []
    words = (
        "Groups of customers who order alike: in how many days they order, how lately, and how much they spend "
        "(k-means of the logarithms). The build chose how many groups there are; group 1 brings the most a customer."
    )
    return [html.P(words, className="rp-segment-explained")]


def _opportunity(page: SegmentsPage, shown: Shown) -> list[Component]:
    said = opportunity(page, shown.formats)
    if said is None:
        return []
    head, rest = said
    return [
        html.P(
            [html.B(head), f" {rest}"],
            className="rp-card rp-opportunity num",
        )
    ]


def _list(page: SegmentsPage, listed: CustomerList, shown: Shown) -> Component:
    table = listed.table
    n = counted(listed.n, shown.formats)
    return html.Div(
        table_card(
            table,
            listed.state,
            shown.formats,
            note=n,
            about=html.P(listed.note, className="rp-segment-who") if listed.note else None,
            page_rows=LIST_ROWS,
            part=listed.part,
            actions=_actions(page, shown),
        ),
        id="segments-list",
        className="rp-segments-list",
    )


def _actions(page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return where a choice goes on to: bundles and customers know named segments, campaigns cells and moves too."""
    filters, links = page.filters, shown.links
    actions: list[Component] = []
    if filters.by != "rfm" or not (filters.segment or filters.cells):
        return actions
    if filters.segment and not filters.moved:
        actions.append(action("Customers", links.customers_of_segment(filters.segment)))
        if shown.has_bundles:
            actions.append(action("Bundles", links.bundles_of_segment(filters.segment)))
    asked = _campaign_of(page)
    if shown.has_campaigns and asked:
        actions.append(action("Make campaign list", links.new_campaign(**asked), "btn btn-primary"))
    return actions


def _campaign_of(page: SegmentsPage) -> dict[str, str]:
    filters = page.filters
    if filters.cells:
        return {"from": "cells", "cells": cells_text(filters.cells)}
    if filters.moved == "in":
        return {"from": "moved", "rfm": filters.segment, "since": page.compared.version}
    return {} if filters.moved else {"from": "segment", "rfm": filters.segment}
