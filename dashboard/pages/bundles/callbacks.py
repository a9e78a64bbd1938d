"""Bundles: products that stand in one basket often, and which customers miss exactly one of them."""

from collections.abc import Mapping
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard.access.viewer import current_viewer
from dashboard.components.chart import figure_of
from dashboard.components.empty_states import no_data, no_data_page, version_gone
from dashboard.components.table import register_csv
from dashboard.display.bundle_table import BUNDLES, COLUMNS
from dashboard.display.table import TableRows, TableState, table_state
from dashboard.display.urls import Links
from dashboard.pages.bundles.data.filters import Filters, filters_of
from dashboard.pages.bundles.data.page import (
    FIRST_SORT,
    GAP_COLUMNS,
    GAPS,
    BundlesPage,
    built_words,
    bundles_page,
    gap_table,
)
from dashboard.pages.bundles.view.chart import CHART, lift_chart
from dashboard.pages.bundles.view.page import (
    CONTROLS,
    bundles_view,
    count_parts,
    empty_card,
    gap_hint,
    gap_view,
    no_bundles_view,
    places_of,
)
from dashboard.services import services
from recsys.artifacts.open_version import VersionGone
from recsys.errors import ArtifactError

_CONTROLS = [Input(f"bundles-{name}", "value") for name in CONTROLS]
_TABLE = {"type": "table", "table": BUNDLES}


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("bundles", path_template="/bundles", name="Bundles", title="Bundles - Repertoire", layout=layout)
    app.callback(
        Output("bundles-rows", "data"),
        Output("bundles-places", "data"),
        Output("bundles-count", "children"),
        Output("bundles-empty", "children"),
        Output("bundles-results", "hidden"),
        Output("bundles-built", "children"),
        *_CONTROLS,
        State("bundles-of", "data"),
        State("page-version", "data"),
        prevent_initial_call=True,
    )(show)
    app.callback(
        Output("bundles-marks", "data"),
        *_CONTROLS,
        Input("bundles-selected", "data"),
        State("page-version", "data"),
        prevent_initial_call=True,
    )(draw)
    app.callback(
        Output("bundles-gap", "children"),
        Output("bundles-said", "children"),
        Input("bundles-selected", "data"),
        State("page-version", "data"),
        prevent_initial_call=True,
    )(show_gap)
    app.clientside_callback(
        ClientsideFunction("repertoireBundles", "rows"),
        Output(_TABLE, "rowData"),
        Output("bundles-of", "data"),
        Input("bundles-rows", "data"),
        Input("bundles-places", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBundles", "named"),
        Output({"type": "chart-figure", "chart": CHART}, "data"),
        Input("bundles-marks", "data"),
        Input("bundles-rows", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBundles", "keep"),
        Output("bundles-kept", "data"),
        *_CONTROLS,
        Input("bundles-selected", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBundles", "select"),
        Output("bundles-selected", "data"),
        Input(_TABLE, "selectedRows"),
        Input({"type": "chart", "chart": CHART}, "clickData"),
        Input("bundles-segment", "value"),
        State("bundles-selected", "data"),
        prevent_initial_call=True,
    )
    register_csv(app, BUNDLES, every_bundle, [State("bundles-segment", "value")])
    register_csv(app, GAPS, gap_rows, [State("bundles-selected", "data")], "customers-who-miss-one")


def layout(**query: Any) -> Component:
    """Draw the page from the newest version; conditions and the selected bundle stand in the address."""
    at = services()
    try:
        version = at.repository.newest()
        if not at.shelf.segments(version):
            return no_bundles_view(version, at.shelf.least_baskets(version), at.formats)
        page = bundles_page(at.shelf, at.repository, _filters(query, version), version)
        rows = at.bundle_rows.packed(page.filters.segment, version)
        table = at.bundle_rows.table(page.filters.segment, version)
        bundle = at.shelf.bundle(_text(query.get("selected")), version)
        gap = _gap(bundle.key, version, table_state(query, GAPS, GAP_COLUMNS)) if bundle else None
    except ArtifactError:
        return no_data_page()
    state = table_state(query, BUNDLES, COLUMNS)
    state = state if state.sort else TableState(FIRST_SORT, state.find, state.where)
    return bundles_view(
        page,
        (table, rows),
        state,
        at.formats,
        selected=bundle.key if bundle else "",
        gap=gap or gap_hint(),
    )


# ---- callbacks ----


def show(*sent: Any) -> tuple[Any, ...]:
    """Return what fits the conditions: which rows, count, what stands there if nothing fits, if results are hidden.

    The rows themselves are sent when the segment is another one than that of the rows which the browser has.
    """
    at = services()
    *controls, has, version = sent
    try:
        page = _page((*controls, version))
        rows = at.bundle_rows.packed(page.filters.segment, page.version) if page else None
    except VersionGone:
        return no_update, no_update, no_update, version_gone(), no_update, no_update
    except ArtifactError:
        return no_update, no_update, no_update, no_data(), no_update, no_update
    if page is None:
        return (no_update,) * 6
    return (
        no_update if has == page.filters.segment else {"segment": page.filters.segment, **(rows or {})},
        places_of(page),
        count_parts(page, at.formats),
        empty_card(page, at.formats),
        not page.shown,
        built_words(page, at.formats),
    )


def draw(*sent: Any) -> Any:
    """Return the chart of what fits; data that are gone are told by `show`."""
    *controls, selected, version = sent
    try:
        page = _page((*controls, version))
    except ArtifactError:
        return no_update
    if page is None:
        return no_update
    return figure_of(lift_chart(page, _text(selected), services().formats))


def show_gap(selected: Any, version: Any) -> tuple[Any, Any]:
    """Return the card of the selected bundle and what is told of it aloud."""
    try:
        found = _gap(_text(selected), _text(version), TableState())
    except VersionGone:
        return version_gone(), no_update
    except ArtifactError:
        return no_data(), no_update
    if found is None:
        return gap_hint(), ""
    bundle = services().shelf.bundle(_text(selected), _text(version))
    told = f"{bundle.name}: {services().formats.number(bundle.n_miss_one)} miss exactly one" if bundle else ""
    return found, told


def every_bundle(version: str, segment: Any) -> TableRows:
    """Return the bundles of a segment, for the CSV: the screen says which of them it shows."""
    return services().bundle_rows.table(_filters({"segment": segment}, version).segment, version)


def gap_rows(version: str, selected: Any) -> TableRows | None:
    """Return who of the viewer's customers misses one product of a bundle, for the CSV."""
    at = services()
    found = gap_table(at.shelf, at.repository, current_viewer(), at.formats, _links(), _text(selected), version)
    return found[0] if found else None


# ---- inner ----


def _page(sent: tuple[Any, ...]) -> BundlesPage | None:
    """The page for what controls and version say; None for a version without bundles."""
    at = services()
    *values, version = sent
    version = _text(version) or at.repository.newest()
    if not at.shelf.segments(version):
        return None
    said = dict(zip(CONTROLS, values, strict=True))
    return bundles_page(at.shelf, at.repository, _filters(said, version), version)


def _filters(said: Mapping[str, Any], version: str) -> Filters:
    shelf = services().shelf
    return filters_of(said, [name for name, _ in shelf.segments(version)], shelf.categories(version))


def _gap(key: str, version: str, state: TableState) -> Component | None:
    at = services()
    found = gap_table(at.shelf, at.repository, current_viewer(), at.formats, _links(), key, version)
    bundle = at.shelf.bundle(key, version)
    if found is None or bundle is None:
        return None
    return gap_view(bundle, *found, state, at.formats, _links())


def _links() -> Links:
    return Links(services().settings.url_prefix)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
