"""What others also bought, with the proof of each pair, and what can stand in for the product."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import copy_button, said
from dashboard.components.elements import attributes, with_chevron
from dashboard.components.plain_table import Head, took_both_table
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.product_pairs import LEAST_LIFT, LEAST_TOGETHER, AlsoBought, Substitute
from dashboard.display.urls import Links
from dashboard.pages.product.data.page import ProductPage
from dashboard.pages.product.data.pair_evidence import Proof
from dashboard.pages.product.view.shared import ALSO, INSTEAD, LINE_CLASSES, fact, list_card, product_name


def pairs_card(page: ProductPage, formats: Formats, links: Links, opened: dict[str, Component]) -> Component:
    """Return the card of what others also bought, or why there is nothing."""
    if not page.pairs:
        return _card_without("Others also bought", _why_no_pairs(page, formats))
    lines = [_pair(also, page, formats, links, opened.get(also.pair.other.product_id)) for also in page.pairs]
    below = [] if page.product.category else [html.P(_NO_CATEGORY, className="rp-list-note")]
    heads = (("Product", ""), *((head, MEANINGS[head]) for head in ("Together", "Share", "Lift", "Price")))
    return list_card(ALSO, "Others also bought", "on the same day, most above chance first", heads, lines, below)


_NO_CATEGORY = (
    "The data have no category for this product, so what can stand in for it cannot be distinguished "
    "from what goes with it."
)


def _why_no_pairs(page: ProductPage, formats: Formats) -> str:
    if not page.product.n_baskets:
        return "Nobody has bought it yet."
    least = formats.number(LEAST_TOGETHER)
    return (
        f"No other product is beside it on {least} order days or more and at least "
        f"{formats.number(LEAST_LIFT, 1)} times as often as by chance; it was bought on "
        f"{formats.number(page.product.n_baskets)} order day{'' if page.product.n_baskets == 1 else 's'}."
    )


def why(also: AlsoBought, page: ProductPage, formats: Formats) -> str:
    """Return why a product is listed, in one sentence."""
    pair, days = also.pair, formats.number(page.product.n_baskets)
    together = f"On {formats.number(pair.n_baskets)} of its {days} order days; "
    bought = "customer has" if pair.n_customers == 1 else "customers have"
    return f"{together}{formats.number(pair.n_customers)} {bought} bought both."


def _pair(also: AlsoBought, page: ProductPage, formats: Formats, links: Links, proof: Component | None) -> Component:
    pair = also.pair
    other_id = pair.other.product_id
    return html.Li(
        [
            product_name(pair.other, links),
            fact("Together", formats.number(pair.n_baskets), "rp-fact-n"),
            fact("Share", formats.percent(also.share)),
            fact("Lift", formats.number(pair.lift, 1)),
            fact("Price", formats.price(pair.other.price) if pair.other.can_be_sold else "Not available"),
            html.Button(
                with_chevron(why(also, page, formats)),
                id={"type": "pair-reason", "other": other_id},
                type="button",
                className="rp-reason",
                **attributes(
                    aria_expanded="true" if proof is not None else "false",
                    aria_controls=f'{{"other":"{other_id}","type":"pair-proof"}}',
                    data_rp_reason=other_id,
                ),
            ),
            html.Div(proof, id={"type": "pair-proof", "other": other_id}, className="rp-proof"),
        ],
        className=f"rp-line {LINE_CLASSES[ALSO]}",
    )


def proof_panel(proof: Proof, formats: Formats, links: Links) -> Component:
    """Return the order days of both, the viewer's customers who took both on one day, and the sentence to say."""
    parts: list[Component] = [
        html.Dl(
            [html.Div([html.Dt(label), html.Dd(text, className="num")]) for label, text in proof.facts],
            className="rp-facts",
        )
    ]
    if proof.customers:
        parts.append(took_both_table(proof.customers, Head("Customer"), proof.as_of, formats, links))
    else:
        parts.append(html.P(proof.nobody, className="rp-others"))
    parts.append(
        html.Div(
            [said(proof.say, proof.language), copy_button(proof.say, "Copy", "what to say")],
            className="rp-proof-say",
        )
    )
    return html.Div(parts, className="rp-evidence-body")


def no_pair() -> Component:
    """Return the notice for a pair that does not exist (any more)."""
    return html.P("No such pair is on this product's page.", className="rp-evidence-body")


# ---- substitutes ----


def substitutes_card(page: ProductPage, formats: Formats, links: Links) -> Component | None:
    """Return the card of substitutes; None for a product without a category."""
    if not page.substitutes:
        if not page.product.category:
            return None
        return _card_without("Substitutes", f"No other product of {_leaf(page)} can be had.")
    lines = [_substitute(one, page, formats, links) for one in page.substitutes]
    heads = (("Product", ""), *((head, MEANINGS[head]) for head in ("Pack", "Price")))
    note = f"same category ({_leaf(page)}), seldom bought on one day" if page.product.category else "named in the data"
    return list_card(INSTEAD, "Substitutes", note, heads, lines, [])


def _leaf(page: ProductPage) -> str:
    return (page.product.category or "").split(" > ")[-1]


def _substitute(one: Substitute, page: ProductPage, formats: Formats, links: Links) -> Component:
    product = one.product
    return html.Li(
        [
            product_name(product, links),
            fact("Pack", product.pack_size or "\N{EN DASH}"),
            fact("Price", formats.price(product.price)),
            html.P(why_instead(one, page, formats), className="rp-line-why"),
        ],
        className=f"rp-line {LINE_CLASSES[INSTEAD]}",
    )


def why_instead(one: Substitute, page: ProductPage, formats: Formats) -> str:
    """Return why a product is a substitute, in one sentence."""
    successor = "Its successor in the data. " if one.is_successor else ""
    if one.n_both is not None:
        buyers = formats.number(page.product.n_customers)
        return (
            f"{successor}{formats.number(one.n_both)} of its {buyers} buyers have bought this one too, seldom together."
        )
    bought = "customer has" if one.product.n_customers == 1 else "customers have"
    return f"{successor}{formats.number(one.product.n_customers)} {bought} bought it."


def _card_without(title: str, why: str) -> Component:
    return html.Section(
        [
            html.Div(html.H2(title, className="rp-card-title"), className="rp-card-head"),
            html.P(why, className="rp-list-note"),
        ],
        className="rp-card",
    )
