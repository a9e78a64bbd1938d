"""The alerts page's layout and callbacks."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dash
from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import OPEN, current_identity
from dashboard.access.permissions import ACTIONS, allows
from dashboard.access.trail import ALERT_RULE_CHANGED, note
from dashboard.activity.database import alerts as saved
from dashboard.activity.errors import ActivityError
from dashboard.alerts.rule_book import RuleInUse
from dashboard.alerts.rules import KINDS, BadBound, rule_of
from dashboard.components import html
from dashboard.components.csv_file import register_csv_file
from dashboard.components.empty_states import no_customers
from dashboard.components.outcome_actions import NEAR, outcome_area, said
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.page_guard import roles
from dashboard.components.table import csv_download, note_export
from dashboard.display.alert_changes import (
    assign_alerts,
    back_to_team,
    dismiss_alerts,
    save_rule,
    snooze_alerts,
    undo_alerts,
)
from dashboard.display.alert_lines import YEAR
from dashboard.display.page_context import PageContext
from dashboard.display.recording import Answer, mapping_of, record_outcome, undo_outcome
from dashboard.display.request_values import text_of
from dashboard.display.urls import ALERTS_PATH
from dashboard.pages.alerts.data.filters import filters_of
from dashboard.pages.alerts.data.page import alerts_csv, alerts_page, preview
from dashboard.pages.alerts.view.page import (
    ASKED,
    ASSIGN_ASKED,
    ASSIGNED,
    BODY,
    CSV,
    DONE,
    FILTERS,
    RULE_ASKED,
    RULE_SET,
    TEAM_ASKED,
    TEAM_SET,
    alerts_body,
    alerts_view,
)
from dashboard.pages.alerts.view.rule import BACKTEST, PREVIEW, PREVIEW_ASKED, backtest_view, preview_view
from dashboard.pages.alerts.view.shown import Shown
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        "alerts", path=ALERTS_PATH, name="Alerts", title="Alerts - Repertoire", layout=page_layout(layout)
    )
    for done, asked, change in (
        (DONE, ASKED, record),
        (ASSIGNED, ASSIGN_ASKED, assign),
        (RULE_SET, RULE_ASKED, set_own_rule),
        (TEAM_SET, TEAM_ASKED, set_team_rule),
    ):
        register_callback(
            app,
            _changing(change),
            Output(done, "data"),
            Output(BODY, "children", allow_duplicate=True),
            Input(asked, "data"),
            State(FILTERS, "data"),
            notice=lambda notice: (no_update, notice),
        )
    register_callback(
        app,
        show_preview,
        Output(PREVIEW, "children"),
        Output(BACKTEST, "children"),
        Input(PREVIEW_ASKED, "data"),
        notice=lambda notice: (notice, no_update),
    )
    register_csv_file(app, CSV, download, State(FILTERS, "data"))


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address has the tab and the filters: `tab=slowing&state=new&worth=200`."""
    if not context.snapshot.visible:
        return no_customers(context.viewer)
    _remember_visit(context)
    page = alerts_page(context, filters_of(query), _rules(context))
    reasons = services().settings.not_relevant_reasons
    area = outcome_area(reasons, context.desk.today, context.formats, (ASKED, DONE))
    return alerts_view(page, area, _shown(context))


def record(context: PageContext, asked: Any) -> Answer:
    """Snooze, dismiss or undo several alerts, or record what came of one."""
    do = text_of(mapping_of(asked).get("do"))
    if do == "record":
        reasons = services().settings.not_relevant_reasons
        return record_outcome(context, text_of(mapping_of(asked).get("customer")), asked, reasons=reasons)
    if do == "undo" and isinstance(mapping_of(asked).get("outcome"), dict):
        return undo_alerts(context, asked)
    changes: Mapping[str, Callable[[PageContext, Any], Answer]] = {
        "snooze": snooze_alerts,
        "dismiss": dismiss_alerts,
        "undo": undo_outcome,
    }
    if do not in changes:
        raise PreventUpdate
    return changes[do](context, asked)


