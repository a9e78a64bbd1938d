"""Saved views: the filters of a page under a name, each person their own."""

from sqlalchemy import delete, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SAVED_VIEWS
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import SavedView


def save(at: Writing, *, person_id: int, page: str, name: str, query: str) -> None:
    """Save a view; one of the same name gets the new filters."""
    key = {"person_id": person_id, "page": page, "name": name}
    insert_missing(at, SAVED_VIEWS, {**key, "query": query})
    same = (SAVED_VIEWS.c.person_id == person_id) & (SAVED_VIEWS.c.page == page) & (SAVED_VIEWS.c.name == name)
    at.execute(update(SAVED_VIEWS).where(same).values(query=query))


def views_of(at: Reading, person_id: int, page: str) -> tuple[SavedView, ...]:
    """Return a person's views of a page by name."""
    where = (SAVED_VIEWS.c.person_id == person_id, SAVED_VIEWS.c.page == page)
    columns = (SAVED_VIEWS.c.id, SAVED_VIEWS.c.name, SAVED_VIEWS.c.query)
    rows = at.execute(select(*columns).where(*where).order_by(SAVED_VIEWS.c.name))
    return tuple(SavedView(**row._mapping) for row in rows)


def remove(at: Writing, view_id: int, *, person_id: int) -> bool:
    """Remove one of a person's own views; return whether it was there."""
    mine = (SAVED_VIEWS.c.id == view_id) & (SAVED_VIEWS.c.person_id == person_id)
    return bool(at.execute(delete(SAVED_VIEWS).where(mine)).rowcount)
