"""The expressions of a map file: `quantity * price * (1 - discount)`, checked and compiled to DuckDB's SQL.

The grammar below is all that there is: no statement, no subquery and no function of DuckDB can be reached, and names
and texts are quoted. Arithmetic and functions say which kind of value they need of a column, so that a number is read
as its file writes it and an unreadable one is a problem of its row.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken

from recsys.errors import SourceError
from recsys.ingest.sources.sql import literal
from recsys.runtime.did_you_mean import nearest
from recsys.schema.columns import Kind

GRAMMAR = r"""
?start: either
?either: both ("or"i both)*
?both: opposite ("and"i opposite)*
?opposite: "not"i opposite -> negated
    | comparison
?comparison: sum
    | sum COMPARE sum -> compared
    | sum "in"i "(" sum ("," sum)* ")" -> listed
    | sum "not"i "in"i "(" sum ("," sum)* ")" -> unlisted
    | sum "is"i EMPTY -> empty
    | sum "is"i "not"i EMPTY -> filled
?sum: product (PLUS product)*
?product: signed (TIMES signed)*
?signed: "-" signed -> minus
    | value
?value: NUMBER -> number
    | TEXT -> text
    | "true"i -> true
    | "false"i -> false
    | "case"i branch+ ["else"i either] "end"i -> case
    | NAME "(" [either ("," either)*] ")" -> call
    | column
    | "(" either ")"
branch: "when"i either "then"i either
column: (NAME | BRACKETED) ["." (NAME | BRACKETED)]
COMPARE: "<>" | "!=" | "<=" | ">=" | "<" | ">" | "="
PLUS: "+" | "-"
TIMES: "*" | "/"
EMPTY: "empty"i | "null"i
NUMBER: /\d+(\.\d+)?/
TEXT: /'([^']|'')*'/
BRACKETED: /\[[^\]]+\]/
NAME: /(?!(?:and|or|not|in|is|case|when|then|else|end|true|false|empty|null)\b)[^\W\d]\w*/i
%ignore /\s+/
"""

# Reading a column: its name as written and what is needed of it -> SQL. Raises KeyError for an unknown column.
ReadColumn = Callable[[str, Kind], str]


class _Part(NamedTuple):
    """A compiled part: SQL, and its kind."""

    sql: str
    kind: Kind


@dataclass(frozen=True)
class _Function:
    """A function: the kinds of its arguments (the last may repeat), their least number, its kind and its SQL."""

    takes: tuple[Kind, ...]
    least: int
    gives: Kind
    sql: Callable[..., str]
    repeats: bool = False


def _call(name: str) -> Callable[..., str]:
    return lambda *arguments: f"{name}({', '.join(arguments)})"


def _joined(mark: str, *parts: str) -> str:
    filled = ", ".join(f"nullif({part}, '')" for part in parts)
    return f"nullif(concat_ws({mark}, {filled}), '')"


def _padded(text: str, width: str, mark: str) -> str:
    return f"CASE WHEN length({text}) < {width} THEN lpad({text}, ({width})::INTEGER, {mark}) ELSE {text} END"


FUNCTIONS: dict[str, _Function] = {
    "concat": _Function(("text",), 1, "text", _call("concat"), repeats=True),
    "join": _Function(("text", "text"), 2, "text", _joined, repeats=True),
    "lower": _Function(("text",), 1, "text", _call("lower")),
    "upper": _Function(("text",), 1, "text", _call("upper")),
    "trim": _Function(("text",), 1, "text", _call("trim")),
    "left": _Function(("text", "number"), 2, "text", lambda text, n: f"left({text}, ({n})::BIGINT)"),
    "right": _Function(("text", "number"), 2, "text", lambda text, n: f"right({text}, ({n})::BIGINT)"),
    "replace": _Function(("text", "text", "text"), 3, "text", _call("replace")),
    "part": _Function(
        ("text", "text", "number"), 3, "text", lambda text, mark, n: f"split_part({text}, {mark}, ({n})::BIGINT)"
    ),
    "pad_left": _Function(("text", "number", "text"), 3, "text", _padded),
    "starts_with": _Function(("text", "text"), 2, "flag", _call("starts_with")),
    "ends_with": _Function(("text", "text"), 2, "flag", _call("ends_with")),
    "contains": _Function(("text", "text"), 2, "flag", _call("contains")),
    "length": _Function(("text",), 1, "number", _call("length")),
    "number": _Function(("text",), 1, "number", lambda text: f"try_cast({text} AS DOUBLE)"),
    "text": _Function(("text",), 1, "text", lambda text: text),
    "abs": _Function(("number",), 1, "number", _call("abs")),
    "round": _Function(("number", "number"), 2, "number", lambda value, n: f"round({value}, ({n})::INTEGER)"),
    "least": _Function(("number",), 1, "number", _call("least"), repeats=True),
    "greatest": _Function(("number",), 1, "number", _call("greatest"), repeats=True),
    "date": _Function(
        ("text", "text"), 1, "date",
        lambda text, form="'%Y-%m-%d'": f"try_strptime({text}, {form})::DATE",
    ),
    "day_of": _Function(("date",), 1, "date", lambda day: f"{day}::DATE"),
    "year": _Function(("date",), 1, "number", _call("year")),
    "month": _Function(("date",), 1, "number", _call("month")),
    "day": _Function(("date",), 1, "number", _call("day")),
}  # fmt: skip
_CALLED: dict[Kind, str] = {"number": "a number", "text": "a text", "date": "a date", "flag": "true or false"}


MAX_CHARACTERS = 4_000
MAX_DEPTH = 60
_PLAIN_NAME = (
    r"(?i)(?!(?:and|or|not|in|is|case|when|then|else|end|true|false|empty|null)\b)[^\W\d]\w*"  # as NAME has it
)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@dataclass(frozen=True)
class Expression:
    """A parsed expression; `place` says where it is from, for messages."""

    text: str
    place: str
    tree: Tree[Token]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, as `name` or `join.name`, each once."""
        found = [_written(tree) for tree in self.tree.iter_subtrees_topdown() if tree.data == "column"]  # type: ignore[no-untyped-call]
        return tuple(dict.fromkeys(found))

    def compile(self, wanted: Kind, read: ReadColumn) -> str:
        """Return SQL of the wanted kind. Raises SourceError at the first part that does not fit."""
        return _Compiler(self, read).part(self.tree, wanted)


