"""What is kept for how long: the shop's events for the days that are set, how often a token was used for a year."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dashboard.access.accounts import Accounts
from dashboard.activity.database import availability, shop_events, tokens
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.activity.shop_records import ShopEvent, Stock
from dashboard.activity.token_records import HourOfCalls
from dashboard.settings import Settings
from dashboard.shop import retention
from dashboard.shop.retention import AGAIN, EventRetention
from tests.support.activity import NOW

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def event(number: str, at: datetime, customer_id: str | None = "CAFE1") -> ShopEvent:
    return ShopEvent(number, "view", at, customer_id, "s1", "MILK")


def add(database: Database, *events: ShopEvent) -> None:
    with database.write() as at:
        shop_events.add(at, events, NOW)


def left(database: Database) -> set[str]:
    with database.read() as at:
        return set(at.execute(select(SHOP_EVENTS.c.event_id)).scalars())


def look(kept: EventRetention, now: datetime) -> bool:
    """Look whether something is too old, wait until it is gone, and return whether it was looked for."""
    is_looked_for = kept.look(now)
    if kept.rest is not None:
        kept.rest.join()
    return is_looked_for


def test_events_older_than_the_days_that_are_set_go_with_and_without_a_customer(database: Database) -> None:
    ages = {"new": timedelta(0), "at the bound": 30 * DAY, "old": 30 * DAY + SECOND}
    add(database, *(event(name, NOW - age) for name, age in ages.items()), event("nobody's", NOW - 31 * DAY, None))
    assert look(EventRetention(database, 30), NOW)
    assert left(database) == {"new", "at the bound"}


def test_many_old_events_go_part_by_part(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PART", 2)
    monkeypatch.setattr(retention, "REST_SECONDS", 0)
    add(database, *(event(f"{number}", NOW - 31 * DAY) for number in range(5)), event("new", NOW))
    with database.write() as at:
        assert shop_events.remove_old(at, NOW - 30 * DAY, limit=2) == 2
    look(EventRetention(database, 30), NOW)
    assert left(database) == {"new"}


def test_old_events_are_looked_for_once_a_day(database: Database) -> None:
    kept = EventRetention(database, 30)
    assert look(kept, NOW)
    add(database, event("late", NOW - 31 * DAY))
    assert not look(kept, NOW + timedelta(hours=1))
    assert left(database) == {"late"}
    assert look(kept, NOW + DAY)
    assert left(database) == set()


def test_without_the_database_it_is_tried_again_later(settings: Settings) -> None:
    away = EventRetention(open_database(Settings(state=settings.state / "nowhere")), 30)
    assert look(away, NOW)
    assert not look(away, NOW + AGAIN - SECOND)
    assert look(away, NOW + AGAIN)


def test_how_often_tokens_were_used_is_kept_for_365_days(database: Database) -> None:
    hour = NOW.replace(minute=0)
    with database.write() as at:
        token = tokens.add(at, name="Shop", scopes=["read"], per_hour=9, now=NOW).token
        ages = (timedelta(0), 365 * DAY, 365 * DAY + timedelta(hours=1))
        tokens.count(at, [(token.id, HourOfCalls(hour - age, 1, 0)) for age in ages], NOW)
        Accounts(database, "key", idle=DAY, lasts=DAY).remove_old(at, hour)
        kept = tokens.calls(at, hour - 999 * DAY)[token.id]
        assert [one.hour for one in kept] == [hour - 365 * DAY, hour]
        assert tokens.everything(at)[0].id == token.id


def test_what_can_be_had_names_nobody_and_stays(database: Database) -> None:
    with database.write() as at:
        availability.push(at, [Stock("MILK", False, NOW - 999 * DAY)])
    look(EventRetention(database, 30), NOW)
    with database.write() as at:
        Accounts(database, "key", idle=DAY, lasts=DAY).remove_old(at, NOW)
        assert list(availability.words(at)) == ["MILK"]
