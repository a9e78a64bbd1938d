"""The CSV button of a page that is no table of rows with keys, and what its answer needs."""

from collections.abc import Callable
from typing import Any, NamedTuple

from dash import Dash, Input, Output, State, dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, unseen
from dashboard.components.page_callbacks import beside_a_file, register_callback
from dashboard.components.page_guard import is_offered


class CsvFile(NamedTuple):
    """The ids of a file's button, of the file, and of the place for a notice."""

    button: str
    file: str
    notice: str


def csv_file(page: str) -> CsvFile:
    """Return the ids of a page's file."""
    return CsvFile(f"{page}-csv", f"{page}-file", f"{page}-notice")


def csv_file_parts(of: CsvFile, about: str, *, is_there: bool) -> list[Component]:
    """Return the button and the places of its answer; who may not have the file sees no button.

    about       what is in it, for screen readers
    is_there    whether there is anything to have
    """
    return [
        html.Button(
            [icon("download"), html.Span("CSV"), unseen(f" of {about}")],
            id=of.button,
            type="button",
            hidden=not is_there or not is_offered(of.file),
            className="btn btn-ghost",
        ),
        dcc.Download(id=of.file),
        html.Div(id=of.notice),
    ]


def register_csv_file(app: Dash, of: CsvFile, download: Callable[..., Any], *states: State) -> None:
    """Register what a click on the button answers: `download(context, n_clicks, *states)`."""
    register_callback(
        app,
        download,
        Output(of.file, "data"),
        Output(of.notice, "children"),
        Input(of.button, "n_clicks"),
        *states,
        notice=beside_a_file,
    )
