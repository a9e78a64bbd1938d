"""The tile strip: one card, a few figures, each with one line that compares it."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen
from dashboard.components.meaning import explained
from dashboard.components.meter import meter
from dashboard.display.tile import Tile


def tile_strip(tiles: Sequence[Tile], label: str) -> Component:
    """Return the strip. On a phone it scrolls sideways; it takes the focus so that arrow keys scroll it."""
    return html.Div(
        html.Dl([_tile(tile) for tile in tiles], className="rp-tiles"),
        className="rp-card rp-tile-strip",
        role="group",
        tabIndex="0",
        **attributes(aria_label=label),
    )


def _tile(tile: Tile) -> Component:
    caret = [icon(f"caret-{tile.trend}-fill", "rp-caret"), unseen(f"{tile.trend} ")] if tile.trend else []
    bar = [meter(tile.share)] if tile.share is not None else []
    return html.Div(
        [
            html.Dt(explained(tile.label, tile.meaning), className="rp-tile-label"),
            html.Dd([html.Span(tile.value), *bar], className="rp-tile-value num"),
            html.Dd([*caret, tile.note], className="rp-tile-note num"),
        ],
        className="rp-tile",
    )
