"""Shares of a whole as bars: of what a suggestion's score is made, family by family."""

from collections.abc import Mapping

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import number
from dashboard.components.meter import meter
from dashboard.display.formats import Formats

FAMILY_WORDS = {
    "own": "Their own purchases",
    "similar": "Similar customers",
    "together": "Bought together",
    "attributes": "Category and supplier",
    "rising": "Rising now",
    "season": "Same weeks last year",
    "popular": "Best sellers",
}


LEAST = 0.0005  # a smaller share is what computing leaves over


def share_bars(shares: Mapping[str, float], formats: Formats) -> Component:
    """Return one bar per family whose share is worth showing, largest first; the percents add up to 100.

    shares  by family, adding up to 1
    """
    ranked = sorted(((share, family) for family, share in shares.items() if share >= LEAST), key=lambda one: -one[0])
    percents = formats.whole_percents([share for share, _ in ranked])
    return html.Ol(
        [
            html.Li(
                [
                    html.Span(FAMILY_WORDS.get(family, family)),
                    meter(share),
                    number(percent),
                ]
            )
            for (share, family), percent in zip(ranked, percents, strict=True)
        ],
        className="rp-shares",
    )
