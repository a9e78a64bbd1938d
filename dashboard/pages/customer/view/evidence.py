"""The evidence panel of one line."""

from collections.abc import Sequence
from datetime import date

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.share_bars import share_bars
from dashboard.components.timeline import purchase_dots
from dashboard.display.formats import Formats
from dashboard.display.urls import Links
from dashboard.pages.customer.data.evidence_records import Dots, Evidence, Fact
from dashboard.records.customers import Buyer, Buyers
from dashboard.records.products import TookBoth

MATCH_KEY = (
    "Match, which orders them: how alike their order days are; the fewer products they share, the less it counts."
)
MOST_DAYS = 3  # of a customer's order days with both, the newest


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
        ("Similar customer", ""),
        ("Match", "rp-num"),
        ("Shared", "rp-num"),
        ("Times", "rp-num"),
        ("Usual", "rp-num rp-usual"),
        ("Last", "rp-num"),
    )
    rows = [_buyer(buyer, proof.as_of, formats, links) for buyer in buyers.shown]
    table = _plain_table(heads, rows, "rp-buyers")
    key: list[Component | str] = [
        f"{MATCH_KEY} Shared: of this customer's {_products(buyers.of_products, formats)}. "
        "Times: their order days with it.",
        html.Span(" Usual: units a day.", className="rp-usual"),
    ]
    others = [html.P(others_text(buyers.others, "customer"), className="rp-others")] if buyers.others else []
    return [table, *others, html.P(key, className="rp-origin")]


def _products(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} product{'' if n == 1 else 's'}"


def _together(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of customers who took both on one day, with the newest such days of each."""
    heads = (("Took both on one day", ""), ("Order days", "rp-num"), ("Last ones", "rp-num"))
    rows = [_took_both(one, proof.as_of, formats, links) for one in proof.together]
    n = f"{formats.number(proof.days_of_others)} order day{'' if proof.days_of_others == 1 else 's'}"
    rest = f"and {n} of other customers" if rows else f"{n} with both, of other customers"
    table = [_plain_table(heads, rows, "rp-took-both")] if rows else []
    return [*table, *([html.P(rest, className="rp-others")] if proof.days_of_others else [])]


def _recent(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of customers who bought it lately, the latest first."""
    others = f"{formats.number(proof.others)} customer{'' if proof.others == 1 else 's'}"
    if not proof.recent:
        return [html.P(others_text(proof.others, "customer").removeprefix("and ").capitalize(), className="rp-others")]
    heads = (("Bought it lately", ""), ("Times", "rp-num"), ("Usual", "rp-num rp-usual"), ("Last", "rp-num"))
    rows = [
        html.Tr(
            [
                html.Th(page_link(one.customer.name, links.customer(one.customer.customer_id)), scope="row"),
                html.Td(formats.number(one.n_baskets), className="rp-num num"),
                html.Td(formats.quantity(one.usual_quantity), className="rp-num rp-usual num"),
                html.Td(formats.day(one.last_on, proof.as_of), className="rp-num num"),
            ]
        )
        for one in proof.recent
    ]
    rest = [html.P(f"and {others} more", className="rp-others")] if proof.others else []
    return [_plain_table(heads, rows, "rp-recent-buyers"), *rest]


def _alike(proof: Evidence, formats: Formats, links: Links) -> list[Component]:
    """Return the table of what they buy of the same category or supplier, most often bought first."""
    heads = (("They buy of it", ""), ("Times", "rp-num"), ("Usual", "rp-num rp-usual"), ("Last", "rp-num"))
    rows = [
        html.Tr(
            [
                html.Th(page_link(one.product_name, links.product(one.product_id)), scope="row"),
                html.Td(formats.number(one.n_baskets), className="rp-num num"),
                html.Td(formats.quantity(one.usual_quantity), className="rp-num rp-usual num"),
                html.Td(formats.day(one.last_on, proof.as_of), className="rp-num num"),
            ]
        )
        for one in proof.alike
    ]
    return [_plain_table(heads, rows, "rp-alike")]


def _plain_table(heads: Sequence[tuple[str, str]], rows: Sequence[Component], name: str) -> Component:
    return html.Table(
        [
            html.Thead(html.Tr([html.Th(words, scope="col", className=class_name) for words, class_name in heads])),
            html.Tbody(list(rows)),
        ],
        className=f"rp-table {name}",
    )


def _took_both(one: TookBoth, as_of: date, formats: Formats, links: Links) -> Component:
    last = ", ".join(formats.day(day, as_of) for day in one.days[:MOST_DAYS])
    return html.Tr(
        [
            html.Th(page_link(one.customer.name, links.customer(one.customer.customer_id)), scope="row"),
            html.Td(formats.number(len(one.days)), className="rp-num num"),
            html.Td(last, className="rp-num rp-days num"),
        ]
    )


def _buyer(buyer: Buyer, as_of: date, formats: Formats, links: Links) -> Component:
    return html.Tr(
        [
            html.Th(page_link(buyer.name, links.customer(buyer.customer_id)), scope="row"),
            html.Td(formats.percent(buyer.similarity), className="rp-num num"),
            html.Td(formats.number(buyer.n_shared), className="rp-num num"),
            html.Td(formats.number(buyer.n_baskets), className="rp-num num"),
            html.Td(formats.quantity(buyer.usual_quantity), className="rp-num rp-usual num"),
            html.Td(formats.day(buyer.last_on, as_of), className="rp-num num"),
        ]
    )
