"""The import as a whole: each event once, bad lines refused alone, killed it is repeated, memory stays flat."""

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from dashboard.activity.campaign_records import HELD
from dashboard.activity.database import audit, campaign_events, campaigns
from dashboard.activity.database.connect import Database
from dashboard.campaigns import events_import
from dashboard.campaigns.event_lines import Refused
from dashboard.campaigns.events_export import export_events
from dashboard.campaigns.events_import import EventImport, ImportReport, addresses_of
from dashboard.campaigns.known_ids import KnownRows
from dashboard.records.customers import Customer
from recsys.schema.clean import EVENTS
from tests.support.activity import NOW
from tests.support.artifacts import small_rows
from tests.support.campaigns import make_campaign, member

BERLIN = ZoneInfo("Europe/Berlin")
HEAD = "event_id,reference,kind,at"


def run(database: Database, *lines: str, head: str = HEAD, **how: object) -> ImportReport:
    content = "\n".join([head, *lines]).encode()
    return EventImport(database, BERLIN, **how).run(io.BytesIO(content), "events.csv", NOW)  # type: ignore[arg-type]


def counts(found: ImportReport) -> tuple[int, int, int, int]:
    return found.n_lines, found.n_new, found.n_known, found.n_refused


def test_events_count_once_and_bad_lines_do_not_stop_good_ones(database: Database) -> None:
    number = make_campaign(database)
    lines = [
        "e1,k1-CAFE1,sent,2026-11-03T09:00:00Z",
        "e2,k1-CAFE1,opened,2026-11-03T10:00:00Z",
        "e3,nobody,opened,2026-11-03T10:00:00Z",
        "e2,k1-CAFE1,opened,2026-11-03T10:00:00Z",
        "e4,k1-CAFE2,clicked,2026-10-20T10:00:00Z",
        "e5,k1-CAFE2,clicked,2026-11-05T10:00:00Z",
    ]
    refused: list[Refused] = []
    assert counts(run(database, *lines, refuse=refused.append)) == (6, 3, 1, 2)
    assert [(one.line, one.thing) for one in refused] == [(4, "reference"), (6, "at")]
    assert counts(run(database, *lines)) == (6, 0, 4, 2)
    with database.read() as at:
        firsts = campaign_events.firsts(at, number)
        assert {kind: set(who) for kind, who in firsts.items()} == {
            "sent": {"CAFE1"},
            "opened": {"CAFE1"},
            "clicked": {"CAFE2"},
        }
        newest = audit.entries(at, limit=1)[0]
    assert (newest.kind, newest.row_count, newest.subject_ids) == ("events-imported", 0, ("import 2",))


def test_the_first_mail_says_when_a_campaign_was_sent(database: Database) -> None:
    number = make_campaign(database, sent_on=None)
    run(database, "e1,k1-CAFE1,sent,2026-11-26T23:30:00Z", "e2,k1-CAFE2,sent,2026-11-27T09:00:00Z")
    with database.read() as at:
        found = campaigns.get(at, number)
    assert found is not None
    assert found.sent_on == date(2026, 11, 27)  # in Berlin


def customers(**changed: object) -> dict[str, Customer]:
    rows = [{name: None for name in Customer.__dataclass_fields__} | row for row in small_rows()["customers"]]
    found = {row["customer_id"]: Customer.from_row(row) for row in rows}
    return {one: replace(customer, **changed) if changed else customer for one, customer in found.items()}


