"""The search, one implementation for the top bar and the home page: a field, and answers in a listbox.

What is typed travels in a request's body alone, never in an address: it holds names. search.js gives the field its
part as a combobox (arrow keys, Enter, Escape); what it needs to know stands in the elements made here.
"""

from datetime import date
from typing import Any

from dash import MATCH, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.answers import Customer, Found, Hit
from dashboard.components.basics import attributes, icon, sentence_start, unseen
from dashboard.components.notices import no_data, version_gone
from dashboard.formats import Formats
from dashboard.links import Links
from dashboard.services import services
from dashboard.text_match import Piece
from dashboard.viewer import Viewer, current_viewer
from recsys.artifacts.reader import VersionGone
from recsys.errors import ArtifactError

DEBOUNCE_SECONDS = 0.15


def search_box(place: str, placeholder: str = "Customer or number") -> Component:
    """The field and the place of its answers; `place` tells two fields of one page apart."""
    return html.Div(
        [
            html.Label(
                [icon("search", "rp-search-icon"), unseen("Search customers")],
                htmlFor=f'{{"place":"{place}","type":"search-text"}}',
                className="rp-search-label",
            ),
            dcc.Input(
                id={"type": "search-text", "place": place},
                type="search",
                debounce=DEBOUNCE_SECONDS,
                placeholder=placeholder,
                autoComplete="off",
                spellCheck=False,
                className="rp-search-input",
                value="",
                maxLength=80,
            ),
            html.Button(
                "Close",
                type="button",
                className="btn btn-ghost rp-search-close",
                disable_n_clicks=True,
                **attributes(data_rp_search_close="true"),
            ),
            html.Kbd("/", className="rp-key", **attributes(aria_hidden="true")),
            html.Div(id={"type": "search-count", "place": place}, role="status", className="visually-hidden"),
            html.Div(
                id={"type": "search-answers", "place": place}, className="rp-answers", **attributes(data_place=place)
            ),
        ],
        className=f"rp-search rp-search-{place}",
        role="search",
        **attributes(data_rp_search=place),
    )


def register_search(app: Dash) -> None:
    """Answer every search box there is."""
    app.callback(
        Output({"type": "search-answers", "place": MATCH}, "children"),
        Output({"type": "search-count", "place": MATCH}, "children"),
        Input({"type": "search-text", "place": MATCH}, "value"),
        State({"type": "search-text", "place": MATCH}, "id"),
        State("page-version", "data"),
        prevent_initial_call=True,
    )(answer_search)


def answer_search(text: Any, box: Any, version: Any) -> tuple[Component | None, str]:
    """Return the answers to what was typed, from the version that the page shows, and how many there are."""
    if not isinstance(text, str) or not text.strip():
        return None, ""
    at, viewer = services(), current_viewer()
    try:
        found = at.repository.search(viewer, text, version if isinstance(version, str) else "")
        as_of = at.repository.as_of()
    except VersionGone:
        return version_gone(), ""
    except ArtifactError:
        return no_data(), ""
    place = box.get("place", "") if isinstance(box, dict) else ""
    drawn = answers(found, str(place), viewer, at.formats, Links(at.settings.url_prefix), as_of)
    return html.Div(drawn, **attributes(data_rp_text=text.strip())), count_told(found, at.formats)


def count_told(found: Found, formats: Formats) -> str:
    """How many were found, and whether all are shown."""
    if not found.hits:
        return "No customer found"
    shown = len(found.hits)
    count = f"{formats.number(found.total)} customer{'' if found.total == 1 else 's'}"
    return f"{count}, the first {shown}" if found.total > shown else count


def answers(found: Found, place: str, viewer: Viewer, formats: Formats, links: Links, as_of: date) -> Component:
    """The hits as options, or why there are none."""
    if not found.hits:
        told = html.P(count_told(found, formats), className="rp-answers-none")
        return html.Div([told, html.P(_why_nobody(viewer), className="rp-answers-why")], className="rp-answers-box")
    options = [_option(hit, place, at, formats, links, as_of) for at, hit in enumerate(found.hits)]
    return html.Div(
        [
            html.Div(
                [html.Span("Customers"), html.Span(count_told(found, formats), className="num")],
                className="rp-answers-head",
            ),
            html.Div(options, role="listbox", id=f"answers-{place}", **attributes(aria_label="Customers found")),
            html.Div(
                [
                    html.Span([html.Kbd("\N{UPWARDS ARROW}"), html.Kbd("\N{DOWNWARDS ARROW}"), " choose"]),
                    html.Span([html.Kbd("Enter"), " open"]),
                    html.Span([html.Kbd("Ctrl"), html.Kbd("Enter"), " new tab"]),
                ],
                className="rp-answers-keys",
                **attributes(aria_hidden="true"),
            ),
        ],
        className="rp-answers-box",
    )


def _why_nobody(viewer: Viewer) -> str:
    whose = f"Only customers of {viewer.who} are searched. " if viewer.role == "rep" else ""
    return f"{whose}Words of the name or the number match, in any order."


def _option(hit: Hit, place: str, at: int, formats: Formats, links: Links, as_of: date) -> Component:
    customer = hit.customer
    return html.A(
        [
            icon("shop", "rp-option-icon"),
            html.Span(
                [
                    html.Span(_marked(hit.name), className="rp-option-name"),
                    html.Span(_facts(customer, formats, as_of), className="rp-option-facts"),
                ],
                className="rp-option-text",
            ),
            html.Span(_marked(hit.number), className="rp-id num"),
        ],
        href=links.customer(customer.customer_id),
        id=f"answer-{place}-{at}",
        role="option",
        tabIndex="-1",
        className="rp-option",
        **attributes(aria_selected="true" if at == 0 else "false", data_rp_page="true"),
    )


def _marked(pieces: tuple[Piece, ...]) -> list[Component | str]:
    return [html.Mark(piece.text) if piece.found else piece.text for piece in pieces]


def _facts(customer: Customer, formats: Formats, as_of: date) -> str:
    where = sentence_start(", ".join(part for part in (customer.segment, customer.region) if part))
    last = f"Last order {formats.day(customer.last_order_on, as_of)}" if customer.last_order_on else "No orders yet"
    return f"{where}. {last}" if where else last
