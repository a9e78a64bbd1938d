"""The tiles of the segments, and the grid of recency and frequency whose cells choose."""

from math import ceil

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes
from dashboard.display.formats import NONE, SPACE, Formats
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.table import ALL_WITH_ORDERS
from dashboard.pages.segments.data.words import cell_label, outlined, score_spans, segment_name
from dashboard.pages.segments.view.shown import Shown, card, chooser
from dashboard.records.segments import SegmentFigures
from recsys.schema.segments import SCORES

HEAT = ("rp-heat-0", "rp-heat-1", "rp-heat-2", "rp-heat-3", "rp-heat-4", "rp-heat-5")  # from nothing to the most
STEPS = len(HEAT) - 1
_COLUMN_WORDS = {1: "rarely", 5: "often"}


def tiles(page: SegmentsPage, shown: Shown) -> Component:
    """Return a tile a segment, and one with what they add up to."""
    return html.Div(
        [*(_tile(one, page, shown) for one in page.summary.segments), _total(page, shown)],
        className="rp-segment-tiles",
        role="group",
        **attributes(aria_label="Segments", data_rp_segment_tiles="true"),
    )


def _tile(one: SegmentFigures, page: SegmentsPage, shown: Shown) -> Component:
    formats, whole, filters = shown.formats, page.summary.whole, page.filters
    name = segment_name(filters.by, one.name)
    share = f"{formats.percent(one.n / whole.n)} of customers" if whole.n else ""
    moved = NONE if one.moved_in is None else f"{formats.number(one.moved_in)} / {formats.number(one.moved_out)}"
    words = (
        [html.Span(page.descriptions.get(one.name, ""), className="rp-segment-words")] if filters.by != "rfm" else []
    )
    facts = [
        ("Revenue", _revenue(one, whole, formats)),
        ("Average order", _average(one, formats)),
        ("Days since order", formats.number(one.recency)),
        ("Moved in / out", moved),
    ]
    return chooser(
        [*_figure(name, one.n, share, formats), *words, *_facts(facts)],
        filters.with_segment(one.name),
        shown,
        "rp-segment-tile",
        is_chosen=filters.segment == one.name,
    )


def _total(page: SegmentsPage, shown: Shown) -> Component:
    formats, summary = shown.formats, page.summary
    same = formats.percent(summary.n_same / summary.n_compared) if summary.n_compared else NONE
    facts = [
        ("Revenue", formats.compact(summary.whole.revenue)),
        ("Average order", _average(summary.whole, formats)),
        ("Same segment", same),
        ("Without orders", formats.number(summary.n_without)),
    ]
    filters = page.filters
    return chooser(
        [*_figure(ALL_WITH_ORDERS, summary.whole.n, "", formats), *_facts(facts)],
        filters.with_segment(""),
        shown,
        "rp-segment-tile rp-segment-total",
        is_chosen=not (filters.segment or filters.cells),
    )


def _figure(name: str, n: int, note: str, formats: Formats) -> list[Component]:
    return [
        html.Span(name, className="rp-segment-name"),
        html.Span(
            [html.B(formats.number(n)), html.Span(f" {note}" if note else "", className="rp-segment-note")],
            className="rp-segment-count num",
        ),
    ]


def _facts(facts: list[tuple[str, str]]) -> list[Component]:
    return [
        html.Span([html.Span(f"{label} "), html.Span(value, className="num")], className="rp-segment-fact")
        for label, value in facts
        if value != NONE or label in ("Moved in / out", "Same segment", "Days since order")
    ]


def _revenue(one: SegmentFigures, whole: SegmentFigures, formats: Formats) -> str:
    if one.revenue is None or not whole.revenue:
        return formats.compact(one.revenue)
    return f"{formats.compact(one.revenue)}, {formats.percent(one.revenue / whole.revenue)}"


def _average(one: SegmentFigures, formats: Formats) -> str:
    return formats.money(one.revenue / one.orders) if one.revenue is not None and one.orders else NONE


def grid(page: SegmentsPage, shown: Shown) -> Component:
    """Return the grid: a row a score of recency, the best first, a column a score of frequency."""
    spans = score_spans(page.report.bounds.recency, low_is_best=True)
    most = max(page.summary.cells, default=0)
    heads = [html.Span(className="rp-grid-corner"), *(_column_head(score) for score in SCORES)]
    rows: list[Component] = []
    for recency in reversed(SCORES):
        rows.append(_row_head(recency, spans[recency]))
        rows += [_cell((recency, frequency), most, page, shown) for frequency in SCORES]
    body = [
        html.Div(
            [*heads, *rows], className="rp-rf-grid", role="group", **attributes(aria_label="Recency and frequency")
        ),
        html.P(outlined(page.filters), className="rp-rf-foot"),
    ]
    return card("Recency and frequency", "customers per cell", [html.Div(body, className="rp-card-body")])


def _column_head(score: int) -> Component:
    words = f"{_COLUMN_WORDS[score]} " if score in _COLUMN_WORDS else ""
    return html.Span(f"{words}F{score}", className="rp-rf-head")


def _row_head(score: int, span: str) -> Component:
    days = [html.Span([span, html.Span(f"{SPACE}days", className="rp-rf-unit")], className="num")] if span else []
    return html.Span([html.Span(f"R{score}"), *days], className="rp-rf-row")


def _cell(cell: tuple[int, int], most: int, page: SegmentsPage, shown: Shown) -> Component:
    n = page.summary.cells[(cell[0] - 1) * len(SCORES) + cell[1] - 1]
    step = ceil(STEPS * n / most) if most else 0
    is_chosen = cell in page.filters.chosen
    return chooser(
        shown.formats.number(n),
        page.filters.with_cell(cell),
        shown,
        f"rp-rf-cell num {HEAT[step]}",
        is_chosen=is_chosen,
        label=cell_label(cell, n, shown.formats),
    )
