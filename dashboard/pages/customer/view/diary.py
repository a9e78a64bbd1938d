"""Next steps, and notes with outcomes, beside the lists; outcomes.js sends the forms."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen
from dashboard.components.page_guard import may_write
from dashboard.display.diary import FIRST_ENTRIES, Diary, Entry, Step
from dashboard.display.recording import LONGEST_TEXT


def steps_view(diary: Diary) -> list[Component]:
    """Return the open next steps, and the form for a new one; who may not write sees the steps alone."""
    form = [_step_form(folded=bool(diary.steps))] if may_write() else []
    if not diary.steps and not form:
        return []
    first = diary.steps[0].due if diary.steps else ""
    head = [html.H2("Next step", className="rp-card-title"), html.Span(first, className="rp-card-note num")]
    steps = [_step(step, at) for at, step in enumerate(diary.steps)]
    return [
        html.Section(
            [
                html.Div(head, className="rp-card-head"),
                html.Div([*steps, *form], className="rp-card-body rp-steps"),
            ],
            className="rp-card",
        )
    ]


def _step(step: Step, at: int) -> Component:
    """Return a step; the head of the card has the first one's day."""
    by = f" ({step.by})" if step.by else ""
    when = f"{step.due}: " if at else ""
    buttons = [
        _button("step-done", [icon("check-lg"), "Done"], step, "btn btn-quiet"),
        html.Details(
            [
                html.Summary([icon("calendar3"), "Move to"], className="btn btn-quiet"),
                html.Div(
                    [
                        html.Span(**attributes(data_rp_day="Day")),
                        _button("step-move", ["Move"], step, "btn btn-quiet"),
                    ],
                    className="rp-step-move",
                ),
            ],
            className="rp-step-when",
        ),
        _button("step-dropped", ["Drop"], step, "btn btn-ghost"),
    ]
    return html.Div(
        [
            html.P([when, step.text, html.Span(by, className="rp-others")], className="rp-step-text num"),
            html.Div(buttons, className="rp-step-buttons") if may_write() else None,
        ],
        className="rp-step rp-step-due" if step.is_due else "rp-step",
        **attributes(data_rp_step=step.step_id),
    )


def _button(kind: str, children: list[Component | str], step: Step, class_name: str) -> Component:
    return html.Button(
        [*children, unseen(f" {step.text}")],
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(data_rp_do=kind),
    )


def _step_form(*, folded: bool) -> Component:
    form = html.Form(
        [
            html.Label([unseen("What to do next"), _field("What to do next")], className="rp-note-field"),
            html.Div(
                [
                    html.Span(**attributes(data_rp_day="On")),
                    html.Button("Save", type="submit", className="btn btn-quiet", disable_n_clicks=True),
                ],
                className="rp-step-move",
            ),
        ],
        className="rp-note-form",
        **attributes(data_rp_form="step"),
    )
    return html.Details([html.Summary("Plan another"), form], className="rp-step-more") if folded else form


def notes_card(diary: Diary) -> Component:
    """Return the card of notes: the form, which keeps what is typed, and the entries, which change."""
    form = html.Form(
        [
            html.Label([unseen("Write a note"), _field("Write a note")], className="rp-note-field"),
            html.Button("Save note", type="submit", className="btn btn-quiet", disable_n_clicks=True),
        ],
        className="rp-note-form",
        **attributes(data_rp_form="note"),
    )
    contact = f"last contact {diary.last_contact}" if diary.last_contact else ""
    head = [html.H2("Notes and outcomes", className="rp-card-title"), html.Span(contact, className="rp-card-note num")]
    return html.Section(
        [
            html.Div(head, className="rp-card-head"),
            html.Div(
                [*([form] if may_write() else []), html.Div(entries_view(diary), id="diary")],
                className="rp-card-body rp-notes",
            ),
        ],
        className="rp-card",
        id="notes",
    )


def entries_view(diary: Diary) -> list[Component]:
    """Return the entries, the newest first; the older ones behind a fold."""
    if diary.unread:
        return [html.P(diary.unread, className="rp-others")]
    if not diary.entries:
        return [html.P("Nothing was written or recorded yet.", className="rp-others")]
    first, rest = diary.entries[:FIRST_ENTRIES], diary.entries[FIRST_ENTRIES:]
    shown: list[Component] = [html.Ol([_entry(one) for one in first], className="rp-entries")]
    if rest:
        older = html.Ol([_entry(one) for one in rest], className="rp-entries")
        shown.append(html.Details([html.Summary(f"Show all {len(diary.entries)}"), older], className="rp-entries-rest"))
    return shown


def _entry(entry: Entry) -> Component:
    quoted = f" \N{LEFT DOUBLE QUOTATION MARK}{entry.said}\N{RIGHT DOUBLE QUOTATION MARK}"
    said = [html.Span(quoted, className="rp-others")] if entry.said else []
    head = html.P(entry.head, className="rp-entry-head num")
    return html.Li([head, html.P([entry.text, *said], className="rp-entry-text num")])


def _field(placeholder: str) -> Component:
    return html.Textarea(
        name="text",
        rows=2,
        maxLength=LONGEST_TEXT,
        placeholder=placeholder,
        required=True,
        className="rp-input",
    )
