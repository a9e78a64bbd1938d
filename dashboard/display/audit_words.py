"""How screens write a line of the audit trail."""

from collections.abc import Mapping

from dashboard.activity.records import AuditEntry
from dashboard.display.formats import Formats
from dashboard.display.role_words import ROLE_WORDS

KIND_WORDS = {
    "sign-in": "Signed in",
    "sign-out": "Signed out",
    "password": "Set a password",
    "link-made": "Made a one-time link",
    "token-made": "Made an API token",
    "token-revoked": "Revoked an API token",
    "request-refused": "Refused a request for a role",
    "person-added": "Added an account",
    "person-disabled": "Disabled an account",
    "person-enabled": "Enabled an account",
    "customer-opened": "Opened a customer",
    "export": "Exported",
    "handed-over": "Handed an order over",
    "alert-rule-changed": "Changed the team's rule for alerts",
    "campaign-made": "Made a campaign",
    "campaign-removed": "Removed a campaign",
    "campaign-sent": "Marked a campaign as sent",
    "campaign-calls": "Put customers of a campaign on call lists",
    "events-imported": "Imported events of a mailing",
    "person-changed": "Changed an account",
    "session-ended": "Ended a session",
    "forgotten": "Erased what names somebody",
    "refused": "Was refused",
    "audit-retention": "Old lines were removed",
}

WAY_WORDS = {
    "password": "with a password",
    "oidc": "at the company's provider",
    "proxy": "by the proxy",
    "command": "on the command line",
}
FLAGS = {"all": "all customers", "disabled": "disabled"}
OF_ONESELF = frozenset({"sign-in", "sign-out", "password"})  # who did it is all that it is about


def kind_words(kind: str) -> str:
    """Return what happened; of a kind without words its name as words."""
    return KIND_WORDS.get(kind, kind.replace("-", " ").capitalize())


def what_words(
    entry: AuditEntry, formats: Formats, names: Mapping[int, str] | None = None, *, with_rows: bool = True
) -> str:
    """Return what it was about: its subjects, its rows if wanted, and what narrowed them.

    names  of people by number
    """
    parts = [] if entry.kind in OF_ONESELF and entry.person_id else _subjects(entry, names or {})
    if with_rows and entry.row_count is not None:
        parts.append(f"{formats.number(entry.row_count)} row{'' if entry.row_count == 1 else 's'}")
    for name, value in (entry.filter or {}).items():
        if name == "way":
            parts.append(WAY_WORDS.get(str(value), str(value)))
        elif name == "roles":
            parts.append(f"roles {_plainly(tuple(map(_role, value if isinstance(value, list | tuple) else ())))}")
        elif name in FLAGS:
            parts += [FLAGS[name]] if value else []
        elif value and name != "file":
            parts.append(f"{name} {_plainly(value)}")
    return ", ".join(parts)


def _subjects(entry: AuditEntry, names: Mapping[int, str]) -> list[str]:
    """Return what a line is about; of a person the name, where the account is still there."""
    subjects = [f"person {one}" if entry.kind in OF_ONESELF else one for one in entry.subject_ids if one]
    numbers = [one.removeprefix("person ") if one.startswith("person ") else "" for one in subjects]
    return [
        names.get(int(number), subject) if number.isdecimal() else subject
        for subject, number in zip(subjects, numbers, strict=True)
    ]


def _role(name: object) -> str:
    return ROLE_WORDS.get(str(name), str(name))


def _plainly(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
