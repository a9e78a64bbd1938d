"""Saved views of a page: read, saved and removed, each person their own."""

from typing import Any

from dashboard.activity.database import saved_views
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import SavedView
from dashboard.data.desk import Desk
from dashboard.display.request_values import text_of

LONGEST_NAME, LONGEST_QUERY = 60, 1000
MOST_VIEWS = 20


def views_of(desk: Desk, page: str) -> tuple[SavedView, ...]:
    """Return a person's views of a page by name; none while the database does not answer."""
    try:
        with desk.database.read() as at:
            return saved_views.views_of(at, desk.person_id, page)
    except ActivityError:
        return ()


def change_views(desk: Desk, page: str, asked: Any) -> bool:
    """Save {name, query}, or remove {remove}; return whether anything was changed.

    A name that is empty, a query that is too long and more than MOST_VIEWS views are not saved.
    """
    sent = asked if isinstance(asked, dict) else {}
    name, query, view_id = text_of(sent.get("name")).strip(), text_of(sent.get("query")), sent.get("remove")
    try:
        with desk.database.write() as at:
            if isinstance(view_id, int) and not isinstance(view_id, bool):
                return saved_views.remove(at, view_id, person_id=desk.person_id)
            known = {view.name for view in saved_views.views_of(at, desk.person_id, page)}
            is_full = len(known) >= MOST_VIEWS and name not in known
            if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY or is_full:
                return False
            saved_views.save(at, person_id=desk.person_id, page=page, name=name, query=query)
            return True
    except ActivityError:
        return False
