"""One row a key of a source with several: the first, latest or most frequent filled value of each column."""

from recsys.ingest.sources.map_models import Pick, TableKeys
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import column_list, identifier
from recsys.ingest.sources.staging import ROW_COLUMNS
from recsys.schema.columns import Table

BY = "pick by"  # column with what orders rows for the latest
_PLACE = "(file_no, row)"


def pick_rows(session: ImportSession, table: Table, staged: str, keys: TableKeys) -> None:
    """Create the table of a clean table's rows with one for each key, of a staged relation with several.

    A row with a problem stays one. A row without a key has nothing to add; a note counts them.
    """
    pick = keys.pick or "first"
    given = [row[0] for row in session.rows(f"DESCRIBE {identifier(staged)}")]
    columns = [name for name in given if name not in (*ROW_COLUMNS, "file_no", BY, *table.key)]
    key = column_list(table.key)
    filled = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in table.key)
    rows = f"FROM {identifier(staged)} WHERE problem IS NULL AND {filled}"
    values = ", ".join(
        f"{_value(identifier(name), keys.picks.get(name, pick))} AS {identifier(name)}" for name in columns
    )
    frequent = [name for name in columns if keys.picks.get(name, pick) == "most_frequent"]
    joins = "".join(
        f" LEFT JOIN (SELECT {key}, {identifier(name)} {rows} AND {identifier(name)} IS NOT NULL "
        f"GROUP BY {key}, {identifier(name)} QUALIFY row_number() OVER "
        f"(PARTITION BY {key} ORDER BY count(*) DESC, {identifier(name)}) = 1) AS {identifier(f'most {name}')} "
        f"USING ({key})"
        for name in frequent
    )
    replaced = ", ".join(f"{identifier(f'most {name}')}.{identifier(name)} AS {identifier(name)}" for name in frequent)
    place = f"arg_min(file, {_PLACE}) AS file, arg_min(row, {_PLACE}) AS row"
    aggregated = ", ".join(part for part in (key, values, place) if part)
    problem = "NULL::STRUCT(outcome VARCHAR, reason VARCHAR, value VARCHAR) AS problem"
    session.run(
        f"CREATE TABLE {identifier(table.name)} AS "  # noqa: S608 - quoted
        f"SELECT one.* {f'REPLACE ({replaced})' if replaced else ''}, NULL::VARCHAR AS line, {problem} "
        f"FROM (SELECT {aggregated} {rows} GROUP BY {key}) AS one{joins} "
        f"UNION ALL BY NAME SELECT {column_list([*table.key, *columns, *ROW_COLUMNS])} FROM {identifier(staged)} "
        "WHERE problem IS NOT NULL"
    )
    n, without = session.rows(
        f"SELECT count(*), count(*) FILTER (NOT ({filled})) FROM {identifier(staged)} WHERE problem IS NULL"  # noqa: S608 - quoted
    )[0]
    kept = session.number(f"SELECT count(*) FROM {identifier(table.name)} WHERE problem IS NULL")  # noqa: S608 - quoted
    if n > kept:
        what = {"first": "the first", "latest": "the latest", "most_frequent": "the most frequent"}[pick]
        session.notes.append(
            f"{table.name}: {n:,} rows have {kept:,} different {', '.join(table.key)}; {what} filled value counts"
            + (f"; {without:,} rows have none" if without else "")
        )


def _value(name: str, pick: Pick) -> str:
    if pick == "latest":
        return f"arg_max({name}, ({identifier(BY)}, file_no, row)) FILTER ({name} IS NOT NULL)"
    return f"arg_min({name}, {_PLACE}) FILTER ({name} IS NOT NULL)"
