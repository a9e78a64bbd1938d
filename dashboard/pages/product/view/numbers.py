"""The context beside the lists: units by month, buyers by segment."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import number
from dashboard.components.meter import meter
from dashboard.components.year_chart import Wording, year_chart
from dashboard.display.formats import Formats
from dashboard.pages.product.data.page import UNITS, UNITS_TITLE, ProductPage


def units_card(page: ProductPage, formats: Formats) -> Component:
    """Return the chart of twelve full months beside those of the year before."""
    wording = Wording(
        UNITS, UNITS_TITLE, "units", formats.quantity, lambda ticks: [formats.quantity(tick) for tick in ticks]
    )
    return year_chart(page.bars, wording, page.first_on, formats)


def segments_card(page: ProductPage, formats: Formats) -> Component:
    """Return the card with each segment's number of buyers and its share of all buyers."""
    total = sum(one.n_customers for one in page.segments)
    most = max((one.n_customers for one in page.segments), default=1)
    rows = [
        html.Li(
            [
                html.Span(one.segment),
                meter(one.n_customers / most),
                number(formats.number(one.n_customers)),
                number(formats.percent(one.n_customers / total), "rp-id"),
            ]
        )
        for one in page.segments
    ]
    why = "Nobody has bought it yet." if not page.product.n_customers else "The data have no segments."
    count = f"{formats.number(total)} buyer{'' if total == 1 else 's'}" if rows else ""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Buyers by segment", className="rp-card-title"),
                    html.Span(count, className="rp-card-note num"),
                ],
                className="rp-card-head",
            ),
            html.Div(
                html.Ol(rows, className="rp-segments") if rows else html.P(why, className="rp-others"),
                className="rp-card-body",
            ),
        ],
        className="rp-card",
    )
