"""The picture of moves: a band from the segment of then to that of now, as wide as its customers are many.

Bands are paths of an SVG, which segments.js draws; bars and names are elements beside it. Heights are in pixels, widths
in parts of 100, so that one drawing fits every screen.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, number
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import NO_ORDER, NO_ORDER_BEFORE, NO_ORDER_SINCE, segment_name
from dashboard.pages.segments.view.shown import Shown, chooser
from dashboard.records.segments import Move, Moves

SLOT = 18  # pixels that a name takes, however few moved
APART = 44  # pixels from the begin of a bar to that of the next, at least: a thumb hits the name in their middle
BANDS = 400  # pixels that all who moved take together
BEND = 50  # where a band turns, in parts of 100


@dataclass(frozen=True)
class Node:
    """A bar: its segment (empty: no order), how many moved, where it begins and how high it is in pixels."""

    name: str
    n: int
    top: float
    height: float


def nodes(names: Sequence[str], counts: dict[str, int], total: int) -> tuple[Node, ...]:
    """Return a bar for each segment that anybody came from, or went to, from the top down."""
    found, top = [], 0.0
    for name in names:
        n = counts.get(name, 0)
        if not n:
            continue
        height = BANDS * n / total
        begin = top + max(SLOT, APART - height) / 2
        found.append(Node(name, n, round(begin, 2), round(height, 2)))
        top += max(height + SLOT, APART)
    return tuple(found)


def bands(moves: Sequence[Move], left: Sequence[Node], right: Sequence[Node], total: int) -> list[tuple[str, Move]]:
    """Return the path of each move, those of a bar in the order of the bars that they lead to."""
    at_left, at_right = ({node.name: node.top for node in side} for side in (left, right))
    place_left, place_right = ({node.name: place for place, node in enumerate(side)} for side in (left, right))
    starts: dict[tuple[str, str], float] = {}
    for move in sorted(moves, key=lambda one: (place_left[one.came_from], place_right[one.went_to])):
        starts[move.came_from, move.went_to] = at_left[move.came_from]
        at_left[move.came_from] += BANDS * move.n / total
    found = []
    for move in sorted(moves, key=lambda one: (place_right[one.went_to], place_left[one.came_from])):
        height = BANDS * move.n / total
        start, end = starts[move.came_from, move.went_to], at_right[move.went_to]
        at_right[move.went_to] += height
        found.append((_path(start, end, height), move))
    return found


def _path(start: float, end: float, height: float) -> str:
    a, b, c, d = (f"{value:.2f}" for value in (start, end, end + height, start + height))
    return f"M0 {a}C{BEND} {a} {BEND} {b} 100 {b}V{c}C{BEND} {c} {BEND} {d} 0 {d}Z"


def flow(page: SegmentsPage, moves: Moves, shown: Shown) -> Component:
    """Return the picture; the sentence above it and the table below it say the same, so it is hidden from ears."""
    total = moves.n_moved
    came: dict[str, int] = {}
    went: dict[str, int] = {}
    for move in moves.moves:
        came[move.came_from] = came.get(move.came_from, 0) + move.n
        went[move.went_to] = went.get(move.went_to, 0) + move.n
    names = (*moves.names, "")
    left, right = nodes(names, came, total), nodes(names, went, total)
    height = max(side[-1].top + side[-1].height + max(SLOT, APART - side[-1].height) / 2 for side in (left, right))
    chosen = page.filters.segment
    drawn = sorted(bands(moves.moves, left, right, total), key=lambda one: _is_of(one[1], chosen))
    paths = [[path, "rp-flow-band rp-flow-chosen" if _is_of(move, chosen) else "rp-flow-band"] for path, move in drawn]
    return html.Div(
        [
            html.Div([_label(node, page, shown, NO_ORDER_BEFORE) for node in left], className="rp-flow-side"),
            html.Div([_bar(node, chosen) for node in left], className="rp-flow-bars", **attributes(aria_hidden="true")),
            html.Div(
                id="segments-flow",
                className="rp-flow-bands",
                **attributes(aria_hidden="true", data_rp_flow=json.dumps({"height": round(height), "paths": paths})),
            ),
            html.Div(
                [_bar(node, chosen) for node in right], className="rp-flow-bars", **attributes(aria_hidden="true")
            ),
            html.Div(
                [_label(node, page, shown, NO_ORDER_SINCE) for node in right], className="rp-flow-side rp-flow-right"
            ),
        ],
        className="rp-flow",
        style={"height": f"{round(height)}px"},
    )


def _is_of(move: Move, segment: str) -> bool:
    return bool(segment) and segment in (move.came_from, move.went_to)


def _bar(node: Node, chosen: str) -> Component:
    class_name = "rp-flow-bar rp-flow-chosen" if chosen and node.name == chosen else "rp-flow-bar"
    return html.Span(className=class_name, style={"top": f"{node.top}px", "height": f"{node.height}px"})


def _label(node: Node, page: SegmentsPage, shown: Shown, nothing: str) -> Component:
    """Return the name of a bar: a button that marks its segment."""
    style = {"top": f"{node.top + node.height / 2 - SLOT / 2:.1f}px"}
    count = number(shown.formats.number(node.n), "rp-flow-n")
    if not node.name:
        short, more = nothing[: len(NO_ORDER)], nothing[len(NO_ORDER) :]
        words = html.Span([short, html.Span(more, className="rp-flow-more")])
        return html.Span([words, count], className="rp-flow-label", style=style)
    name = segment_name(page.filters.by, node.name)
    is_chosen = node.name == page.filters.segment
    button = chooser(name, page.filters.with_segment(node.name), shown, "rp-flow-name", is_chosen=is_chosen)
    return html.Span([button, count], className="rp-flow-label", style=style)
