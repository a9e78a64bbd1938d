"""The page of a new campaign: a draw that is looked at as often as one likes, and saved once."""

import secrets
from collections.abc import Mapping
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.activity.database import campaigns
from dashboard.activity.errors import ActivityError
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.queries import CampaignQueries
from dashboard.campaigns.sources import query_of, source_of
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.urls import NEW_CAMPAIGN_PATH
from dashboard.pages.new_campaign.data import FIELDS, asked_of, new_campaign_page, preview_of
from dashboard.pages.new_campaign.view import (
    KEPT,
    KEY,
    MESSAGE,
    NAME,
    PREVIEW,
    SAVE,
    SAVED,
    SOURCE,
    error_view,
    field_id,
    new_campaign_view,
    no_source_view,
    preview_view,
)

LONGEST_KEY = 64


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        "new_campaign",
        path=NEW_CAMPAIGN_PATH,
        name="New campaign",
        title="New campaign - Repertoire",
        layout=page_layout(layout),
        order=1,  # before the page of a campaign, whose template would take `new` for a number
    )
    register_callback(
        app,
        preview,
        Output(PREVIEW, "children"),
        *(Input(field_id(name), "value") for name in FIELDS),
        State(SOURCE, "data"),
    )
    register_callback(
        app,
        save,
        Output(SAVED, "data"),
        Output(MESSAGE, "children"),
        Input(SAVE, "n_clicks"),
        State(NAME, "value"),
        State(KEY, "data"),
        *(State(field_id(name), "value") for name in FIELDS),
        State(SOURCE, "data"),
        notice=lambda notice: (no_update, notice),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireCampaigns", "keep"),
        Output(KEPT, "data"),
        Input(NAME, "value"),
        *(Input(field_id(name), "value") for name in FIELDS),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireCampaigns", "go"),
        Output(SAVED, "clear_data"),
        Input(SAVED, "data"),
        prevent_initial_call=True,
    )


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address says of whom, and has the fields: `from=bundle&bundle=Cafe/1&held=20&seed=7`."""
    try:
        source = source_of(query)
        page = new_campaign_page(context, source, query)
    except (CampaignError, ActivityError) as error:
        return no_source_view(str(error), context.version.id, context.links)
    return new_campaign_view(page, query_of(source), secrets.token_urlsafe(16), context.formats, context.links)


def preview(context: PageContext, *sent: Any) -> Any:
    """Return whom the draw takes with the fields as they are now, or what is wrong with one."""
    *values, source = sent
    fields = _fields(values)
    try:
        asked_of(fields)
        page = new_campaign_page(context, source_of(text_of(source)), fields)
    except (CampaignError, ActivityError) as error:
        return error_view(str(error))
    return preview_view(page.preview, page, context.formats, context.links)


def save(context: PageContext, n_clicks: Any, name: Any, key: Any, *sent: Any) -> tuple[Any, Any]:
    """Save the campaign as it is drawn from the fields; return its address, or why it was not saved.

    The same key again saves nothing, and returns the same address.
    """
    *values, source = sent
    if not n_clicks or not text_of(key):
        raise PreventUpdate
    queries, key = CampaignQueries(context), text_of(key)[:LONGEST_KEY]
    try:
        with context.desk.database.read() as at:
            earlier = campaigns.of_key(at, key)
        if earlier is not None:  # what would be drawn now leaves out whom that one has
            return context.links.campaign(earlier), ""
        asked = asked_of(_fields(values))
        found = preview_of(context, source_of(text_of(source)), asked)
        number = queries.make(
            found.drawn,
            name=text_of(name),
            key=key,
            text=found.text,
            price=asked.price,
            discount=asked.discount,
        )
    except (CampaignError, ActivityError) as error:
        return no_update, str(error)
    return context.links.campaign(number), ""


def _fields(values: Any) -> Mapping[str, str]:
    return {name: _typed(value) for name, value in zip(FIELDS, values, strict=True)}


def _typed(value: Any) -> str:
    """Return what is in a field, which a browser sends as a text or a number; anything else is nothing."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
