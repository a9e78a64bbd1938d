"""The customer page: who, the figures, what to pitch and why, who is similar."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_card import ASKED, basket_toggle, in_basket_count
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.customer_head import call_link
from dashboard.components.elements import attributes, icon, number, page_link, sentence_start
from dashboard.components.empty_states import empty_state
from dashboard.components.meter import meter
from dashboard.components.page_guard import is_open
from dashboard.components.page_head import page_head
from dashboard.components.paper import call_sheet_link
from dashboard.components.table import table_card
from dashboard.components.tile_strip import tile_strip
from dashboard.components.year_chart import Wording, year_chart
from dashboard.display.diary import Diary
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.pitch_lists import STATUS_WORDS, few_orders_words, why_no_lists
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.customer.data.history import MONTHS, MONTHS_TITLE, History
from dashboard.pages.customer.data.page import CustomerPage, talking_points
from dashboard.pages.customer.view.diary import notes_card, steps_view
from dashboard.pages.customer.view.evidence import others_text
from dashboard.pages.customer.view.lists import Shown, lists_view
from dashboard.records.customers import Customer, Neighbour, Neighbours
from recsys.schema.reorder_rules import NEW_IN_RANGE_DAYS

MOST_NEW = 4  # new products that are named
LISTS_ASKED, LISTS_DRAWN = "lists-asked", "lists-drawn"  # once something else than an outcome changed them


@dataclass(frozen=True)
class Parts:
    """What of the page is not in CustomerPage.

    chosen    the list that is shown
    past      the months, what they ever bought and what came back
    states    how the address wants the tables of what they bought and of what came back
    diary     notes, outcomes and next steps
    area      what the buttons of outcomes need
    basket    the card of the basket; empty for who may not put one together
    open_basket  whether it is open
    """

    chosen: str
    past: History
    states: tuple[TableState, TableState]
    diary: Diary
    area: Component
    basket: Sequence[Component] = ()
    open_basket: bool = False


def customer_view(page: CustomerPage, parts: Parts, shown: Shown) -> Component:
    """Draw the page."""
    formats, links = shown.formats, shown.links
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-customer", data=page.customer.customer_id),
            dcc.Store(id=LISTS_ASKED),
            dcc.Store(id=LISTS_DRAWN),
            parts.area,
            _header(page, parts, formats, links),
            tile_strip(page.tiles, "Figures of this customer"),
            *parts.basket,
            html.Div([_main(page, parts, shown), _aside(page, parts, shown)], className="rp-columns"),
            *_history(parts.past, parts.states, formats, links),
            *_action_bar(page.customer, links),
        ],
        className="rp-page rp-customer",
        **attributes(
            data_rp_seen=f"customer:{page.customer.customer_id}",
            data_rp_customer=page.customer.customer_id,
            data_rp_name=page.customer.name,
            data_rp_basket=ASKED if parts.basket else None,
        ),
    )


def _main(page: CustomerPage, parts: Parts, shown: Shown) -> Component:
    return html.Div(
        [
            *_few_orders(page),
            html.Div(customer_lists(page, parts.chosen, shown), id="lists", className="rp-lists-place"),
            *_footnotes(page),
            copied(),
        ],
        className="rp-lists",
    )


def _aside(page: CustomerPage, parts: Parts, shown: Shown) -> Component:
    return html.Div(
        [
            html.Div(steps_view(parts.diary), id="steps"),
            *_stopping(page),
            notes_card(parts.diary),
            *_months(parts.past, shown.formats),
            _similar_card(page.similar, page, shown.formats, shown.links),
        ],
        className="rp-aside",
    )


def customer_lists(page: CustomerPage, chosen: str, shown: Shown) -> list[Component]:
    """Return the lists, which an outcome changes, or why there are none."""
    return [*lists_view(page, chosen, shown), *_nothing(page, shown.links)]


def _stopping(page: CustomerPage) -> list[Component]:
    found = page.stopping
    if found is None:
        return []
    head = [
        html.H2("Likely to stop buying", className="rp-card-title"),
        html.Span(found.chance, className="rp-stop num"),
    ]
    before = [html.P(found.before, className="rp-others num")] if found.before else []
    slowing = [html.P(found.slowing, className="num")] if found.slowing else []
    body = [html.P(found.sentence, className="num"), *slowing, *before]
    return [
        html.Section(
            [html.Div(head, className="rp-card-head"), html.Div(body, className="rp-card-body rp-stop-body")],
            className="rp-card",
        )
    ]


def _header(page: CustomerPage, parts: Parts, formats: Formats, links: Links) -> Component:
    customer = page.customer
    return page_head(
        customer.name,
        _facts(customer, page, formats),
        ("All customers", links.customers()),
        number=_number(customer),
        tags=_status(customer),
        actions=_actions(page, parts, links),
        on_phone=call_sheet_link(customer.customer_id, links),
    )


def _actions(page: CustomerPage, parts: Parts, links: Links) -> Component:
    """Return what a rep does with the page as a whole: take it along on paper, copy what to say, order, call."""
    customer, points = page.customer, talking_points(page)
    copy = [copy_button(points, "Copy talking points", key="c")] if points else []
    call = [call_link(customer, customer.phone)] if customer.phone else []
    sheet = call_sheet_link(customer.customer_id, links)
    basket = [basket_toggle(is_open=parts.open_basket)] if parts.basket else _basket_link(customer, links)
    return html.Div([*sheet, *copy, *_orders_link(customer, links), *basket, *call], className="rp-head-buttons")


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


def _orders_link(customer: Customer, links: Links) -> list[Component]:
    """Return the way to past orders, for who may open them."""
    words = [icon("clock-history"), html.Span("Orders")]
    return [page_link(words, links.orders(customer.customer_id), "btn btn-quiet")] if is_open("orders") else []


def _basket_link(customer: Customer, links: Links) -> list[Component]:
    """Return the way to the basket as a page of its own, for who may open it."""
    words = [icon("basket"), html.Span("Basket"), in_basket_count()]
    return [page_link(words, links.basket(customer.customer_id), "btn btn-quiet")] if is_open("basket") else []


def _action_bar(customer: Customer, links: Links) -> list[Component]:
    """Return the phone's buttons, at the bottom where the thumb is."""
    call = [call_link(customer, "Call", f" {customer.phone}")] if customer.phone else []
    buttons = [*_orders_link(customer, links), *_basket_link(customer, links), *call]
    return [html.Div(buttons, className="rp-action-bar")] if buttons else []


