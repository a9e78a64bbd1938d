"""The lists of the customer page, one at a time: a line a product, the reason as a button that opens its proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_buttons import basket_button
from dashboard.components.basket_card import in_basket
from dashboard.components.copy_sentence import say_line
from dashboard.components.elements import attributes, icon, number, page_link, unseen, with_chevron
from dashboard.components.meaning import explained
from dashboard.components.outcome_actions import line_actions
from dashboard.components.page_guard import is_offered
from dashboard.components.state_counts import STATE_WORDS, state_icon
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.pitch_lists import (
    LIST_MEANINGS,
    Line,
    PitchList,
    end_of_list,
    expected_words,
    heads_of_list,
    sum_words,
)
from dashboard.display.urls import Links
from dashboard.pages.customer.data.page import CustomerPage
from dashboard.records.customers import Recommendation


@dataclass(frozen=True)
class Shown:
    """How the lists are drawn.

    opened    evidence that is open from the start, by product id
    pitched   by product, when it was pitched last, in words
    records   whether lines have the buttons that record outcomes
    adds      whether lines have the button that puts them into the basket
    """

    formats: Formats
    links: Links
    opened: Mapping[str, Component]
    pitched: Mapping[str, str]
    records: bool
    adds: bool = False


def lists_view(page: CustomerPage, chosen: str, shown: Shown) -> list[Component]:
    """Return the switch and the lists, of which one is shown at a time; what is left out; what the numbers mean."""
    filled = [pitches for pitches in page.lists if pitches.lines]
    names = [pitches.name for pitches in filled]
    chosen = chosen if chosen in names else next(iter(names), "")
    switch = [_switch(page.lists, chosen, shown.formats)] if filled else []
    return [
        html.Div(
            [*switch, *(_list_card(pitches, page, shown) for pitches in filled)],
            className="rp-lists-shown",
            **attributes(data_rp_lists="true", data_list=chosen),
        ),
        *_left(page, shown),
    ]


def _switch(lists: Sequence[PitchList], chosen: str, formats: Formats) -> Component:
    """Return the switch of lists, with count and sum of each; customer.js changes it and the address."""
    return html.Nav(
        [_switch_link(pitches, pitches.name == chosen, formats) for pitches in lists],
        className="rp-switch",
        **attributes(aria_label="Lists"),
    )


def _switch_link(pitches: PitchList, is_chosen: bool, formats: Formats) -> Component:
    amount = [html.Span(sum_words(pitches, formats), className="rp-switch-sum num")] if pitches.lines else []
    return html.A(
        [html.Span([state_icon(pitches.name), _name_and_count(pitches, formats)], className="rp-switch-name"), *amount],
        href=f"?list={pitches.name}" if pitches.lines else None,
        className="rp-switch-link",
        **attributes(
            data_rp_list=pitches.name if pitches.lines else None,
            aria_current="true" if is_chosen else None,
            aria_disabled=None if pitches.lines else "true",
        ),
    )


def _list_card(pitches: PitchList, page: CustomerPage, shown: Shown) -> Component:
    """Return a list with its meaning and column heads; a screen has count and sum in the switch above, paper here."""
    name, formats = pitches.name, shown.formats
    title = f"{STATE_WORDS[name]} {formats.number(len(pitches.lines))}"
    amount = f"{sum_words(pitches, formats)} {'expected' if pitches.has_chances else 'if ordered'}"
    return html.Section(
        [
            html.H2(unseen(title), className="rp-list-title"),
            html.Div([html.B([state_icon(name), title]), number(amount)], className="rp-on-paper rp-paper-head"),
            html.Div(id={"type": "csv-notice", "list": name}),
            dcc.Download(id={"type": "csv-file", "list": name}),
            html.Div(
                [
                    html.Span(f"{STATE_WORDS[name]}: {LIST_MEANINGS[name].lower()}"),
                    *(explained(head, MEANINGS[head]) for head in heads_of_list(pitches)),
                ],
                className="rp-line-heads",
            ),
            html.Ol([_line(line, pitches, page, shown) for line in pitches.lines], className="rp-lines"),
            _foot(pitches, formats),
        ],
        className="rp-card rp-list rp-list-chance" if pitches.has_chances else "rp-card rp-list",
        **attributes(data_list=name),
    )


def _foot(pitches: PitchList, formats: Formats) -> Component:
    """Return what a list leaves out, and its file."""
    button = html.Button(
        [icon("download"), html.Span("CSV"), unseen(f" of the list {STATE_WORDS[pitches.name]}")],
        id={"type": "csv", "list": pitches.name},
        type="button",
        hidden=not is_offered("csv-file"),
        className="btn btn-ghost rp-csv",
    )
    return html.Div([html.P(end_of_list(pitches, formats)), button], className="rp-pitch-foot rp-card-note num")


def _left(page: CustomerPage, shown: Shown) -> list[Component]:
    """Return what outcomes keep off the lists, behind a fold, with a button that brings each back."""
    if page.account:
        return [_account_left(page, shown)]
    if not page.left:
        return []
    n = shown.formats.number(len(page.left))
    rows = [
        html.Li(
            [
                html.Span([page_link(one.name, shown.links.product(one.product_id)), f": {one.words}"]),
                *_back_button(one.product_id, one.name, shown),
            ]
        )
        for one in page.left
    ]
    title = f"{n} product{'' if len(page.left) == 1 else 's'} off the lists"
    return [html.Details([html.Summary(title), html.Ul(rows)], className="rp-card rp-left num")]


def _account_left(page: CustomerPage, shown: Shown) -> Component:
    words = html.P(f"The whole account is off the lists: {page.account}.")
    return html.Div([words, *_back_button("", page.customer.name, shown)], className="rp-card rp-left rp-left-account")


def _back_button(product_id: str, name: str, shown: Shown) -> list[Component]:
    if not shown.records:
        return []
    return [
        html.Button(
            ["Bring back", unseen(f" {name}")],
            type="button",
            className="btn btn-quiet",
            disable_n_clicks=True,
            **attributes(data_rp_do="back", data_rp_of=product_id),
        )
    ]


def _name_and_count(pitches: PitchList, formats: Formats) -> Component:
    return html.Span([f"{STATE_WORDS[pitches.name]} ", number(formats.number(len(pitches.lines)))])


def _line(line: Line, pitches: PitchList, page: CustomerPage, shown: Shown) -> Component:
    """Return a product's line; of few elements, as a page has forty of them."""
    what, formats = line.what, shown.formats
    at = {"list": what.list, "rank": what.rank}
    proof = shown.opened.get(what.product_id)
    pitched = shown.pitched.get(what.product_id, "")
    return html.Li(
        [
            html.Div(
                [
                    page_link(what.product_name, shown.links.product(what.product_id), "rp-link rp-line-title"),
                    *_product_number(what),
                    *_margin(line, formats),
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
            *_actions(what, pitched, shown),
            html.Div(proof, id={"type": "proof", **at}, className="rp-proof"),
        ],
        className="rp-line",
    )


def _actions(what: Recommendation, pitched: str, shown: Shown) -> list[Component]:
    """Return what is done with a line; what is in the basket says so instead."""
    if not (shown.records or shown.adds):
        return []
    first = [in_basket(what.product_id, " in the basket"), _add_button(what, shown)] if shown.adds else []
    return [line_actions(what.product_id, what.product_name, pitched, first, records=shown.records)]


def _add_button(what: Recommendation, shown: Shown) -> Component:
    quantity = what.quantity or 1.0
    about = unseen(f" {shown.formats.quantity(quantity)} {what.product_name} to the basket")
    words: list[Component | str] = [icon("basket"), "Add", about]
    return basket_button("put", words, "rp-do rp-do-wide", product=what.product_id, quantity=quantity)


def _value_class(what: Recommendation) -> str:
    return "rp-line-value num" if what.value is not None else "rp-line-value rp-line-no-value num"


def _chance(what: Recommendation, pitches: PitchList, formats: Formats) -> list[Component]:
    return [
        html.Span(
            [html.Span("chance ", className="rp-line-word"), formats.chance(what.chance)],
            className="rp-line-chance num",
        ),
        html.Span(
            [html.Span("expected ", className="visually-hidden"), expected_words(what.expected, pitches, formats)],
            className="rp-line-expected num",
        ),
    ]


def _margin(line: Line, formats: Formats) -> list[Component]:
    """Return how much of the price is left after the cost, for who may see it."""
    return [] if line.margin is None else [number(f"margin {formats.percent(line.margin)}", "rp-line-margin")]


def _product_number(what: Recommendation) -> list[Component]:
    return [number(what.product_id, "rp-id")] if what.product_id != what.product_name else []
