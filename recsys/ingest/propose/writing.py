"""A proposed map as the text of a TOML file: each line with how sure it is and why, questions as comments."""

import json
import textwrap
from collections.abc import Iterator

from recsys.ingest.propose.drafts import Draft, Line, Section
from recsys.ingest.propose.roles import Roles

_WIDTH = 110
_KINDS = ("", "join", "columns", "computed", "values", "constants", "currency")
_TABLES = ("customers", "products", "order_lines")


def map_text(draft: Draft, roles: Roles, used: set[str], folder: str) -> str:
    """Return the text of the map file."""
    parts = [_head(draft, roles, used, folder)]
    if draft.without:
        parts.append(f"# Files of these names have another form than the tables.\nwithout = {_value(draft.without)}\n")
    for name in sorted(used):
        if name in roles.tables:
            section = draft.section(f"sources.{name}")
            given = roles.tables[name].given
            file = [Line(key, value, 1.0, "") for key, value in given.keys.items()]
            parts.append(_section(Section(section.name, [*file, *section.lines], section.questions)))
    for table in _TABLES:
        names = [name for name in draft.sections if name == table or name.startswith(f"{table}.")]
        parts += [_section(draft.sections[name]) for name in sorted(names, key=_order)]  # joins stay as they are
    return "\n".join(part for part in parts if part)


def _order(name: str) -> int:
    return _KINDS.index(name.split(".")[1] if "." in name else "")


def _head(draft: Draft, roles: Roles, used: set[str], folder: str) -> str:
    lines = [
        "# Proposed from the files. Read it, answer the questions (?), then compare the figures with your ledger:",
        f"#   python -m recsys import tables {folder} --map THIS_FILE --dry-run",
        "# Behind each line: how sure it is, and why. Below 80 % it wants a look. data/README.md documents all keys.",
    ]
    n = len(draft.questions)
    lines.append(f"# {n or 'No'} question{'' if n == 1 else 's'}{':' if n else '.'}")
    lines += [f"#   ? [{name}] {question.splitlines()[0]}" for name, question in draft.questions]
    if draft.unused:
        lines.append("# Not used:")
        lines += [f"#   {label}: {reason}" for label, reason in draft.unused]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> str:
    if not section.lines and not section.questions:
        return ""
    lines = [f"[{'.'.join(map(_key, section.name.split('.')))}]"]
    for line in section.lines:
        lines += _line(line)
    for question in section.questions:
        what, *answer = question.splitlines()
        lines += [f"# ? {part}" if not number else f"#   {part}" for number, part in enumerate(_wrapped(what))]
        lines += [f"# {text}" for text in answer]
    return "\n".join(lines) + "\n"


def _line(line: Line) -> Iterator[str]:
    if line.evidence:
        for number, part in enumerate(_wrapped(line.evidence)):
            yield f"# {line.confidence:.0%}: {part}" if not number else f"#   {part}"
    yield f"{_key(line.key)} = {_value(line.value)}"


def _wrapped(text: str) -> list[str]:
    safe = "".join(sign if sign.isprintable() else " " for sign in text)
    return textwrap.wrap(safe, _WIDTH, break_long_words=False) or [""]


def _key(key: str) -> str:
    return key if key and all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
