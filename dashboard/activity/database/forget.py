"""What is erased of a person or a customer when they ask for it."""

from sqlalchemy import delete, func, select

from dashboard.activity.database import audit, outcomes
from dashboard.activity.database.connect import Writing
from dashboard.activity.database.people import email_key, get
from dashboard.activity.database.tables import (
    ALERT_ASSIGNMENTS,
    ALERT_RULES,
    ALERT_SNOOZES,
    ALERT_VISITS,
    BASKET_ITEMS,
    CAMPAIGN_CALLS,
    CAMPAIGN_EVENTS,
    CAMPAIGN_MEMBERS,
    CAMPAIGN_OFFERS,
    DIGESTS,
    DIGESTS_UNWANTED,
    HELD_BACK,
    HELD_CHANGES,
    LINKS,
    NEXT_STEPS,
    NOTES,
    OUTCOMES,
    PEOPLE,
    PERSON_REPS,
    PERSON_ROLES,
    ROLE_REQUESTS,
    SAVED_VIEWS,
    SESSIONS,
    SHOP_EVENTS,
    SHOWN_LISTS,
    THROTTLE,
)

Erased = dict[str, int]  # table -> rows


def forget_person(at: Writing, person_id: int, *, account_hash: str | None = None) -> Erased:
    """Erase an account and all that it has; return how many rows of each table. Raises NotFound.

    account_hash  the key of the account's failed sign-ins, which are erased too

    The audit trail, outcomes, notes, next steps and campaigns keep the account's number, which names nobody any more.
    """
    person = get(at, person_id)
    own = (SAVED_VIEWS, BASKET_ITEMS, ALERT_RULES, ALERT_SNOOZES, ALERT_VISITS, DIGESTS, DIGESTS_UNWANTED)
    held = (PERSON_ROLES, PERSON_REPS, LINKS, SESSIONS, *own)
    erased = {
        table.name: int(
            at.execute(select(func.count()).select_from(table).where(table.c.person_id == person_id)).scalar_one()
        )
        for table in held
    }
    for table in own:
        at.execute(delete(table).where(table.c.person_id == person_id))
    n_assigned = at.execute(delete(ALERT_ASSIGNMENTS).where(ALERT_ASSIGNMENTS.c.assigned_to == person_id)).rowcount
    at.execute(delete(PEOPLE).where(PEOPLE.c.id == person_id))  # the others go with it
    requests = at.execute(select(ROLE_REQUESTS)).all()
    key = email_key(person.email)
    ids = [
        row.id
        for row in requests
        if email_key(row.email) == key or (row.issuer, row.subject) == (person.issuer, person.subject)
    ]
    n_requests = at.execute(delete(ROLE_REQUESTS).where(ROLE_REQUESTS.c.id.in_(ids))).rowcount
    failures = delete(THROTTLE).where(THROTTLE.c.kind == "account", THROTTLE.c.key == account_hash)
    n_failures = at.execute(failures).rowcount if account_hash else 0
    others = {"alert_assignments": n_assigned, "role_requests": n_requests, "throttle": n_failures}
    return {"people": 1, **erased, **others}


def forget_customer(at: Writing, customer_id: str) -> Erased:
    """Erase what names a customer; return how many rows of each table were changed."""
    held = (
        *(OUTCOMES, HELD_BACK, SHOWN_LISTS, NOTES, NEXT_STEPS, BASKET_ITEMS, ALERT_SNOOZES, ALERT_ASSIGNMENTS),
        *(CAMPAIGN_MEMBERS, CAMPAIGN_OFFERS, CAMPAIGN_EVENTS, CAMPAIGN_CALLS, SHOP_EVENTS),
    )
    of_them = {table.name: delete(table).where(table.c.customer_id == customer_id) for table in held}
    erased = {name: at.execute(statement).rowcount for name, statement in of_them.items()}
    at.execute(delete(HELD_CHANGES).where(HELD_CHANGES.c.customer_id == customer_id))
    outcomes.note_change(at, outcomes.EVERYBODY)
    return {"audit": audit.erase_subject(at, customer_id), **erased}
