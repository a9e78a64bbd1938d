"""Insert or update in one statement, which both databases have in their own dialect."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.database.connect import Writing


def insert_missing(at: Writing, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row where its key is not there yet, and return whether it was not; several may do this at once."""
    new: Any = sqlite.insert(table) if at.dialect == "sqlite" else postgresql.insert(table)
    inserted = new.values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return at.execute(inserted).first() is not None


def insert_or_add(at: Writing, table: Table, values: Mapping[str, Any], added: str, unless: str) -> None:
    """Insert a row, or add its column `added` to the one with the same primary key, unless `unless` is the same."""
    new: Any = sqlite.insert(table) if at.dialect == "sqlite" else postgresql.insert(table)
    new = new.values(**values)
    key = [column.name for column in table.primary_key]
    sums = {added: table.c[added] + new.excluded[added], unless: new.excluded[unless]}
    is_other = table.c[unless] != new.excluded[unless]
    at.execute(new.on_conflict_do_update(index_elements=key, set_=sums, where=is_other))


def insert_newer(at: Writing, table: Table, values: Mapping[str, Any], newer: str) -> None:
    """Insert a row, or put it in the place of the one with the same primary key whose column `newer` is less."""
    new: Any = sqlite.insert(table) if at.dialect == "sqlite" else postgresql.insert(table)
    new = new.values(**values)
    key = [column.name for column in table.primary_key]
    others = {name: new.excluded[name] for name in values if name not in key}
    at.execute(new.on_conflict_do_update(index_elements=key, set_=others, where=table.c[newer] < new.excluded[newer]))


def insert_or_add_all(at: Writing, table: Table, rows: Sequence[Mapping[str, Any]], added: Collection[str]) -> None:
    """Insert rows, or add their columns `added` to those with the same primary keys."""
    new: Any = sqlite.insert(table) if at.dialect == "sqlite" else postgresql.insert(table)
    new = new.values(list(rows))
    key = [column.name for column in table.primary_key]
    sums = {name: table.c[name] + new.excluded[name] for name in added}
    at.execute(new.on_conflict_do_update(index_elements=key, set_=sums))
