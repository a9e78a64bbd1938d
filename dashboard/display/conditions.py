"""A column's condition as an address says it: `segment=Cafe`, `revenue=>1000`, `last=2026-01-01..2026-03-31`.

    text        Cafe    is it, in any case      *oat*   holds it    oat*    begins with it      *oat    ends with it
    number, day 5       equals it               >5  >=5  <5  <=5    5..9    between the two
    both        !...    not so: of text and equality            *   has any         !*  has none

In a text a `*`, or a `!` at its start, that is meant as such has a backslash before it, and so has a backslash.
table.js writes conditions, `condition_of` reads them into AG Grid's filter model.
"""

import math
import re
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "number", "date"]

_COMPARED = {
    ">=": "greaterThanOrEqual",
    "<=": "lessThanOrEqual",
    ">": "greaterThan",
    "<": "lessThan",
    "!": "notEqual",
    "": "equals",
}
_COMPARISON = re.compile(r"(>=|<=|>|<|!|)(.+)", re.DOTALL)
_BETWEEN = ".."


def condition_of(said: str, kind: Kind) -> dict[str, Any] | None:
    """Return AG Grid's filter model of a condition; None where it is none, or one that the kind does not have."""
    said = said.strip()
    if not said:
        return None
    if said in ("*", "!*"):
        return {"filterType": kind, "type": "notBlank" if said == "*" else "blank"}
    return _text(said) if kind == "text" else _compared(said, kind)


def _text(said: str) -> dict[str, Any] | None:
    negated = said.startswith("!")
    rest = said[1:] if negated else said
    starts, ends = rest.startswith("*"), _ends_in_star(rest) and len(rest) > 1
    rest = re.sub(r"\\(.)", r"\1", rest[starts : len(rest) - ends])
    if not rest:
        return None
    if starts and ends:
        test = "notContains" if negated else "contains"
    elif starts or ends:
        test = "endsWith" if starts else "startsWith"
        if negated:
            return None
    else:
        test = "notEqual" if negated else "equals"
    return {"filterType": "text", "type": test, "filter": rest}


def _ends_in_star(text: str) -> bool:
    """Return whether a text ends in a star that no backslash makes an ordinary one."""
    before = text[:-1]
    return text.endswith("*") and (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _compared(said: str, kind: Kind) -> dict[str, Any] | None:
    first, between, last = said.partition(_BETWEEN)
    if between:
        return _model(kind, "inRange", first, last)
    found = _COMPARISON.fullmatch(said)
    return _model(kind, _COMPARED[found[1]], found[2]) if found else None


def _model(kind: Kind, test: str, first: str, last: str = "") -> dict[str, Any] | None:
    read = _number if kind == "number" else _day
    values = [read(text.strip()) for text in ((first, last) if test == "inRange" else (first,))]
    if None in values:
        return None
    names = ("filter", "filterTo") if kind == "number" else ("dateFrom", "dateTo")
    return {"filterType": kind, "type": test, **dict(zip(names, values, strict=False))}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _day(text: str) -> str | None:
    """Return a day as AG Grid's filter holds it."""
    try:
        return f"{date.fromisoformat(text)} 00:00:00"
    except ValueError:
        return None
