"""A table of a few rows, whose heads explain themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.meaning import explained
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.records.products import TookBoth

MOST_DAYS = 3  # of a customer's order days with both, the newest


class Head(NamedTuple):
    """A column's head: its words, what they mean (empty where they say it themselves) and its class."""

    words: str
    meaning: str = ""
    class_name: str = ""


def plain_table(heads: Sequence[Head], rows: Sequence[Component], class_name: str = "", **attributes: Any) -> Component:
    """Return a table; a row is an html.Tr with as many cells as there are heads."""
    head = [html.Th(explained(one.words, one.meaning), scope="col", className=one.class_name) for one in heads]
    return html.Table(
        [html.Thead(html.Tr(head)), html.Tbody(list(rows))], className=f"rp-table {class_name}".rstrip(), **attributes
    )


def number_cell(text: str, class_name: str = "") -> Component:
    """Return a right-aligned cell with digits of equal width."""
    return html.Td(text, className=f"rp-num {class_name} num" if class_name else "rp-num num")


def name_cell(name: str, href: str) -> Component:
    """Return the head of a row: a name that leads to its page."""
    return html.Th(page_link(name, href), scope="row")


def took_both_table(
    customers: Sequence[TookBoth], first: Head, as_of: date, formats: Formats, links: Links
) -> Component:
    """Return the customers who took two products on one day, with the newest such days of each.

    first   the head of the customers
    """
    heads = (
        first,
        Head("Days with both", MEANINGS["Days with both"], "rp-num"),
        Head("Last", MEANINGS["Last days with both"], "rp-num"),
    )
    rows = [
        html.Tr(
            [
                name_cell(one.customer.name, links.customer(one.customer.customer_id)),
                number_cell(formats.number(len(one.days))),
                number_cell(", ".join(formats.day(day, as_of) for day in one.days[:MOST_DAYS]), "rp-days"),
            ]
        )
        for one in customers
    ]
    return plain_table(heads, rows, "rp-took-both")
