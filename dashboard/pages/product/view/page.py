"""The product page: what it is, what to say, what goes with it, who buys it and who should."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import copied, copy_button, say_card
from dashboard.components.elements import attributes, icon, number, page_link, sentence_start
from dashboard.components.empty_states import empty_state
from dashboard.components.page_guard import is_open
from dashboard.components.page_head import page_head
from dashboard.components.table import table_card
from dashboard.components.tile_strip import tile_strip
from dashboard.display.formats import Formats
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.product.data.page import N_PROSPECTS, ProductPage, buyer_rows
from dashboard.pages.product.view.numbers import segments_card, units_card
from dashboard.pages.product.view.pairs import pairs_card, substitutes_card
from dashboard.pages.product.view.prospects import prospects_card
from dashboard.pages.product.view.shared import SHOULD
from dashboard.records.products import Product


def product_view(
    page: ProductPage, formats: Formats, links: Links, *, opened: dict[str, Component], table: TableState
) -> Component:
    """Draw the page.

    opened  proofs that are open from the start, by the other product's id
    table   how the address wants the table of buyers
    """
    cards = [pairs_card(page, formats, links, opened), substitutes_card(page, formats, links)]
    if not page.product.can_be_sold or page.product.is_used_up:
        cards.reverse()
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-product", data=page.product.product_id),
            dcc.Store(id="page-prospects", data=SHOULD if len(page.prospects.lines) > N_PROSPECTS else None),
            _header(page, formats, links),
            *_notice(page, formats, links),
            say_card(page.say, page.language),
            tile_strip(page.tiles, "Figures of this product"),
            html.Div(
                [
                    html.Div(
                        [
                            *(card for card in cards if card is not None),
                            prospects_card(page, formats, links),
                            copied(),
                        ],
                        className="rp-lists",
                    ),
                    html.Div([units_card(page, formats), segments_card(page, formats)], className="rp-aside"),
                ],
                className="rp-columns",
            ),
            html.Div(_buyers(page, formats, links, table), className="rp-below"),
        ],
        className="rp-page rp-product",
        **attributes(data_rp_seen=f"product:{page.product.product_id}"),
    )


def _header(page: ProductPage, formats: Formats, links: Links) -> Component:
    product, link = page.product, _campaign_link(page.product, links)
    return page_head(
        product.name,
        _facts(page, formats),
        ("All products", links.products()),
        number=_number(product),
        tags=() if product.can_be_sold else (html.Span("Not available", className="rp-tag"),),
        actions=link,
        on_phone=(link,) if link is not None else (),
    )


def _campaign_link(product: Product, links: Links) -> Component | None:
    """Return the link to a campaign for whom the product fits; None for who may make none, and for what is not sold."""
    if not is_open("new_campaign") or not product.is_offered:
        return None
    address = links.new_campaign(**{"from": "product", "product": product.product_id})
    return page_link([icon("send"), html.Span("Make campaign list")], address, "btn btn-quiet")


def _number(product: Product) -> list[Component]:
    if product.product_id == product.name:
        return []
    return [
        html.Span(
            [number(product.product_id, "rp-id"), copy_button(product.product_id, "Copy the number", quiet=True)],
            className="rp-number",
        )
    ]


def _facts(page: ProductPage, formats: Formats) -> str:
    product = page.product
    category = sentence_start(", ".join((product.category or "").split(" > ")))
    supplier = f"Supplier {product.supplier}" if product.supplier else ""
    size = " of ".join(part for part in (product.unit, product.pack_size) if part)
    since = f"In range since {formats.day(product.introduced_on)}" if product.introduced_on else ""
    if not since and product.first_sold_on:
        since = f"First sold {formats.day(product.first_sold_on)}"
    stock = ""
    if product.stock:  # of none left the notice speaks
        stock = f"In stock {formats.quantity(product.stock)}, counted {formats.day(product.stock_on, page.as_of)}"
    return "".join(f"{part}. " for part in (category, sentence_start(size), supplier, since, stock) if part).rstrip()


def _notice(page: ProductPage, formats: Formats, links: Links) -> list[Component]:
    """Return the notice that the product is unavailable or used up, and what is available instead."""
    product = page.product
    if product.can_be_sold and page.successor is None and not product.is_used_up:
        return []
    at_hand = (one.product for one in page.substitutes if not one.product.is_used_up)
    offer = page.successor or next(at_hand, None)
    fact = "Being replaced." if product.can_be_sold else "Not available."
    if product.can_be_sold and product.is_used_up:
        fact = f"None left when counted on {formats.day(product.stock_on, page.as_of)}."
    if product.can_be_sold and product.away_since is not None:
        fact = f"Cannot be had since {formats.moment(product.away_since)}, the stock system says."
    words: list[Component | str] = [html.B(fact)]
    if offer is not None:
        link = page_link(offer.name, links.product(offer.product_id), "rp-link rp-link-inline")
        price = f", {formats.price(offer.price)}" if offer.price is not None else ""
        words += [" Replaced by " if page.successor else " Offer ", link, f"{price}."]
    return [html.Div([icon("exclamation-triangle-fill"), html.P(words)], className="rp-card rp-notice")]


def _buyers(page: ProductPage, formats: Formats, links: Links, table: TableState) -> Component:
    others = page.buyers.others
    if not page.names_customers and others:
        have = "customer has" if others == 1 else "customers have"
        return empty_state(f"{formats.number(others)} {have} bought it", "Your role sees no names of customers.")
    if not page.buyers.shown and others:
        why = f"{formats.number(others)} customer{' of other reps has' if others == 1 else 's of other reps have'}."
        return empty_state("None of your customers has bought it", why)
    if not page.buyers.shown:
        return empty_state("No customer has bought it", "No order holds it so far.")
    rows = buyer_rows(page.buyers, formats, links, page.as_of, shows_rep=page.shows_rep)
    return table_card(rows, table, formats, note=f"and {formats.number(others)} of other reps" if others else "")