def assign(context: PageContext, asked: Any) -> Answer:
    """Say who looks after alerts."""
    return assign_alerts(context, asked)


def set_own_rule(context: PageContext, asked: Any) -> Answer:
    """Set the person's own rule of a kind, or go back to the team's."""
    sent = mapping_of(asked)
    kind = text_of(sent.get("kind"))
    if kind not in KINDS:
        raise PreventUpdate
    if sent.get("do") == "back":
        return back_to_team(context, kind)
    return save_rule(context, sent, _rules(context)[kind].rule, person_id=context.desk.person_id)


def set_team_rule(context: PageContext, asked: Any) -> Answer:
    """Set the team's rule of a kind."""
    sent = mapping_of(asked)
    kind = text_of(sent.get("kind"))
    if kind not in KINDS:
        raise PreventUpdate
    answer = save_rule(context, sent, _rules(context)[kind].rule, person_id=saved.TEAM)
    services().rule_book.forget()
    if answer.is_done:
        rule = _rules(context)[kind].team
        note(services().database, ALERT_RULE_CHANGED, kind, filter=rule.by_name)
    return answer


def show_preview(context: PageContext, asked: Any) -> tuple[Any, Any]:
    """Return what the typed values would show, beside those in use; what is wrong with one that is none."""
    sent = mapping_of(asked)
    kind = text_of(sent.get("kind"))
    if kind not in KINDS:
        raise PreventUpdate
    in_use = _rules(context)[kind]
    try:
        rule = rule_of(kind, mapping_of(sent.get("bounds")), in_use.rule)
    except BadBound as error:
        return [html.P(f"{error}.", className="rp-rule-error")], no_update
    found = preview(context, rule, in_use)
    return preview_view(found), backtest_view(found, kind)


def download(context: PageContext, n_clicks: Any, filters: Any) -> Any:
    """Return all alerts of the kind in front as a file."""
    if not n_clicks:
        raise PreventUpdate
    wanted = filters_of(mapping_of(filters))
    content = alerts_csv(context, wanted, _rules(context))
    note_export(f"alerts-{wanted.kind}", content, context, {})
    return csv_download(content, "alerts", wanted.kind, context.as_of.isoformat())


def _changing(change: Callable[[PageContext, Any], Answer]) -> Callable[..., tuple[Any, Any]]:
    """Return a callback that makes a change; it returns what the toast says, and the page as it is then."""

    def changed(context: PageContext, asked: Any, filters: Any) -> tuple[Any, Any]:
        answer = change(context, asked)
        if not answer.is_done:
            return said(answer), no_update
        desk = services().desk(context.desk.person_id)  # with the rule as it is now
        now = PageContext(context.snapshot, context.formats, context.links, desk)
        page = alerts_page(now, filters_of(mapping_of(filters)), _rules(now))
        return said(answer), alerts_body(page, _shown(now))

    return changed


def _rules(context: PageContext) -> Mapping[str, RuleInUse]:
    return services().rule_book.of_person(context.desk.person_id)


def _remember_visit(context: PageContext) -> None:
    try:
        with context.desk.database.write() as at:
            now, desk = datetime.now(UTC), context.desk
            saved.record_visit(at, desk.person_id, as_of=context.as_of, day=desk.today, now=now)
    except ActivityError:
        return  # the page says nothing of what is new then


def _shown(context: PageContext) -> Shown:
    today, formats = context.desk.today, context.formats
    days = [(today + timedelta(n), words) for n, words in NEAR]
    return Shown(
        formats=formats,
        links=context.links,
        as_of=context.as_of,
        span=(context.as_of - YEAR, context.as_of),
        days=tuple((day, f"{words} ({formats.day(day, today)})") for day, words in days),
        may_record=allows(ACTIONS[f"{DONE}.data"], roles()),
        may_assign=allows(ACTIONS[f"{ASSIGNED}.data"], roles()),
        may_change_team=allows(ACTIONS[f"{TEAM_SET}.data"], roles()),
        is_alone=current_identity() == OPEN,
    )
