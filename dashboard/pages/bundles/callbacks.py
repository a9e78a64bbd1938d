"""The bundles page's layout and callbacks."""

from collections.abc import Mapping
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard.components.chart import figure_of
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.table import register_csv
from dashboard.display.bundle_table import BUNDLES, COLUMNS
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, TableState, table_state
from dashboard.pages.bundles.data.filters import Filters, filters_of
from dashboard.pages.bundles.data.page import (
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
from dashboard.records.bundles import Bundle
from dashboard.services import services

_CONTROLS = [Input(f"bundles-{name}", "value") for name in CONTROLS]
_TABLE = {"type": "table", "table": BUNDLES}


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        "bundles", path_template="/bundles", name="Bundles", title="Bundles - Repertoire", layout=page_layout(layout)
    )
    register_callback(
        app,
        show,
        Output("bundles-rows", "data"),
        Output("bundles-places", "data"),
        Output("bundles-count", "children"),
        Output("bundles-empty", "children"),
        Output("bundles-results", "hidden"),
        Output("bundles-built", "children"),
        *_CONTROLS,
        State("bundles-of", "data"),
        notice=lambda notice: (no_update, no_update, no_update, notice, no_update, no_update),
    )
    register_callback(
        app,
        draw,
        Output("bundles-marks", "data"),
        *_CONTROLS,
        Input("bundles-selected", "data"),
        notice=lambda _: no_update,  # `show` says it
    )
    register_callback(
        app,
        show_gap,
        Output("bundles-gap", "children"),
        Output("bundles-said", "children"),
        Input("bundles-selected", "data"),
        notice=lambda notice: (notice, no_update),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBundles", "reveal"),
        Output("bundles-seen", "data"),
        Input("bundles-gap", "children"),
        prevent_initial_call=True,
    )
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
    register_csv(app, BUNDLES, every_bundle, [State("bundles-segment", "value")], bundles_file)
    register_csv(app, GAPS, gap_rows, [State("bundles-selected", "data")], gap_file)


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; conditions and the selected bundle are in the address."""
    formats, bundles, version = context.formats, context.bundles, context.version.id
    if not bundles.segments():
        return no_bundles_view(version, bundles.least_baskets(), formats)
    page = bundles_page(context, _filters(context, query))
    tables, segment = services().bundle_tables, page.filters.segment
    bundle = bundles.get(text_of(query.get("selected")))
    state = table_state(query, BUNDLES, COLUMNS)
    return bundles_view(
        page,
        (tables.table(segment, version), tables.packed(segment, version)),
        state,
        formats,
        selected=bundle.key if bundle else "",
        gap=_gap(context, bundle, table_state(query, GAPS, GAP_COLUMNS)) if bundle else gap_hint(),
    )


# ---- callbacks ----


def show(context: PageContext, *sent: Any) -> tuple[Any, ...]:
    """Return what fits the conditions: which rows, count, what is there if nothing fits, if results are hidden.

    The rows themselves are sent when the segment is another one than that of the rows which the browser has.
    """
    *controls, has = sent
    page = _page(context, controls)
    if page is None:
        return (no_update,) * 6
    segment = page.filters.segment
    return (
        no_update if has == segment else _rows(page),
        places_of(page),
        count_parts(page, context.formats),
        empty_card(page, context.formats),
        not page.shown,
        built_words(page, context.formats),
    )


def draw(context: PageContext, *sent: Any) -> Any:
    """Return the chart of what fits."""
    *controls, selected = sent
    page = _page(context, controls)
    return no_update if page is None else figure_of(lift_chart(page, text_of(selected), context.formats))


def show_gap(context: PageContext, selected: Any) -> tuple[Any, Any]:
    """Return the card of the selected bundle and what is said of it aloud."""
    bundle = context.bundles.get(text_of(selected))
    if bundle is None:
        return gap_hint(), ""
    said = f"{bundle.name}: {context.formats.number(bundle.n_miss_one)} miss exactly one"
    return _gap(context, bundle, TableState()), said


def every_bundle(context: PageContext, segment: Any) -> TableRows:
    """Return the bundles of a segment, for the CSV: the screen says which of them it shows."""
    return services().bundle_tables.table(_filters(context, {"segment": segment}).segment, context.version.id)


def gap_rows(context: PageContext, selected: Any) -> TableRows | None:
    """Return who of the viewer's customers misses one product of a bundle, for the CSV."""
    bundle = context.bundles.get(text_of(selected))
    return gap_table(context, bundle, context.bundles.gaps(bundle)) if bundle else None


def bundles_file(context: PageContext, segment: Any) -> tuple[str, ...]:
    """Return what the name of the bundles' file says: of which segment they are."""
    return "bundles", _filters(context, {"segment": segment}).segment


def gap_file(context: PageContext, selected: Any) -> tuple[str, ...]:
    """Return what the name of the file of customers says: which bundle they miss one product of."""
    bundle = context.bundles.get(text_of(selected))
    parts = (*(part.name for part in bundle.parts), bundle.segment) if bundle else ()
    return "customers-who-miss-one-of", *parts


# ---- inner ----


def _page(context: PageContext, controls: list[Any]) -> BundlesPage | None:
    """Return the page for the controls' values; None for a version without bundles."""
    if not context.bundles.segments():
        return None
    return bundles_page(context, _filters(context, dict(zip(CONTROLS, controls, strict=True))))


def _rows(page: BundlesPage) -> dict[str, Any]:
    """Return all rows of the page's segment, packed."""
    segment = page.filters.segment
    return {"segment": segment, **services().bundle_tables.packed(segment, page.version)}


def _filters(context: PageContext, said: Mapping[str, Any]) -> Filters:
    bundles = context.bundles
    return filters_of(said, [name for name, _ in bundles.segments()], bundles.categories())


def _gap(context: PageContext, bundle: Bundle, state: TableState) -> Component:
    gaps = context.bundles.gaps(bundle)
    return gap_view(bundle, gap_table(context, bundle, gaps), gaps, state, context.formats, context.links)
