from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.records import (
    ACCOUNT,
    NOT_RELEVANT,
    ORDERED,
    PITCHED,
    SNOOZED,
    HeldBack,
    NewOutcome,
    Outcome,
)
from tests.support.activity import NOW

TODAY, AS_OF = NOW.date(), date(2026, 11, 26)
NEW = NewOutcome(
    key="k1",
    customer_id="C1",
    product_id="P1",
    kind=PITCHED,
    list="usual",
    version="2026-11-26-031000",
    as_of=AS_OF,
    rank=2,
    reason="due_again",
    chance=0.8,
    value=120.5,
    note='ask "again" in März',
    last_order_on=date(2026, 11, 20),
)


def record(database: Database, new: NewOutcome = NEW, person_id: int = 1, minutes: int = 0) -> tuple[int, bool]:
    with database.write() as at:
        return outcomes.record(at, new, person_id=person_id, now=NOW + timedelta(minutes=minutes))


def held(database: Database, customer_id: str = "C1", today: date = TODAY, as_of: date = AS_OF) -> dict[str, HeldBack]:
    with database.read() as at:
        return outcomes.held_back(at, [customer_id], today, as_of).get(customer_id, {})


def of_customer(database: Database) -> tuple[Outcome, ...]:
    with database.read() as at:
        return outcomes.of_customer(at, "C1", limit=9)


def test_an_outcome_keeps_what_the_line_showed(database: Database) -> None:
    assert record(database) == (1, True)
    assert of_customer(database) == (
        Outcome(
            id=1,
            customer_id="C1",
            product_id="P1",
            kind=PITCHED,
            at=NOW,
            person_id=1,
            list="usual",
            rank=2,
            reason="due_again",
            chance=0.8,
            value=120.5,
            version="2026-11-26-031000",
            why="",
            note='ask "again" in März',
            until=None,
            until_order_after=None,
            undone_at=None,
        ),
    )
    assert held(database) == {}  # a pitch holds nothing back


def test_a_double_click_is_recorded_once(database: Database) -> None:
    assert record(database, replace(NEW, kind=ORDERED)) == (1, True)
    assert record(database, replace(NEW, kind=ORDERED), minutes=1) == (1, False)
    assert len(of_customer(database)) == 1


def test_many_at_once_lose_nothing(database: Database) -> None:
    keys = [f"k{one}" for one in range(40)] * 2  # each click comes twice
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda key: record(database, replace(NEW, key=key, kind=NOT_RELEVANT))[0], keys))
    assert len(set(ids)) == 40
    with database.read() as at:
        assert len(outcomes.in_order(at, limit=99)) == 40
    assert list(held(database)) == ["P1"]


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ({"kind": SNOOZED, "until": date(2026, 12, 1)}, (date(2026, 12, 1), None, None)),
        ({"kind": SNOOZED}, (None, AS_OF, None)),
        ({"kind": SNOOZED, "last_order_on": None}, (None, AS_OF, None)),
        ({"kind": NOT_RELEVANT, "why": "Too expensive"}, (None, None, None)),
        ({"kind": ORDERED}, (None, None, TODAY + timedelta(1))),
    ],
)
def test_what_an_outcome_holds_back_and_until_when(
    database: Database, change: dict[str, object], back: tuple[date | None, ...]
) -> None:
    record(database, replace(NEW, **change))  # type: ignore[arg-type]
    one = HeldBack("C1", "P1", str(change["kind"]), *back)
    assert held(database) == {"P1": one}
    with database.read() as at:
        assert outcomes.all_held_back(at, TODAY, AS_OF) == [one]
    until, _, until_data = back
    if until:
        assert held(database, today=until) == {}
    if until_data:
        assert held(database, as_of=until_data) == {}


def test_a_product_comes_back_by_its_rule() -> None:
    dated = HeldBack("C1", "P1", SNOOZED, date(2026, 12, 1), None, None)
    assert dated.holds(date(2026, 11, 30), AS_OF, None)
    assert not dated.holds(date(2026, 12, 1), AS_OF, None)
    until_order = HeldBack("C1", "P1", SNOOZED, None, AS_OF, None)
    assert until_order.holds(date(2027, 1, 1), date(2027, 1, 1), AS_OF)
    assert until_order.holds(TODAY, AS_OF, None)
    assert not until_order.holds(TODAY, AS_OF, AS_OF + timedelta(1))
    ordered = HeldBack("C1", "P1", ORDERED, None, None, date(2026, 11, 28))
    assert ordered.holds(date(2027, 1, 1), date(2026, 11, 27), None)
    assert not ordered.holds(TODAY, date(2026, 11, 28), None)
    assert HeldBack("C1", "P1", NOT_RELEVANT, None, None, None).holds(date(2036, 1, 1), date(2036, 1, 1), TODAY)


