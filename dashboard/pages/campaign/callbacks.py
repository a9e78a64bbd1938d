"""The page of a campaign, and what is done with it: sent, events imported, customers put on call lists, deleted."""

import base64
import binascii
import io
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dash
from dash import ALL, Dash, Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.permissions import ACTIONS, allows
from dashboard.access.trail import CAMPAIGN_CALLS, CAMPAIGN_SENT, note
from dashboard.activity.errors import ActivityError
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.events_import import EventImport, ImportReport, addresses_of
from dashboard.campaigns.figures import LARGEST, number_of
from dashboard.campaigns.queries import CampaignQueries
from dashboard.components.empty_states import unreadable_page
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.page_guard import is_served, roles
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.urls import CAMPAIGN_FILES, CAMPAIGN_TEMPLATE
from dashboard.pages.campaign.data import campaign_page
from dashboard.pages.campaign.view.events import UPLOAD, Refusal
from dashboard.pages.campaign.view.page import (
    BODY,
    CALLS,
    DAY,
    DELETE,
    DO,
    NUMBER,
    SEND,
    UNDO,
    Done,
    May,
    campaign_body,
    campaign_view,
    deleted_body,
    unknown_view,
)
from dashboard.services import newest_context, services

LONGEST_FILE = 120  # letters of its name
LONGEST_KEY = 64
FARTHEST_DAYS = 366  # from today, of the day of sending
_OF_BODY = 0.7  # of a request's largest body: what it holds is written as base64, a third longer


def register(app: Dash) -> None:
    """Register the page and its callback."""
    dash.register_page(
        "campaign",
        path_template=CAMPAIGN_TEMPLATE,
        name="Campaign",
        title=title,
        layout=page_layout(layout),
        order=2,  # after the page of a new one
    )
    register_callback(
        app,
        act,
        Output(BODY, "children"),
        Input({"type": DO, "do": ALL, "key": ALL, "place": ALL}, "n_clicks"),
        Input(UPLOAD, "contents"),
        State(UPLOAD, "filename"),
        State(DAY, "value"),
        State(NUMBER, "data"),
    )


def title(campaign_id: str = "", **_: Any) -> str:
    """Return the page's title."""
    context, number = newest_context(), number_of(campaign_id)
    try:
        found = CampaignQueries(context).get(number) if context and number is not None else None
    except ActivityError:
        return "Campaign - Repertoire"
    return f"{found.name} - Repertoire" if found else "Unknown campaign - Repertoire"


def layout(context: PageContext, /, campaign_id: Any = "", **_: Any) -> Component:
    """Draw the page."""
    number = number_of(text_of(campaign_id))
    try:
        page = campaign_page(context, services().answers, number) if number is not None else None
    except ActivityError as error:
        return unreadable_page("The campaign", str(error), context.version.id)
    if page is None:
        return unknown_view(context.version.id, context.links)
    return campaign_view(page, _may(), context.formats, context.links)


def act(context: PageContext, _clicks: Any, contents: Any, file: Any, day: Any, number: Any) -> Any:
    """Do what a button is for, or import a file, and return the page as it is then, with what was done."""
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST
    campaign_id = number if is_number else None
    if campaign_id is None or not any(one.get("value") for one in ctx.triggered):
        raise PreventUpdate
    asked = ctx.triggered_id
    try:
        if asked == UPLOAD:
            done = _import(context, campaign_id, text_of(contents), text_of(file))
        elif isinstance(asked, dict):
            what, key = text_of(asked.get("do")), text_of(asked.get("key"))[:LONGEST_KEY]
            if what == DELETE:
                return _delete(context, campaign_id)
            done = _do(context, campaign_id, what, key, text_of(day))
        else:
            raise PreventUpdate
    except (CampaignError, ActivityError) as error:
        done = Done(str(error), is_error=True)
    return _body(context, campaign_id, done)


def _do(context: PageContext, campaign_id: int, what: str, key: str, day: str) -> Done:
    doing: Mapping[str, Callable[[], Done]] = {
        SEND: lambda: _send(context, campaign_id, day),
        CALLS: lambda: _put_on_calls(context, campaign_id),
        UNDO: lambda: _take_off_calls(context, campaign_id, key),
    }
    if what not in doing:
        raise PreventUpdate
    return doing[what]()


