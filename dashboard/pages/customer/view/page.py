"""The customer page: who, the figures, what to pitch and why, who is similar."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import copied
from dashboard.components.elements import attributes, icon, number, page_link, sentence_start
from dashboard.components.empty_states import empty_state
from dashboard.components.page_head import page_head
from dashboard.components.table import table_card
from dashboard.components.tile_strip import tile_strip
from dashboard.components.year_chart import Wording, year_chart
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.customer.data.history import MONTHS, MONTHS_TITLE, History
from dashboard.pages.customer.data.page import CustomerPage, few_orders_words
from dashboard.pages.customer.view.evidence import others_text
from dashboard.pages.customer.view.lists import list_card, list_switch
from dashboard.records.customers import Customer, Neighbour, Neighbours

STATUS_WORDS = {
    "blocked": ("Blocked", "This customer is blocked, so nothing is pitched to them."),
    "closed": ("Closed", "This customer is closed, so nothing is pitched to them."),
}


def customer_view(
    page: CustomerPage,
    formats: Formats,
    links: Links,
    *,
    chosen: str,
    opened: dict[str, Component],
    past: History,
    states: tuple[TableState, TableState],
) -> Component:
    """Draw the page.

    chosen  the list that a phone shows; on a wide screen all lists are below each other
    opened  evidence that is open from the start, by product id
    past    the months, what they ever bought and what came back
    states  how the address wants the tables of what they bought and of what came back
    """
    filled = [pitches for pitches in page.lists if pitches.lines]
    names = [pitches.name for pitches in filled]
    chosen = chosen if chosen in names else next(iter(names), "")
    cards = [list_card(pitches, page, formats, links, opened) for pitches in filled]
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-customer", data=page.customer.customer_id),
            _header(page, formats, links),
            tile_strip(page.tiles, "Figures of this customer"),
            html.Div(
                [
                    html.Div(
                        [
                            *_few_orders(page),
                            list_switch(filled, chosen, formats),
                            *cards,
                            *_nothing(page, links),
                            *_footnotes(page),
                            copied(),
                        ],
                        className="rp-lists",
                        **attributes(data_rp_lists="true", data_list=chosen),
                    ),
                    html.Div(
                        [*_months(past, formats), _similar_card(page.similar, page, formats, links)],
                        className="rp-aside",
                    ),
                ],
                className="rp-columns",
            ),
            *_history(past, states, formats),
            *_call_bar(page.customer),
        ],
        className="rp-page rp-customer",
        **attributes(data_rp_seen=f"customer:{page.customer.customer_id}"),
    )


def _header(page: CustomerPage, formats: Formats, links: Links) -> Component:
    customer = page.customer
    return page_head(
        customer.name,
        _facts(customer, page, formats),
        ("All customers", links.customers()),
        number=_number(customer),
        tags=_status(customer),
        actions=_phone_link(customer, customer.phone) if customer.phone else None,
    )


def _number(customer: Customer) -> list[Component]:
    if customer.customer_id == customer.name:
        return []
    return [number(f"{customer.customer_id} ", "rp-id")]


def _facts(customer: Customer, page: CustomerPage, formats: Formats) -> str:
    where = sentence_start(", ".join(part for part in (customer.segment, customer.region) if part))
    rep = f"Rep {customer.rep}" if customer.rep else ""
    orders = "No orders yet"
    if customer.first_order_on and customer.last_order_on:
        first, last = (formats.day(day, page.as_of) for day in (customer.first_order_on, customer.last_order_on))
        orders = f"First order {first}, last {last}"
    return "".join(f"{part}. " for part in (where, rep, orders, customer.email) if part).rstrip()


def _status(customer: Customer) -> list[Component]:
    if customer.is_pitched_to or customer.status is None:
        return []
    word, _ = STATUS_WORDS[customer.status]
    return [html.Span(word, className="rp-tag")]


def _phone_link(customer: Customer, words: str) -> Component:
    """Return a link that dials the number: a tel: address takes no spaces."""
    dialled = "".join(letter for letter in customer.phone or "" if letter.isdigit() or letter in "+*#")
    return html.A(
        [icon("telephone"), html.Span(words, className="num")],
        href=f"tel:{dialled}",
        className="btn btn-primary rp-call",
    )


def _call_bar(customer: Customer) -> list[Component]:
    """Return the phone's call button, at the bottom where the thumb is."""
    if not customer.phone:
        return []
    return [html.Div(_phone_link(customer, f"Call {customer.phone}"), className="rp-action-bar")]


