"""The sentence at the top: whether the lists are good, personal and honest."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon
from dashboard.pages.model.data.verdict import Tone, Verdict

_COLOURS: dict[Tone, str] = {"ok": "rp-verdict-ok", "warn": "rp-verdict-warn", "unknown": "rp-verdict-unknown"}
_ICONS: dict[Tone, str] = {"ok": "check-circle-fill", "warn": "exclamation-triangle-fill", "unknown": "clipboard-data"}


def verdict_card(verdict: Verdict) -> Component:
    """Draw the sentence, its first words bold, and below it on what it was measured."""
    sentence: list[Component | str] = [
        html.Span(verdict.head, className="rp-verdict-head"),
        f" {verdict.body}." if verdict.body else "",
    ]
    parts: list[Component] = [
        html.Div(
            [icon(_ICONS[verdict.tone], _COLOURS[verdict.tone]), html.P([*sentence], className="num")],
            className="rp-verdict-sentence",
        )
    ]
    if verdict.notes:
        parts.append(html.P(" ".join(verdict.notes), className="rp-verdict-note num"))
    return html.Section(parts, className="rp-card rp-verdict")
