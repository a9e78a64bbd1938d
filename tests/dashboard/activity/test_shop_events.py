from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from dashboard.activity.database import availability, shop_events
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.activity.database.target import target
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.shop_records import NO_REACTION, Done, ShopEvent, Stock
from dashboard.settings import Settings
from dashboard.shop import events, reaction
from dashboard.shop.availability import Availability
from dashboard.shop.events import take
from tests.support.activity import NOW
from tests.support.waiting import until

VIEW = {"event_id": "e1", "kind": "view", "at": NOW.isoformat(), "customer_id": "CAFE1", "product_id": "MILK"}
DAY = timedelta(days=1)


def kept(database: Database, customer_id: str = "CAFE1") -> tuple[ShopEvent, ...]:
    asked = select(*(SHOP_EVENTS.c[name] for name in ShopEvent._fields)).order_by(SHOP_EVENTS.c.id)
    with database.read() as at:
        return tuple(map(ShopEvent._make, at.execute(asked.where(SHOP_EVENTS.c.customer_id == customer_id))))


def away(stock: Availability) -> set[str]:
    return {one.product_id for one in stock.words().by_product.values() if not one.is_available}


def test_an_event_is_kept_as_it_was_sent(database: Database) -> None:
    assert take(database, [VIEW], NOW) == events.Taken(1, 0, ())
    assert kept(database) == (ShopEvent("e1", "view", NOW, "CAFE1", product_id="MILK"),)


def test_the_same_event_twice_is_one(database: Database) -> None:
    take(database, [VIEW], NOW)
    assert take(database, [VIEW, VIEW | {"event_id": "e2"}], NOW) == events.Taken(1, 1, ())
    assert len(kept(database)) == 2


def test_of_equal_events_in_a_batch_the_first_is_kept(database: Database) -> None:
    assert take(database, [VIEW, VIEW | {"product_id": "TEA"}], NOW) == events.Taken(1, 1, ())
    assert [one.product_id for one in kept(database)] == ["MILK"]


def test_the_largest_batch_is_saved_whole(database: Database) -> None:
    batch = [VIEW | {"event_id": f"e{number}"} for number in range(1000)]
    assert take(database, batch, NOW) == events.Taken(1000, 0, ())
    assert take(database, [*batch, VIEW | {"event_id": "last"}], NOW) == events.Taken(1, 1000, ())
    assert len(kept(database)) == 1001


def test_a_batch_without_a_good_event_asks_no_database(tmp_path: Path) -> None:
    nowhere = open_database(Settings(state=tmp_path / "none"))
    assert take(nowhere, [{}], NOW).n_new == 0
    assert take(nowhere, [], NOW) == events.Taken(0, 0, ())


def test_of_those_who_send_the_same_at_once_each_event_is_kept_once(database: Database, filled: Settings) -> None:
    batch = [VIEW | {"event_id": f"e{number}"} for number in range(200)]
    begin = Barrier(4)

    def send(shift: int) -> int:
        other = open_database(filled)  # as another process has it
        begin.wait()
        try:
            return take(other, batch[shift:] + batch[:shift], NOW).n_new
        finally:
            other.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, (0, 50, 100, 150))) == len(batch)
    assert len(kept(database)) == len(batch)


