"""What a browser sends for a callback, looked at once before anything reads it: its form, its ids, its values."""

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import g, request
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from werkzeug.exceptions import HTTPException

PATH = "/_dash-update-component"  # below the URL prefix
DEEPEST = 20  # lists and objects within each other
LARGEST_NUMBER = 2**53  # whole numbers up to here are exact in a browser
WILDCARDS = (["ALL"], ["MATCH"], ["ALLSMALLER"])
MANY = '["ALL"]'
_KEY = "repertoire_callback_body"

Id = str | dict[str, str | int | float | bool]
# What a property holds, whoever's it is; of others any JSON within the bounds may come, and the callback looks.
_TEXTS = frozenset({"search", "href"})
_COUNTS = frozenset({"n_clicks", "n_intervals"})


class Part(BaseModel):
    """An input or a state: which component's property, and its value."""

    model_config = ConfigDict(strict=True)

    id: Id
    property: str
    value: JsonValue = None


class Named(BaseModel):
    """An output: which component's property."""

    model_config = ConfigDict(strict=True)

    id: Id
    property: str


class Body(BaseModel):
    """The body of a callback's request. Patterns with ALL have a list of parts in the place of one."""

    model_config = ConfigDict(strict=True)

    output: str
    outputs: Named | list[Named | list[Named]] | None = None
    inputs: list[Part | list[Part]]
    state: list[Part | list[Part]] = []
    changedPropIds: list[str] = []


def sent_body() -> Any:
    """Return what the current request sent as JSON; None for what is none. Read once a request."""
    if not hasattr(g, _KEY):
        try:
            found = request.get_json()
        except (HTTPException, RecursionError, ValueError):
            found = None
        setattr(g, _KEY, found)
    return getattr(g, _KEY)


def is_callback(prefix: str) -> bool:
    """Return whether the current request calls a callback."""
    return request.method == "POST" and request.path == f"{prefix}{PATH.removeprefix('/')}"


def fault_of(sent: Any, spec: Mapping[str, Any], prefix: str) -> str:
    """Return what is wrong with a body for a callback of Dash's `callback_map`, not what was sent; empty: nothing.

    prefix  what every path of a page begins with
    """
    if not is_bounded(sent):
        return "a value is too deep, too large or no text"
    try:
        body = Body.model_validate(sent)
    except ValidationError as error:
        return f"{'.'.join(map(str, error.errors()[0]['loc'][:2]))} is missing or has another type"
    for name, wanted, given in (("inputs", spec["inputs"], body.inputs), ("state", spec["state"], body.state)):
        if len(wanted) != len(given):
            return f"{name} has {len(given)} parts, the callback has {len(wanted)}"
        if not all(_fits(one, part, prefix) for one, part in zip(wanted, given, strict=True)):
            return f"{name} names other components or properties, or has a value of another type"
    return "" if _outputs_fit(body) else "outputs are not those of the callback"


def is_bounded(value: Any, depth: int = 0) -> bool:
    """Return whether a JSON value can be worked with: not too deep, finite numbers, texts that can be written."""
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
    if value is None:
        return True
    if depth == DEEPEST:
        return False
    if isinstance(value, dict):
        return all(is_text(key) and is_bounded(each, depth + 1) for key, each in value.items())
    return all(is_bounded(each, depth + 1) for each in value)


def is_text(text: str) -> bool:
    """Return whether a text can be written as UTF-8 and holds no NUL, which no database keeps."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


# ---- parts ----


def _fits(wanted: Mapping[str, str], given: Part | list[Part], prefix: str) -> bool:
    if isinstance(given, list):
        return MANY in wanted["id"] and all(_is_it(wanted, one, prefix) for one in given)
    return MANY not in wanted["id"] and _is_it(wanted, given, prefix)


def _is_it(wanted: Mapping[str, str], part: Part, prefix: str) -> bool:
    return part.property == wanted["property"] and _is_id(wanted["id"], part.id) and _is_value(part, prefix)


def _is_value(part: Part, prefix: str) -> bool:
    value = part.value
    if part.property == "pathname":
        return isinstance(value, str) and (value.startswith(prefix) or value == prefix.rstrip("/") != "")
    if value is None:
        return True
    if part.property in _TEXTS:
        return isinstance(value, str)
    if part.property in _COUNTS:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return part.property != "id" or value == part.id


def _is_id(wanted: str, given: Id) -> bool:
    """Return whether an id is that of a callback, whose patterns are JSON."""
    if isinstance(given, str):
        return given == wanted
    pattern = _pattern(wanted)
    return (
        bool(pattern)
        and pattern.keys() == given.keys()
        and all(value in WILDCARDS or value == given[key] for key, value in pattern.items())
    )


@cache
def _pattern(text: str) -> dict[str, Any]:
    found = json.loads(text) if text.startswith("{") else {}
    return found if isinstance(found, dict) else {}


def _outputs_fit(body: Body) -> bool:
    """Return whether the outputs are those that the callback's name lists: `..a.data...b.children..`, or one alone."""
    if not body.output.startswith(".."):
        return _is_output(body.output, body.outputs)
    names = body.output.strip(".").split("...")
    return (
        isinstance(body.outputs, list) and len(names) == len(body.outputs) and all(map(_is_output, names, body.outputs))
    )


def _is_output(name: str, given: object) -> bool:
    name_of_id, _, prop = name.rpartition(".")
    if isinstance(given, list) != (MANY in name_of_id):
        return False
    many = given if isinstance(given, list) else [given]
    # A property that several callbacks write has a mark behind its name, which browsers send with it.
    names = (prop, prop.partition("@")[0])
    return all(isinstance(one, Named) and one.property in names and _is_id(name_of_id, one.id) for one in many)