def test_addresses_are_matched_within_the_campaign_and_never_to_who_was_held_out(database: Database) -> None:
    number = make_campaign(database)
    emails = {"CAFE1": "Both@Example.com", "CAFE2": " both@example.com", "HOTEL1": "held@example.com"}
    known = {one: replace(each, email=emails.get(one)) for one, each in customers().items()}
    members = [member("CAFE1"), member("CAFE2"), member("HOTEL1", HELD)]
    mine = addresses_of(number, members, known)
    lines = ["both@example.com,open,2026-11-04 08:00:00", "held@example.com,open,2026-11-04 08:00:00"]
    head = "Email Address,Action,Timestamp"
    assert counts(run(database, *lines, head=head, addresses=mine)) == (2, 2, 0, 1)
    assert counts(run(database, *lines, head=head, addresses=mine)) == (2, 0, 2, 1)
    found = run(database, *lines, head=head)
    assert [one.remedy[:26] for one in found.refused] == ["The file has no references"] * 2


def test_a_list_without_times_means_the_day_of_the_sending(database: Database) -> None:
    number = make_campaign(database)
    known = {one: replace(each, email=f"{one}@example.com") for one, each in customers().items()}
    mine = addresses_of(number, [member("CAFE1"), member("CAFE2")], known)
    run(database, "cafe1@example.com,2", head="Email Address,Opens", addresses=mine)
    with database.read() as at:
        assert campaign_events.firsts(at, number)["opened"] == {"CAFE1": datetime(2026, 11, 2, 23, tzinfo=UTC)}


class Killed(BaseException):
    """What no code catches."""


def test_an_import_that_was_killed_is_repeated(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    make_campaign(database)
    monkeypatch.setattr(events_import, "BATCH", 10)
    lines = [f"e{at},k1-CAFE1,opened,2026-11-03T10:00:00Z" for at in range(95)]

    def kill(found: ImportReport) -> None:
        if found.n_new >= 40:
            raise Killed

    with pytest.raises(Killed):
        run(database, *lines, progress=kill)
    with database.read() as at:
        (broken,) = campaign_events.imports(at, limit=9)
    assert (broken.n_new, broken.ended_at) == (40, None)
    assert counts(run(database, *lines)) == (95, 55, 40, 0)


class Many(io.RawIOBase):
    """A file of many lines that is never whole anywhere."""

    def __init__(self, n: int) -> None:
        self._lines: Iterator[bytes] = (
            f"e{at % 50},k1-CAFE1,opened,2026-11-03T10:00:00Z,{'x' * 400}\n".encode() for at in range(n)
        )
        self._left = f"{HEAD},more\n".encode()

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        while len(self._left) < len(into) and (more := next(self._lines, b"")):
            self._left += more
        part, self._left = self._left[: len(into)], self._left[len(into) :]
        into[: len(part)] = part
        return len(part)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(database: Database) -> None:
    make_campaign(database)

    def most(n: int) -> int:
        tracemalloc.start()
        EventImport(database, BERLIN).run(Many(n), "events.csv", NOW)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few = most(3_000)
    assert most(30_000) < 1.2 * few


def test_campaigns_and_events_are_the_table_of_the_schema(database: Database, tmp_path: Path) -> None:
    make_campaign(database)
    make_campaign(database, ["CAFE1"], [], key="k2", sent_on=None)
    run(
        database,
        "e1,k1-CAFE1,sent,2026-11-03T09:00:00Z",
        "e2,k1-CAFE1,clicked,2026-11-03T10:00:00Z",
        "e3,k1-CAFE1,unsubscribed,2026-11-03T11:00:00Z",
    )
    assert export_events(database, tmp_path / "events.parquet", BERLIN, KnownRows({})) == 5
    table = pq.read_table(tmp_path / "events.parquet")
    assert table.schema.equals(EVENTS.arrow_schema())
    rows = table.to_pylist()
    assert [(row["kind"], row["customer_id"], row["arm"]) for row in rows] == [
        ("assigned", "CAFE1", "mailed"),
        ("assigned", "CAFE2", "mailed"),
        ("assigned", "HOTEL1", "control"),
        ("mailed", "CAFE1", "mailed"),
        ("click", "CAFE1", "mailed"),
    ]
    assert {row["list"] for row in rows} == {"1 Oat, November"}
    assert len({row["event_id"] for row in rows}) == 5
