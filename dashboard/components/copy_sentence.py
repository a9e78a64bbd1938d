"""A sentence to say with a button that copies it; copy.js listens, also for the key `c`.

On a page with many, `c` copies the one of the line that has the focus.
"""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen

SCREEN_LANGUAGE = "en"


def copy_button(
    text: str, children: str, named: str = "", *, key: str | None = None, quiet: bool = False, primary: bool = False
) -> Component:
    """Return a button that copies a text.

    named   what is copied, for who does not see where the button is
    key     the key that presses it
    primary  whether it is what the page is for
    """
    return html.Button(
        [
            icon("copy"),
            html.Span(children) if not quiet else unseen(children),
            unseen(f" {named}") if named else None,
            html.Kbd(key, **attributes(aria_hidden="true")) if key and not quiet else None,
        ],
        type="button",
        className="rp-icon-button rp-copy" if quiet else f"btn btn-{'primary' if primary else 'quiet'} rp-copy",
        disable_n_clicks=True,
        **attributes(data_rp_copy=text, data_rp_key=key, aria_keyshortcuts=key),
    )


def said(sentence: str, language: str) -> Component:
    """Return a sentence to say. Its language is named where it is not the screen's, so that it is read out as such."""
    return html.P(
        sentence, className="rp-say-sentence", **attributes(lang=language if language != SCREEN_LANGUAGE else None)
    )


def say_card(sentence: str, language: str) -> Component:
    """Return a card with a sentence and the button that copies it."""
    return html.Section(
        [
            html.H2([icon("chat-quote"), unseen("What to say")], className="rp-say-title"),
            said(sentence, language),
            copy_button(sentence, "Copy", "what to say", key="c"),
        ],
        className="rp-card rp-say",
    )


def say_line(sentence: str, language: str, about: str) -> Component:
    """Return the sentence of one line of a list with a small button.

    about   what the line is about, for who does not see where the button is: `about Oat drink`, `to Hotel Seepark`
    """
    return html.Div(
        [
            icon("chat-quote"),
            said(sentence, language),
            copy_button(sentence, "Copy", f"what to say {about}", key="c", quiet=True),
        ],
        className="rp-say-line",
    )


def copied() -> Component:
    """Return where a page says what became of a copy, in sight wherever it is scrolled to; one for all its buttons."""
    return html.Div(role="status", className="rp-say-done", **attributes(data_rp_copied="true"))
