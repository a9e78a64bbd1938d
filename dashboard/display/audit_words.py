"""How screens write a line of the audit trail."""

from dashboard.activity.records import AuditEntry
from dashboard.display.formats import Formats

KIND_WORDS = {
    "sign-in": "Signed in",
    "sign-out": "Signed out",
    "password": "Set a password",
    "link-made": "Made a one-time link",
    "person-added": "Added an account",
    "person-disabled": "Disabled an account",
    "person-enabled": "Enabled an account",
    "customer-opened": "Opened a customer",
    "export": "Exported",
    "person-changed": "Changed an account",
    "session-ended": "Ended a session",
    "forgotten": "Erased what names somebody",
    "refused": "Was refused",
    "audit-retention": "Old lines were removed",
}


def kind_words(kind: str) -> str:
    """Return what happened; of a kind without words its name as words."""
    return KIND_WORDS.get(kind, kind.replace("-", " ").capitalize())


def what_words(entry: AuditEntry, formats: Formats, *, with_rows: bool = True) -> str:
    """Return what it was about: its subjects, its rows if wanted, and what narrowed them."""
    parts = [", ".join(entry.subject_ids)] if entry.subject_ids else []
    if with_rows and entry.row_count is not None:
        parts.append(f"{formats.number(entry.row_count)} row{'' if entry.row_count == 1 else 's'}")
    parts += [f"{name} {_plainly(value)}" for name, value in (entry.filter or {}).items() if value and name != "file"]
    return ", ".join(parts)


def _plainly(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
