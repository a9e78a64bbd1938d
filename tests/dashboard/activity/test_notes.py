from dataclasses import replace
from datetime import date, timedelta

from dashboard.activity.database import notes, saved_views, shown_lists
from dashboard.activity.database.connect import Database
from dashboard.activity.records import DONE, DROPPED, NextStep, Note, SavedView, Sighting
from tests.support.activity import NOW

FRIDAY = date(2026, 12, 4)


def step(database: Database, key: str, due_on: date = FRIDAY, customer_id: str = "C1") -> int:
    with database.write() as at:
        return notes.add_next_step(
            at, key=key, customer_id=customer_id, person_id=1, text="Oat cookies again", due_on=due_on, now=NOW
        )


def test_a_note_has_its_author_and_time_and_a_double_click_writes_it_once(database: Database) -> None:
    for key, text in (("a", "Owner is Frau Böhm"), ("a", "Owner is Frau Böhm"), ("b", "<b>in before 11</b>")):
        with database.write() as at:
            notes.add_note(at, key=key, customer_id="C1", person_id=1, text=text, now=NOW)
    with database.read() as at:
        later, first = notes.notes_of(at, "C1", limit=9)
        assert first == Note(first.id, "C1", 1, NOW, "Owner is Frau Böhm")
        assert (later.text, later.id > first.id) == ("<b>in before 11</b>", True)
        assert notes.notes_of(at, "C2", limit=9) == ()


def test_a_next_step_comes_back_on_its_day_until_it_is_done(database: Database) -> None:
    step_id = step(database, "a")
    step(database, "b", FRIDAY + timedelta(1), "C2")
    assert step(database, "a") == step_id
    with database.read() as at:
        assert [one.customer_id for one in notes.open_steps(at, until=FRIDAY)] == ["C1"]
        assert notes.open_steps(at, until=FRIDAY - timedelta(1)) == ()
        assert [one.customer_id for one in notes.steps_of_person(at, 1, since=FRIDAY, until=FRIDAY + timedelta(1))] == [
            "C2",
            "C1",
        ]
    with database.write() as at:
        assert notes.close_step(at, step_id, as_=DONE, now=NOW)
        assert not notes.close_step(at, step_id, as_=DROPPED, now=NOW)
        assert not notes.move_step(at, step_id, due_on=FRIDAY)
    with database.read() as at:
        assert notes.open_steps_of(at, "C1") == ()
        assert notes.step(at, step_id) == NextStep(step_id, "C1", 1, NOW, "Oat cookies again", FRIDAY, NOW, DONE)
        assert notes.step(at, 99) is None


def test_a_next_step_can_be_moved(database: Database) -> None:
    step_id = step(database, "a")
    with database.write() as at:
        assert notes.move_step(at, step_id, due_on=FRIDAY + timedelta(7))
    with database.read() as at:
        assert [one.due_on for one in notes.open_steps_of(at, "C1")] == [FRIDAY + timedelta(7)]


def test_a_list_that_is_shown_again_that_day_adds_no_row(database: Database) -> None:
    sighting = Sighting(1, "C1", "v1", FRIDAY)
    for lists in ({"due": ["P1", "P2"], "new": []}, {"due": ["P2"], "lost": ["P3"]}):
        with database.write() as at:
            shown_lists.record(at, sighting, lists)
    with database.read() as at:
        assert shown_lists.recorded(at, sighting) == {"due", "lost"}
        assert shown_lists.recorded(at, replace(sighting, person_id=2)) == frozenset()


def test_a_view_of_the_same_name_gets_the_new_filters_and_is_only_ones_own(database: Database) -> None:
    for person, query in ((1, "rep=Ann"), (1, "rep=Bob"), (2, "rep=Cy")):
        with database.write() as at:
            saved_views.save(at, person_id=person, page="calls", name="My mornings", query=query)
    with database.read() as at:
        (mine,) = saved_views.views_of(at, 1, "calls")
        assert (mine.name, mine.query) == ("My mornings", "rep=Bob")
        assert saved_views.views_of(at, 1, "customers") == ()
    with database.write() as at:
        assert not saved_views.remove(at, mine.id, person_id=2)
        assert saved_views.remove(at, mine.id, person_id=1)
    with database.read() as at:
        assert saved_views.views_of(at, 1, "calls") == ()
        assert [type(one) for one in saved_views.views_of(at, 2, "calls")] == [SavedView]
