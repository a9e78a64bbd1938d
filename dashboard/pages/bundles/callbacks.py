"""The bundles page's layout and callbacks."""

from collections.abc import Mapping
from typing import Any

import dash
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard.components.chart import figure_of
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.table import register_csv
from dashboard.display.bundle_offer import discount_of
from dashboard.display.bundle_table import BUNDLES, COLUMNS
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, TableState, table_state
from dashboard.pages.bundles.data.comparison import (
    COMPARED,
    COMPARED_COLUMNS,
    Comparison,
    comparison,
    comparison_sentence,
    comparison_table,
)
from dashboard.pages.bundles.data.filters import Filters, filters_of
from dashboard.pages.bundles.data.gaps import GAP_COLUMNS, GAPS, gap_table, gap_title, lacks_of
from dashboard.pages.bundles.data.page import BundlesPage, built_words, bundles_page, has_bundles
from dashboard.pages.bundles.data.whose import whose
from dashboard.pages.bundles.view.card import gap_hint, gap_view, offer_words
from dashboard.pages.bundles.view.chart import CHART, lift_chart
from dashboard.pages.bundles.view.conditions import CONTROLS, count_parts, empty_card, said_of, whose_value
from dashboard.pages.bundles.view.page import bundles_view, compared_view, no_bundles_view, places_of
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
        Input("bundles-who", "data"),
        State("bundles-discount", "data"),
        notice=lambda notice: (notice, no_update),
    )
    register_callback(
        app,
        show_offer,
        Output({"type": "bundle-offer", "bundle": MATCH}, "children"),
        Input({"type": "bundle-discount", "bundle": MATCH}, "value"),
        State("bundles-selected", "data"),
        notice=lambda _: no_update,  # `show_gap` says it
    )
    register_callback(
        app,
        show_comparison,
        Output("bundles-comparison", "children"),
        Input("bundles-segment", "value"),
        Input("bundles-compare", "value"),
        notice=lambda notice: notice,
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
        Input("bundles-compare", "value"),
        Input("bundles-who", "data"),
        Input("bundles-discount", "data"),
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
    chosen = [State("bundles-selected", "data"), State("bundles-who", "data")]
    compared = [State("bundles-segment", "value"), State("bundles-compare", "value")]
    register_csv(app, BUNDLES, every_bundle, [State("bundles-segment", "value")], bundles_file)
    register_csv(app, GAPS, gap_rows, chosen, gap_file)
    register_csv(app, COMPARED, compared_rows, compared, compared_file)


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; conditions, the selected bundle and what is asked of it are in the address."""
    formats, bundles, version = context.formats, context.bundles, context.version.id
    if not has_bundles(context):
        return no_bundles_view(version, bundles.least_baskets(), formats)
    page = bundles_page(context, _filters(context, query))
    tables = services().bundle_tables
    bundle = bundles.get(text_of(query.get("selected")))
    lacks, discount = lacks_of(query.get("who"), bundle), discount_of(query.get("discount"))
    found = comparison(context, page.whose, query.get("compare"))
    asked = {
        "who": text_of(query.get("who")),
        "discount": f"{discount:g}" if discount else "",
        "compare": whose_value(found.other) if found else "",
    }
    return bundles_view(
        page,
        (tables.table(page.whose, version), tables.packed(page.whose, version)),
        table_state(query, BUNDLES, COLUMNS),
        formats,
        selected=bundle.key if bundle else "",
        gap=_gap(context, bundle, table_state(query, GAPS, GAP_COLUMNS), lacks, discount) if bundle else gap_hint(),
        asked=asked,
        compared=_compared(context, found, table_state(query, COMPARED, COMPARED_COLUMNS)) if found else None,
    )


# ---- callbacks ----


def show(context: PageContext, *sent: Any) -> tuple[Any, ...]:
    """Return what fits the conditions: which rows, count, what is there if nothing fits, if results are hidden.

    The rows themselves are sent when they are of other customers than those which the browser has.
    """
    *controls, has = sent
    page = _page(context, controls)
    if page is None:
        return (no_update,) * 6
    return (
        no_update if has == whose_value(page.whose) else _rows(page),
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


def show_gap(context: PageContext, selected: Any, who: Any = "", discount: Any = "") -> tuple[Any, Any]:
    """Return the card of the selected bundle and what is said of it aloud."""
    bundle = context.bundles.get(text_of(selected))
    if bundle is None:
        return gap_hint(), ""
    lacks = lacks_of(who, bundle)
    said = f"{bundle.name}: {gap_title(bundle, context.formats, lacks)}"
    return _gap(context, bundle, TableState(), lacks, discount_of(discount)), said


def show_offer(context: PageContext, discount: Any, selected: Any) -> Any:
    """Return what a discount on the selected bundle costs and would have to bring back."""
    bundle = context.bundles.get(text_of(selected))
    return offer_words(bundle, discount_of(discount), context.formats) if bundle else no_update


def show_comparison(context: PageContext, segment: Any, compare: Any) -> Any:
    """Return the card of two groups of customers side by side; nothing where there is nobody to compare with."""
    found = comparison(context, _filters(context, said_of({"segment": segment})).members, compare)
    return _compared(context, found, TableState()) if found else []


def every_bundle(context: PageContext, segment: Any) -> TableRows:
    """Return the bundles of some customers, for the CSV: the screen says which of them it shows."""
    members = _filters(context, said_of({"segment": segment})).members
    return services().bundle_tables.table(members, context.version.id)


def gap_rows(context: PageContext, selected: Any, who: Any = "") -> TableRows | None:
    """Return who of the viewer's customers has all of a bundle or misses some of it, for the CSV."""
    bundle = context.bundles.get(text_of(selected))
    return gap_table(context, bundle, context.bundles.gaps(bundle, lacks_of(who, bundle))) if bundle else None


def compared_rows(context: PageContext, segment: Any, compare: Any) -> TableRows | None:
    """Return two groups of customers side by side, for the CSV."""
    found = comparison(context, _filters(context, said_of({"segment": segment})).members, compare)
    return comparison_table(context, found) if found else None


def bundles_file(context: PageContext, segment: Any) -> tuple[str, ...]:
    """Return what the name of the bundles' file says: of which customers they are."""
    members = _filters(context, said_of({"segment": segment})).members
    return "bundles", whose(members) if members[1] else ""


def gap_file(context: PageContext, selected: Any, who: Any = "") -> tuple[str, ...]:
    """Return what the name of the file of customers says: of which bundle, and how much of it they miss."""
    bundle = context.bundles.get(text_of(selected))
    parts = (*(part.name for part in bundle.parts), bundle.segment) if bundle else ()
    names = ("customers-with-all-of", "customers-who-miss-one-of", "customers-who-miss-two-of")
    return names[lacks_of(who, bundle)], *parts


def compared_file(context: PageContext, segment: Any, compare: Any) -> tuple[str, ...]:
    """Return what the name of the file of a comparison says: of whom."""
    found = comparison(context, _filters(context, said_of({"segment": segment})).members, compare)
    return ("bundles", whose(found.own), "beside", whose(found.other)) if found else ("bundles",)


# ---- inner ----


def _page(context: PageContext, controls: list[Any]) -> BundlesPage | None:
    """Return the page for the controls' values; None for a version without bundles."""
    if not has_bundles(context):
        return None
    return bundles_page(context, _filters(context, said_of(dict(zip(CONTROLS, controls, strict=True)))))


def _rows(page: BundlesPage) -> dict[str, Any]:
    """Return all rows of the page's customers, packed."""
    return {"segment": whose_value(page.whose), **services().bundle_tables.packed(page.whose, page.version)}


def _filters(context: PageContext, said: Mapping[str, Any]) -> Filters:
    bundles = context.bundles
    return filters_of(said, [one.members for one in bundles.members()], bundles.categories())


def _gap(context: PageContext, bundle: Bundle, state: TableState, lacks: int, discount: float) -> Component:
    gaps = context.bundles.gaps(bundle, lacks)
    table = gap_table(context, bundle, gaps)
    away = context.stock.away
    return gap_view(bundle, table, gaps, state, context.formats, context.links, discount=discount, away=away)


def _compared(context: PageContext, found: Comparison, state: TableState) -> Component:
    sentence = comparison_sentence(found, context)
    return compared_view(comparison_table(context, found), sentence, state, context.formats)
