"""The bundles page: the conditions, the bundles that fit as a table and as a chart, and who misses one of them."""

import json
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, page_link
from dashboard.components.empty_states import empty_state
from dashboard.components.table import table_card
from dashboard.display.bundle_table import BUNDLES
from dashboard.display.formats import Formats
from dashboard.display.table import TableRows, TableState
from dashboard.display.urls import Links
from dashboard.pages.bundles.data.filters import FIRST, MOST, NONE, SIZES, Filters
from dashboard.pages.bundles.data.page import (
    BundlesPage,
    advice_words,
    built_words,
    count_words,
    empty_title,
    empty_why,
    gap_sentence,
    gap_title,
)
from dashboard.pages.bundles.view.chart import marks_card
from dashboard.records.bundles import Bundle, Gaps

ANY = "*"  # a native select takes an empty value for no choice
CONTROLS = ("segment", "category", "size", "baskets", "support", "confidence", "lift", "hide")
_STOP_MS = 350  # until a number that is typed counts as typed
PAGE_ROWS = 8  # so that who misses one is in sight below them
GAP_ROWS = 10


def bundles_view(
    page: BundlesPage,
    rows: tuple[TableRows, dict[str, Any]],
    state: TableState,
    formats: Formats,
    *,
    selected: str,
    gap: Component,
) -> Component:
    """Draw the page; bundles.js puts the rows that fit into the table.

    rows    the segment's table, and the same packed
    gap     the card of the selected bundle, or the hint to select one
    """
    table, packed = rows
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="bundles-selected", data=selected),
            dcc.Store(id="bundles-kept"),
            dcc.Store(id="bundles-seen"),
            dcc.Store(id="bundles-rows", data={"segment": page.filters.segment, **packed}),
            dcc.Store(id="bundles-places", data=places_of(page)),
            dcc.Store(id="bundles-of", data=page.filters.segment),
            html.Div(
                [
                    html.H1("Bundles", className="rp-title", tabIndex="-1"),
                    html.P(built_words(page, formats), id="bundles-built", className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            _filter_card(page, formats),
            html.Div(empty_card(page, formats), id="bundles-empty"),
            html.Div(
                [
                    table_card(
                        table,
                        state,
                        formats,
                        note="most order days above chance first",
                        page_rows=PAGE_ROWS,
                        selects=True,
                        filled_later=len(page.places),
                    ),
                    html.Div(
                        [*marks_card(page, selected, formats), html.Div(gap, id="bundles-gap")],
                        className="rp-bundle-columns",
                    ),
                ],
                id="bundles-results",
                className="rp-bundle-results",
                hidden=not page.shown,
            ),
            html.Div(id="bundles-said", className="visually-hidden", role="status"),
        ],
        className="rp-page rp-bundles",
        **attributes(data_rp_bundles=BUNDLES),
    )


def places_of(page: BundlesPage) -> dict[str, Any]:
    """Return the places of the rows that fit, and the segment that they belong to."""
    return {"segment": page.filters.segment, "at": list(page.places)}


def no_bundles_view(version: str, least: int | None, formats: Formats) -> Component:
    """Return the page of a version without any bundle."""
    least_words = f"on {formats.number(least)} order days or more" if least else "on enough order days"
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state(
                "No bundles",
                f"No two products are together {least_words}, so there is no bundle to show.",
                level=1,
            ),
        ],
        className="rp-page",
    )


# ---- conditions ----


def _filter_card(page: BundlesPage, formats: Formats) -> Component:
    filters = page.filters
    segments = [
        {"value": name or ANY, "label": f"{name or 'All customers'} ({formats.number(n)})"} for name, n in page.segments
    ]
    categories = [{"value": ANY, "label": "Any"}, *({"value": name, "label": name} for name in page.categories)]
    sizes = [{"value": "0", "label": "2 to 4"}, *({"value": str(size), "label": str(size)} for size in SIZES)]
    return html.Section(
        [
            _field("Segment", "segment", _select("segment", segments, filters.segment or ANY), "rp-field-wide")
            if len(segments) > 1
            else _unasked("segment", filters.segment or ANY),
            _field("Order days from", "baskets", _number_field("baskets", filters.baskets)),
            _field("Lift from", "lift", _number_field("lift", filters.lift)),
            html.Button(
                [icon("sliders"), html.Span("More")],
                type="button",
                className="btn btn-quiet rp-more-button",
                disable_n_clicks=True,
                **attributes(data_rp_more="true", aria_expanded="false", aria_controls="bundles-more"),
            ),
            html.Div(
                [
                    _field(
                        "Contains category",
                        "category",
                        _select("category", categories, filters.category or ANY),
                        "rp-field-wide",
                    )
                    if page.categories
                    else _unasked("category", ANY),
                    _field("Products", "size", _select("size", sizes, str(filters.size))),
                    _field("Support from, %", "support", _number_field("support", filters.support)),
                    _field("Confidence from, %", "confidence", _number_field("confidence", filters.confidence)),
                    dbc.Switch(
                        id="bundles-hide", value=filters.hide, label="Hide redundant", className="rp-switch-field"
                    ),
                ],
                id="bundles-more",
                className="rp-more",
            ),
            html.Div(
                [
                    html.Span(count_parts(page, formats), id="bundles-count", role="status"),
                    _set_button("Reset", FIRST, "btn btn-ghost rp-reset"),
                ],
                className="rp-filter-count num",
            ),
        ],
        className="rp-card rp-filters",
        **attributes(aria_label="Conditions"),
    )


