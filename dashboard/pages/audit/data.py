"""What the audit page shows: the lines of the trail, the newest first. No Dash."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.activity.database import audit, people
from dashboard.activity.database.connect import Database
from dashboard.activity.records import AuditEntry
from dashboard.display.audit_words import kind_words, what_words
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of

AUDIT = "audit"
MOST_LINES = 5000  # on one page: what a browser filters at once

COLUMNS = (
    TableColumn("when", "When", width=170, grow=1),
    TableColumn("who", "Who", width=150, grow=1, on_phone="plain", meaning=MEANINGS["Who"]),
    TableColumn("kind", "Kind", width=150, grow=1, on_phone="plain", meaning=MEANINGS["Kind of a line"]),
    TableColumn("about", "About", width=260, grow=3, on_phone="plain", meaning=MEANINGS["About"]),
    TableColumn("rows", "Rows", "number", width=84, meaning=MEANINGS["Rows"]),
    TableColumn("outcome", "Outcome", width=96, on_phone="plain", meaning=MEANINGS["Outcome"]),
)


@dataclass(frozen=True)
class AuditPage:
    """Lines, whose the numbers in them are, how many lines there are in all, and before which line these begin."""

    entries: tuple[AuditEntry, ...]
    names: dict[int, str]
    total: int
    before: int | None

    @property
    def next_before(self) -> int | None:
        """Return the line before which the older ones begin; None where these are the last."""
        return self.entries[-1].id if len(self.entries) == MOST_LINES else None


def audit_page(database: Database, before: str = "") -> AuditPage:
    """Return up to MOST_LINES lines, those before a line's id if an address names one.

    Raises ActivityUnavailable without the database.
    """
    before_id = int(before) if before.isdecimal() and len(before) < 18 else None
    with database.read() as at:
        entries = audit.entries(at, limit=MOST_LINES, before_id=before_id)
        names = {one.id: one.name or one.email for one in people.everyone(at)}
        return AuditPage(entries, names, audit.count(at), before_id)


def audit_table(entries: Sequence[AuditEntry], names: dict[int, str], formats: Formats) -> TableRows:
    """Return the lines as a table; times are in UTC in its CSV."""

    def who(entry: AuditEntry) -> str:
        if entry.person_id is None:
            return "Nobody signed in"
        return names.get(entry.person_id, f"Person {entry.person_id}, erased")

    cells: dict[str, CellOf[AuditEntry]] = {
        "when": CellOf(lambda one: one.at.isoformat(timespec="seconds"), lambda one: formats.moment(one.at)),
        "who": CellOf(who),
        "kind": CellOf(lambda one: kind_words(one.kind)),
        "about": CellOf(lambda one: what_words(one, formats, with_rows=False)),
        "rows": CellOf(
            lambda one: one.row_count, lambda one: "" if one.row_count is None else formats.number(one.row_count)
        ),
        "outcome": CellOf(lambda one: one.outcome),
    }
    about = (AUDIT, "All lines", ("line", "lines"))
    return table_of(about, COLUMNS, entries, lambda one: str(one.id), cells, choice="kind", is_main=True)
