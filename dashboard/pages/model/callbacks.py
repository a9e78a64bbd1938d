"""The model page: for those who look after the data. It names no customer, so everyone may see all of it."""

from collections.abc import Callable
from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import register_csv
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import MODEL_PATH
from dashboard.pages.model.data.build import STEP_COLUMNS, STEPS, step_table
from dashboard.pages.model.data.calibration import BIN_COLUMNS, BINS, bin_table
from dashboard.pages.model.data.lists import LIST_COLUMNS, LISTS, list_table
from dashboard.pages.model.data.page import (
    FIGURES,
    GAINS,
    ModelPage,
    figure_columns,
    figure_table,
    gain_columns,
    gain_table,
    model_page,
)
from dashboard.pages.model.view.page import model_view

_COLUMNS = {
    LISTS: LIST_COLUMNS,
    FIGURES["all"]: figure_columns(),
    FIGURES["new"]: figure_columns(),
    GAINS: gain_columns(),
    BINS: BIN_COLUMNS,
    STEPS: STEP_COLUMNS,
}
_TABLES: dict[str, Callable[[ModelPage, Formats], TableRows]] = {
    LISTS: lambda page, formats: list_table(page.report, formats),
    FIGURES["all"]: lambda page, formats: figure_table(page, "all", formats),
    FIGURES["new"]: lambda page, formats: figure_table(page, "new", formats),
    GAINS: lambda page, formats: gain_table(page.report, formats),
    BINS: lambda page, formats: bin_table(page.report, formats),
    STEPS: lambda page, formats: step_table(page.report, formats),
}
_FILES = {
    LISTS: "model-lists",
    FIGURES["all"]: "model-all-products",
    FIGURES["new"]: "model-new-products",
    GAINS: "model-gains",
    BINS: "model-chances",
    STEPS: "model-build-steps",
}


def register(app: Dash) -> None:
    """Register the page and the CSV of its tables."""
    dash.register_page(
        "model", path_template=MODEL_PATH, name="Model", title="Model - Repertoire", layout=page_layout(layout)
    )
    for name in _TABLES:
        register_csv(app, name, _of_version(name), file=_FILES[name])


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page."""
    states = {name: table_state(query, name, of) for name, of in _COLUMNS.items()}
    return model_view(model_page(context.version), context.formats, states)


def _of_version(name: str) -> Callable[[PageContext], TableRows]:
    return lambda context: _TABLES[name](model_page(context.version), context.formats)
