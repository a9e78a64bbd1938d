"""A map in the making: sections with lines, each with how sure it is and why, and questions where nothing decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_BARE = re.compile(r"(?!(?:and|or|not|in|is|case|when|then|else|end|true|false|empty|null)$)[^\W\d]\w*$", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line of a map.

    confidence  from 0 to 1
    evidence    why, as a sentence without a full stop
    """

    key: str
    value: object
    confidence: float
    evidence: str


@dataclass
class Section:
    """A section of a map; `questions` are comments at its end."""

    name: str
    lines: list[Line] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def add(self, key: str, value: object, confidence: float, evidence: str) -> None:
        """Add a line."""
        self.lines.append(Line(key, value, min(max(confidence, 0.0), 0.99), evidence))

    def ask(self, question: str) -> None:
        """Add a question; lines that answer it follow it as comments after a line break."""
        self.questions.append(question)


@dataclass
class Draft:
    """A whole map in the making, with the files that it does not use and why.

    without  clean tables whose names such files have
    """

    sections: dict[str, Section] = field(default_factory=dict)
    unused: list[tuple[str, str]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    def section(self, name: str) -> Section:
        """Return a section by its name; it is made when it is asked for first."""
        return self.sections.setdefault(name, Section(name))

    @property
    def questions(self) -> list[tuple[str, str]]:
        """All questions, each with its section."""
        return [(section.name, question) for section in self.sections.values() for question in section.questions]


def reference(column: str, join: str = "") -> str:
    """Return a column as an expression names it."""
    written = column if _BARE.match(column) else f"[{column}]"
    return f"{join}.{written}" if join else written


def text_literal(value: str) -> str:
    """Return a text as an expression writes it."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Return texts as the list behind `in`."""
    return ", ".join(map(text_literal, values))
