"""How a campaign's page is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.campaign_parts import balance_card, card, found_label, who_card
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.elements import Children, attributes, icon, page_link, unseen
from dashboard.components.empty_states import empty_state
from dashboard.components.page_head import page_head
from dashboard.components.tile_strip import tile_strip
from dashboard.display.formats import Formats
from dashboard.display.urls import CAMPAIGN_FILES, Links
from dashboard.pages.campaign.data import CampaignPage
from dashboard.pages.campaign.view.effect import effect_card
from dashboard.pages.campaign.view.events import Refusal, events_card
from dashboard.pages.campaign.view.tables import TOLD, funnel_card, products_card, segments_card, touches_card

BODY, NUMBER, DAY = "campaign-body", "campaign-number", "campaign-day"
DO = "campaign-do"
SEND, CALLS, UNDO, DELETE = "send", "calls", "undo", "delete"


@dataclass(frozen=True)
class Done:
    """What was just done, or why it was not.

    undo        the key by which it can be taken back; empty where it cannot
    refused     lines of an import; `n_refused` counts those that are not shown too
    """

    words: str = ""
    is_error: bool = False
    undo: str = ""
    refused: tuple[Refusal, ...] = ()
    n_refused: int = 0


@dataclass(frozen=True)
class May:
    """What who looks may do.

    change      mark as sent, import, put on call lists, delete
    files       the endings of the files that they may have
    limit_kb    of a file of events
    """

    change: bool
    files: tuple[str, ...]
    limit_kb: int


def campaign_view(page: CampaignPage, may: May, formats: Formats, links: Links) -> Component:
    """Draw the page."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=NUMBER, data=page.figures.campaign.id),
            html.Div(campaign_body(page, may, Done(), formats, links), id=BODY, className="rp-campaign-parts"),
            copied(),
        ],
        className="rp-page rp-campaign",
    )


def unknown_view(version: str, links: Links) -> Component:
    """Return what is shown for a number that no campaign has."""
    actions = [page_link("All campaigns", links.campaigns(), "btn btn-primary")]
    why = "There is none with this number; it may have been deleted before anything was sent."
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state("Unknown campaign", html.P(why), actions, level=1)],
        className="rp-page rp-unknown",
    )


def deleted_body(links: Links) -> list[Component]:
    """Return what takes the page's place once its campaign is deleted."""
    actions = [page_link("All campaigns", links.campaigns(), "btn btn-primary")]
    return [
        empty_state("Campaign deleted", html.P("Its customers may be in another campaign at once."), actions, level=1)
    ]


def campaign_body(page: CampaignPage, may: May, done: Done, formats: Formats, links: Links) -> list[Component]:
    """Return all of the page that changes with what is done."""
    limit = may.limit_kb if may.change else None
    events = events_card(page.imports, done.refused, done.n_refused, limit, formats)
    parts: list[Component] = [_head(page, may, formats, links), _done(done)]
    if may.change:
        parts.append(_send_card(page, formats) if not page.is_sent else _no_day())
    parts.append(tile_strip(page.tiles, "Figures of this campaign"))
    if page.sentences:
        parts.append(effect_card(page, formats))
    parts.append(funnel_card(page, formats))
    if page.is_sent:
        parts += [products_card(page, links), segments_card(page, links, formats)]
        parts += [touches_card(page.touches, page.touches_note)]
    parts.append(
        html.Div(
            [
                html.Div([events, *_text_card(page)], className="rp-lists"),
                html.Div([_who(page, formats), balance_card(page.figures.balance, formats)], className="rp-aside"),
            ],
            className="rp-columns",
        )
    )
    if page.can_be_deleted and may.change:
        parts.append(_delete_card())
    return [*parts, html.P(TOLD, className="rp-footnotes rp-campaign-foot"), *_action_bar(page, may, links)]


def do_button(what: str, children: Children, class_name: str, key: str = "", place: str = "") -> Component:
    """Return a button that does something with the campaign; `place` tells two of the same apart."""
    return html.Button(
        children,
        id={"type": DO, "do": what, "key": key, "place": place},
        type="button",
        className=class_name,
    )


# ---- parts ----


def _head(page: CampaignPage, may: May, formats: Formats, links: Links) -> Component:
    campaign = page.figures.campaign
    made = formats.day(campaign.at.astimezone(formats.time_zone).date(), page.as_of)
    by = f"By {page.author}, made" if page.author else "Made"
    sent = f", sent {formats.day(campaign.sent_on, page.as_of)}" if campaign.sent_on else ""
    source = page.source
    name: Component = page_link(source.title, source.href) if source.href else html.Span(source.title)
    kind = f"From {source.kind} " if source.kind else "From "
    said = html.P([f"{by} {made}{sent}. {kind}", name, page.about], className="rp-subtitle rp-campaign-from num")
    buttons = [*_files(page, may, links), *_call_button(page, may, formats, "head")]
    head = page_head(
        campaign.name, "", ("All campaigns", links.campaigns()), actions=html.Div(buttons, className="rp-head-buttons")
    )
    return html.Div([head, said], className="rp-campaign-head")


