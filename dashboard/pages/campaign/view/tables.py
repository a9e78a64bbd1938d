"""The funnel, the rows by product and by segment, first and last touch, and the imports of events."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.campaign_parts import card
from dashboard.components.elements import number, page_link
from dashboard.components.meter import meter
from dashboard.components.plain_table import Head, number_cell, plain_table
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.campaign.data import CampaignPage, EffectRow, Step, TouchRow

TOLD = 'A difference is told from 30 customers held out; below that the row says "Too few to tell". Values net of VAT.'


def funnel_card(page: CampaignPage, formats: Formats) -> Component:
    """Return the steps from sent to ordered, each as a bar with its denominator."""
    rows = [_step(step, at == 0, formats) for at, step in enumerate(page.steps)]
    return card(
        "From sent to ordered", page.steps_note, [html.Ol(rows, className="rp-funnel num")], "rp-campaign-funnel"
    )


def products_card(page: CampaignPage, links: Links) -> Component:
    """Return the rows by product."""
    heads = _heads(Head("Product"))
    return card("By product", page.products_note, [_table(heads, page.products, links)])


def segments_card(page: CampaignPage, links: Links, formats: Formats) -> Component:
    """Return the rows by segment; the last one is their sum."""
    note = f"{formats.number(page.figures.n_sent)} customers"
    return card("By segment", note, [_table(_heads(Head("Segment", MEANINGS["RFM segment"])), page.segments, links)])


def touches_card(rows: Sequence[TouchRow], note: str) -> Component:
    """Return what the campaign gets by first and by last touch."""
    heads = (
        Head("Counted by", MEANINGS["Counted by"]),
        Head("Customers who ordered", "", "rp-num"),
        Head("Value", "", "rp-num"),
        Head("The touch was"),
    )
    body = [
        html.Tr(
            [html.Th(row.name, scope="row"), number_cell(row.customers), number_cell(row.value), html.Td(row.kinds)]
        )
        for row in rows
    ]
    return card("First and last touch", note, [plain_table(heads, body, "rp-campaign-touches")])


def _heads(first: Head) -> tuple[Head, ...]:
    return (
        first,
        Head("Ordered of sent", MEANINGS["Ordered of sent"], "rp-num"),
        Head("Share", "", "rp-num"),
        Head("Of held out", MEANINGS["Held out"], "rp-num"),
        Head("Difference", MEANINGS["Difference to the hold-out"]),
        Head("Value", MEANINGS["Value of a campaign"], "rp-num"),
    )


def _table(heads: tuple[Head, ...], rows: Sequence[EffectRow], links: Links) -> Component:
    body = [_row(row, links, is_sum=at == len(rows) - 1) for at, row in enumerate(rows)]
    return plain_table(heads, body, "rp-campaign-effects")


def _row(row: EffectRow, links: Links, *, is_sum: bool) -> Component:
    name: list[Component | str] = [row.name]
    if row.product_id:
        name = [page_link(row.name, links.product(row.product_id)), number(f" {row.product_id}", "rp-id")]
    return html.Tr(
        [
            html.Th([html.Span(name), html.Span(row.said, className="rp-campaign-phone")], scope="row"),
            number_cell(row.ordered),
            number_cell(row.share),
            number_cell(row.held),
            html.Td(row.difference, className="num"),
            number_cell(row.value),
        ],
        className="rp-campaign-total" if is_sum else None,
    )


def _step(step: Step, is_first: bool, formats: Formats) -> Component:
    n = formats.number(step.n)
    of = "" if is_first else f" of {formats.number(step.of)}"
    return html.Li(
        [
            html.B(step.name),
            meter(step.n / step.of if step.of else 0),
            html.Span([html.B(n), of], className="rp-funnel-n"),
            html.Span(step.note, className="rp-funnel-note"),
        ]
    )
