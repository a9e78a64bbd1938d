"""A label that explains itself: meaning.js shows what it means to the pointer, to the keyboard and to a tap."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes


def explained(words: str, meaning: str, class_name: str = "") -> Component:
    """Return a label as a button with its meaning; plain text where there is none to give."""
    if not meaning:
        return html.Span(words, className=class_name or None)
    return html.Button(
        words,
        type="button",
        className=f"rp-explained {class_name}".strip(),
        disable_n_clicks=True,
        **attributes(data_rp_meaning=meaning),
    )
