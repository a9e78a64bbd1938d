"""Who should have the product: similar customers buy it, they do not."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import say_line
from dashboard.components.elements import icon, number, page_link, sentence_start
from dashboard.display.formats import CENTS_BELOW, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.product.data.page import MOST_PROSPECTS, ProductPage, ProspectLine, ProspectList
from dashboard.pages.product.view.shared import LINE_CLASSES, SHOULD, fact, list_card
from dashboard.records.customers import Recommendation


def prospects_card(page: ProductPage, formats: Formats, links: Links) -> Component:
    """Return the first prospects with their reasons, or why there is none."""
    prospects = page.prospects
    if not prospects.lines:
        return html.Section(
            [
                html.Div(html.H2("Should have it", className="rp-card-title"), className="rp-card-head"),
                html.P(_why_nobody(page, formats), className="rp-list-note"),
            ],
            className="rp-card",
        )
    title = [icon("plus-square-fill", "rp-icon-new"), html.Span("Should have it")]
    lines = [_line(one, page, formats, links) for one in prospects.lines]
    chance = ("Chance", "Expected") if prospects.has_chances else ()
    amounts = ("Quantity \N{MULTIPLICATION SIGN} price", "If ordered", *chance)
    heads = (("Customer and reason", ""), *((head, MEANINGS[head]) for head in amounts))
    below = _foot(page, formats, links)
    return list_card(SHOULD, title, _note(prospects, formats), heads, lines, below)


def _foot(page: ProductPage, formats: Formats, links: Links) -> list[Component]:
    """Return where the rest is shown, and how many are other reps' customers."""
    prospects = page.prospects
    others = _others(prospects, formats)
    more = min(prospects.total, MOST_PROSPECTS)
    parts: list[Component | str] = []
    if more > len(prospects.lines):
        parts.append(page_link(f"Show {formats.number(more)}", links.product_prospects(page.product.product_id)))
    if others:
        parts.append(html.Span(sentence_start(others.removeprefix("and ")) if parts else others))
    return [html.P(parts, className="rp-list-note rp-list-foot")] if parts else []


def _note(prospects: ProspectList, formats: Formats) -> str:
    shown, total = len(prospects.lines), prospects.total
    which = f"{formats.number(shown)} of {formats.number(total)}" if total > shown else formats.number(total)
    first = "most expected" if prospects.has_chances else "highest in their lists"
    return f"{which} who never bought it, {first} first"


def _others(prospects: ProspectList, formats: Formats) -> str:
    if not prospects.others:
        return ""
    return f"and {formats.number(prospects.others)} customer{'' if prospects.others == 1 else 's'} of other reps"


def _why_nobody(page: ProductPage, formats: Formats) -> str:
    if not page.product.can_be_sold:
        return "It is not available, so it is on nobody's list of new products."
    others = _others(page.prospects, formats).removeprefix("and ")
    if others:
        return f"It is on none of your customers' lists of new products, but on those of {others}."
    return "It is on nobody's list of new products: for each customer others have more behind them."


def _chance(line: Recommendation, prospects: ProspectList, formats: Formats) -> list[Component]:
    """Return chance and expected value, with cents where all expected values are small."""
    small = all((one.prospect.line.expected or 0) < CENTS_BELOW for one in prospects.lines)
    expected = formats.expected(line.expected, cents=small)
    return [fact("Chance", formats.chance(line.chance)), fact("Expected", expected, "rp-fact-value rp-fact-expected")]


def _line(one: ProspectLine, page: ProductPage, formats: Formats, links: Links) -> Component:
    """Return a prospect's line; its name opens the customer's page with the reason and its evidence."""
    customer, line = one.prospect.customer, one.prospect.line
    href = links.reason(customer.customer_id, line.list, page.product.product_id)
    known = [] if customer.customer_id == customer.name else [number(customer.customer_id, "rp-id")]
    return html.Li(
        [
            html.Div([page_link(customer.name, href, "rp-link rp-line-title"), *known], className="rp-line-name"),
            fact("", formats.quantity_price(line.quantity, line.price)),
            fact("If ordered", formats.money(line.value), "" if page.prospects.has_chances else "rp-fact-value"),
            *(_chance(line, page.prospects, formats) if page.prospects.has_chances else []),
            say_line(one.say, page.language, f"to {customer.name}"),
            html.P(one.sentence, className="rp-line-why"),
        ],
        className=f"rp-line {LINE_CLASSES[SHOULD]}",
    )