SERVER = pytest.param("postgresql", marks=pytest.mark.postgres)
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.mark.parametrize("filled", [SERVER], indirect=True)
def test_a_batch_that_waits_for_an_event_of_another_holds_none_that_the_other_needs(database: Database) -> None:
    def is_waiting() -> bool:
        with database.read() as at:
            return bool(at.execute(WAITING).scalar_one())

    def one(event_id: str) -> ShopEvent:
        return ShopEvent(event_id, "view", NOW, "CAFE1", product_id="MILK")

    with ThreadPoolExecutor(1) as pool:
        with database.write() as at:
            shop_events.add(at, [one("m")], NOW)
            waits = pool.submit(take, database, [VIEW | {"event_id": number} for number in ("z", "m", "a")], NOW)
            assert until(is_waiting)
            assert shop_events.add(at, [one("z")], NOW) == 1  # a deadlock, if the other had added it before m
        assert waits.result() == events.Taken(1, 2, ())


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_of_a_batch_that_finds_the_disk_full_nothing_is_kept_and_it_can_be_sent_again(filled: Settings) -> None:
    database = Database(target(filled), pause_seconds=0)
    batch = [VIEW | {"event_id": f"e{number}"} for number in range(1000)]
    with database.write() as at:
        at.execute(text("PRAGMA max_page_count = 1"))  # of this connection: the file cannot grow, as on a full disk
    with pytest.raises(ActivityUnavailable, match="full.*nothing was saved"):
        take(database, batch, NOW)
    assert kept(database) == ()
    assert take(database, batch, NOW).n_new == 1000
    database.close()


def test_a_refused_event_leaves_the_others(database: Database) -> None:
    taken = take(database, [VIEW | {"event_id": "bad", "kind": "stare"}, VIEW], NOW)
    assert (taken.n_new, [(index, number) for index, number, _ in taken.refused]) == (1, [(0, "bad")])


def test_a_session_without_a_customer_is_of_no_customer(database: Database) -> None:
    of_nobody = VIEW | {"customer_id": None, "session": "s1"}
    assert take(database, [of_nobody, VIEW | {"event_id": "e2", "session": "s1"}], NOW).n_new == 2
    assert [one.event_id for one in kept(database)] == ["e2"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"event_id": None}, "event_id is missing"),
        ({"event_id": ""}, "1 to 200"),
        ({"event_id": "e" * 201}, "1 to 200"),
        ({"event_id": 7}, "not a text"),
        ({"event_id": "a\0"}, "no database keeps"),
        ({"event_id": "\ud800"}, "no database keeps"),
        ({"kind": "stare"}, "kind is none of"),
        ({"kind": ["view"]}, "kind is none of"),
        ({"at": "2026-11-27T09:30:00"}, "with a zone"),
        ({"at": "soon"}, "with a zone"),
        ({"at": (NOW + timedelta(minutes=5, seconds=1)).isoformat()}, "in the future"),
        ({"at": (NOW - timedelta(days=30, seconds=1)).isoformat()}, "30 days ago"),
        ({"customer_id": None}, "needs a session"),
        ({"product_id": None}, "needs a product_id"),
        ({"product_id": "GONE"}, "published version"),
        ({"kind": "search"}, "needs a text"),
        ({"quantity": float("nan")}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"price": 3}, "has no price"),
        ({"ann@example.com": 3, "\ud800": 1}, "has no such field, such field; it has"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "30 days ago"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "in the future"),
        ({"quantity": 10**400}, "quantity"),
    ],
)
def test_a_wrong_event_is_refused_with_the_reason(change: dict[str, object], why: str) -> None:
    with pytest.raises(events.Refused, match=why):
        events.checked(VIEW | change, NOW, lambda product_id: product_id == "MILK")


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(events.Refused, match="an object"):
        events.checked("view", NOW, lambda _: True)


@pytest.mark.parametrize("at", [NOW + timedelta(minutes=5), NOW - timedelta(days=30)])
def test_a_time_at_the_bound_is_good(at: object) -> None:
    assert events.checked(VIEW | {"at": at}, NOW, lambda _: True).at == at


def test_a_product_that_cannot_be_had_is_known_at_once(database: Database) -> None:
    stock = Availability(database)
    assert away(stock) == set()
    stock.push([Stock("MILK", False, NOW), Stock("TEA", True, NOW)])
    assert away(stock) == {"MILK"}


