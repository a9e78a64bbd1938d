"""Names and texts inside SQL that is put together from a schema, a header or a map file."""

import re
from collections.abc import Iterable
from pathlib import Path


def identifier(name: str) -> str:
    """Return a column's or table's name, quoted: whatever stands in it, it stays one name."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """Return a text as an SQL literal; None as NULL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """Return a path as an SQL literal that DuckDB takes for this one file: `*`, `?` and `[` would match others."""
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def column_list(names: Iterable[str]) -> str:
    """Return quoted names, separated by commas."""
    return ", ".join(identifier(name) for name in names)


def flat_struct(fields: dict[str, str]) -> str:
    """Return `{'name': expression, ...}` for names that may hold anything."""
    return "{" + ", ".join(f"{literal(name)}: {expression}" for name, expression in fields.items()) + "}"