def _send(context: PageContext, campaign_id: int, text: str) -> Done:
    today = context.desk.today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise CampaignError(f"Sent on is “{text[:20]}”; enter a day as {today.isoformat()}.") from None
    if abs(day - today) > timedelta(FARTHEST_DAYS):
        raise CampaignError(f"Sent on is {day.isoformat()}; enter a day within a year of today.")
    queries = CampaignQueries(context)
    found = queries.get(campaign_id)
    if found is None:
        raise CampaignError("There is no such campaign any more. Load the page again.")
    if found.sent_on is not None:
        return Done(f"It was marked as sent already, on {context.formats.day(found.sent_on, today)}.")
    queries.send_on(campaign_id, day)
    note(services().database, CAMPAIGN_SENT, f"campaign {campaign_id}", filter={"sent_on": day.isoformat()})
    return Done(f"Marked as sent on {context.formats.day(day, today)}. Orders count from that day on.")


def _put_on_calls(context: PageContext, campaign_id: int) -> Done:
    key = secrets.token_urlsafe(16)
    n = CampaignQueries(context).put_on_calls(campaign_id, key)
    if not n:
        return Done("Nobody is left to put on a call list.")
    are = "customer is on their rep's call list" if n == 1 else "customers are on their reps' call lists"
    return Done(f"{context.formats.number(n)} {are} until the campaign ends.", undo=key)


def _take_off_calls(context: PageContext, campaign_id: int, key: str) -> Done:
    n = CampaignQueries(context).take_off_calls(campaign_id, key) if key else 0
    if not n:
        return Done("There was nothing left to undo.")
    note(services().database, CAMPAIGN_CALLS, f"campaign {campaign_id}", row_count=n, filter={"undone": True})
    return Done(f"{context.formats.number(n)} taken off the call lists again.")


def _delete(context: PageContext, campaign_id: int) -> Any:
    queries = CampaignQueries(context)
    if queries.remove(campaign_id) or queries.get(campaign_id) is None:
        return deleted_body(context.links)
    why = "It was sent, or events of it are known: it stays, so that what came of it can be counted."
    return _body(context, campaign_id, Done(why, is_error=True))


def _import(context: PageContext, campaign_id: int, contents: str, name: str) -> Done:
    """Import a file that the browser sent as a data address."""
    limit = _limit_kb() * 1024
    try:
        content = base64.b64decode(contents.partition(",")[2], validate=True)
    except binascii.Error:
        raise CampaignError("The file did not arrive whole. Choose it again.") from None
    if len(content) > limit:
        raise CampaignError(
            f"{_short(name)} has {len(content) // 1024:,} kB, from here {limit // 1024:,} kB can be sent; use "
            "python -m dashboard import-events FILE."
        )
    queries = CampaignQueries(context)
    state = queries.state(campaign_id)
    if state is None:
        raise CampaignError("There is no such campaign any more. Load the page again.")
    facts = context.snapshot.cache.names(context.version.id).customers
    report = EventImport(
        context.desk.database,
        context.formats.time_zone,
        person_id=context.desk.person_id,
        addresses=addresses_of(campaign_id, state.members, facts),
    ).run(io.BytesIO(content), _short(name), datetime.now(UTC))
    return _imported(context, report, _short(name))


def _imported(context: PageContext, report: ImportReport, name: str) -> Done:
    number = context.formats.number
    lines = f"{number(report.n_lines)} line{'' if report.n_lines == 1 else 's'}"
    words = f"{name}: {lines}, {number(report.n_new)} new event{'' if report.n_new == 1 else 's'}"
    words += f", {number(report.n_known)} known, {number(report.n_refused)} refused."
    refused = tuple(Refusal(one.line, one.thing, one.value, one.remedy) for one in report.refused)
    nothing = bool(report.n_refused) and not (report.n_new or report.n_known)
    return Done(words, is_error=nothing, refused=refused, n_refused=report.n_refused)


def _body(context: PageContext, campaign_id: int, done: Done) -> Any:
    page = campaign_page(context, services().answers, campaign_id)
    if page is None:
        return deleted_body(context.links)
    return campaign_body(page, _may(), done, context.formats, context.links)


def _may() -> May:
    files = tuple(
        ending for ending, file in CAMPAIGN_FILES.items() if is_served(f"/campaigns/<int:campaign_id>/{file}")
    )
    return May(allows(ACTIONS[f"{BODY}.children"], roles()), files, _limit_kb())


def _limit_kb() -> int:
    return int(services().settings.body_kb * _OF_BODY)


def _short(name: str) -> str:
    return name[:LONGEST_FILE] or "The file"
