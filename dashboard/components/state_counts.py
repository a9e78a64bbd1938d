"""The three states of a product for a customer: colour, shape and word always come together."""

from collections.abc import Mapping

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon
from dashboard.display.formats import Formats
from dashboard.display.pitch_lists import STATE_WORDS as STATE_WORDS  # beside their icons
from dashboard.records.raised import DUE, LOST, NEW

STATE_ICONS = {DUE: "clock-fill", LOST: "exclamation-diamond-fill", NEW: "plus-square-fill"}
COLUMNS = (LOST, DUE, NEW)  # in which counts compare down a page


def state_icon(state: str) -> Component:
    """Return the icon of a state, in its colour; the word has to be beside it."""
    return icon(STATE_ICONS[state], f"rp-icon-{state}")


def state_counts(counts: Mapping[str, int], formats: Formats) -> Component:
    """Return how many products there are to raise, in three fixed columns; an absent state leaves its place empty."""
    return html.Span([_count(state, counts.get(state, 0), formats) for state in COLUMNS], className="rp-states num")


def _count(state: str, n: int, formats: Formats) -> Component:
    if not n:
        return html.Span(className="rp-state")
    children: list[Component | str] = [state_icon(state), f"{STATE_WORDS[state]} ", html.B(formats.number(n))]
    return html.Span(children, className="rp-state")
