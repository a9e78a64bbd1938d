"""Buttons that record what came of a line, and the toast that says so; assets/outcomes.js sends what they mean.

The browser makes a key for each click, so that a click that is sent twice is recorded once.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc
from dash.development.base_component import Component

from dashboard.access.permissions import ACTIONS, allows
from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen
from dashboard.components.page_guard import roles
from dashboard.display.formats import Formats
from dashboard.display.recording import FARTHEST, LONGEST_TEXT, Answer

# Stores: what a click or a form asks for, and what came of it.
OUTCOME_ASKED, OUTCOME = "outcome-asked", "outcome"
NOTE_ASKED, NOTE = "note-asked", "note"
CALL_OUTCOME_ASKED, CALL_OUTCOME = "call-outcome-asked", "call-outcome"  # of the call list
ALERTS_DONE = ("alerts-done", "alerts-assigned", "alert-own-rule", "alert-rule")  # of the alerts
NEAR = ((1, "Tomorrow"), (7, "In a week"), (14, "In two weeks"), (28, "In four weeks"))


def may_record() -> bool:
    """Return whether who sends the current request may record outcomes: the others see no buttons for it."""
    return allows(ACTIONS[f"{OUTCOME}.data"], roles())


def line_actions(
    product_id: str, name: str, pitched: str = "", first: Sequence[Component] = (), *, records: bool = True
) -> Component:
    """Return the buttons of one line.

    pitched  when it was pitched last, in words; empty for never
    first    what else can be done with it
    records  whether there are buttons for outcomes
    """
    return html.Div(
        [
            *first,
            html.Span(pitched, className="rp-pitched num") if pitched else None,
            *(_outcome_buttons(name) if records else []),
        ],
        className="rp-line-actions",
        **attributes(data_rp_product=product_id, data_rp_name=name),
    )


def _outcome_buttons(name: str) -> list[Component]:
    return [
        _button("pitched", [icon("chat-left-text"), "Pitched"], name, "p"),
        _button("ordered", [icon("bag-check"), "Ordered"], name, "o"),
        _button("snoozed", [icon("moon"), _word("Snooze")], name, "s", tooltip="Snooze"),
        _button("not_relevant", [icon("x-lg"), _word("Not relevant")], name, "x", tooltip="Not relevant"),
    ]


def _word(word: str) -> Component:
    """Return a word that only a wide place shows; a screen reader has it everywhere."""
    return html.Span(word, className="rp-do-word")


def _button(kind: str, children: Sequence[Any], name: str, key: str, tooltip: str | None = None) -> Component:
    return html.Button(
        [*children, unseen(f" {name}")],
        type="button",
        title=tooltip,
        className="rp-do" if tooltip else "rp-do rp-do-wide",
        disable_n_clicks=True,
        **attributes(data_rp_do=kind, aria_keyshortcuts=key),
    )


def outcome_area(
    reasons: Sequence[str],
    today: date,
    formats: Formats,
    stores: tuple[str, ...] = (OUTCOME_ASKED, OUTCOME, NOTE_ASKED, NOTE),
) -> Component:
    """Return what a page with such buttons needs once: the stores, what the dialogs offer, and the toast.

    stores  the first one is what a click on an outcome asks for
    """
    days = [(f"{words} ({formats.day(today + timedelta(n), today)})", n) for n, words in NEAR]
    return html.Div(
        [
            *(dcc.Store(id=name) for name in stores),
            dcc.Store(id=f"{stores[1]}-said"),
            toast(),
        ],
        **attributes(
            data_rp_outcomes=json.dumps(
                {
                    "store": stores[0],
                    "reasons": list(reasons),
                    "days": [{"words": words, "on": (today + timedelta(n)).isoformat()} for words, n in days],
                    "first": (today + timedelta(1)).isoformat(),
                    "last": (today + FARTHEST).isoformat(),
                    "longest": LONGEST_TEXT,
                }
            )
        ),
    )


def toast() -> Component:
    """Return where a page says what was done; outcomes.js shows it."""
    return html.Div(
        [
            html.Span(className="rp-toast-text"),
            html.Button(
                "Undo",
                type="button",
                className="rp-toast-undo",
                hidden=True,
                disable_n_clicks=True,
                **attributes(data_rp_outcome=""),
            ),
            html.Button(
                [icon("x-lg"), unseen("Close")],
                type="button",
                className="rp-icon-button rp-toast-close",
                disable_n_clicks=True,
            ),
        ],
        className="rp-toast",
        role="status",
        **attributes(data_rp_toast="true"),
    )


def register_toast(app: Dash) -> None:
    """Register what shows the toast; once for all pages."""
    for shown, *stores in (
        ("outcome-said", OUTCOME, NOTE),
        ("call-outcome-said", CALL_OUTCOME),
        (f"{ALERTS_DONE[0]}-said", *ALERTS_DONE),
    ):
        app.clientside_callback(
            ClientsideFunction("repertoireOutcomes", "said"),
            Output(shown, "data"),
            *(Input(store, "data") for store in stores),
            prevent_initial_call=True,
        )


def said(answer: Answer) -> dict[str, Any]:
    """Return what the toast shows; its time makes two equal answers two."""
    at = datetime.now(UTC).isoformat()
    outcome = answer.outcome_id if answer.undo is None else answer.undo
    return {"done": answer.is_done, "text": answer.text, "outcome": outcome, "at": at}
