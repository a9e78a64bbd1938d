"""The tab of moves: who went from where to where between two versions."""

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, number
from dashboard.components.empty_states import empty_state
from dashboard.components.meter import meter
from dashboard.components.plain_table import Head, number_cell, plain_table
from dashboard.display.meanings import MEANINGS
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import (
    counted,
    day_of,
    money_change,
    move_names,
    moves_sentence,
    segment_name,
)
from dashboard.pages.segments.view.flow import flow
from dashboard.pages.segments.view.shown import Shown, action, card
from dashboard.records.segments import Move, Moves

MOST_LARGEST = 6


def moves_tab(page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return the tab, or why there is nothing to compare with."""
    if page.why_no_segments:
        return [empty_state("No groups of similar orders", f"There are none here: {page.why_no_segments}.")]
    if page.moves is None:
        return [_nothing_before(page, shown)]
    moves = page.moves
    head, rest = moves_sentence(page, moves, shown.formats)
    said = html.P([html.B(head), f" {rest}"], className="rp-segment-sentence num")
    if not moves.n_moved:
        return [card("Moves", "", [html.Div(said, className="rp-card-body")])]
    formats = shown.formats
    sides = html.Div(
        [html.Span(f"Out of, {day_of(page, formats)}"), html.Span(f"Into, {formats.day(page.as_of, page.as_of)}")],
        className="rp-flow-heads num",
    )
    picture = [said, sides, flow(page, moves, shown), *_matched(page), _all_moves(page, moves, shown)]
    main = card("Moves", "height: customers who moved", [html.Div(picture, className="rp-card-body")], "rp-moves")
    return [
        html.Div(
            [main, html.Div([*_of_segment(page, moves, shown), _largest(page, moves, shown)], className="rp-aside")],
            className="rp-columns",
        )
    ]


def _nothing_before(page: SegmentsPage, shown: Shown) -> Component:
    formats = shown.formats
    if page.compared.is_gone:
        why = "The version that the address names is not kept any more, and no older one with segments is."
    else:
        why = (
            f"Moves are between two versions, and none before that of {formats.day(page.as_of)} is kept that has "
            "segments. The next build brings one."
        )
    return empty_state("Nothing to compare with yet", why)


def _matched(page: SegmentsPage) -> list[Component]:
    if page.filters.by == "rfm":
        return []
    words = (
        "Each version finds its groups anew: one of then is named after the group of today that most of its customers "
        "are in."
    )
    return [html.P(words, className="rp-others")]


def _all_moves(page: SegmentsPage, moves: Moves, shown: Shown) -> Component:
    rows = [_move_row(move, page, shown) for move in moves.moves]
    return html.Details([html.Summary("All moves as a table"), _moves_table(rows, page)], className="rp-moves-all")


def _largest(page: SegmentsPage, moves: Moves, shown: Shown) -> Component:
    rows = [_move_row(move, page, shown) for move in moves.moves[:MOST_LARGEST]]
    note = "change of revenue, 12 months" if _has_change(page) else ""
    return card("Largest moves", note, [_moves_table(rows, page)])


def _has_change(page: SegmentsPage) -> bool:
    return page.moves is not None and any(move.change is not None for move in page.moves.moves)


def _moves_table(rows: Sequence[Component], page: SegmentsPage) -> Component:
    heads = [Head("From, to"), Head("Customers", class_name="rp-num")]
    if _has_change(page):
        heads.append(Head("Change", MEANINGS["Change by a move"], "rp-num"))
    return plain_table(heads, rows, "rp-moves-table")


def _move_row(move: Move, page: SegmentsPage, shown: Shown) -> Component:
    came_from, went_to = move_names(page.filters.by, move)
    names = html.Th([html.Span(came_from), html.Span(f"to {went_to}", className="rp-move-to")], scope="row")
    cells = [names, number_cell(shown.formats.number(move.n))]
    if _has_change(page):
        cells.append(number_cell(money_change(move.change, shown.formats)))
    return html.Tr(cells)


def _of_segment(page: SegmentsPage, moves: Moves, shown: Shown) -> list[Component]:
    """Return the card of the chosen segment: who came, who went, and what can be done with those who came."""
    filters, formats = page.filters, shown.formats
    if not filters.segment:
        hint = html.P("Choose a segment beside the bands: who came to it and who left it.", className="rp-others")
        return [card("One segment", "", [html.Div(hint, className="rp-card-body")])]
    place = moves.names.index(filters.segment)
    came, went = moves.came_to(filters.segment), moves.went_from(filters.segment)
    most = max((move.n for move in (*came, *went)), default=1)
    n_came = sum(move.n for move in came)
    body = [
        *_side(f"{formats.number(n_came)} came from", came, most, page, shown, is_from=True),
        *_side(f"{formats.number(sum(move.n for move in went))} went to", went, most, page, shown, is_from=False),
    ]
    name = segment_name(filters.by, filters.segment)
    note = [f"{formats.number(moves.then[place])}, now ", html.B(formats.number(moves.now[place]))]
    foot = _what_to_do(n_came, page, shown)
    return [card(name, note, [html.Div(body, className="rp-card-body rp-move-sides"), *foot])]


def _side(
    title: str, moves: Sequence[Move], most: int, page: SegmentsPage, shown: Shown, *, is_from: bool
) -> list[Component]:
    rows = [
        html.Li(
            [
                html.Span(move_names(page.filters.by, move)[0 if is_from else 1]),
                meter(move.n / most),
                number(shown.formats.number(move.n)),
            ]
        )
        for move in moves
    ]
    return [html.H3(title, className="rp-move-title num"), *([html.Ol(rows, className="rp-shares")] if rows else [])]


def _what_to_do(n_came: int, page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return buttons for those who came; of an older version nothing is done with them."""
    filters = page.filters
    if not n_came or page.to != page.version:
        return []
    who = replace(filters, tab="segments", moved="in", before=page.compared.version, to="")
    words = f"Show the {counted(n_came, shown.formats, '', '').strip()}"
    buttons = [action(words, shown.address(who), "btn btn-quiet num")]
    if shown.has_campaigns and filters.by == "rfm":
        href = shown.links.new_campaign(**{"from": "moved", "rfm": filters.segment, "since": page.compared.version})
        buttons.append(action([icon("send"), "Make campaign list"], href, "btn btn-quiet"))
    return [html.Div(buttons, className="rp-segment-foot")]
