"""What the cards of the product page are put together from: heads with a CSV button, lines of a list."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import Children, attributes, icon, number, page_link, unseen
from dashboard.components.meaning import explained
from dashboard.components.page_guard import is_offered
from dashboard.display.urls import Links
from dashboard.records.products import Product

ALSO, INSTEAD, SHOULD = "also", "instead", "should"  # the parts that have a CSV
LINE_CLASSES = {ALSO: "rp-line-also", INSTEAD: "rp-line-instead", SHOULD: "rp-line-should"}  # their columns


def list_card(
    part: str,
    title: Children,
    note: str,
    heads: Sequence[tuple[str, str]],
    lines: Sequence[Component],
    below: Sequence[Component],
) -> Component:
    """Return a card with a head, column heads and lines.

    part    names its CSV
    heads   of the columns, with what they mean; the first says it itself
    below   what comes after the lines
    """
    name = title if isinstance(title, str) else ""
    return html.Section(
        [
            html.Div(
                [
                    html.H2(title, className="rp-card-title"),
                    html.Span(note, className="rp-card-note rp-card-meaning"),
                    html.Button(
                        [icon("download"), html.Span("CSV"), unseen(f" of {name or part}")],
                        id={"type": "product-csv", "part": part},
                        type="button",
                        hidden=not is_offered("product-csv-file"),
                        className="btn btn-ghost rp-csv",
                    ),
                ],
                className="rp-card-head",
            ),
            html.Div(id={"type": "product-csv-notice", "part": part}),
            dcc.Download(id={"type": "product-csv-file", "part": part}),
            html.Div(
                [explained(words, meaning) for words, meaning in heads],
                className=f"rp-line-heads {LINE_CLASSES[part]}",
            ),
            html.Ol(list(lines), className="rp-lines"),
            *below,
        ],
        className="rp-card rp-list",
        **attributes(data_list=part),
    )


def product_name(product: Product, links: Links) -> Component:
    """Return the name as a link, followed by its number."""
    known = [] if product.product_id == product.name else [number(product.product_id, "rp-id")]
    return html.Div(
        [page_link(product.name, links.product(product.product_id), "rp-link rp-line-title"), *known],
        className="rp-line-name",
    )


def fact(label: str, text: str, class_name: str = "") -> Component:
    """Return a number of a line, with the column's head for screen readers, as the heads are above the list."""
    return html.Span(
        [html.Span(f"{label} ", className="rp-line-label"), text], className=f"rp-line-fact num {class_name}".strip()
    )
