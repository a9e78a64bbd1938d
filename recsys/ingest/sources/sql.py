"""Quoting names and texts for SQL that is built from a schema, a header or a map file."""

import re
from collections.abc import Iterable
from pathlib import Path


def identifier(name: str) -> str:
    """Return a column's or table's name in double quotes; it may contain any character."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """Return a text as an SQL literal; None as NULL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """Return a path as an SQL literal, with `*`, `?` and `[` escaped so that DuckDB reads only this file."""
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def column_list(names: Iterable[str]) -> str:
    """Return the names quoted and separated by commas."""
    return ", ".join(identifier(name) for name in names)


def flat_struct(fields: dict[str, str]) -> str:
    """Return the SQL struct `{'name': expression, ...}`; names may contain any character."""
    return "{" + ", ".join(f"{literal(name)}: {expression}" for name, expression in fields.items()) + "}"
