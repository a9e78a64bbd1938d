"""Dash's HTML elements, drawn cheaply: the same classes to whoever uses them, without a check of every property.

A page has several hundred elements. Dash checks each property of each of them, and looks up every property that the
element could have when it is written as JSON: half of the customer page's time. Here Dash's own class checks a set of
properties when it is first used; after that an element is a dict of what was said, and is written as that.
"""

from typing import Any, TypeVar

from dash import html
from dash.development.base_component import Component

Kind = TypeVar("Kind", bound=Component)


def _light(kind: type[Kind]) -> type[Kind]:
    """Return a subclass of an element of Dash's that checks a name of a property once, not every time."""
    whole: Any = kind
    known: set[str] = set()

    def __init__(self: Any, children: Any = None, **props: Any) -> None:
        if not known.issuperset(props):
            # Refuses what the element does not have; every element has an id, and Dash takes no None for it.
            whole(children, **{name: value for name, value in props.items() if (name, value) != ("id", None)})
            known.update(props)
        said = self.__dict__
        if children is not None:
            said["children"] = children
        for name, value in props.items():
            if value is not None:
                said[name] = value

    def to_plotly_json(self: Any) -> dict[str, Any]:
        return {"props": self.__dict__, "type": whole._type, "namespace": whole._namespace}

    # Its module is that of Dash's class, which Dash notes as the one that the browser's script belongs to.
    shared = {name: getattr(whole, name) for name in ("__module__", "__doc__", "_children_props", "_base_nodes")}
    empty = whole()
    known_names = {name: getattr(empty, name) for name in ("_prop_names", "_valid_wildcard_attributes")}
    made = {"__init__": __init__, "to_plotly_json": to_plotly_json}
    meta: Any = type(kind)
    return meta(kind.__name__, (kind,), {**shared, **known_names, **made})  # type: ignore[no-any-return]


A = _light(html.A)
Aside = _light(html.Aside)
B = _light(html.B)
Button = _light(html.Button)
Code = _light(html.Code)
Dd = _light(html.Dd)
Details = _light(html.Details)
Div = _light(html.Div)
Dl = _light(html.Dl)
Dt = _light(html.Dt)
Fieldset = _light(html.Fieldset)
Form = _light(html.Form)
H1 = _light(html.H1)
H2 = _light(html.H2)
H3 = _light(html.H3)
Header = _light(html.Header)
Kbd = _light(html.Kbd)
Label = _light(html.Label)
Legend = _light(html.Legend)
Li = _light(html.Li)
Main = _light(html.Main)
Mark = _light(html.Mark)
Nav = _light(html.Nav)
Ol = _light(html.Ol)
Option = _light(html.Option)
P = _light(html.P)
Section = _light(html.Section)
Select = _light(html.Select)
Span = _light(html.Span)
Summary = _light(html.Summary)
Table = _light(html.Table)
Tbody = _light(html.Tbody)
Td = _light(html.Td)
Th = _light(html.Th)
Textarea = _light(html.Textarea)
Thead = _light(html.Thead)
Tr = _light(html.Tr)
Ul = _light(html.Ul)
