"""Layouts and callbacks get the context of their version, and say so where there are no data for it."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import Flask

from dashboard.components.page_callbacks import answered, page_layout, register_callback
from dashboard.display.page_context import PageContext
from dashboard.services import EXTENSION
from tests.support.artifacts import publish_small
from tests.support.contexts import services_of
from tests.support.screens import Caller, said, words
from tests.support.viewers import a_request, open_to_all

GONE = "This page shows older data that are no longer kept."
NO_DATA = "No data yet"


def greet(context: PageContext, name: Any, greeting: Any) -> tuple[str, str]:
    """Return what was sent, the version that it was sent for, and the viewer."""
    if name == "nobody":
        raise PreventUpdate
    return f"{greeting} {name}", f"{context.version.id} for {context.viewer.who or 'everyone'}"


def app_of(artifacts: Path, notice: Callable[[Component], Any] = lambda notice: (notice, no_update)) -> Dash:
    """Return an app with one callback, `greet`."""
    server = Flask("test")
    server.secret_key = secrets.token_hex()
    server.extensions[EXTENSION] = services_of(artifacts)
    open_to_all(server)
    app = Dash("test", server=server, suppress_callback_exceptions=True)
    app.layout = html.Div()
    register_callback(
        app,
        greet,
        Output("greeted", "children"),
        Output("asked", "children"),
        Input("name", "value"),
        State("greeting", "data"),
        notice=notice,
    )
    server.test_client().get("/_dash-layout")
    return app


def sent(app: Dash, version: Any, name: str = "Ann", rep: str | None = None) -> Any:
    return Caller(app, rep).call(
        "greeted", {"name.value": name, "greeting.data": "Hello", "page-version.data": version}
    )


# ---- callbacks ----


def test_an_answer_gets_the_values_in_their_order_and_the_version_that_the_page_was_drawn_from(tmp_path: Path) -> None:
    first, _ = publish_small(tmp_path), publish_small(tmp_path)
    answer = sent(app_of(tmp_path), first).json["response"]
    assert answer["greeted"]["children"] == "Hello Ann"
    assert answer["asked"]["children"] == f"{first} for everyone"


@pytest.mark.parametrize("version", [None, "", 7, True, ["2020-01-01-000000"], {"version": "2020-01-01-000000"}])
def test_without_a_text_that_names_a_version_the_newest_answers(tmp_path: Path, version: Any) -> None:
    newest = publish_small(tmp_path)
    answer = sent(app_of(tmp_path), version).json["response"]
    assert answer["asked"]["children"] == f"{newest} for everyone"


def test_an_answer_is_for_who_sends_the_request(tmp_path: Path) -> None:
    newest = publish_small(tmp_path)
    answer = sent(app_of(tmp_path), newest, rep="Ann Example").json["response"]
    assert answer["asked"]["children"] == f"{newest} for Ann Example"


@pytest.mark.parametrize(
    "version", ["2020-01-01-000000", "nonsense", "../../etc", "/etc/passwd", " ", "\x00", "x" * 999]
)
def test_a_text_that_is_no_kept_version_is_answered_with_the_notice_to_reload(tmp_path: Path, version: str) -> None:
    publish_small(tmp_path)
    answer = sent(app_of(tmp_path), version)
    assert answer.status_code == 200
    assert GONE in said(answer)
    assert "data-rp-reload" in said(answer)
    assert "asked" not in answer.json["response"]  # what the notice leaves out stays as it is


def test_without_data_the_notice_says_so(tmp_path: Path) -> None:
    answer = sent(app_of(tmp_path), None)
    assert answer.status_code == 200
    assert NO_DATA in said(answer)
    assert GONE not in said(answer)


def test_the_notice_is_put_where_the_callback_wants_it(tmp_path: Path) -> None:
    answer = sent(app_of(tmp_path, lambda notice: (no_update, notice)), None).json["response"]
    assert list(answer) == ["asked"]
    assert NO_DATA in str(answer["asked"]["children"])


def test_a_callback_that_says_nothing_of_it_leaves_the_page_as_it_is(tmp_path: Path) -> None:
    answer = sent(app_of(tmp_path, lambda _: (no_update, no_update)), None)
    assert (answer.status_code, answer.json["response"]) == (200, {})


def test_an_answer_may_leave_the_page_as_it_is(tmp_path: Path) -> None:
    publish_small(tmp_path)
    assert sent(app_of(tmp_path), "", "nobody").status_code == 204


def test_a_callback_is_not_called_as_its_page_comes(tmp_path: Path) -> None:
    [spec] = Caller(app_of(tmp_path)).get("/_dash-dependencies").json
    assert spec["prevent_initial_call"] is True


@pytest.mark.parametrize("version", ["", "2020-01-01-000000"])
def test_an_error_of_the_answer_itself_is_no_notice(tmp_path: Path, version: str) -> None:
    publish_small(tmp_path)

    def broken(context: PageContext) -> None:
        raise KeyError(context.version.id)

    with a_request(app_of(tmp_path).server):
        if version:
            assert GONE in words(answered(broken, version, lambda notice: notice))
        else:
            with pytest.raises(KeyError):
                answered(broken, version, lambda notice: notice)


def test_a_version_that_goes_while_it_is_asked_is_answered_with_the_notice(tmp_path: Path) -> None:
    publish_small(tmp_path)
    app = app_of(tmp_path)

    def asks_an_older_one(context: PageContext) -> object:
        return context.snapshot.cache.names("2020-01-01-000000")

    with a_request(app.server):
        assert GONE in words(answered(asks_an_older_one, "", lambda notice: notice))


# ---- layouts ----


def draw(context: PageContext, /, customer_id: str = "", **query: Any) -> Component:
    return html.P(f"{context.version.id}, customer {customer_id}, {query}")


def laid_out(artifacts: Path, **address: Any) -> Component:
    with a_request(app_of(artifacts).server):
        return page_layout(draw)(**address)


def test_a_layout_is_drawn_from_the_newest_version_with_what_the_address_holds(tmp_path: Path) -> None:
    publish_small(tmp_path)
    newest = publish_small(tmp_path)
    assert words(laid_out(tmp_path, customer_id="CAFE1", open="P2")) == f"{newest}, customer CAFE1, {{'open': 'P2'}}"


def test_an_address_may_name_what_the_layout_calls_its_context(tmp_path: Path) -> None:
    newest = publish_small(tmp_path)
    assert words(laid_out(tmp_path, context="x")) == f"{newest}, customer , {{'context': 'x'}}"


def test_a_layout_without_data_says_so_and_counts_the_first_version_as_new(tmp_path: Path) -> None:
    page = laid_out(tmp_path, customer_id="CAFE1")
    assert words(page).startswith(NO_DATA)
    assert [part.data for part in page.children if getattr(part, "id", "") == "page-version"] == [""]


# ---- the first click alone ----


def app_that_opens(artifacts: Path) -> Dash:
    """Return an app with one callback that answers the first click of a button."""
    server = Flask("test")
    server.secret_key = secrets.token_hex()
    server.extensions[EXTENSION] = services_of(artifacts)
    open_to_all(server)
    app = Dash("test", server=server, suppress_callback_exceptions=True)
    app.layout = html.Div()
    register_callback(
        app,
        lambda context, name: f"opened {name} of {context.version.id}",
        Output("opened", "children"),
        Input("button", "n_clicks"),
        State("name", "data"),
        first_click=True,
    )
    server.test_client().get("/_dash-layout")
    return app


def clicked(app: Dash, n_clicks: Any, version: str) -> Any:
    values = {"button.n_clicks": n_clicks, "name.data": "a proof", "page-version.data": version}
    return Caller(app).call("opened", values)


def test_the_first_click_is_answered_without_its_count(tmp_path: Path) -> None:
    newest = publish_small(tmp_path)
    answer = clicked(app_that_opens(tmp_path), 1, newest).json["response"]
    assert answer["opened"]["children"] == f"opened a proof of {newest}"


@pytest.mark.parametrize("n_clicks", [None, 0, 2, 3, "1", [1], {"n": 1}])
def test_no_other_click_is_answered(tmp_path: Path, n_clicks: Any) -> None:
    newest = publish_small(tmp_path)
    assert clicked(app_that_opens(tmp_path), n_clicks, newest).status_code == 204


def test_a_later_click_leaves_what_is_open_although_the_version_is_gone(tmp_path: Path) -> None:
    publish_small(tmp_path)
    app = app_that_opens(tmp_path)
    assert GONE in said(clicked(app, 1, "2020-01-01-000000"))
    assert clicked(app, 2, "2020-01-01-000000").status_code == 204
