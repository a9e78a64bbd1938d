"""What the audit page shows: the lines of the trail, the newest first. No Dash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.access.trail import DONE, REFUSED
from dashboard.activity.database import audit, people
from dashboard.activity.database.connect import Database
from dashboard.activity.records import AuditEntry
from dashboard.display.audit_words import KIND_WORDS, kind_words, what_words
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.request_values import text_of
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of

AUDIT = "audit"
MOST_LINES = 500  # on one page
MOST_IN_FILE = 50_000
OUTCOMES = (DONE, REFUSED)
DAYS = ("1", "7", "30", "90")

COLUMNS = (
    TableColumn("when", "When", width=170, grow=1),
    TableColumn("who", "Who", width=150, grow=1, on_phone="plain", meaning=MEANINGS["Who"]),
    TableColumn("kind", "Kind", width=150, grow=1, on_phone="plain", meaning=MEANINGS["Kind of a line"]),
    TableColumn("about", "About", width=260, grow=3, on_phone="plain", meaning=MEANINGS["About"]),
    TableColumn("rows", "Rows", "number", width=84, meaning=MEANINGS["Rows"], decimals=0),
    TableColumn("outcome", "Outcome", width=96, on_phone="plain", meaning=MEANINGS["Outcome"]),
)


@dataclass(frozen=True)
class Asked:
    """Which lines an address asks for, as texts; an empty one asks for all.

    The names differ from those of the table's columns, whose filters are in the address as well.

    before  the id of the line before which they begin
    by      the number of who did it
    what    the kind
    of      what it was about, whole: a customer's number, a file, a page
    last    so many days up to now
    came    what came of it: of OUTCOMES
    """

    before: str = ""
    by: str = ""
    what: str = ""
    of: str = ""
    last: str = ""
    came: str = ""

    def filter(self, now: datetime) -> audit.AuditFilter:
        return audit.AuditFilter(
            since=now - timedelta(days=int(self.last)) if self.last else None,
            person_id=int(self.by) if self.by else None,
            kinds=(self.what,) if self.what else (),
            subject_id=self.of or None,
            outcome=self.came or None,
        )

    def older(self, before: int) -> dict[str, str]:
        """Return what the address of older lines says."""
        return {name: value for name, value in {**vars(self), "before": str(before)}.items() if value}


def asked_of(query: Mapping[str, Any]) -> Asked:
    """Return what an address or a page asks for; what makes no sense counts as not said."""
    said = {name: text_of(query.get(name)).strip() for name in vars(Asked())}
    return Asked(
        _number(said["before"]),
        _number(said["by"]),
        said["what"] if said["what"] in KIND_WORDS else "",
        said["of"][:200],
        said["last"] if said["last"] in DAYS else "",
        said["came"] if said["came"] in OUTCOMES else "",
    )


def _number(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) < 18 else ""


@dataclass(frozen=True)
class AuditPage:
    """Lines, and whose the numbers in them are.

    total    how many are asked for in all
    n_newer  how many of those are newer than the lines here
    """

    entries: tuple[AuditEntry, ...]
    names: dict[int, str]
    total: int
    n_newer: int
    asked: Asked
    has_older: bool

    @property
    def older(self) -> dict[str, str] | None:
        """Return what the address of the lines before these says; None where these are the last."""
        return self.asked.older(self.entries[-1].id) if self.has_older else None


def audit_page(database: Database, asked: Asked, now: datetime, most: int = MOST_LINES) -> AuditPage:
    """Return up to so many of the lines that are asked for. Raises ActivityUnavailable without the database."""
    wanted = asked.filter(now)
    before = int(asked.before) if asked.before else None
    with database.read() as at:
        entries = audit.entries(at, wanted, limit=most + 1, before_id=before)
        names = {one.id: one.name or one.email for one in people.everyone(at)}
        n_newer = 0 if before is None else audit.count(at, wanted, from_id=before)
        return AuditPage(entries[:most], names, audit.count(at, wanted), n_newer, asked, len(entries) > most)


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
        "about": CellOf(lambda one: what_words(one, formats, names, with_rows=False)),
        "rows": CellOf(
            lambda one: one.row_count, lambda one: "" if one.row_count is None else formats.number(one.row_count)
        ),
        "outcome": CellOf(lambda one: one.outcome),
    }
    about = (AUDIT, "All lines", ("line", "lines"))
    return table_of(about, COLUMNS, entries, lambda one: str(one.id), cells, choice="kind", is_main=True)
