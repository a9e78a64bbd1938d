"""What to do about rejected rows: the remedy for each kind that a map file can mend, with the values that show it."""

from collections.abc import Iterator

from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import literal

_PARENTS = {"customer_id": "customers", "product_id": "products"}
# How an unknown id becomes a known one: SQL, what it is called, and the map's expression.
_SPELLINGS = (
    (r"regexp_replace(value, '\.0$', '')", "end in .0", "part({0}, '.', 1)"),
    ("ltrim(value, '0')", "have zeros in front", None),
    ("upper(value)", "have small letters", "upper({0})"),
    ("lower(value)", "have capital letters", "lower({0})"),
    ("trim(value, chr(160) || ' ')", "have blanks around them", "trim(replace({0}, '\u00a0', ' '))"),
)


def remedies(session: ImportSession, name: str) -> str:
    """Return what to do about the rejected rows of a table, a sentence each; the general remedy comes last."""
    own = "".join(f"{sentence}\n" for sentence in _sentences(session, name))
    return (
        f"{own}Mend them in the source, declare how it writes them (data/README.md), or allow more with --max-rejected"
    )


def told(session: ImportSession) -> Iterator[str]:
    """Yield what is told of the rejected rows of an import that succeeds."""
    for (name,) in session.rows("SELECT DISTINCT \"table\" FROM left_out WHERE outcome = 'rejected' ORDER BY 1"):
        yield from _sentences(session, name)


def _sentences(session: ImportSession, name: str) -> Iterator[str]:
    negative = _rejected(
        session, name, "reason IN ('quantity is not above 0', 'revenue is below 0') AND value LIKE '-%'"
    )
    if negative and name == "order_lines":
        yield (
            f"{negative:,} {'line has' if negative == 1 else 'lines have'} a minus (2- counts as -2); if returns "
            "are written so, say it in a map file, and they are kept: [order_lines] returns_when = "
            f'"{session.written.get((name, "quantity"), "quantity")} < 0"'
        )
    for column, parent in _PARENTS.items():
        yield from _spellings(session, name, column, parent)


def _rejected(session: ImportSession, name: str, condition: str) -> int:
    return session.number(
        f"SELECT count(*) FROM left_out WHERE \"table\" = {literal(name)} AND outcome = 'rejected' AND {condition}"  # noqa: S608 - own texts
    )


def _spellings(session: ImportSession, name: str, column: str, parent: str) -> Iterator[str]:
    """Yield a sentence if unknown ids are known ones in another spelling."""
    reason = literal(f"{column} is not in {parent}")
    known = f'SELECT {column} FROM "checked {parent}" WHERE problem IS NULL'  # noqa: S608 - own names
    for sql, called, expression in _SPELLINGS:
        found = session.rows(
            f'SELECT value, {sql} FROM left_out WHERE "table" = {literal(name)} AND reason = {reason} '  # noqa: S608 - own texts
            f"AND {sql} <> value AND {sql} IN ({known}) ORDER BY file, row LIMIT 1"
        )
        if found:
            theirs, ours = found[0]
            own = session.written.get((name, column), column)
            how = (
                f': [{name}.computed] {column} = "{expression.format(own)}" in a map file reads them'
                if expression
                else ": write the ids of both files alike"
            )
            yield f"The {column}s of {name} {called} ('{theirs}'), and {parent} has them without ('{ours}'){how}"
            return
