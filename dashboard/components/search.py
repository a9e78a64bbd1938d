"""The search, in the top bar: a field, and answers in a listbox.

What is typed travels in a request's body alone, never in an address: it holds names. search.js gives the field its
part as a combobox (arrow keys, Enter, Escape) and asks when the typing pauses; what it needs to know is in the
elements made here. The field's own `debounce` is off: with it, dcc.Input puts the cursor back after each letter, and
where the next has come meanwhile, as from a scanner, letters change places (Dash 4.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import MATCH, Dash, Input, Output, State, dcc
from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components import html
from dashboard.components.elements import Children, attributes, icon, sentence_start, unseen
from dashboard.components.page_callbacks import register_callback
from dashboard.data.recently_viewed import recently_seen
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.urls import Links
from dashboard.records.customers import Customer
from dashboard.records.products import Product
from dashboard.records.recently_viewed import Seen
from dashboard.records.search import Found, Hit, Hits, Piece
from dashboard.search.search import MOST_HITS

MOST_RECENT = 3  # below other answers
LOCATION = "_pages_location"  # Dash's own: which page is open
CLOSE = "no exact match, closest first"


@dataclass(frozen=True)
class Drawing:
    """What options are drawn with."""

    place: str
    formats: Formats
    links: Links
    as_of: date


def search_box(place: str, placeholder: str = "Customer, product or number") -> Component:
    """Return the field and its listbox; `place` distinguishes two fields of one page."""
    return html.Div(
        [
            html.Label(
                [icon("search", "rp-search-icon"), unseen("Search customers and products")],
                htmlFor=f'{{"place":"{place}","type":"search-text"}}',
                className="rp-search-label",
            ),
            dcc.Input(
                id={"type": "search-text", "place": place},
                type="search",
                placeholder=placeholder,
                autoComplete="off",
                spellCheck=False,
                className="rp-search-input",
                value="",
                maxLength=80,
            ),
            html.Button(
                "Close",
                type="button",
                className="btn btn-ghost rp-search-close",
                disable_n_clicks=True,
                **attributes(data_rp_search_close="true"),
            ),
            html.Kbd("/", className="rp-key rp-key-open", **attributes(aria_hidden="true")),
            html.Kbd("Esc", className="rp-key rp-key-close", **attributes(aria_hidden="true")),
            dcc.Store(id={"type": "search-asked", "place": place}),
            html.Div(id={"type": "search-count", "place": place}, role="status", className="visually-hidden"),
            html.Div(
                id={"type": "search-answers", "place": place}, className="rp-answers", **attributes(data_place=place)
            ),
        ],
        className=f"rp-search rp-search-{place}",
        role="search",
        **attributes(data_rp_search=place),
    )


def register_search(app: Dash) -> None:
    """Register the callbacks of all search boxes."""
    register_callback(
        app,
        answer_search,
        Output({"type": "search-answers", "place": MATCH}, "children"),
        Output({"type": "search-count", "place": MATCH}, "children"),
        Input({"type": "search-asked", "place": MATCH}, "data"),
        State({"type": "search-asked", "place": MATCH}, "id"),
        State(LOCATION, "pathname"),
        notice=lambda notice: (notice, ""),
    )


def answer_search(context: PageContext, asked: Any, box: Any, path: Any) -> tuple[Component | None, str]:
    """Return the answers to what was typed, from the version that the page shows, and how many there are.

    asked   a dict with the `text` and the `recent` ids that the browser remembers

    On a product's page products are before customers that answer as well: a number scanned there is a product's.
    Below them, and alone while nothing is typed, is what the browser remembers to have looked at.
    """
    asked = asked if isinstance(asked, dict) else {}
    text = text_of(asked.get("text")).strip()
    on_product = text_of(path).startswith(context.links.product(""))
    found = context.snapshot.search(text, prefer_products=on_product)
    seen = recently_seen(context.customers, context.products, asked.get("recent"))
    place = text_of(box.get("place")) if isinstance(box, dict) else ""
    drawing = Drawing(place, context.formats, context.links, context.as_of)
    if not text:
        return recent_answers(seen, drawing), ""
    drawn = answers(found, seen, context.viewer, drawing)
    return html.Div(drawn, **attributes(data_rp_text=text)), count_words(found, context.formats)


def count_words(found: Found, formats: Formats) -> str:
    """Return how many were found, and how many are shown if not all: `2 customers, 34 products, the first 18`."""
    kinds: list[tuple[Hits[Any], str]] = [(found.customers, "customer"), (found.products, "product")]
    if found.products_first:
        kinds.reverse()
    words = [_counted(hits, noun, formats) for hits, noun in kinds if hits.shown]
    if not words:
        return "Nothing found"
    close = f"{sentence_start(CLOSE)}: " if all(hits.is_close for hits, _ in kinds if hits.shown) else ""
    return close + ", ".join(words)


def _counted(hits: Hits[Any], noun: str, formats: Formats) -> str:
    shown = len(hits.shown)
    total = shown if hits.is_close else hits.total
    count = f"{formats.number(total)} {noun}{'' if total == 1 else 's'}"
    return f"{count}, the first {shown}" if total > shown else count


def answers(found: Found, seen: Sequence[Seen], viewer: Viewer, drawing: Drawing) -> Component:
    """Return the hits as options in groups, or why there are none; then recently viewed ones not among them."""
    first = 0 if not found.products_first else len(found.products.shown)
    customers = [_customer(hit, first + at, drawing) for at, hit in enumerate(found.customers.shown)]
    first = 0 if found.products_first else len(customers)
    products = [_product(hit, first + at, drawing) for at, hit in enumerate(found.products.shown)]
    groups = [
        _group("Customers", "customer", found.customers, customers, drawing),
        _group("Products", "product", found.products, products, drawing),
    ]
    if found.products_first:
        groups.reverse()
    if not customers and not products:
        words = html.P(count_words(found, drawing.formats), className="rp-answers-none")
        return html.Div([words, html.P(_why_nothing(viewer), className="rp-answers-why")], className="rp-answers-box")
    hits = {f"customer:{hit.what.customer_id}" for hit in found.customers.shown}
    hits |= {f"product:{hit.what.product_id}" for hit in found.products.shown}
    n = len(hits)
    more = [one for one in seen if f"{one.kind}:{one.what_id}" not in hits][: min(MOST_RECENT, MOST_HITS - n)]
    return _box([*groups, _recent(more, n, drawing)], drawing)


def recent_answers(seen: Sequence[Seen], drawing: Drawing) -> Component | None:
    """Return what was viewed last, for an empty field; None where the browser remembers nothing."""
    return _box([_recent(seen, 0, drawing)], drawing) if seen else None


def _recent(seen: Sequence[Seen], first: int, drawing: Drawing) -> Component | None:
    address = {"customer": drawing.links.customer, "product": drawing.links.product}
    options = [
        _option(
            "clock-history",
            (one.name, sentence_start(one.kind), one.what_id if one.what_id != one.name else ""),
            address[one.kind](one.what_id),
            first + at,
            drawing,
            is_chosen=False,
        )
        for at, one in enumerate(seen)
    ]
    return _titled("Recently viewed", "recent", "", options, drawing)


def _box(groups: Sequence[Component | None], drawing: Drawing) -> Component:
    return html.Div(
        [
            html.Div(
                [group for group in groups if group is not None],
                role="listbox",
                tabIndex="-1",  # a browser would else stop at it, as it scrolls
                id=f"answers-{drawing.place}",
                **attributes(aria_label="Customers and products found"),
            ),
            html.Div(
                [
                    html.Span([html.Kbd("\N{UPWARDS ARROW}"), html.Kbd("\N{DOWNWARDS ARROW}"), " choose"]),
                    html.Span([html.Kbd("Enter"), " open"]),
                    html.Span([html.Kbd("Ctrl"), html.Kbd("Enter"), " new tab"]),
                ],
                className="rp-answers-keys",
                **attributes(aria_hidden="true"),
            ),
        ],
        className="rp-answers-box",
    )


def _group(title: str, noun: str, hits: Hits[Any], options: Sequence[Component], drawing: Drawing) -> Component | None:
    """Return the hits of one kind under its heading; None where none was found."""
    words = CLOSE if hits.is_close else _counted(hits, noun, drawing.formats)
    return _titled(title, f"{noun}s", words, options, drawing)


def _titled(title: str, name: str, words: str, options: Sequence[Component], drawing: Drawing) -> Component | None:
    if not options:
        return None
    head = f"answers-{drawing.place}-{name}"
    return html.Div(
        [
            html.Div(
                [html.Span(title, id=head), html.Span(words, className="num")],
                className="rp-answers-head",
                role="presentation",
            ),
            *options,
        ],
        role="group",
        **attributes(aria_labelledby=head),
    )


def _why_nothing(viewer: Viewer) -> str:
    whose = f"Of the customers, only those of {viewer.who} are searched. " if viewer.role == "rep" else ""
    return f"{whose}No name and no number is spelled like it."


def _customer(hit: Hit[Customer], at: int, drawing: Drawing) -> Component:
    customer = hit.what
    facts = _facts(customer, drawing.formats, drawing.as_of)
    href = drawing.links.customer(customer.customer_id)
    return _option("shop", (_marked(hit.name), facts, _marked(hit.number)), href, at, drawing, is_chosen=at == 0)


def _product(hit: Hit[Product], at: int, drawing: Drawing) -> Component:
    product = hit.what
    facts = product_facts(product, drawing.formats)
    number = _marked(hit.number)
    href = drawing.links.product(product.product_id)
    return _option("box-seam", (_marked(hit.name), facts, number), href, at, drawing, is_chosen=at == 0)


def _option(
    symbol: str, words: tuple[Children, str, Children], href: str, at: int, drawing: Drawing, *, is_chosen: bool
) -> Component:
    """Return one answer: name, facts, id."""
    name, facts, number = words
    return html.A(
        [
            icon(symbol, "rp-option-icon"),
            html.Span(
                [
                    html.Span(name, className="rp-option-name"),
                    html.Span(facts, className="rp-option-facts") if facts else None,
                ],
                className="rp-option-text",
            ),
            html.Span(number, className="rp-id num"),
        ],
        href=href,
        id=f"answer-{drawing.place}-{at}",
        role="option",
        tabIndex="-1",
        className="rp-option",
        **attributes(aria_selected="true" if is_chosen else "false", data_rp_page="true"),
    )


def _marked(pieces: tuple[Piece, ...]) -> list[Component | str]:
    return [html.Mark(piece.text) if piece.found else piece.text for piece in pieces]


def _facts(customer: Customer, formats: Formats, as_of: date) -> str:
    where = sentence_start(", ".join(part for part in (customer.segment, customer.region) if part))
    last = f"Last order {formats.day(customer.last_order_on, as_of)}" if customer.last_order_on else "No orders yet"
    return f"{where}. {last}" if where else last


def product_facts(product: Product, formats: Formats) -> str:
    """Return category, price, and whether it is unavailable: `Coffee and tea, Tea. €4.30, not available`."""
    category = ", ".join((product.category or "").split(" > ")[-2:])
    price = formats.price(product.price) if product.price is not None else ""
    known = ", ".join(part for part in (price, "" if product.can_be_sold else "not available") if part)
    return ". ".join(part for part in (category, sentence_start(known)) if part)