def _files(page: CampaignPage, may: May, links: Links, *, is_short: bool = False) -> list[Component]:
    icons = {"csv": "download", "xlsx": "file-earmark-spreadsheet", "pdf": "file-earmark-pdf"}
    names = {"csv": "CSV", "xlsx": "xlsx", "pdf": "PDF" if is_short else "One-page PDF"}
    about = {"csv": " of who gets the mail", "xlsx": " of who gets the mail", "pdf": " of what came of it"}
    wanted = ("csv", "pdf") if is_short else tuple(CAMPAIGN_FILES)
    return [
        html.A(
            [icon(icons[ending]), html.Span(names[ending]), unseen(about[ending])],
            href=links.campaign_file(page.figures.campaign.id, ending),
            target="_blank" if ending == "pdf" else None,
            rel="noopener",
            download="" if ending != "pdf" else None,
            className="btn btn-quiet",
        )
        for ending in wanted
        if ending in may.files
    ]


def _call_button(page: CampaignPage, may: May, formats: Formats, place: str) -> list[Component]:
    n = page.figures.n_to_call
    if not may.change or not n:
        return []
    words = [icon("telephone-plus"), html.Span(f"Put {formats.number(n)} on call lists")]
    return [do_button(CALLS, words, "btn btn-primary", place=place)]


def _done(done: Done) -> Component:
    """Return what was done, in a place that a screen reader watches."""
    undo = [do_button(UNDO, "Undo", "btn btn-quiet", key=done.undo)] if done.undo else []
    class_name = "rp-campaign-done rp-campaign-failed" if done.is_error else "rp-campaign-done"
    parts = [html.Span(done.words, className="num"), *undo] if done.words else []
    return html.Div(parts, role="status", className=class_name)


def _send_card(page: CampaignPage, formats: Formats) -> Component:
    """Return how it goes on: the list into the mailing tool, then the day of the sending."""
    field = html.Div(
        [
            html.Label("Sent on", htmlFor=DAY, className="rp-label"),
            dbc.Input(id=DAY, type="date", value=page.today.isoformat(), className="rp-campaign-input num"),
        ],
        className="rp-campaign-field",
    )
    words = html.P(
        f"Download the list, send it with your mailing tool, and say on which day. Orders count from then on for "
        f"{formats.days(page.figures.campaign.window_days)}; who is held out gets no mail.",
        className="rp-campaign-next",
    )
    button = do_button(SEND, "Mark as sent", "btn btn-primary")
    body = html.Div([words, html.Div([field, button], className="rp-campaign-send")], className="rp-card-body")
    return card("Not sent yet", "", [body])


def _no_day() -> Component:
    """Return the hidden field of a day that is set: the page's callback needs it."""
    return html.Div(dbc.Input(id=DAY, type="hidden", value=""), hidden=True)


def _who(page: CampaignPage, formats: Formats) -> Component:
    figures = page.figures
    campaign = figures.campaign
    over = max(campaign.n_found - campaign.n_left_out - figures.n_drawn, 0)
    until = formats.day(page.resting_until, page.as_of) if page.resting_until else ""
    return who_card(
        (found_label(campaign.source_words, page.source.kind), campaign.n_found),
        campaign.left_out,
        until,
        (figures.n_drawn, figures.n_held, over),
        formats,
    )


def _text_card(page: CampaignPage) -> list[Component]:
    if not page.text:
        return []
    head = [
        html.H2("Text for the mailing", className="rp-card-title"),
        copy_button(page.text, "Copy", "the text"),
    ]
    body = html.P(page.text, className="rp-campaign-text", **attributes(data_rp_text="true"))
    return [
        html.Section(
            [
                html.Div(head, className="rp-card-head rp-campaign-text-head"),
                html.Div(body, className="rp-card-body"),
            ],
            className="rp-card",
        )
    ]


def _delete_card() -> Component:
    """Return the button that deletes, behind a question."""
    sure = html.Div(
        [
            html.P("The list and its references are gone then, and its customers may be in another campaign."),
            do_button(DELETE, "Delete it", "btn btn-quiet"),
        ],
        className="rp-campaign-delete-sure",
    )
    return html.Details([html.Summary("Delete this campaign"), sure], className="rp-campaign-delete")


def _action_bar(page: CampaignPage, may: May, links: Links) -> list[Component]:
    """Return the phone's buttons, at the bottom where the thumb is."""
    buttons: Sequence[Component] = _files(page, may, links, is_short=True)
    if page.figures.n_to_call and may.change:
        words = f"Put {page.figures.n_to_call} on call lists"
        buttons = [*buttons, do_button(CALLS, words, "btn btn-primary", place="bar")]
    return [html.Div(buttons, className="rp-action-bar")] if buttons else []
