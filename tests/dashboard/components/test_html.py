"""Elements that are drawn cheaply are Dash's own to everyone who looks at them."""

import json

import dash
import pytest
from dash.development.base_component import Component, ComponentRegistry
from plotly.io.json import to_json_plotly

from dashboard.components import html


def as_json(component: Component) -> object:
    return json.loads(to_json_plotly(component))


SAID = {"id": {"type": "reason", "rank": 1}, "className": "num", "aria-label": "a", "data-rp-key": "c", "tabIndex": "0"}


def test_element_has_the_json_of_dash_s() -> None:
    ours = html.Div([html.Span("one"), "two"], **SAID)
    assert as_json(ours) == as_json(dash.html.Div([dash.html.Span("one"), "two"], **SAID))


def test_element_is_one_of_dash_s() -> None:
    ours = html.Span("one", className="num")
    assert isinstance(ours, dash.html.Span)
    assert (type(ours).__name__, ours.children, ours.className) == ("Span", "one", "num")
    assert getattr(ours, "id", None) is None
    assert repr(ours) == repr(dash.html.Span("one", className="num"))


def test_property_that_is_none_is_not_sent() -> None:
    assert as_json(html.Div(None, id=None, hidden=False)) == {
        "props": {"hidden": False},
        "type": "Div",
        "namespace": "dash_html_components",
    }


def test_property_that_an_element_does_not_have_is_refused_also_after_a_sound_one() -> None:
    html.Span("one", className="num")
    with pytest.raises(TypeError, match="unexpected keyword argument: `href`"):
        html.Span("one", className="num", href="/")


def test_child_is_found_by_its_id() -> None:
    assert html.Div([html.P("one"), html.P("two", id="second")])["second"].children == "two"


def test_dash_still_finds_its_scripts() -> None:
    assert ComponentRegistry.namespace_to_package["dash_html_components"] == "dash"
    assert "dashboard" not in list(ComponentRegistry.registry)
