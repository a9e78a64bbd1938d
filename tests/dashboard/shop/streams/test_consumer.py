"""What a consumer does with any source, on one that is a list."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from dashboard.activity.database.connect import Database
from dashboard.activity.database.target import target
from dashboard.activity.errors import ActivityUnavailable
from dashboard.settings import Settings
from dashboard.shop.streams import consumer as consumer_module
from dashboard.shop.streams.consumer import Consumer, Counts
from dashboard.shop.streams.entries import MOST_BYTES
from dashboard.shop.streams.source import Entry, Refusal, SourceAway
from tests.support.shop_events import content, kept_ids


class Listed:
    """A source of a list of batches, which notes what is done with them."""

    def __init__(self, *batches: Sequence[Entry] | SourceAway, before_done: Callable[[], None] = lambda: None) -> None:
        self.batches = list(batches)
        self.done: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.n_held = 0
        self.is_at_end = False
        self._before_done = before_done

    def read(self, most: int, seconds: float) -> Sequence[Entry]:
        self.is_at_end = not self.batches
        found = self.batches.pop(0) if self.batches else ()
        if isinstance(found, SourceAway):
            raise found
        return found

    def acknowledge(self, entries: Sequence[Entry], refused: Sequence[Refusal]) -> None:
        self._before_done()
        self.done += [one.id for one in entries]
        self.refused += [(entry.id, reason) for entry, reason in refused]

    def hold(self) -> None:
        self.n_held += 1

    def close(self) -> None:
        pass


class Stop(Event):
    """Waits for nothing, and is set after so many waits; before each it does something."""

    def __init__(self, most: int = 100, before: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self._most, self._before = most, before

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        self._before()
        if len(self.waits) >= self._most:
            self.set()
        return self.is_set()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "state").mkdir()
    opened = Database(target(Settings(state=tmp_path / "state")), pause_seconds=0)
    opened.prepare()
    yield opened
    opened.close()


def entries(*numbers: str) -> list[Entry]:
    return [Entry(f"entry {number}", content(number)) for number in numbers]


def consumed(source: Listed, database: Database, stop: Event | None = None, *, once: bool = True) -> Counts:
    return Consumer(source, database, lambda product_id: product_id == "P1", stop or Event()).run(once=once)


def test_events_are_in_the_database_before_they_are_acknowledged(database: Database) -> None:
    seen: list[list[str]] = []
    source = Listed(entries("a", "b"), entries("c"), before_done=lambda: seen.append(kept_ids(database)))
    assert consumed(source, database) == Counts(3, 0, 0)
    assert seen == [["a", "b"], ["a", "b", "c"]]
    assert source.done == ["entry a", "entry b", "entry c"]


def test_an_event_that_comes_again_is_known(database: Database) -> None:
    assert consumed(Listed(entries("a", "b"), entries("b", "c")), database) == Counts(3, 1, 0)
    assert kept_ids(database) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry("e", b"no json"), "no JSON"),
        (Entry("e", b"\xff\xfe"), "no JSON"),
        (Entry("e", b"[" * 10_000), "no JSON"),
        (Entry("e", b"9" * 10_000), "no JSON"),
        (Entry("e", b"[]"), "an event is an object"),
        (Entry("e", content("x", text="y" * MOST_BYTES)), "bytes; it may have 16,384"),
        (Entry("e", content("x", product_id="P9")), "not a product of the published version"),
        (Entry("e", content("x", kind="stare")), "kind is none of"),
        (Entry("e", b"", wrong="the entry has no field event"), "no field event"),
    ],
)
def test_an_entry_that_is_no_event_is_refused_with_the_reason_and_the_others_are_saved(
    database: Database, entry: Entry, why: str
) -> None:
    source = Listed([*entries("a"), entry, *entries("b")])
    assert consumed(source, database) == Counts(2, 0, 1)
    assert kept_ids(database) == ["a", "b"]
    assert source.done == ["entry a", "e", "entry b"]
    ((number, reason),) = source.refused
    assert number == "e"
    assert why in reason


def test_the_log_names_the_entry_and_the_reason_and_nothing_of_what_is_in_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(consumer_module._log, "warning", lambda message, extra: lines.append(f"{message} {extra}"))
    bad = content("secret", customer_id="secret", kind="secret", **{"secret@example.com": "secret"})
    consumed(Listed([Entry("7-0", bad)]), database)
    (line,) = lines
    assert line.startswith("event refused {'entry': '7-0', 'reason': ")
    assert "secret" not in line


def test_while_the_database_is_away_the_same_entries_are_tried_ever_less_often(
    database: Database, tmp_path: Path
) -> None:
    file, aside = database.target.file, tmp_path / "aside"
    assert file
    file.rename(aside)
    stop = Stop(before=lambda: aside.rename(file) if len(stop.waits) == 9 else None)
    source = Listed(entries("a"), entries("b"), before_done=lambda: stop.set() if len(source.done) else None)
    assert consumed(source, database, stop, once=False) == Counts(2, 0, 0)
    assert stop.waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert source.n_held == 9
    assert kept_ids(database) == ["a", "b"]


def test_who_is_told_to_end_while_the_database_is_away_acknowledges_nothing(database: Database, tmp_path: Path) -> None:
    assert database.target.file
    database.target.file.rename(tmp_path / "aside")
    source = Listed(entries("a"))
    assert consumed(source, database, Stop(2), once=False) == Counts()
    assert source.done == []


def test_who_is_told_to_end_finishes_what_is_in_the_hand_and_reads_no_more(database: Database) -> None:
    stop = Event()
    source = Listed(entries("a"), entries("b"), before_done=stop.set)
    assert consumed(source, database, stop, once=False) == Counts(1, 0, 0)
    assert source.done == ["entry a"]
    assert len(source.batches) == 1


def test_a_source_that_is_away_is_asked_again(database: Database) -> None:
    stop = Stop()
    source = Listed(SourceAway("no answer"), entries("a"), before_done=stop.set)
    assert consumed(source, database, stop, once=False) == Counts(1, 0, 0)
    assert stop.waits == [0.5]


def test_once_a_server_that_is_away_is_an_error(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match="no answer"):
        consumed(Listed(SourceAway("no answer")), database)
    assert database.target.file
    database.target.file.rename(tmp_path / "aside")
    with pytest.raises(ActivityUnavailable, match="nothing was saved"):
        consumed(Listed(entries("a")), database)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (Counts(), "0 events: 0 new, 0 known, 0 refused"),
        (Counts(1), "1 event: 1 new, 0 known, 0 refused"),
        (Counts(1200, 30, 4), "1,234 events: 1,200 new, 30 known, 4 refused"),
    ],
)
def test_counts_in_words(counts: Counts, words: str) -> None:
    assert counts.words == words