def test_an_older_word_of_the_stock_system_changes_nothing(database: Database) -> None:
    stock = Availability(database)
    stock.push([Stock("MILK", False, NOW)])
    assert stock.push([Stock("MILK", True, NOW - DAY)]) == 0
    assert away(stock) == {"MILK"}


def test_a_product_that_is_back_can_be_had(database: Database) -> None:
    stock = Availability(database)
    stock.push([Stock("MILK", False, NOW), Stock("TEA", False, NOW)])
    stock.push([Stock("MILK", True, NOW + DAY)])
    assert away(stock) == {"TEA"}


def test_in_one_push_the_newest_word_counts(database: Database) -> None:
    stock = Availability(database)
    stock.push([Stock("MILK", False, NOW + DAY), Stock("MILK", True, NOW)])
    assert away(stock) == {"MILK"}


def test_of_pushes_at_once_each_has_a_number_of_its_own(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: Availability(database).push([Stock(f"P{n}", False, NOW)]), range(20)))
    with database.read() as at:
        assert availability.last_change(at) == 20


def test_another_process_s_push_counts_after_a_second(database: Database) -> None:
    now = [0.0]
    stock = Availability(database, clock=lambda: now[0])
    assert away(stock) == set()
    with database.write() as at:
        availability.push(at, [Stock("MILK", False, NOW)])
    now[0] = 0.9
    assert away(stock) == set()
    now[0] = 1.0
    assert away(stock) == {"MILK"}


def test_while_the_database_is_away_the_last_word_counts(database: Database, tmp_path: Path) -> None:
    now = [0.0]
    stock = Availability(database, clock=lambda: now[0])
    stock.push([Stock("MILK", False, NOW)])
    assert away(stock) == {"MILK"}
    stock._database = open_database(Settings(state=tmp_path / "nowhere"))  # type: ignore[attr-defined]
    now[0] = 2.0
    assert away(stock) == {"MILK"}


def test_what_customers_did_is_counted_by_product_and_kind(database: Database) -> None:
    def sent(
        number: int, kind: str, days_ago: int, product: str = "MILK", customer: str = "CAFE1"
    ) -> dict[str, object]:
        at = (NOW - days_ago * DAY).isoformat()
        return {"event_id": f"n{number}", "kind": kind, "at": at, "customer_id": customer, "product_id": "MILK"}

    batch = [sent(1, "view", 1), sent(2, "view", 2), sent(3, "view", 9), sent(4, "cart", 3), sent(5, "view", 29)]
    batch += [sent(6, "view", 1, customer="BAR1"), sent(7, "view", 1, customer="HOTEL1")]
    batch += [{"event_id": "n8", "kind": "search", "at": NOW.isoformat(), "customer_id": "CAFE1", "text": "tea"}]
    assert take(database, batch, NOW).n_new == 8
    with database.read() as at:
        found = set(shop_events.done(at, ["CAFE1", "BAR1"], NOW - 10 * DAY, NOW - 7 * DAY))
    assert found == {
        Done("CAFE1", "MILK", "view", NOW - DAY, 2),
        Done("CAFE1", "MILK", "cart", NOW - 3 * DAY, 1),
        Done("BAR1", "MILK", "view", NOW - DAY, 1),
    }


def test_an_order_counts_since_the_data_end_at_most_thirty_days(database: Database) -> None:
    order = {"event_id": "o1", "kind": "order", "at": (NOW - 20 * DAY).isoformat()}
    take(database, [order | {"customer_id": "CAFE1", "product_id": "MILK"}], NOW)

    def ordered(as_of: date, now: datetime) -> frozenset[str]:
        with database.read() as at:
            return reaction.read(at, ["CAFE1"], as_of, now).get("CAFE1", NO_REACTION).ordered

    assert ordered((NOW - 25 * DAY).date(), NOW) == {"MILK"}
    assert ordered((NOW - 19 * DAY).date(), NOW) == frozenset()
    assert ordered((NOW - 25 * DAY).date(), NOW + 11 * DAY) == frozenset()