def parse(text: str, place: str) -> Expression:
    """Return a parsed expression. Raises SourceError that says where it stops making sense, and what may be there."""
    if len(text) > MAX_CHARACTERS:
        raise SourceError(
            f"{place} has {len(text):,} characters, at most {MAX_CHARACTERS:,} are read; write it shorter: a long list "
            "of values is better a file of its own, as a look-up"
        )
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, place, error) from None
    if isinstance(tree, Token) or _depth(tree) > MAX_DEPTH:
        raise SourceError(f"{place} is nested more than {MAX_DEPTH} deep; write it flatter")
    return Expression(text, place, tree)


def column_text(name: str) -> str:
    """Return a column as an expression writes it: `price`, `[Unit price]`, `products.[Unit price]`."""
    return ".".join(part if re.fullmatch(_PLAIN_NAME, part) else f"[{part}]" for part in name.split(".", 1))


def _depth(tree: Tree[Token]) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for parent in level for child in parent.children if isinstance(child, Tree)]
    return depth


def _unexpected(text: str, place: str, error: UnexpectedInput) -> SourceError:
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return SourceError(f"{place} = {text!r} ends too early; is a bracket, an operand or `end` missing?")
    return SourceError(
        f"{place} = {text!r}: '{text[at : at + 20]}' at character {at + 1} does not fit; columns with blanks or "
        "signs are written [like this], texts 'like this' (data/README.md lists operators and functions)"
    )


def _written(column: Tree[Token]) -> str:
    return ".".join(str(name).removeprefix("[").removesuffix("]") for name in column.children)


