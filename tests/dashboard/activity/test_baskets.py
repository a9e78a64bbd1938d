"""Baskets in the database: each person's own, added to, changed, emptied; a click that is sent twice adds once."""

from datetime import UTC, datetime, timedelta

from dashboard.activity.database import baskets
from dashboard.activity.database.connect import Database
from dashboard.activity.database.forget import forget_customer
from dashboard.activity.records import BasketItem

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)


def add(database: Database, *items: tuple[str, float], key: str = "k1", person_id: int = 1, minutes: int = 0) -> None:
    with database.write() as at:
        baskets.add(
            at,
            person_id=person_id,
            customer_id="C1",
            items=[BasketItem(*item) for item in items],
            key=key,
            now=NOW + timedelta(minutes=minutes),
        )


def inside(database: Database, person_id: int = 1) -> list[tuple[str, float]]:
    with database.read() as at:
        found = baskets.items_of(at, person_id, "C1")
        assert baskets.count(at, person_id, "C1") == len(found)
    return [tuple(one) for one in found]


def test_more_of_the_same_is_added_and_a_click_that_is_sent_twice_is_one(database: Database) -> None:
    add(database, ("P2", 3))
    add(database, ("P1", 1), ("P2", 2), key="k2", minutes=1)
    add(database, ("P1", 1), ("P2", 2), key="k2", minutes=2)
    assert inside(database) == [("P2", 5.0), ("P1", 1.0)]  # in the order in which it was put there
    assert inside(database, person_id=2) == []


def test_a_quantity_is_set_and_nothing_takes_it_out(database: Database) -> None:
    add(database, ("P1", 1), ("P2", 2))
    mine = {"person_id": 1, "customer_id": "C1"}
    with database.write() as at:
        assert baskets.change(at, item=BasketItem("P1", 2.5), **mine)
        assert baskets.change(at, item=BasketItem("P2", 0), **mine)
        assert not baskets.change(at, item=BasketItem("P2", 4), **mine)
        assert not baskets.change(at, item=BasketItem("P1", 4), person_id=2, customer_id="C1")
    assert inside(database) == [("P1", 2.5)]
    with database.write() as at:
        assert baskets.empty(at, **mine) == 1
    assert inside(database) == []


def test_who_is_forgotten_has_no_basket(database: Database) -> None:
    add(database, ("P1", 1))
    with database.write() as at:
        assert forget_customer(at, "C1")["basket_items"] == 1
    assert inside(database) == []
