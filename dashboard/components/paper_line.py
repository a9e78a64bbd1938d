"""The first line of a printed page: from which data it is, when it was printed, and its address."""

from datetime import date

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes
from dashboard.display.formats import Formats

NAME = "Repertoire"
ORDERS = "paper-orders"


def paper_line(as_of: date | None, formats: Formats) -> Component:
    """Return the line, which only paper shows; print.js puts in when it is printed, and from which address.

    as_of   the last day of the data that the page shows; None where it shows none
    """
    return html.P(
        [
            html.B(NAME),
            html.Span(orders_words(as_of, formats), id=ORDERS),
            html.Span(**attributes(data_rp_printed="true")),
            html.Span(**attributes(data_rp_address="true")),
        ],
        className="rp-on-paper rp-paper-line num",
        **attributes(data_rp_paper=str(formats.locale).replace("_", "-"), data_rp_zone=str(formats.time_zone)),
    )


def orders_words(as_of: date | None, formats: Formats) -> str:
    """Return `Orders up to 16 Nov 2026`; empty without data."""
    return "" if as_of is None else f"Orders up to {formats.day(as_of)}"