class _Compiler:
    """Compiles the parts of one expression."""

    def __init__(self, expression: Expression, read: ReadColumn) -> None:
        self._expression = expression
        self._read = read

    def part(self, node: Tree[Token], wanted: Kind) -> str:
        """Return SQL of a part; raises SourceError if it cannot be of the wanted kind."""
        if node.data == "column":
            return self._column(node, wanted)
        if node.data == "case":
            return self._case(node, wanted)
        if node.data == "call" and str(node.children[0]).lower() == "coalesce":
            return _call("coalesce")(*(self.part(argument, wanted) for argument in _trees(node)))
        sql, kind = self._typed(node)
        if kind == wanted or {kind, wanted} <= {"date", "moment"}:
            return sql
        if wanted == "text" and kind in ("number", "date"):
            return _as_text(sql, kind)
        if node.data == "number" and wanted == "flag" and sql in ("0", "1"):
            return "true" if sql == "1" else "false"
        raise self._misfit(node, f"gives {_CALLED[kind]}, but {_CALLED.get(wanted, wanted)} is needed")

    def _typed(self, node: Tree[Token]) -> _Part:
        children = _trees(node)
        match node.data:
            case "number" | "text" | "true" | "false":
                return _constant(node)
            case "sum" | "product":
                return self._arithmetic(node)
            case "minus":
                return _Part(f"(-{self.part(children[0], 'number')})", "number")
            case "either" | "both":
                word = " OR " if node.data == "either" else " AND "
                return _Part(f"({word.join(self.part(child, 'flag') for child in children)})", "flag")
            case "negated":
                return _Part(f"(NOT {self.part(children[0], 'flag')})", "flag")
            case "call":
                return self._call(node)
            case _:
                return _Part(self._comparison(node, children), "flag")

    def _arithmetic(self, node: Tree[Token]) -> _Part:
        first, *rest = node.children
        sql = self._operand(first)
        for sign, operand in zip(rest[::2], rest[1::2], strict=True):
            value = self._operand(operand)
            sql = f"({sql} {sign} {f'nullif({value}, 0)' if sign == '/' else value})"
        return _Part(sql, "number")

    def _operand(self, node: Tree[Token] | Token) -> str:
        return f"{self.part(_as_tree(node), 'number')}::DOUBLE"

    def _comparison(self, node: Tree[Token], sides: list[Tree[Token]]) -> str:
        if node.data in ("empty", "filled"):
            return f"({self.part(sides[0], 'text')} IS {'NOT ' if node.data == 'filled' else ''}NULL)"
        kind = self._common_kind(sides)
        first, *others = (self.part(side, kind) for side in sides)
        if node.data == "compared":
            return f"({first} {str(node.children[1]).replace('!=', '<>')} {others[0]})"
        listed = f"{first} IN ({', '.join(others)})"
        # An empty value is none of the listed ones.
        return f"coalesce({listed}, false)" if node.data == "listed" else f"(NOT coalesce({listed}, false))"

    def _common_kind(self, sides: Sequence[Tree[Token]]) -> Kind:
        kinds = {self._own_kind(side) for side in sides} - {None}
        return next((kind for kind in ("date", "number", "flag") if kind in kinds), "text")

    def _own_kind(self, node: Tree[Token]) -> Kind | None:
        """Return the kind that a part has by itself; None for a column, which is what is needed of it."""
        if node.data == "column":
            return None
        if node.data == "case" or (node.data == "call" and str(node.children[0]).lower() == "coalesce"):
            results = [tree for tree in _results(node)]
            return next((kind for kind in map(self._own_kind, results) if kind), None)
        return self._typed(node).kind

    def _case(self, node: Tree[Token], wanted: Kind) -> str:
        branches = [tree for tree in _trees(node) if tree.data == "branch"]
        otherwise = [tree for tree in _trees(node) if tree.data != "branch"]
        parts = [
            f"WHEN {self.part(condition, 'flag')} THEN {self.part(result, wanted)}"
            for condition, result in (_trees(branch) for branch in branches)
        ]
        last = f" ELSE {self.part(otherwise[0], wanted)}" if otherwise else ""
        return f"CASE {' '.join(parts)}{last} END"

    def _call(self, node: Tree[Token]) -> _Part:
        name, arguments = str(node.children[0]).lower(), _trees(node)
        function = FUNCTIONS.get(name)
        if function is None:
            known = ["coalesce", *FUNCTIONS]
            raise self._misfit(node, f"is no function{nearest(name, known)}; there are {', '.join(known)}")
        most = len(arguments) if function.repeats else len(function.takes)
        if not function.least <= len(arguments) <= most:
            wanted = f"{function.least} or more" if function.repeats else f"{function.least} to {most}"
            raise self._misfit(node, f"has {len(arguments)} arguments; {name}() takes {wanted}")
        kinds = [*function.takes, *[function.takes[-1]] * len(arguments)]
        return _Part(
            function.sql(*(self.part(argument, kind) for argument, kind in zip(arguments, kinds, strict=False))),
            function.gives,
        )

    def _column(self, node: Tree[Token], wanted: Kind) -> str:
        name = _written(node)
        try:
            return self._read(name, wanted)
        except KeyError as error:
            known = list(error.args[0])
            raise self._misfit(node, f"is no column{nearest(name, known)}; there are {', '.join(known)}") from None

    def _misfit(self, node: Tree[Token], what: str) -> SourceError:
        text, meta = self._expression.text, node.meta
        return SourceError(
            f"{self._expression.place} = {text!r}: '{text[meta.start_pos : meta.end_pos]}' at character "
            f"{meta.start_pos + 1} {what}"
        )


def _constant(node: Tree[Token]) -> _Part:
    if node.data == "number":
        return _Part(str(node.children[0]), "number")
    if node.data == "text":
        return _Part(literal(str(node.children[0])[1:-1].replace("''", "'")), "text")
    return _Part(str(node.data), "flag")


def _trees(node: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in node.children if isinstance(child, Tree)]


def _results(node: Tree[Token]) -> list[Tree[Token]]:
    return [_trees(tree)[-1] if tree.data == "branch" else tree for tree in _trees(node)]


def _as_tree(node: Tree[Token] | Token) -> Tree[Token]:
    if isinstance(node, Token):
        raise TypeError(f"'{node}' is a sign, no operand")
    return node


def _as_text(sql: str, kind: Kind) -> str:
    """Return SQL of a number or day as text; a whole number has no point."""
    if kind == "date":
        return f"({sql})::VARCHAR"
    return (
        f"CASE WHEN {sql} = trunc({sql}) AND abs({sql}) < 1e15 THEN ({sql})::BIGINT::VARCHAR ELSE ({sql})::VARCHAR END"
    )
