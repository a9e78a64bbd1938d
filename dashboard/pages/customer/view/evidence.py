"""The evidence panel of one line."""

from datetime import date

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.plain_table import Head, name_cell, number_cell, plain_table, took_both_table
from dashboard.components.share_bars import share_bars
from dashboard.components.timeline import purchase_dots
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.customer.data.evidence_records import Dots, Evidence, Fact, Instead
from dashboard.records.customers import Bought, Buyer, Buyers
from dashboard.records.products import ProductBuyer

_USUAL = Head("Usual", MEANINGS["Usual quantity"], "rp-num rp-usual")
_TIMES, _LAST = Head("Times", MEANINGS["Times"], "rp-num"), Head("Last", MEANINGS["Last"], "rp-num")


def evidence_panel(proof: Evidence, formats: Formats, links: Links) -> Component:
    """Return the evidence; beside it the score's shares, the chance, and the source of quantity and price."""
    proof_parts = _proof(proof, formats, links)
    if not proof.shares and proof.chance is None:
        missing = [html.P(proof.no_chance)] if proof.no_chance else []
        return html.Div([*proof_parts, *missing, _origin(proof)], className="rp-evidence-body")
    return html.Div(
        [
            html.Div(proof_parts, className="rp-evidence-part"),
            html.Div([*_shares(proof, formats), *_chance(proof), _origin(proof)], className="rp-evidence-part"),
        ],
        className="rp-evidence-body rp-evidence-two",
    )


def _proof(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    parts: list[Component] = []
    if proof.facts:
        parts.append(html.Dl([_fact(fact) for fact in proof.facts], className="rp-facts"))
    if proof.buyers is not None and not proof.second:
        parts.extend(_buyers(proof.buyers, proof, formats, links))
    if proof.dots is not None:
        parts.extend([html.P(proof.note)] if proof.note else [])
        parts.append(_dots(proof.dots, formats))
    parts.extend(_together(proof, formats, links) if proof.together or proof.days_of_others else [])
    parts.extend(_recent(proof, formats, links) if proof.recent or proof.others else [])
    parts.extend(_instead(proof.instead, links) if proof.instead else [])
    parts.extend(_alike(proof, formats, links) if proof.alike else [])
    if proof.buyers is not None and proof.second:
        parts.extend([html.P(proof.second), *_buyers(proof.buyers, proof, formats, links)])
    return parts


def _shares(proof: Evidence, formats: Formats) -> list[Component]:
    if not proof.shares:
        return []
    return [
        html.Div(
            [html.H3("What carries this suggestion", className="rp-shares-title"), share_bars(proof.shares, formats)]
        )
    ]


def _chance(proof: Evidence) -> list[Component]:
    chance = proof.chance
    if chance is None:
        return [html.P(proof.no_chance)] if proof.no_chance else []
    return [
        html.P(
            [
                "Chance ",
                html.B(chance.words),
                f". {chance.counts}",
            ],
            className="rp-chance-share num",
        ),
        html.P(chance.such, className="rp-origin num"),
    ]


def _origin(proof: Evidence) -> Component:
    return html.P(proof.origin, className="rp-origin")


def nothing_known() -> Component:
    """Return the notice for a line that does not exist (any more)."""
    return html.P("No such line is on this customer's lists.", className="rp-evidence-body")


def others_text(n: int, what: str) -> str:
    """Return a count of customers who are not named: `and 3 customers of other reps`."""
    return f"and {n} {what}{'' if n == 1 else 's'} of other reps"


def _fact(fact: Fact) -> Component:
    return html.Div([html.Dt(fact.label), html.Dd(fact.value, className="num")])


def _dots(dots: Dots, formats: Formats) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.Span(dots.title),
                    html.Span(dots.gap, className="rp-late" if dots.is_late else ""),
                ],
                className="rp-dots-head num",
            ),
            purchase_dots(dots.line, dots.summary, formats, is_late=dots.is_late),
        ]
    )


def _buyers(buyers: Buyers, proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    if not buyers.shown:
        whose = "It is a customer of another rep." if buyers.others == 1 else "They are customers of other reps."
        return [html.P(whose)]
    heads = (
        Head("Similar customer"),
        Head("Match", MEANINGS["Match"], "rp-num"),
        Head("Shared", MEANINGS["Shared"], "rp-num"),
        _TIMES,
        _USUAL,
        _LAST,
    )
    rows = [_buyer(buyer, proof.as_of, formats, links) for buyer in buyers.shown]
    others = [html.P(others_text(buyers.others, "customer"), className="rp-others")] if buyers.others else []
    key = f"Highest match first. Shared: of this customer's {_products(buyers.of_products, formats)}."
    return [plain_table(heads, rows, "rp-buyers"), *others, html.P(key, className="rp-origin num")]


def _products(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} product{'' if n == 1 else 's'}"


def _together(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of customers who took both on one day, with the newest such days of each."""
    n = f"{formats.number(proof.days_of_others)} order day{'' if proof.days_of_others == 1 else 's'}"
    rest = f"and {n} of other customers" if proof.together else f"{n} with both, of other customers"
    first = Head("Took both on one day")
    table = [took_both_table(proof.together, first, proof.as_of, formats, links)] if proof.together else []
    return [*table, *([html.P(rest, className="rp-others")] if proof.days_of_others else [])]


def _recent(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of customers who bought it lately, the latest first."""
    others = f"{formats.number(proof.others)} customer{'' if proof.others == 1 else 's'}"
    if not proof.recent:
        return [html.P(others_text(proof.others, "customer").removeprefix("and ").capitalize(), className="rp-others")]
    heads = (Head("Bought it lately"), _TIMES, _USUAL, _LAST)
    rows = [
        html.Tr(
            [
                name_cell(one.customer.name, links.customer(one.customer.customer_id)),
                *_bought(one, proof.as_of, formats),
            ]
        )
        for one in proof.recent
    ]
    rest = [html.P(f"and {others} more", className="rp-others")] if proof.others else []
    return [plain_table(heads, rows, "rp-recent-buyers"), *rest]


def _instead(instead: Instead, links: Links) -> list[Component]:
    worth = [html.P(html.B(instead.worth))] if instead.worth else []
    if not instead.product_id:
        return [*worth, html.P(instead.why, className="rp-origin")]
    link = page_link(instead.name, links.product(instead.product_id))
    return [*worth, html.P(["Offer instead: ", link, f", {instead.why}."], className="num")]


def _alike(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of what they buy of the same category or supplier, most often bought first."""
    heads = (Head("They buy of it"), _TIMES, _USUAL, _LAST)
    rows = [
        html.Tr([name_cell(one.product_name, links.product(one.product_id)), *_bought(one, proof.as_of, formats)])
        for one in proof.alike
    ]
    return [plain_table(heads, rows, "rp-alike")]


def _buyer(buyer: Buyer, as_of: date, formats: Formats, links: Links) -> Component:
    return html.Tr(
        [
            name_cell(buyer.name, links.customer(buyer.customer_id)),
            number_cell(formats.percent(buyer.similarity)),
            number_cell(formats.number(buyer.n_shared)),
            *_bought(buyer, as_of, formats),
        ]
    )


def _bought(one: Buyer | ProductBuyer | Bought, as_of: date, formats: Formats) -> list[Component]:
    """Return the cells of how often a customer bought a product, how many and when last."""
    return [
        number_cell(formats.number(one.n_baskets)),
        number_cell(formats.quantity(one.usual_quantity), "rp-usual"),
        number_cell(formats.day(one.last_on, as_of)),
    ]
