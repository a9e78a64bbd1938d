"""Layouts and callbacks of pages: each gets the context of its version, and says so where there are no data for it."""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from dash import MATCH, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.empty_states import no_data, no_data_page, version_gone
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.services import page_context
from recsys.artifacts.open_version import VersionGone
from recsys.errors import ArtifactError

_log = logging.getLogger(__name__)
PAGE_VERSION = State("page-version", "data")  # of each page: the version that it was drawn from


def page_layout(draw: Callable[..., Component]) -> Callable[..., Component]:
    """Return a layout for Dash: `draw(context, **address)` from the newest version.

    An address may hold any name, `context` too: `draw` takes its context by position alone.
    """

    @wraps(draw)
    def layout(**address: Any) -> Component:
        try:
            return draw(page_context(), **address)
        except ArtifactError as error:
            _log.warning("a page without data", extra={"reason": str(error)})
            return no_data_page()

    return layout


def register_callback(
    app: Dash,
    answer: Callable[..., Any],
    *dependencies: Output | Input | State,
    notice: Callable[[Component], Any] = lambda notice: notice,
    first_click: bool = False,
) -> None:
    """Register a callback of a page: `answer(context, *values)`, with the version that the page was drawn from.

    notice       makes an answer of what is said where that version is gone, or where there are no data at all
    first_click  the first input counts clicks, and only the first click is answered: after that the browser alone
                 opens and closes what came; the count is no value of `answer`
    """

    @wraps(answer)
    def called(*sent: Any) -> Any:
        *values, version = sent
        if first_click and values.pop(0) != 1:
            raise PreventUpdate
        return answered(lambda context: answer(context, *values), text_of(version), notice)

    app.callback(*dependencies, PAGE_VERSION, prevent_initial_call=True)(called)


def register_proof(app: Dash, answer: Callable[..., Any], line: str, keys: Sequence[str], page: State) -> None:
    """Register what the reason of a line opens, asked for once: `answer(context, the button's id, the page's subject)`.

    line    begins the types of the ids: of `pair-reason` it is `pair-`
    keys    what else the ids have
    """
    of = dict.fromkeys(keys, MATCH)
    reason = {"type": f"{line}reason", **of}
    proof = Output({"type": f"{line}proof", **of}, "children")
    register_callback(app, answer, proof, Input(reason, "n_clicks"), State(reason, "id"), page, first_click=True)


def register_list_csv(app: Dash, answer: Callable[..., Any], button: dict[str, Any], *states: State) -> None:
    """Register the CSV button of a list of lines: `answer(context, clicks, the button's id, *states)`.

    button  its id; the ids of the file and of the notice have its type and a word more
    """
    kind = button["type"]
    register_callback(
        app,
        answer,
        Output({**button, "type": f"{kind}-file"}, "data"),
        Output({**button, "type": f"{kind}-notice"}, "children"),
        Input(button, "n_clicks"),
        State(button, "id"),
        *states,
        notice=beside_a_file,
    )


def beside_a_file(notice: Component) -> tuple[Any, Component]:
    """Return a notice, and that there is no file."""
    return no_update, notice


def answered(answer: Callable[[PageContext], Any], version: str, notice: Callable[[Component], Any]) -> Any:
    """Return an answer from a version, the newest if none is named, or the notice that it is gone."""
    try:
        return answer(page_context(version))
    except VersionGone:
        return notice(version_gone())
    except ArtifactError as error:
        _log.warning("an answer without data", extra={"reason": str(error)})
        return notice(no_data())
