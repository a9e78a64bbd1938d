"""Accounts: who they are, their roles, the reps whose customers they see."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import PEOPLE, PERSON_REPS, PERSON_ROLES
from dashboard.activity.errors import NotFound, Taken
from dashboard.activity.records import Person


def email_key(email: str) -> str:
    """Return what is equal for two spellings of one address: without blanks around it, case and forms of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())


def add(
    at: Writing,
    *,
    email: str,
    name: str,
    now: datetime,
    roles: Collection[str] = (),
    rep_names: Collection[str] = (),
    scope_all: bool = False,
    issuer: str | None = None,
    subject: str | None = None,
) -> Person:
    """Return a new person. Raises Taken for an address, in any case, or a provider's account that another has."""
    values = {"email": email.strip(), "email_key": email_key(email), "name": name.strip(), "scope_all": scope_all}
    known_by = {"issuer": issuer, "subject": subject, "is_disabled": False, "created_at": now}
    with _unique(email):
        person_id = at.execute(insert(PEOPLE).values(**values, **known_by).returning(PEOPLE.c.id)).scalar_one()
    _set_roles(at, person_id, roles)
    _set_reps(at, person_id, rep_names)
    return get(at, person_id)


def find(at: Reading, person_id: int) -> Person | None:
    """Return a person, or None."""
    return _one(at, PEOPLE.c.id == person_id)


def get(at: Reading, person_id: int) -> Person:
    """Return a person. Raises NotFound."""
    person = find(at, person_id)
    if person is None:
        raise NotFound(f"there is no person {person_id}; look at the list of people")
    return person


def names(at: Reading, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by number; of an account that is gone there is none."""
    rows = at.execute(select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.email).where(PEOPLE.c.id.in_(set(person_ids))))
    return {row.id: row.name or row.email for row in rows}


def find_by_email(at: Reading, email: str) -> Person | None:
    """Return the person with this address in any case, or None."""
    return _one(at, PEOPLE.c.email_key == email_key(email))


def find_by_subject(at: Reading, issuer: str, subject: str) -> Person | None:
    """Return the person whom a provider knows by this name, or None."""
    return _one(at, (PEOPLE.c.issuer == issuer) & (PEOPLE.c.subject == subject))


def everyone(at: Reading) -> tuple[Person, ...]:
    """Return all people, by address."""
    return _people(at, at.execute(select(PEOPLE).order_by(PEOPLE.c.email_key)).all())


def enabled_with(at: Writing, role: str) -> tuple[int, ...]:
    """Return the numbers of people who have a role and may sign in, and lock them: who else asks waits."""
    has_role = PEOPLE.c.id.in_(select(PERSON_ROLES.c.person_id).where(PERSON_ROLES.c.role == role))
    wanted = select(PEOPLE.c.id).where(has_role, ~PEOPLE.c.is_disabled).order_by(PEOPLE.c.id)
    return tuple(at.execute(wanted.with_for_update()).scalars())


def change(
    at: Writing,
    person_id: int,
    *,
    email: str | None = None,
    name: str | None = None,
    roles: Collection[str] | None = None,
    rep_names: Collection[str] | None = None,
    scope_all: bool | None = None,
    is_disabled: bool | None = None,
) -> Person:
    """Change what is given, leave what is None, and return the person. Raises NotFound, Taken."""
    given = {
        "email": email.strip() if email is not None else None,
        "email_key": email_key(email) if email is not None else None,
        "name": name.strip() if name is not None else None,
        "scope_all": scope_all,
        "is_disabled": is_disabled,
    }
    values = {column: value for column, value in given.items() if value is not None}
    get(at, person_id)
    if values:
        with _unique(email or ""):
            _update(at, person_id, **values)
    if roles is not None:
        _set_roles(at, person_id, roles)
    if rep_names is not None:
        _set_reps(at, person_id, rep_names)
    return get(at, person_id)


def connect(at: Writing, person_id: int, *, issuer: str, subject: str) -> Person:
    """Remember whom a provider's account belongs to. Raises NotFound, and Taken where it belongs to another."""
    with _unique(f"{issuer} {subject}"):
        _update(at, person_id, issuer=issuer, subject=subject)
    return get(at, person_id)


def password_hash(at: Reading, person_id: int) -> str | None:
    """Return the hash of a person's password; None for who has none."""
    return at.execute(select(PEOPLE.c.password_hash).where(PEOPLE.c.id == person_id)).scalar_one_or_none()


def set_password(at: Writing, person_id: int, hashed: str | None) -> None:
    """Keep the hash of a new password; None takes it away. Raises NotFound."""
    _update(at, person_id, password_hash=hashed)


def seen(at: Writing, person_id: int, now: datetime) -> None:
    """Remember when a person was last there. Raises NotFound."""
    _update(at, person_id, last_seen_at=now)


@contextmanager
def must_exist(person_id: int) -> Iterator[None]:
    """Raise NotFound for a row that belongs to a person who is not there, such as one who was erased meanwhile."""
    try:
        yield
    except IntegrityError as error:
        raise NotFound(f"there is no person {person_id}; look at the list of people") from error


@contextmanager
def _unique(what: str) -> Iterator[None]:
    """Raise Taken for what belongs to another person."""
    try:
        yield
    except IntegrityError as error:
        raise Taken(f"{what} belongs to another person already; change that one or name another") from error


def _update(at: Writing, person_id: int, **values: Any) -> None:
    if not at.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(**values)).rowcount:
        get(at, person_id)


def _set_roles(at: Writing, person_id: int, roles: Iterable[str]) -> None:
    at.execute(delete(PERSON_ROLES).where(PERSON_ROLES.c.person_id == person_id))
    rows = [{"person_id": person_id, "role": role} for role in sorted(set(roles))]
    if rows:
        at.execute(insert(PERSON_ROLES), rows)


def _set_reps(at: Writing, person_id: int, reps: Iterable[str]) -> None:
    at.execute(delete(PERSON_REPS).where(PERSON_REPS.c.person_id == person_id))
    rows = [{"person_id": person_id, "rep": rep} for rep in sorted(set(reps))]
    if rows:
        at.execute(insert(PERSON_REPS), rows)


def _one(at: Reading, where: ColumnElement[bool]) -> Person | None:
    found = _people(at, at.execute(select(PEOPLE).where(where)).all())
    return found[0] if found else None


def _people(at: Reading, rows: Collection[Row[Any]]) -> tuple[Person, ...]:
    ids = [row.id for row in rows]
    roles = at.execute(
        select(PERSON_ROLES.c.person_id, PERSON_ROLES.c.role).where(PERSON_ROLES.c.person_id.in_(ids))
    ).all()
    reps = at.execute(select(PERSON_REPS.c.person_id, PERSON_REPS.c.rep).where(PERSON_REPS.c.person_id.in_(ids))).all()
    return tuple(
        Person(
            id=row.id,
            email=row.email,
            name=row.name,
            roles=tuple(sorted(each.role for each in roles if each.person_id == row.id)),
            rep_names=tuple(sorted(each.rep for each in reps if each.person_id == row.id)),
            scope_all=row.scope_all,
            is_disabled=row.is_disabled,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            has_password=row.password_hash is not None,
            issuer=row.issuer,
            subject=row.subject,
        )
        for row in rows
    )
