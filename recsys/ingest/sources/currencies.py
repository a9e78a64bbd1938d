"""Several currencies that nothing was said about: signs in the amounts, or a column of currencies."""

from collections.abc import Sequence

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import RawFile
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import CURRENCY, Field

_COLUMNS = ("currency", "currency code", "curr.", "cur", "währung", "waehrung", "waers", "devise", "moneda", "valuta")
_SAMPLE = 10_000  # rows in which a sign is looked for; an export that has signs has them everywhere


def refuse_currencies(session: ImportSession, raw: RawFile, fields: Sequence[Field]) -> None:
    """Raise SourceError for lines with amounts in several currencies, naming them and what to say."""
    named = {field.column for field in fields}
    columns = [name for name in raw.types if name.strip().lower() in _COLUMNS and name not in named]
    for name in columns:
        column = f"nullif(upper(trim({identifier(name)}::VARCHAR)), '')"
        _refuse_several(session, raw, f"column '{name}'", f"SELECT {column} AS unit FROM {raw.relation}", name)  # noqa: S608 - quoted
    for field in fields:
        if field.kind == "number" and field.column is not None and raw.types[field.column] == "VARCHAR":
            _refuse_signs(session, raw, field.column)


def _refuse_signs(session: ImportSession, raw: RawFile, name: str) -> None:
    sign = f"nullif(regexp_extract({identifier(name)}, {literal(CURRENCY)}), '')"
    sample = f"SELECT {identifier(name)} FROM {raw.relation} LIMIT {_SAMPLE}"  # noqa: S608 - quoted
    if session.number(f"SELECT count({sign}) FROM ({sample})"):  # noqa: S608 - quoted
        _refuse_several(session, raw, f"column '{name}'", f"SELECT {sign} AS unit FROM {raw.relation}", name)  # noqa: S608 - quoted
    forget_rejects(session)


def _refuse_several(session: ImportSession, raw: RawFile, where: str, units: str, name: str) -> None:
    found = session.rows(
        f"SELECT unit, count(*) FROM ({units}) WHERE unit IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608 - quoted
    )
    forget_rejects(session)
    if len(found) > 1:
        there = ", ".join(f"{unit} ({n:,} rows)" for unit, n in found[:5])
        raise SourceError(
            f"{raw.label} has amounts in several currencies, {there} in {where}, and the tables have one; say in the "
            f'map file what they are worth: [order_lines.currency] column = "[{name}]", to = "{found[0][0]}", '
            f"rates = {{ {found[1][0]} = ... }}"
        )