def _few_orders(page: CustomerPage) -> list[Component]:
    """Return a sentence on what the lists of a customer with few orders or none are."""
    words = few_orders_words(page.lists, page.customer)
    return [html.P(words, className="rp-hint")] if words else []


def _footnotes(page: CustomerPage) -> list[Component]:
    """Return which list is missing and why, and what chance and expected value mean."""
    notes = [note for note in (page.no_season, page.about_chances) if note]
    return [html.Div([html.P(note) for note in notes], className="rp-footnotes num")] if notes else []


def _nothing(page: CustomerPage, links: Links) -> list[Component]:
    """Return why there is no list; nothing where there is one, or where the whole account is off the lists."""
    if page.account or any(pitches.lines for pitches in page.lists):
        return []
    title, why = why_no_lists(page.customer, has_left=bool(page.left))
    others = [] if page.left else [page_link("All customers", links.customers(), "btn btn-quiet")]
    return [empty_state(title, why, others)]


def _history(past: History, states: tuple[TableState, TableState], formats: Formats, links: Links) -> list[Component]:
    """Return what was bought; empty for a customer without orders, as the lists say so already.

    Where nothing came back no empty table says so, but a word beside what they buy.
    """
    none_back = "" if past.back.records else "no returns"
    abouts = (_new_in_range(past, formats, links), None)
    tables = zip((past.buys, past.back), states, (none_back, ""), abouts, strict=True)
    cards = [
        table_card(table, state, formats, note=note, about=about)
        for table, state, note, about in tables
        if table.records
    ]
    return [html.Div(cards, className="rp-history")] if cards else []


def _new_in_range(past: History, formats: Formats, links: Links) -> Component | None:
    """Return what they took up lately, the first few by name; None where it is nothing."""
    new, weeks = past.new_in_range, formats.number(NEW_IN_RANGE_DAYS // 7)
    if not new:
        return None
    shown, more = new[:MOST_NEW], len(new) - MOST_NEW
    parts: list[Component | str] = [f"New in their range in the last {weeks} weeks: "]
    for at, one in enumerate(shown):
        parts += [", " if at else "", page_link(one.product_name, links.product(one.product_id))]
    parts.append(f" and {formats.number(more)} more." if more > 0 else ".")
    return html.P(parts, className="rp-new-in-range num")


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
    return html.Li(
        [
            html.Span([page_link(neighbour.name, links.customer(neighbour.customer_id)), once]),
            meter(neighbour.similarity),
            number(match),
            number(f"{formats.number(neighbour.n_shared)} shared"),
        ]
    )
