"""python -m dashboard import-events and export-events."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from dashboard.activity.database import campaigns
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.errors import ActivityError
from dashboard.campaigns.event_lines import Refused
from dashboard.campaigns.events_export import export_events
from dashboard.campaigns.events_import import Addresses, EventImport, ImportReport, addresses_of
from dashboard.campaigns.known_ids import KEYS, SEARCHES, KnownRows, ids_of_tables, ids_of_version
from dashboard.display.csv import BYTE_ORDER_MARK, csv_line
from dashboard.records.customers import Customer
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader

REFUSED_ENDING = ".refused.csv"
SAID_EVERY = 10_000  # lines


def import_file(settings: Settings, file: Path, campaign_id: int | None) -> tuple[str, int]:
    """Import a file of events; return what was done, and 1 where nothing of the file could be taken, else 0.

    What is refused is written beside the file, FILE.refused.csv. Raises ActivityError for a file that cannot be read,
    or a campaign that is not there.
    """
    database = open_database(settings)
    database.prepare()
    addresses = None if campaign_id is None else _addresses(settings, database, campaign_id)
    beside = file.with_name(file.name + REFUSED_ENDING)
    try:
        with file.open("rb") as read, _refusals(beside) as refusals:
            said = _Progress()
            importing = EventImport(
                database, ZoneInfo(settings.time_zone), addresses=addresses, refuse=refusals, progress=said
            )
            found = importing.run(read, file.name, datetime.now(UTC))
    except OSError as error:
        raise ActivityError(f"{error.filename or file} cannot be used ({error.strerror or error})") from error
    words = report_words(found)
    if found.n_refused:
        words += f"\nWhy, line by line: {beside}"
    return words, int(bool(found.n_refused) and not (found.n_new or found.n_known))


def export_file(settings: Settings, file: Path, data: Path | None) -> str:
    """Export campaigns and events, of mails and of the shop, for a build; return what was done.

    data  the clean tables that the build will read; None: what the published version has is exported
    """
    known = KnownRows(ids_of_tables(data) if data else ids_of_version(settings.artifacts))
    n = export_events(open_database(settings), file, ZoneInfo(settings.time_zone), known)
    return "\n".join([f"{n:,} event{'' if n == 1 else 's'} in {file}", *_left_out_words(known, data)])


def report_words(found: ImportReport) -> str:
    """Return what an import did: `120 lines: 110 new events, 8 known, 2 refused`."""
    lines = f"{found.n_lines:,} line{'' if found.n_lines == 1 else 's'}"
    new = f"{found.n_new:,} new event{'' if found.n_new == 1 else 's'}"
    return f"{lines}: {new}, {found.n_known:,} known, {found.n_refused:,} refused"


def _left_out_words(known: KnownRows, data: Path | None) -> list[str]:
    """Return a line with how many events were left out and why; none if all are in the file."""
    where = data or "the published version"
    counts = [
        f"{known.left_out[name]:,} of {name} that {where} does not have"
        for name in KEYS.values()
        if known.left_out[name]
    ]
    if known.left_out[SEARCHES]:
        counts.append(f"{known.left_out[SEARCHES]:,} search{'' if known.left_out[SEARCHES] == 1 else 'es'}")
    return [f"Left out: {', '.join(counts)}"] if counts else []


class _Progress:
    """Says on stderr how far an import is, every so many lines."""

    def __init__(self) -> None:
        self._next = SAID_EVERY

    def __call__(self, found: ImportReport) -> None:
        if found.n_lines >= self._next:
            sys.stderr.write(f"{report_words(found)}\n")
            self._next = found.n_lines + SAID_EVERY


class _Refusals:
    """Writes refusals into a file, which is made with the first one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: TextIO | None = None

    def __call__(self, one: Refused) -> None:
        if self._open is None:
            part = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it may hold addresses
            self._open = os.fdopen(part, "w", encoding="utf-8", newline="")
            self._open.write(BYTE_ORDER_MARK + csv_line(("Line", "What", "Value", "What to do")))
        self._open.write(csv_line((one.line, one.thing, one.value, one.remedy)))

    def close(self) -> None:
        if self._open is not None:
            self._open.close()


@contextmanager
def _refusals(file: Path) -> Iterator[_Refusals]:
    file.unlink(missing_ok=True)
    refusals = _Refusals(file)
    try:
        yield refusals
    finally:
        refusals.close()


def _addresses(settings: Settings, database: Database, campaign_id: int) -> Addresses:
    with database.read() as at:
        if campaigns.get(at, campaign_id) is None:
            numbers = ", ".join(str(one.id) for one, _ in campaigns.everything(at)) or "none"
            raise ActivityError(f"there is no campaign {campaign_id}; there are: {numbers}")
        members = campaigns.members(at, campaign_id)
    reader = Reader(settings.artifacts)
    try:
        names = [each for each in Customer.__dataclass_fields__]
        rows = reader.current().table("customers", names).to_pylist()
    finally:
        reader.close()
    return addresses_of(campaign_id, members, {row["customer_id"]: Customer.from_row(row) for row in rows})
