"""A sentence to say with a button that copies it; copy.js listens, also for the key `c`."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen


def copy_button(text: str, children: str, named: str = "", *, key: str | None = None, quiet: bool = False) -> Component:
    """Return a button that copies a text.

    named   what is copied, for who does not see where the button is
    key     the key that presses it
    """
    return html.Button(
        [
            icon("copy"),
            html.Span(children) if not quiet else unseen(children),
            unseen(f" {named}") if named else None,
            html.Kbd(key, **attributes(aria_hidden="true")) if key else None,
        ],
        type="button",
        className="rp-icon-button rp-copy" if quiet else "btn btn-quiet rp-copy",
        disable_n_clicks=True,
        **attributes(data_rp_copy=text, data_rp_key=key, aria_keyshortcuts=key),
    )


def say_card(sentence: str) -> Component:
    """Return a card with a sentence and the button that copies it; a live region beside it reports the outcome."""
    return html.Section(
        [
            html.H2([icon("chat-quote"), unseen("What to say")], className="rp-say-title"),
            html.P(sentence, className="rp-say-sentence"),
            copy_button(sentence, "Copy", "what to say", key="c"),
            html.Div(role="status", className="rp-say-done", **attributes(data_rp_copied="true")),
        ],
        className="rp-card rp-say",
    )
