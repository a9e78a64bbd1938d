"""What the pages of one campaign have in common: who is left out, and how alike the groups are."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.campaigns.lots import Balance
from dashboard.campaigns.words import LEFT_OUT_WORDS
from dashboard.components import html
from dashboard.components.elements import sentence_start
from dashboard.components.plain_table import Head, number_cell, plain_table
from dashboard.display.formats import MINUS, NONE, Formats
from dashboard.display.meanings import MEANINGS

LEFT_OUT_LABELS = {reason: sentence_start(words.removeprefix("who ")) for reason, words in LEFT_OUT_WORDS.items()} | {
    "no_contact": "No contact wished",
    "unsubscribed": "Unsubscribed",
    "in_campaign": "In another campaign",
}
ALIKE = 0.1  # of a difference in standard deviations: up to here groups count as alike


def card(title: str, note: str, children: Sequence[Component | None], class_name: str = "") -> Component:
    """Return a card with a title and a note."""
    head = [html.H2(title, className="rp-card-title"), html.Span(note, className="rp-card-note num")]
    return html.Section(
        [html.Div(head, className="rp-card-head"), *children], className=f"rp-card {class_name}".rstrip()
    )


def found_label(words: str, kind: str) -> str:
    """Return what those are called whom a source of a kind found: `Miss one or two`; of groups `Found`."""
    if kind not in ("bundle", "product"):
        return "Found"
    return sentence_start(words.split(" (")[0].replace(" (", " ").removeprefix("customers ").removeprefix("who "))


def who_card(
    found: tuple[str, int],
    left_out: Sequence[tuple[str, int]],
    until: str,
    drawn: tuple[int, int, int],
    formats: Formats,
    note: str = "",
) -> Component:
    """Return how those who were found become those who get the mail, step by step, and a note below.

    found   what they are, and how many
    until   the day up to which some are in another campaign; empty without any
    drawn   how many are drawn, are held out, and were over the size
    """
    n_drawn, n_held, n_over = drawn
    until_words = f" until {until}" if until else ""
    minus = [
        (f"{LEFT_OUT_LABELS[reason]}{until_words if reason == 'in_campaign' else ''}", n) for reason, n in left_out if n
    ]
    minus += [("Over the size", n_over)] if n_over else []
    rows = [
        _step(found[0], formats.number(found[1])),
        *(_step(words, f"{MINUS}{formats.number(n)}") for words, n in minus),
        _step("Drawn", formats.number(n_drawn), "rp-campaign-sum"),
        _step("Held out by lot", f"{MINUS}{formats.number(n_held)}"),
        _step("Get the mail", formats.number(n_drawn - n_held), "rp-campaign-sum"),
    ]
    said = [html.P(note, className="rp-card-note rp-campaign-steps-note")] if note else []
    return card("Customers", "", [html.Dl(rows, className="rp-campaign-steps num"), *said], "rp-campaign-who")


def balance_card(balance: Balance, formats: Formats) -> Component:
    """Return how alike both groups are, in customers, revenue and segments."""
    heads = (
        Head("Share of"),
        Head("Get the mail", "", "rp-num"),
        Head("Held out", MEANINGS["Held out"], "rp-num"),
        Head("Apart", MEANINGS["Apart"], "rp-num"),
    )
    n = balance.customers
    rows = [_balance_row("Customers", formats.number(n.sent), formats.number(n.held), None, formats)]
    if balance.revenue is not None:
        one = balance.revenue
        rows.append(
            _balance_row("Revenue each", formats.money(one.sent), formats.money(one.held), one.difference, formats)
        )
    for segment in balance.segments:
        sent, held = _share(segment.sent, n.sent, formats), _share(segment.held, n.held, formats)
        rows.append(_balance_row(segment.name or "No segment", sent, held, segment.difference, formats))
    return card("How alike both groups are", _verdict(balance), [plain_table(heads, rows, "rp-campaign-balance")])


def _verdict(balance: Balance) -> str:
    rows = (*([balance.revenue] if balance.revenue else []), *balance.segments)
    apart = [abs(one.difference) for one in rows if one.difference is not None]
    if not balance.customers.held or not balance.customers.sent:
        return ""
    return "alike" if not apart or max(apart) < ALIKE else "not quite alike"


def _share(n: float, of: float, formats: Formats) -> str:
    return f"{formats.number(n)} ({formats.percent(n / of)})" if of else formats.number(n)


def _balance_row(name: str, sent: str, held: str, difference: float | None, formats: Formats) -> Component:
    apart = NONE if difference is None else formats.number(difference, 2)
    return html.Tr(
        [html.Th(name, scope="row"), number_cell(sent), number_cell(held), number_cell(apart, "rp-campaign-apart")]
    )


def _step(label: str, value: str, class_name: str = "") -> Component:
    return html.Div([html.Dt(label), html.Dd(value)], className=class_name or None)
