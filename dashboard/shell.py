"""What is around every page: name, navigation, search, data chip, theme, choice of rep.

It is drawn once a visit; pages switch inside it. What only the browser knows (theme, open panels, the address'
details, keys) is done by the scripts in assets/, which find their elements by `data-rp-*` attributes.
"""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import OPEN, current_identity
from dashboard.access.viewer import choose, current_viewer
from dashboard.alerts.bell import new_alerts
from dashboard.alerts.queries import AlertQueries
from dashboard.components import html
from dashboard.components.bell import bell
from dashboard.components.chart import register_charts
from dashboard.components.data_status import chip_of, new_data
from dashboard.components.empty_states import cannot_check, no_answer, page_too_old, signed_out
from dashboard.components.navigation import ALL_REPS, side_bar, top_bar
from dashboard.components.outcome_actions import register_toast
from dashboard.components.page_guard import is_open, may_search
from dashboard.components.paper_line import ORDERS, orders_words, paper_line
from dashboard.components.search import register_search
from dashboard.components.skeleton import skeletons
from dashboard.components.table import register_tables
from dashboard.display.request_values import text_of
from dashboard.records.customers import Rep
from dashboard.records.versions import DataState
from dashboard.services import Services, newest_context, page_context, services
from recsys.errors import ArtifactError

TICK_MS = 5000
THEME_SCRIPT = "theme.js"
FAVICON = "favicon.svg"


def layout() -> Component:
    """Return the shell for the current viewer."""
    at, viewer = services(), current_viewer()
    state = at.repository.data_state()
    return html.Div(
        [
            html.A("Skip to the content", href="#main", className="rp-skip"),
            top_bar(
                chip_of(state, at.formats, at.settings, datetime.now(UTC)),
                _bell(),
                has_search=may_search(),
            ),
            side_bar(viewer, _choices(), at.formats, at.links, is_open, _signed_in()),
            html.Main(
                [
                    paper_line(state.as_of if state else None, at.formats),
                    page_too_old(),
                    signed_out(at.links),
                    cannot_check(),
                    no_answer(),
                    skeletons(),
                    dash.page_container,
                ],
                id="main",
                tabIndex="-1",
                className="rp-main",
            ),
            dcc.Interval(id="tick", interval=TICK_MS),
            dcc.Store(id="chip-shown"),
            dcc.Store(id="rep-chosen"),
            dcc.Store(id="page-drawn"),
            dcc.Store(id="theme-shown"),
        ],
        className="rp-shell",
    )


def register(app: Dash) -> None:
    """Make this the app's layout, register its callbacks, and let the theme's script run before the first paint."""
    app.layout = layout
    app.index_string = head_of(app, app.index_string)
    register_search(app)
    register_tables(app)
    register_toast(app)
    register_charts(app)
    app.callback(
        Output("data-chip", "children"),
        Output("data-panel", "children"),
        Output("new-data", "children"),
        Output("bell", "children"),
        Output(ORDERS, "children"),
        Output("chip-shown", "data"),
        Input("tick", "n_intervals"),
        Input("page-version", "data", allow_optional=True),  # the first page may still be drawn at a tick
        State("chip-shown", "data"),
        prevent_initial_call=True,
    )(look_at_data)
    app.callback(
        Output("rep-chosen", "data"),
        Input({"type": "rep", "place": ALL}, "value"),
        prevent_initial_call=True,
    )(choose_rep)
    app.clientside_callback(
        ClientsideFunction("repertoire", "repChosen"),
        Output("rep-chosen", "clear_data"),
        Input("rep-chosen", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("repertoire", "chooseTheme"),
        Output({"type": "theme", "place": ALL}, "value"),
        Input({"type": "theme", "place": ALL}, "value"),
    )
    app.clientside_callback(
        ClientsideFunction("repertoire", "pageDrawn"),
        Output("page-drawn", "data"),
        Input("_pages_content", "children"),
    )


def head_of(app: Dash, index: str) -> str:
    """Return the index page with our own icon, and with the theme's script before the stylesheets: a page in the
    wrong theme never flashes up.
    """
    icon_link = f'<link rel="icon" type="image/svg+xml" href="{asset(app, FAVICON)}">'
    script = f'<script src="{asset(app, THEME_SCRIPT)}"></script>'
    return index.replace("{%favicon%}", icon_link).replace("{%css%}", f"{script}\n        {{%css%}}")


def asset(app: Dash, name: str) -> str:
    """Return the address of a file in assets/ with a fingerprint, as browsers keep it for a year."""
    content = (Path(app.config.assets_folder) / name).read_bytes()
    return f"{app.get_asset_url(name)}?m={hashlib.sha256(content).hexdigest()[:16]}"


# ---- callbacks ----


def look_at_data(_ticks: Any, page_version: Any, shown: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Update the chip and the line of paper where their content changed; else change nothing."""
    at, now = services(), datetime.now(UTC)
    state = at.repository.data_state()
    newer = state.version if state and page_version not in (None, state.version) else None
    summary = _summary(state, newer, at, now)
    if summary == shown:
        raise PreventUpdate
    chip = chip_of(state, at.formats, at.settings, now)
    return chip.words, chip.panel, new_data(newer), _bell(), _orders(page_version, state), summary


def _orders(page_version: Any, state: DataState | None) -> Any:
    """Return what paper says of the orders that the page shows."""
    return orders_words(_page_day(page_version, state), services().formats)


def _page_day(page_version: Any, state: DataState | None) -> date | None:
    """Return the last day of the data that the page shows; None where they are not kept any more."""
    if state is not None and page_version in (None, state.version):
        return state.as_of
    try:
        return page_context(page_version).as_of if text_of(page_version) else None
    except ArtifactError:
        return None


def choose_rep(names: Any) -> Any:
    """Keep the rep that was chosen in the cookie; the browser then loads the page again.

    A name that no customer has is not kept.
    """
    wanted = names[0] if isinstance(names, list) and names else None
    if wanted == ALL_REPS:
        choose(None)
    elif any(rep.name == wanted for rep in _choices()):
        choose(wanted)
    else:
        return no_update
    return wanted


def _bell() -> Component | None:
    """Return the bell; None for who has no alerts, and where there are no data."""
    context = newest_context() if is_open("alerts") else None
    if context is None:
        return None
    at = services()
    rules = at.rule_book.of_person(context.desk.person_id)
    return bell(new_alerts(AlertQueries(context.snapshot, context.desk), rules), at.formats, at.links)


def _choices() -> tuple[Rep, ...]:
    """Return the reps whose customers the viewer may choose to see alone; none where there are no data."""
    context = newest_context()
    reps = context.version.reps() if context else ()
    names = current_viewer().choices(rep.name for rep in reps)
    return tuple(rep for rep in reps if rep.name in names)


def _signed_in() -> str:
    """Return the name of who is signed in, else their address; empty where nobody signs in."""
    who = current_identity()
    return "" if who is None or who == OPEN else who.name or who.email


def _summary(state: DataState | None, newer: str | None, at: Services, now: datetime) -> str:
    """Return all that chip and panel show as one text: equal texts need no update."""
    if state is None:
        return "none"
    age = at.formats.age(now - state.built_at)
    return " ".join(map(str, (state.version, newer, age, state.refused_version, state.refused_at)))
