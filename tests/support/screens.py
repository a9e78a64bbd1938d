"""Looking at screens without a browser: walking component trees, and calling callbacks as the browser does."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dash import Dash
from dash.development.base_component import Component
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.access.identity import OPEN, Identity
from dashboard.display.formats import Formats
from dashboard.factory import create_app
from dashboard.settings import Settings
from tests.support.fonts import put_font
from tests.support.viewers import WHO, believe_tests

FORMATS = Formats("en_GB", "EUR", "Europe/Berlin")
UPDATE = "/_dash-update-component"


def make_app(folder: Path, artifacts: Path, **settings: Any) -> Dash:
    put_font(folder / "state")
    given = {"artifacts": artifacts, "state": folder / "state", "log_level": "error", **settings}
    app = create_app(Settings.model_validate(given))
    believe_tests(app)
    return app


# ---- trees ----


def walk(part: Any) -> Iterator[Any]:
    """Yield every component and text of a tree, in the order of the page."""
    if part is None:
        return
    if isinstance(part, list | tuple):
        for one in part:
            yield from walk(one)
        return
    yield part
    if isinstance(part, Component):
        yield from walk(getattr(part, "children", None))


def words(part: Any) -> str:
    """Return all text without decoration; parts are joined by `|`."""
    return "|".join(str(one).strip() for one in walk(part) if not isinstance(one, Component) and str(one).strip())


def with_class(part: Any, name: str) -> list[Component]:
    return [
        one
        for one in walk(part)
        if isinstance(one, Component) and name in str(getattr(one, "className", "") or "").split()
    ]


def of_type(part: Any, name: str) -> list[Component]:
    return [one for one in walk(part) if isinstance(one, Component) and type(one).__name__ == name]


def prop(part: Component, name: str) -> Any:
    """Return a property by its name in HTML: `aria-label`, `href`."""
    return part.to_plotly_json()["props"].get(name)


def ids(part: Any) -> list[Any]:
    return [one.id for one in walk(part) if isinstance(one, Component) and getattr(one, "id", None) is not None]


# ---- callbacks ----


class Caller:
    """One browser: keeps its cookie, and calls any callback with any values."""

    def __init__(self, app: Dash, rep: str | None = None, who: Identity | None = OPEN) -> None:
        self.app = app
        self.client: FlaskClient = app.server.test_client()
        self.client.environ_base[WHO] = who
        if rep:
            with self.client.session_transaction() as session:
                session["rep"] = rep

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str, search: str = "") -> TestResponse:
        return self.call("_pages_content.children", {"pathname": path, "search": search})

    def body(self, about: str, values: dict[str, Any], wild: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what a browser sends for the callback whose output contains `about`.

        values  by `id.property` or by property alone; what is not named is None
        wild    what replaces MATCH and ALL in pattern ids, by key
        """
        keys = self.app.callback_map
        output = about if about in keys else next(key for key in keys if about in key)
        spec = self.app.callback_map[output]
        inputs = [_filled(one, values, wild or {}) for one in spec["inputs"]]
        first = inputs[0][0] if isinstance(inputs[0], list) else inputs[0]
        outputs = [_output(one, wild or {}) for one in output.strip(".").split("...")]
        return {
            "output": output,
            "outputs": outputs if output.startswith("..") else outputs[0],
            "inputs": inputs,
            "state": [_filled(one, values, wild or {}) for one in spec["state"]],
            "changedPropIds": [f"{_as_text(first['id'])}.{first['property']}"],
        }

    def call(self, about: str, values: dict[str, Any], wild: dict[str, Any] | None = None) -> TestResponse:
        """Call that callback and return its response."""
        return self.client.post(UPDATE, json=self.body(about, values, wild))


def said(answer: TestResponse) -> str:
    """Return an answer's text without JSON's escapes."""
    return json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.text


def plain_csv(text: str) -> str:
    """Return a CSV text with quotes only where they have to be, to be compared with what a test says of its rows."""
    out = io.StringIO()
    mark = text[: text.startswith("\ufeff")]
    csv.writer(out, lineterminator="\r\n").writerows(csv.reader(io.StringIO(text.removeprefix(mark), newline="")))
    return mark + out.getvalue()


def server_callbacks(app: Dash) -> list[str]:
    """Return the outputs of the callbacks that run on the server; the others run in the browser."""
    return [output for output, spec in app.callback_map.items() if "callback" in spec]


def _filled(one: dict[str, Any], values: dict[str, Any], wild: dict[str, Any]) -> Any:
    value = values.get(f"{one['id']}.{one['property']}", values.get(one["property"]))
    if value is None and one["property"] == "pathname":
        value = "/"
    known = {"id": _concrete(one["id"], wild), "property": one["property"], "value": value}
    return [known] if '["ALL"]' in one["id"] else known


def _output(text: str, wild: dict[str, Any]) -> dict[str, Any]:
    name, _, prop_name = text.rpartition(".")
    return {"id": _concrete(name, wild), "property": prop_name}


def _concrete(text: str, wild: dict[str, Any]) -> Any:
    if not text.startswith("{"):
        return text
    return {key: wild.get(key, "x") if isinstance(value, list) else value for key, value in json.loads(text).items()}


def _as_text(name: Any) -> str:
    return name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))
