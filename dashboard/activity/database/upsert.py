"""Insert or update in one statement, which both databases have in their own dialect."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.database.connect import Writing


def insert_missing(at: Writing, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row where its key is not there yet; several may do this at once."""
    new: Any = sqlite.insert(table) if at.dialect == "sqlite" else postgresql.insert(table)
    at.execute(new.values(**values).on_conflict_do_nothing())
