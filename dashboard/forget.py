"""Erasure, for who asks for it: what the database holds of them, and which versions of the data still name them."""

from datetime import UTC, datetime
from pathlib import Path

from dashboard.access.trail import FORGOTTEN
from dashboard.activity.database import audit, people
from dashboard.activity.database import forget as erasing
from dashboard.activity.database.connect import Database, Writing
from dashboard.activity.hashing import keyed_hash
from dashboard.settings import Settings
from dashboard.state.folder import prepare_state, secret_key
from recsys.artifacts.layout import version_ids
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError

NAMED_BY = ("customer_id", "rep")  # the columns of customers that may name who is to be forgotten


def forget(database: Database, settings: Settings, who: str) -> str:
    """Erase a person, by the address of the account, or else a customer, by number; return what was done.

    A line of the audit trail says that it was done, without whom. Raises ActivityUnavailable without the database.
    """
    prepare_state(settings.state)
    now, wanted = datetime.now(UTC), who.strip()
    database.prepare()
    with database.write() as at:
        person = people.find_by_email(at, wanted)
        if person is None:
            what = f"customer {wanted}"
            erased = erasing.forget_customer(at, wanted)
        else:
            what = f"person {person.id}"
            key = keyed_hash(secret_key(settings.state), people.email_key(wanted))
            erased = erasing.forget_person(at, person.id, account_hash=key)
        _write_down(at, now, "" if person is None else f"person {person.id}", sum(erased.values()))
    names = (wanted,) if person is None else person.rep_names
    rows = ", ".join(f"{table} ({n})" for table, n in erased.items() if n) or "nothing"
    return f"Erased of {what}: {rows}\n{_versions_words(settings.artifacts, names)}"


def naming_versions(root: Path, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the ids of the kept versions whose customers name somebody, and of those that cannot be read."""
    reader = Reader(root)
    naming, unread = [], []
    for version in version_ids(root):
        try:
            rows = reader.at(version).table("customers", list(NAMED_BY)).to_pylist()
        except ArtifactError:
            unread.append(version)
            continue
        if any(row[column] in names for row in rows for column in NAMED_BY):
            naming.append(version)
    reader.close()
    return naming, unread


def _versions_words(root: Path, names: tuple[str, ...]) -> str:
    naming, unread = naming_versions(root, names)
    lines = [
        f"Versions that still name them: {', '.join(naming)}. Take them out of the data, build anew, and remove the "
        f"older versions with: python -m recsys prune --artifacts {root} --older-than DAYS"
        if naming
        else "No version that is kept names them."
    ]
    if unread:
        lines.append(f"Not looked through, as they cannot be read: {', '.join(unread)}")
    return "\n".join([*lines, "Backups that were made before still hold what was erased."])


def _write_down(at: Writing, now: datetime, subject: str, n_rows: int) -> None:
    subjects = (subject,) if subject else ()
    audit.record(at, now=now, kind=FORGOTTEN, person_id=None, subject_ids=subjects, row_count=n_rows)
