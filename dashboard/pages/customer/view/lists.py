"""The lists of the customer page: a card each, a line a product, the reason as a button that opens its proof."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import say_line
from dashboard.components.elements import attributes, icon, number, page_link, unseen, with_chevron
from dashboard.components.meaning import explained
from dashboard.components.page_guard import is_offered
from dashboard.display.formats import CENTS_BELOW, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.customer.data.page import CustomerPage, Line, PitchList, end_of_list
from dashboard.records.customers import Recommendation

LIST_NAMES = {"new": "New", "usual": "Usual", "seasonal": "Seasonal"}
LIST_ICONS = {"new": "plus-square-fill", "usual": "arrow-repeat", "seasonal": "calendar3"}
LIST_MEANINGS = {
    "new": "Never bought",
    "usual": "Bought before, at the usual quantity",
    "seasonal": "Bought in these weeks of last year, not in the last 12",
}


def list_switch(lists: Sequence[PitchList], chosen: str, formats: Formats) -> Component | None:
    """Return the switch of lists for a phone, which shows one at a time; customer.js changes it and the address."""
    if len(lists) < 2:
        return None
    return html.Nav(
        [_switch_link(pitches, pitches.name == chosen, formats) for pitches in lists],
        className="rp-switch",
        **attributes(aria_label="Lists"),
    )


def _switch_link(pitches: PitchList, is_chosen: bool, formats: Formats) -> Component:
    return html.A(
        [
            _list_icon(pitches.name),
            _name_and_count(pitches, formats),
        ],
        href=f"?list={pitches.name}",
        className="rp-switch-link",
        **attributes(data_rp_list=pitches.name, aria_current="true" if is_chosen else None),
    )


def list_card(
    pitches: PitchList, page: CustomerPage, formats: Formats, links: Links, opened: dict[str, Component]
) -> Component:
    """Return a list with its count, meaning, sum and column heads (a phone shows one list alone)."""
    name = pitches.name
    return html.Section(
        [
            html.Div(
                [
                    html.H2(
                        [_list_icon(name), _name_and_count(pitches, formats)],
                        className="rp-card-title",
                    ),
                    html.Span(LIST_MEANINGS[name], className="rp-card-note rp-card-meaning"),
                    html.Button(
                        [icon("download"), html.Span("CSV"), unseen(f" of the list {LIST_NAMES[name]}")],
                        id={"type": "csv", "list": name},
                        type="button",
                        hidden=not is_offered("csv-file"),
                        className="btn btn-ghost rp-csv",
                    ),
                    _sum(pitches, formats),
                ],
                className="rp-card-head",
            ),
            html.Div(id={"type": "csv-notice", "list": name}),
            dcc.Download(id={"type": "csv-file", "list": name}),
            html.Div(
                [html.Span("Product and reason"), *(explained(head, MEANINGS[head]) for head in _heads(pitches))],
                className="rp-line-heads",
            ),
            html.Ol(
                [
                    _line(line, pitches, page, formats, links, opened.get(line.what.product_id))
                    for line in pitches.lines
                ],
                className="rp-lines",
            ),
            *_end(pitches, formats),
        ],
        className="rp-card rp-list rp-list-chance" if pitches.has_chances else "rp-card rp-list",
        **attributes(data_list=name),
    )


def _end(pitches: PitchList, formats: Formats) -> list[Component]:
    text = end_of_list(pitches, formats)
    return [html.P(text, className="rp-card-note rp-list-end")] if text else []


def _heads(pitches: PitchList) -> tuple[str, ...]:
    amounts = ("Quantity \N{MULTIPLICATION SIGN} price", "If ordered")
    return (*amounts, "Chance", "Expected") if pitches.has_chances else amounts


def _sum(pitches: PitchList, formats: Formats) -> Component:
    """Return the sum of the rows' expected values, or without chances of their values if ordered."""
    if pitches.has_chances:
        amount, what = _expected(pitches.expected, pitches, formats), " expected"
    else:
        amount, what = formats.money(pitches.total), " if ordered"
    return html.Span([number(amount), html.Span(what, className="rp-line-word")], className="rp-card-sum")


def _expected(amount: float | None, pitches: PitchList, formats: Formats) -> str:
    """Return a list's expected value: with cents where all values of the list are small."""
    small = all((line.what.expected or 0) < CENTS_BELOW for line in pitches.lines)
    return formats.expected(amount, cents=small)


def _name_and_count(pitches: PitchList, formats: Formats) -> Component:
    return html.Span([f"{LIST_NAMES[pitches.name]} ", number(formats.number(len(pitches.lines)))])


def _list_icon(name: str) -> Component:
    return icon(LIST_ICONS[name], f"rp-icon-{name}")


def _line(
    line: Line, pitches: PitchList, page: CustomerPage, formats: Formats, links: Links, proof: Component | None
) -> Component:
    """Return a product's line; of few elements, as a page has forty of them."""
    what = line.what
    at = {"list": what.list, "rank": what.rank}
    return html.Li(
        [
            html.Div(
                [
                    page_link(what.product_name, links.product(what.product_id), "rp-link rp-line-title"),
                    *_product_number(what),
                ],
                className="rp-line-name",
            ),
            html.Span(formats.quantity_price(what.quantity, what.price), className="rp-line-quantity num"),
            html.Span([unseen("If ordered "), formats.money(what.value)], className=_value_class(what)),
            *(_chance(what, pitches, formats) if pitches.has_chances else []),
            say_line(line.say, page.language, f"about {what.product_name}"),
            html.Button(
                with_chevron(line.sentence),
                id={"type": "reason", **at},
                type="button",
                className="rp-reason",
                **attributes(
                    aria_expanded="true" if proof is not None else "false",
                    aria_controls=f'{{"list":"{what.list}","rank":{what.rank},"type":"proof"}}',
                    data_rp_reason=what.product_id,
                ),
            ),
            html.Div(proof, id={"type": "proof", **at}, className="rp-proof"),
        ],
        className="rp-line",
    )


def _value_class(what: Recommendation) -> str:
    return "rp-line-value num" if what.value is not None else "rp-line-value rp-line-no-value num"


def _chance(what: Recommendation, pitches: PitchList, formats: Formats) -> list[Component]:
    return [
        html.Span(
            [html.Span("chance ", className="rp-line-word"), formats.chance(what.chance)],
            className="rp-line-chance num",
        ),
        html.Span(
            [html.Span("expected ", className="visually-hidden"), _expected(what.expected, pitches, formats)],
            className="rp-line-expected num",
        ),
    ]


def _product_number(what: Recommendation) -> list[Component]:
    return [number(what.product_id, "rp-id")] if what.product_id != what.product_name else []