def _few_orders(page: CustomerPage) -> list[Component]:
    """Return a sentence on what the lists of a customer with few orders or none are."""
    words = few_orders_words(page.lists, page.customer)
    return [html.P(words, className="rp-hint")] if words else []


def _footnotes(page: CustomerPage) -> list[Component]:
    """Return which list is missing and why, and what chance and expected value mean."""
    notes = [note for note in (page.no_season, page.about_chances) if note]
    return [html.Div([html.P(note) for note in notes], className="rp-footnotes num")] if notes else []


def _nothing(page: CustomerPage, links: Links) -> list[Component]:
    """Return why there is no list, or which one is missing."""
    customer = page.customer
    if not customer.is_pitched_to and customer.status:
        _, why = STATUS_WORDS[customer.status]
        return [empty_state("No lists", why, [page_link("All customers", links.customers(), "btn btn-quiet")])]
    if any(pitches.lines for pitches in page.lists):
        return []
    why = (
        "No product has a reason to be pitched: neither own purchases nor similar customers nor best sellers give one."
    )
    return [empty_state("Nothing to pitch", why, [page_link("All customers", links.customers(), "btn btn-quiet")])]


def _history(past: History, states: tuple[TableState, TableState], formats: Formats) -> list[Component]:
    """Return what was bought; empty for a customer without orders, as the lists say so already.

    Where nothing came back no empty table says so, but a word beside what they buy.
    """
    none_back = "" if past.back.records else "no returns"
    tables = zip((past.buys, past.back), states, (none_back, ""), strict=True)
    cards = [table_card(table, state, formats, note=note) for table, state, note in tables if table.records]
    return [html.Div(cards, className="rp-history")] if cards else []


def _months(past: History, formats: Formats) -> list[Component]:
    """Return the chart of months; empty for a customer without orders, and for who sees no revenue."""
    if not past.buys.records or not past.shows_revenue:
        return []
    wording = Wording(MONTHS, MONTHS_TITLE, "", formats.money, formats.compacts)
    return [year_chart(past.months, wording, past.first_on, formats)]


_MATCH = f"Match, which orders them: h{MEANINGS['Match'][1:]}"


def _similar_card(similar: Neighbours, page: CustomerPage, formats: Formats, links: Links) -> Component:
    products = f"product{'' if similar.of_products == 1 else 's'}"
    of = f"of {formats.number(similar.of_products)} {products}" if similar.of_products else ""
    rows = [_similar_row(neighbour, formats, links) for neighbour in similar.shown]
    once = f"Found by one order day of {page.customer.name}. " if page.customer.n_order_days == 1 else ""
    key = html.P(f"{once}{_MATCH}", className="rp-origin") if rows else None
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Most similar customers", className="rp-card-title"),
                    html.Span(of, className="rp-card-note num"),
                ],
                className="rp-card-head",
            ),
            html.Div(
                [html.Ol(rows, className="rp-similar") if rows else None, _rest(similar, page.customer), key],
                className="rp-card-body",
            ),
        ],
        className="rp-card",
    )


def _rest(similar: Neighbours, customer: Customer) -> Component | None:
    if similar.others:
        words = others_text(similar.others, "customer")
        return html.P(words if similar.shown else words.removeprefix("and ").capitalize(), className="rp-others")
    if similar.shown:
        return None
    why = "no orders to compare yet" if not customer.n_orders else "nobody shares a product with this customer"
    return html.P(f"None: {why}.", className="rp-others")


def _similar_row(neighbour: Neighbour, formats: Formats, links: Links) -> Component:
    match = formats.percent(neighbour.similarity)
    once = html.Span("one order day", className="rp-once") if neighbour.n_order_days == 1 else None
    fill = html.Span(className="rp-meter-fill", style={"width": f"{round(100 * neighbour.similarity)}%"})
    return html.Li(
        [
            html.Span([page_link(neighbour.name, links.customer(neighbour.customer_id)), once]),
            html.Span(fill, className="rp-meter"),
            number(match),
            number(f"{formats.number(neighbour.n_shared)} shared"),
        ]
    )