def count_parts(page: BundlesPage, formats: Formats) -> list[Component | str]:
    """Return `14 of 312 bundles`, the first number bold."""
    n, rest = count_words(page, formats)
    return [html.B(n), rest]


def _field(label: str, name: str, control: Component, class_name: str = "") -> Component:
    return html.Div(
        [html.Label(label, htmlFor=f"bundles-{name}", className="rp-label"), control],
        className=f"rp-field {class_name}".strip(),
    )


def _unasked(name: str, value: str) -> Component:
    """Return a hidden control that offers no choice; the callbacks need it."""
    return html.Div(dbc.Input(id=f"bundles-{name}", type="hidden", value=value), hidden=True)


def _select(name: str, options: list[dict[str, str]], value: str) -> Component:
    select: Component = dbc.Select(id=f"bundles-{name}", options=options, value=value, className="rp-select")
    return select


def _number_field(name: str, value: float) -> Component:
    field: Component = dbc.Input(
        id=f"bundles-{name}",
        type="number",
        value=f"{value:g}",
        min=0,
        max=MOST[name],
        step="any",
        debounce=_STOP_MS,
        className="rp-number-field num",
        inputmode="decimal",
    )
    return field


def _set_button(words: str, filters: Filters, class_name: str, names: Sequence[str] = CONTROLS) -> Component:
    """Return a button that sets controls; bundles.js listens. The segment stays as it is."""
    values = {f"bundles-{name}": _control_value(getattr(filters, name)) for name in names if name != "segment"}
    return html.Button(
        words,
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(data_rp_set=json.dumps(values)),
    )


# ---- nothing fits ----


def empty_card(page: BundlesPage, formats: Formats) -> Component | None:
    """Return which condition excludes everything, and what to set it to; None while there are bundles to show."""
    if page.shown:
        return None
    buttons = [
        _set_button(
            advice_words(one, formats),
            _with(one.name, one.value),
            "btn btn-primary" if at == 0 else "btn btn-quiet",
            [one.name],
        )
        for at, one in enumerate(page.advice)
    ]
    everything = f"Without any condition ({formats.number(page.of_segment)})"
    buttons.append(_set_button(everything, NONE, "btn btn-ghost" if buttons else "btn btn-primary"))
    return empty_state(empty_title(page.filters, formats), empty_why(page, formats), buttons)


def _with(name: str, value: Any) -> Filters:
    return Filters(**{name: value})


# ---- who misses one ----


def gap_hint() -> Component:
    """Return what is shown where no bundle is selected."""
    return html.Section(
        [
            html.H2("Who misses exactly one", className="rp-card-title"),
            html.P("Select a bundle in the table or in the chart: here is then who bought all of it but one product."),
        ],
        className="rp-card rp-gap-hint",
    )


def gap_view(
    bundle: Bundle, table: TableRows, gaps: Gaps, state: TableState, formats: Formats, links: Links
) -> Component:
    """Return the card of a selected bundle: its figures, and the viewer's customers who miss one product."""
    names: list[Component | str] = []
    for part in bundle.parts:
        names += [" + ", page_link(part.name, links.product(part.product_id))]
    about = html.Div(
        [html.H3(names[1:], className="rp-gap-name"), html.P(gap_sentence(bundle, formats))],
        className="rp-gap-about num",
    )
    if not table.records:
        return html.Section(
            [
                html.Div(html.H2(gap_title(bundle, formats), className="rp-card-title"), className="rp-card-head"),
                about,
                html.P(_nobody(gaps), className="rp-gap-others"),
            ],
            className="rp-card",
        )
    return html.Div(
        [
            table_card(table, state, formats, note="largest first", page_rows=GAP_ROWS, about=about),
            html.P(_others(gaps, formats), className="rp-gap-others") if gaps.others else None,
        ],
        className="rp-gap-cards",
    )


def _nobody(gaps: Gaps) -> str:
    if not gaps.others:
        return "Whoever bought some of it lacks more than one product, or has all."
    belong = "They belong" if gaps.others > 1 else "It belongs"
    return f"None of them is yours. {belong} to other reps."


def _others(gaps: Gaps, formats: Formats) -> str:
    return f"and {formats.number(gaps.others)} {'customer' if gaps.others == 1 else 'customers'} of other reps"


def _control_value(value: Any) -> Any:
    """Return a value as the control takes it."""
    if isinstance(value, bool):
        return value
    return (value or ANY) if isinstance(value, str) else f"{value:g}"
