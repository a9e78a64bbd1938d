"""The card of a rule: its sentence with a field for each number, what it would show, how often it would be right."""

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard.alerts.rules import COUNT, MONEY, PERCENT, TIMES
from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen
from dashboard.components.state_counts import state_icon
from dashboard.display.alert_words import BOUND_NAMES, MEANINGS, NAMES, Part, rule_parts
from dashboard.display.formats import Formats
from dashboard.pages.alerts.data.page import AlertsPage, Figure, Preview
from dashboard.pages.alerts.view.shown import Shown
from dashboard.records.raised import DUE, LOST

PREVIEW, BACKTEST, PREVIEW_ASKED = "alert-preview", "alert-backtest", "alert-preview-asked"
ICONS = {"slowing": "speedometer2", "missed": "calendar-x", "season": "calendar-event", "stock": "box-seam"}
WIDTHS = {COUNT: 4, TIMES: 5, MONEY: 6, PERCENT: 4}  # letters of a field


def kind_icon(kind: str) -> Component:
    """Return the icon of a kind: that of the state where it is one."""
    return state_icon(kind) if kind in (LOST, DUE) else icon(ICONS[kind])


def rule_card(page: AlertsPage, shown: Shown) -> Component:
    """Return the card."""
    kind, may_change = page.filters.kind, shown.may_assign
    parts = rule_parts(page.in_use.rule, shown.formats)
    edit = [_button("edit", "Change values", "btn btn-ghost rp-rule-change")] if may_change else []
    text = [
        html.Div([html.H2([kind_icon(kind), NAMES[kind]], className="rp-card-title"), *edit], className="rp-rule-head"),
        html.P([part.text or html.B(part.shown) for part in parts], className="rp-rule-read num"),
    ]
    if may_change:
        text.append(html.P([_part(part, shown.formats) for part in parts], className="rp-rule-sentence num"))
    foot = [html.Span(page.team, className="rp-rule-team num"), *_buttons(page, shown)]
    text.append(html.Div(foot, className="rp-rule-foot"))
    class_name = "rp-rule-text" if may_change else "rp-rule-text rp-rule-fixed"
    preview = html.Div(preview_view(page.preview), id=PREVIEW, className="rp-rule-preview", role="status")
    return html.Section(
        [html.Div(text, className=class_name), preview],
        className="rp-card rp-rule",
        **attributes(data_rp_rule=kind, data_rp_preview=PREVIEW_ASKED),
    )


def preview_view(preview: Preview) -> list[Component]:
    """Return what the values in the fields would show, as figures beside those in use and the team's."""
    rows = [_figure(one) for one in preview.figures]
    return [html.H3("Preview", className="rp-rule-preview-title"), html.Dl(rows, className="num")]


def backtest_view(preview: Preview, kind: str) -> list[Component | str]:
    """Return how often these values would have been right, and what the figures mean."""
    said = list(preview.backtest)
    meaning = MEANINGS[kind]
    if not said:
        return [meaning]
    return [html.B(said[0]), f" {' '.join([*said[1:], meaning])}"]


def _figure(one: Figure) -> Component:
    parts: list[Component | str] = [html.B(one.value)]
    if one.now and one.now != one.value:
        parts.append(f", now {one.now}")
    if one.team and one.team != (one.now or one.value):
        parts.append(f", team rule {one.team}")
    return html.Div([html.Dt(one.label), html.Dd(parts)])


def _part(part: Part, formats: Formats) -> Component | str:
    """Return text as it is, and a number as a field with its unit."""
    if part.bound is None:
        return part.text
    sign = formats.money(0).replace("0", "").strip() if part.bound.unit == MONEY else ""
    keypad: Any = {"inputMode": "decimal"}  # Dash's own list of keypads lacks the one with a decimal point
    field = dcc.Input(
        **keypad,
        value=part.value,
        className="rp-rule-field num",
        autoComplete="off",
        maxLength=10,
        style={"width": f"{max(WIDTHS[part.bound.unit], len(part.value) + 1)}ch"},
    )
    before = [html.Span(sign, className="rp-rule-unit")] if sign else []
    after = [html.Span("%", className="rp-rule-unit")] if part.bound.unit == PERCENT else []
    return html.Label(
        [unseen(BOUND_NAMES[part.bound.name]), *before, field, *after],
        className="rp-rule-bound",
        **attributes(data_rp_bound=part.bound.name),
    )


def _buttons(page: AlertsPage, shown: Shown) -> list[Component]:
    """Return what is done with the values in the fields; where nobody signs in there is one rule for all."""
    found = []
    if shown.may_assign and not shown.is_alone:
        if page.in_use.is_own:
            found.append(_button("back", "Back to team rule", "btn btn-ghost"))
        found.append(_button("mine", "Use for my alerts", "btn btn-quiet"))
    if shown.may_change_team:
        words = "Use these values" if shown.is_alone else "Use for the team"
        found.append(_button("team", words, "btn btn-quiet"))
    return found


def _button(do: str, words: str, class_name: str) -> Component:
    return html.Button(
        words, type="button", className=class_name, disable_n_clicks=True, **attributes(data_rp_alert_do=do)
    )
