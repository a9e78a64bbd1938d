"""What a browser sends is recorded with what the line showed, or refused in words."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import notes, outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.data.desk import Desk
from dashboard.display.page_context import PageContext
from dashboard.display.recording import (
    LONGEST_TEXT,
    Answer,
    bring_back,
    change_step,
    plan_step,
    record_outcome,
    undo_outcome,
    write_note,
)
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import ANN, BOB, TODAY, context_of
from tests.support.figures import figures, ranked_recommendations

REASONS = ("Too expensive", "Not on the menu")
SENT = {"key": "0123456789abcdef", "kind": "pitched", "product": "P1"}


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("ranked")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return folder


def context(artifacts: Path, database: Database, viewer: Viewer = EVERYONE, person_id: int = 1) -> PageContext:
    return context_of(artifacts, viewer, desk=Desk(database, LostRule(), TODAY, person_id))


def record(at: PageContext, **change: Any) -> Answer:
    return record_outcome(at, "CAFE1", {**SENT, **change}, reasons=REASONS)


def test_an_outcome_has_what_the_line_showed(artifacts: Path, database: Database) -> None:
    at = context(artifacts, database, person_id=7)
    assert record(at, chance=0.99, value=1e9) == Answer(True, "Pitched Espresso beans.", 1)
    with database.read() as reading:
        (found,) = outcomes.of_customer(reading, "CAFE1", limit=9)
    (line,) = [one for one in at.customers.recommendations("CAFE1", "usual") if one.product_id == "P1"]
    assert (found.list, found.rank, found.reason) == ("usual", line.rank, "due_again")
    assert (found.chance, found.value) == (line.chance, line.value)  # not what the browser said
    assert (found.version, found.person_id) == (at.version.id, 7)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "ordered"}, "Ordered Espresso beans. It is off the lists until the orders show it."),
        ({"kind": "snoozed", "on": "2026-12-01"}, "Snoozed Espresso beans until 1 Dec."),
        ({"kind": "snoozed", "on": ""}, "Snoozed Espresso beans until the next order."),
        ({"kind": "not_relevant", "why": "Too expensive"}, "Not relevant: Espresso beans. Off the lists for good."),
        (
            {"kind": "not_relevant", "product": ""},
            "Not relevant: Café Müller and all its products. Off the lists for good.",
        ),
    ],
)
def test_what_was_done_is_said_and_the_lists_follow_at_once(
    artifacts: Path, database: Database, change: dict[str, str], said: str
) -> None:
    at = context(artifacts, database)
    answer = record(at, **change)
    assert answer == Answer(True, said, answer.outcome_id)
    customer = at.customers.get("CAFE1")
    assert customer is not None
    raised = at.raised(customer)
    assert "P1" not in [one.product_id for one in raised.due]
    assert (raised.account is not None) == (change.get("product") == "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "sold"}, "an outcome is one of pitched, ordered, snoozed, not relevant."),
        ({"kind": "pitched", "product": ""}, "a whole account can be snoozed or not relevant, and nothing else."),
        ({"product": "P99"}, "the product is on none of this customer's lists any more."),
        ({"product": ["P1"]}, "a whole account can be snoozed or not relevant, and nothing else."),
        ({"kind": "not_relevant", "why": "<b>"}, "the reason is none of Too expensive, Not on the menu."),
        ({"kind": "snoozed", "on": "2026-11-17"}, "the day has to be after today, and within two years."),
        ({"kind": "snoozed", "on": "2036-01-01"}, "the day has to be after today, and within two years."),
        ({"kind": "snoozed", "on": "soon"}, "the day is none; choose one."),
        ({"key": "1"}, "the page is too old; load it again."),
        ({"key": None}, "the page is too old; load it again."),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words_and_nothing_is_kept(
    artifacts: Path, database: Database, change: dict[str, Any], why: str
) -> None:
    assert record(context(artifacts, database), **change) == Answer(False, f"Not saved: {why}")
    with database.read() as reading:
        assert outcomes.in_order(reading, limit=9) == ()


@pytest.mark.parametrize("sent", [None, "pitched", [], 7, {}])
def test_whatever_is_sent_is_answered(artifacts: Path, database: Database, sent: Any) -> None:
    at = context(artifacts, database)
    for answer in (
        record_outcome(at, "CAFE1", sent, reasons=REASONS),
        undo_outcome(at, sent),
        bring_back(at, "CAFE1", sent),
        write_note(at, "CAFE1", sent),
        plan_step(at, "CAFE1", sent),
        change_step(at, "CAFE1", sent),
    ):
        assert not answer.is_done
        assert answer.text.startswith("Not saved: ")


def test_another_reps_customer_is_not_written_to(artifacts: Path, database: Database) -> None:
    at = context(artifacts, database, BOB)
    refused = "Not saved: this customer is not yours, or there is none with this number."
    assert record(at).text == refused
    assert write_note(at, "CAFE1", {"key": "0123456789", "text": "x"}).text == refused
    assert bring_back(at, "CAFE1", {"product": "P1"}).text == refused
    assert record(context(artifacts, database, ANN)).is_done


def test_the_own_last_outcome_is_undone_without_naming_it(artifacts: Path, database: Database) -> None:
    at, other = context(artifacts, database), context(artifacts, database, person_id=2)
    record(at, kind="not_relevant")
    assert undo_outcome(other, {}).text.startswith("Not saved: there is nothing to undo")
    assert undo_outcome(at, {}) == Answer(True, "Undone: Not relevant Espresso beans.")
    assert undo_outcome(at, {}).text.startswith("Not saved: there is nothing to undo")


def test_what_another_dismissed_can_be_brought_back(artifacts: Path, database: Database) -> None:
    record(context(artifacts, database), kind="not_relevant")
    at = context(artifacts, database, person_id=2)
    assert bring_back(at, "CAFE1", {"product": "P1"}) == Answer(True, "Espresso beans is back on the lists.")
    assert bring_back(at, "CAFE1", {"product": "P1"}) == Answer(False, "Not saved: it is on the lists already.")
    with database.read() as reading:
        assert [one.undone_at is None for one in outcomes.in_order(reading, limit=9)] == [False]


def test_a_note_and_a_next_step_are_kept_and_the_step_is_closed_once(artifacts: Path, database: Database) -> None:
    at = context(artifacts, database)
    assert write_note(at, "CAFE1", {"key": "0123456789", "text": " Frau Böhm <b> "}).text == "Note saved."
    step = {"key": "0123456789", "text": "Oat cookies again", "on": "2026-11-20"}
    assert plan_step(at, "CAFE1", step).text == "Next step on 20 Nov."
    with database.read() as reading:
        assert [one.text for one in notes.notes_of(reading, "CAFE1", limit=9)] == ["Frau Böhm <b>"]
        (planned,) = notes.open_steps_of(reading, "CAFE1")
    about = {"step": planned.id}
    assert change_step(at, "CAFE2", {**about, "do": "done"}).text == "Not saved: there is no such next step."
    assert change_step(at, "CAFE1", {**about, "do": "eaten"}).text.endswith("can be done, moved or dropped.")
    assert change_step(at, "CAFE1", {**about, "do": "move", "on": "2026-12-02"}).text == "Moved to 2 Dec."
    assert change_step(at, "CAFE1", {**about, "do": "done"}).text == "Next step done."
    assert change_step(at, "CAFE1", {**about, "do": "dropped"}).text.endswith("closed this next step already.")


def test_a_note_that_is_empty_or_too_long_is_refused(artifacts: Path, database: Database) -> None:
    at = context(artifacts, database)
    assert write_note(at, "CAFE1", {"key": "0123456789", "text": "  "}).text == "Not saved: the note is empty."
    long = write_note(at, "CAFE1", {"key": "0123456789", "text": "x" * (LONGEST_TEXT + 1)})
    assert long.text == "Not saved: the note has 2,001 letters; 2,000 fit."


def test_a_database_that_does_not_answer_is_said_and_the_lists_are_shown_all_the_same(
    artifacts: Path, tmp_path: Path
) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    at = context(artifacts, gone)
    assert record(at) == Answer(
        False, "Not saved: the database does not answer. Nothing is lost; try again in a moment."
    )
    customer = at.customers.get("CAFE1")
    assert customer is not None
    assert at.raised(customer).due
