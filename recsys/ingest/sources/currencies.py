"""Several currencies that nothing was said about: signs in the amounts, or a column of currencies."""

import re
from collections.abc import Iterable, Sequence

from recsys.errors import SourceError
from recsys.ingest.sources.expressions import column_text
from recsys.ingest.sources.raw_files import RawFile
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import CURRENCY, Field

_COLUMNS = ("currency", "currency code", "curr.", "cur", "währung", "waehrung", "waers", "devise", "moneda", "valuta")
_SAMPLE = 10_000  # rows in which a sign is looked for; an export that has signs has them everywhere
_OF_THE_ORDER = ("order_id", "customer_id", "ordered_on")  # columns that come from an order's header


def currency_columns(names: Iterable[str]) -> list[str]:
    """Return the columns that are called as columns of currencies are."""
    return [name for name in names if name.strip().lower() in _COLUMNS]


def refuse_currencies(
    session: ImportSession, table: str, raw: RawFile, fields: Sequence[Field], joins: Sequence[str]
) -> None:
    """Raise SourceError for lines with amounts in several currencies, naming them and what to say.

    fields  all that is read of the lines, what is only computed with too
    joins   names of the look-ups. The currency of one counts if a number or an order's own columns come from it: a
            customer's usual currency says nothing of the amounts
    """
    named = {field.column for field in fields}
    sources = ["", *(join for join in joins if any(_is_of_amounts(field, join) for field in fields))]
    for source in sources:
        prefix = f"{source}." if source else ""
        own = [name for name in raw.types if name.startswith(prefix) and (source or not _is_joined(name, joins))]
        for name in (f"{prefix}{column}" for column in currency_columns(each.removeprefix(prefix) for each in own)):
            if name not in named:
                column = f"nullif(upper(trim({identifier(name)}::VARCHAR)), '')"
                _refuse_several(session, table, raw, name, column, column_text(name))
    for amount in dict.fromkeys(field.column for field in fields if field.kind == "number"):
        if amount is not None and raw.types[amount] == "VARCHAR":
            _refuse_signs(session, table, raw, amount)


def _is_joined(name: str, joins: Sequence[str]) -> bool:
    return any(name.startswith(f"{join}.") for join in joins)


def _is_of_amounts(field: Field, join: str) -> bool:
    is_meant = field.kind == "number" or field.name in _OF_THE_ORDER
    return is_meant and field.column is not None and field.column.startswith(f"{join}.")


def _refuse_signs(session: ImportSession, table: str, raw: RawFile, name: str) -> None:
    sign = f"nullif(regexp_extract({identifier(name)}, {literal(CURRENCY)}), '')"
    sample = f"SELECT {identifier(name)} FROM {raw.relation} LIMIT {_SAMPLE}"  # noqa: S608 - quoted
    if session.number(f"SELECT count({sign}) FROM ({sample})"):  # noqa: S608 - quoted
        _refuse_several(session, table, raw, name, sign, "")
    forget_rejects(session)


def _refuse_several(session: ImportSession, table: str, raw: RawFile, name: str, unit: str, column: str) -> None:
    """Raise SourceError for several units in a column.

    unit    SQL of a row's unit
    column  the map's expression of it; empty: whatever finds the signs in the amounts
    """
    rows = f"SELECT {unit} AS unit FROM {raw.relation} {'WHERE problem IS NULL' if raw.is_placed else ''}"  # noqa: S608 - quoted
    found = session.rows(
        f"SELECT unit, count(*) FROM ({rows}) WHERE unit IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608 - quoted
    )
    forget_rejects(session)
    if len(found) > 1:
        there = ", ".join(f"{sign} ({n:,} rows)" for sign, n in found[:5])
        signs = [sign for sign, _ in found]
        rates = ", ".join(f"{_key(sign)} = ..." for sign in signs[1:])
        raise SourceError(
            f"{raw.label} has amounts in several currencies, {there} in column '{name}', and the tables have one; say "
            f'in the map file what they are worth: [{table}.currency] column = "{column or _signs(name, signs)}", '
            f'to = "{signs[0]}", rates = {{ {rates} }}'
        )


def _signs(name: str, signs: list[str]) -> str:
    """Return the map's expression for the sign in a column of amounts; US$ is looked for before $."""
    cases = [
        f"when contains({column_text(name)}, '{sign}') then '{sign}'" for sign in sorted(signs, key=len, reverse=True)
    ]
    return f"case {' '.join(cases)} end"


def _key(sign: str) -> str:
    """Return a key of TOML."""
    return sign if re.fullmatch(r"[A-Za-z0-9_-]+", sign) else f'"{sign}"'