def test_only_its_author_takes_an_outcome_back_and_only_once(database: Database) -> None:
    outcome_id, _ = record(database, replace(NEW, kind=NOT_RELEVANT))
    with database.write() as at:
        assert outcomes.undo(at, outcome_id, person_id=2, now=NOW) is None
    assert held(database)
    with database.write() as at:
        found = outcomes.undo(at, outcome_id, person_id=1, now=NOW + timedelta(minutes=1))
    assert found is not None
    assert found.undone_at == NOW + timedelta(minutes=1)
    with database.write() as at:
        assert outcomes.undo(at, outcome_id, person_id=1, now=NOW) is None
    assert held(database) == {}
    assert of_customer(database) == ()


def test_what_was_held_back_before_is_held_back_again(database: Database) -> None:
    record(database, replace(NEW, kind=NOT_RELEVANT))
    later, _ = record(database, replace(NEW, key="k2", kind=SNOOZED, until=date(2026, 12, 1)), person_id=2)
    assert held(database)["P1"].kind == SNOOZED
    with database.write() as at:
        outcomes.undo(at, later, person_id=2, now=NOW)
    assert held(database)["P1"] == HeldBack("C1", "P1", NOT_RELEVANT, None, None, None)


def test_the_whole_account_is_held_back_beside_its_products(database: Database) -> None:
    record(database, replace(NEW, kind=NOT_RELEVANT))
    record(database, replace(NEW, key="k2", kind=NOT_RELEVANT, product_id=ACCOUNT))
    record(database, replace(NEW, key="k3", kind=SNOOZED, product_id="P2", customer_id="C2"))
    assert set(held(database)) == {"P1", ACCOUNT}
    with database.read() as at:
        found = outcomes.held_back_of_product(at, "P1")
    assert {customer: sorted(one.product_id for one in each) for customer, each in found.items()} == {"C1": ["", "P1"]}


def test_changes_are_noted_in_their_order_and_old_ones_go(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    record(database)  # a pitch holds nothing back
    first, _ = record(database, replace(NEW, key="k2", kind=SNOOZED))
    record(database, replace(NEW, key="k3", kind=NOT_RELEVANT, customer_id="C2"))
    with database.write() as at:
        outcomes.undo(at, first, person_id=1, now=NOW)
        assert outcomes.bring_back(at, "C2", "P1", now=NOW)
    with database.read() as at:
        assert outcomes.held_changes(at, after=0) == {1: "C1", 2: "C2", 3: "C1", 4: "C2"}
        assert outcomes.held_changes(at, after=2) == {3: "C1", 4: "C2"}
        assert outcomes.held_changes(at, after=0, most=1) == {4: "C2"}
    monkeypatch.setattr(outcomes, "KEPT_CHANGES", 2)
    record(database, replace(NEW, key="k4", kind=SNOOZED))
    with database.read() as at:
        assert outcomes.held_changes(at, after=0) == {4: "C2", 5: "C1"}


def test_last_contacts_and_the_last_outcome_leave_out_what_was_taken_back(database: Database) -> None:
    record(database)
    later, _ = record(database, replace(NEW, key="k2"), minutes=5)
    with database.read() as at:
        last = outcomes.last_of(at, 1, since=NOW)
        assert last is not None
        assert last.id == later
        assert outcomes.last_contacts(at, ["C1", "C2"]) == {"C1": NOW + timedelta(minutes=5)}
    with database.write() as at:
        outcomes.undo(at, later, person_id=1, now=NOW)
    with database.read() as at:
        assert outcomes.last_contacts(at, ["C1"]) == {"C1": NOW}
        assert outcomes.last_of(at, 2, since=NOW) is None
        assert [one.id for one in outcomes.of_person(at, 1, since=NOW, until=NOW + timedelta(1))] == [1]
        assert outcomes.of_person(at, 1, since=NOW + timedelta(1), until=NOW + timedelta(2)) == ()
