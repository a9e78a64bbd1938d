from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.activity.campaign_records import CampaignEvent
from dashboard.activity.database import (
    alerts,
    audit,
    baskets,
    campaign_events,
    campaigns,
    links,
    notes,
    outcomes,
    people,
    role_requests,
    saved_views,
    sessions,
    shop_events,
    shown_lists,
    throttle,
    tokens,
)
from dashboard.activity.database.connect import Database
from dashboard.activity.database.forget import forget_customer, forget_person
from dashboard.activity.errors import NotFound
from dashboard.activity.records import AlertKey, BasketItem, NewOutcome, Person, Sighting
from dashboard.activity.shop_records import VIEW, ShopEvent
from tests.support.activity import NOW
from tests.support.campaigns import make_campaign

DAY = timedelta(days=1)


def fill(database: Database, person: Person) -> None:
    with database.write() as at:
        people.change(at, person.id, roles=["rep", "admin"], rep_names=["Ann Example"])
        links.make(at, person.id, "password", now=NOW, lasts=DAY)
        sessions.start(at, person.id, now=NOW, ends_at=NOW + DAY, user_agent="Firefox", address_hash="a")
        throttle.begin_attempt(at, {"account": person.email, "address": "office"}, NOW)
        request = {"issuer": "https://id.example", "email": person.email.upper(), "name": person.name}
        role_requests.note(at, **request, subject=person.email, groups=[], now=NOW)
        audit.record(at, now=NOW, kind="sign-in", person_id=person.id, subject_ids=["C1"])
        saved_views.save(at, person_id=person.id, page="calls", name="Mine", query="")
        new = NewOutcome(f"k{person.id}", "C1", "P1", "not_relevant", "usual", "v1", NOW.date())
        outcomes.record(at, new, person_id=person.id, now=NOW)
        notes.add_note(at, key=f"k{person.id}", customer_id="C1", person_id=person.id, text="Frau Böhm", now=NOW)
        planned = {"key": f"k{person.id}", "customer_id": "C1", "text": "ask"}
        notes.add_next_step(at, person_id=person.id, due_on=NOW.date(), now=NOW, **planned)
        mine = {"person_id": person.id, "customer_id": "C1"}
        baskets.add(at, items=[BasketItem("P1", 1)], key=f"k{person.id}", now=NOW, **mine)
        alerts.save_rule(at, kind="lost", person_id=person.id, bounds={"days": 9}, set_by=person.id, now=NOW)
        alerts.snooze(at, person.id, AlertKey("slowing", "C1"), NOW.date() + DAY)
        alerts.assign(at, AlertKey("lost", "C1", f"P{person.id}"), to=person.id, by=person.id, now=NOW)
        alerts.record_visit(at, person.id, as_of=NOW.date(), day=NOW.date(), now=NOW)
        shown_lists.record(at, Sighting(person.id, "C1", "v1", NOW.date()), {"due": ["P1"]})


def test_nothing_of_a_person_is_left_but_a_number(
    database: Database, ann: Person, add_person: Callable[[str], Person]
) -> None:
    bob = add_person("bob@example.com")
    fill(database, ann)
    fill(database, bob)
    with database.write() as at:
        erased = forget_person(at, ann.id, account_hash=ann.email)
    assert erased == {
        "people": 1,
        "person_roles": 2,
        "person_reps": 1,
        "one_time_links": 1,
        "sessions": 1,
        "saved_views": 1,
        "basket_items": 1,
        "alert_rules": 1,
        "alert_snoozes": 1,
        "alert_visits": 1,
        "digests": 0,
        "digests_unwanted": 0,
        "alert_assignments": 1,
        "role_requests": 1,
        "throttle": 1,
    }
    with database.read() as at:
        assert people.everyone(at) == (people.get(at, bob.id),)
        assert [session.person_id for session in sessions.all_live(at, now=NOW, idle=DAY)] == [bob.id]
        assert [request.name for request in role_requests.waiting(at)] == ["bob"]
        assert [entry.person_id for entry in audit.entries(at, limit=9)] == [bob.id, ann.id]


def test_a_number_is_not_given_again(database: Database, ann: Person, add_person: Callable[[str], Person]) -> None:
    with database.write() as at:
        forget_person(at, ann.id)
    assert add_person("ann@example.com").id != ann.id


def test_nobody_is_not_forgotten(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as at:
        forget_person(at, 7)


def test_a_customer_is_taken_out_of_the_audit_trail(database: Database, ann: Person) -> None:
    fill(database, ann)
    number = make_campaign(database, ["C1", "C2"], [])
    with database.write() as at:
        batch = campaign_events.begin(at, file="e.csv", person_id=ann.id, now=NOW)
        campaign_events.add(at, batch, [CampaignEvent("e1", number, "C1", "P2", "clicked", NOW)])
        until = {"until": NOW.date() + DAY, "now": NOW, "key": "k", "person_id": ann.id}
        campaigns.put_on_calls(at, number, [("C1", "P2")], **until)
        shop_events.add(at, [ShopEvent(f"of {one}", VIEW, NOW, one, "s1", "P2") for one in ("C1", "C2")], NOW)
    with database.write() as at:
        held = {"outcomes": 1, "held_back": 1, "shown_lists": 1, "notes": 1, "next_steps": 1, "basket_items": 1}
        held |= {"alert_snoozes": 1, "alert_assignments": 1}
        held |= {"campaign_members": 1, "campaign_offers": 1, "campaign_events": 1, "campaign_calls": 1}
        held |= {"shop_events": 1}
        assert forget_customer(at, "C1") == {"audit": 1, **held}
        assert forget_customer(at, "C1") == {"audit": 0, **dict.fromkeys(held, 0)}
        assert [entry.subject_ids for entry in audit.entries(at, limit=9)] == [("erased",)]


def test_a_customers_events_in_the_shop_go_and_a_session_of_nobody_stays(database: Database) -> None:
    events = [
        ShopEvent("1", "search", NOW, "C1", "s1", text="milk"),
        ShopEvent("2", "view", NOW, "C1", "s1", "P1"),
        ShopEvent("3", "view", NOW, None, "s1", "P1"),
        ShopEvent("4", "view", NOW, "C11", "s2", "P1"),
    ]
    with database.write() as at:
        shop_events.add(at, events, NOW)
        assert forget_customer(at, "C1")["shop_events"] == 2
        _, left = shop_events.in_order(at, after_id=0, upto_id=shop_events.newest_id(at), limit=9)
    assert [(one.event_id, one.customer_id) for one in left] == [("3", None), ("4", "C11")]


def test_a_token_works_on_and_keeps_the_number_of_who_made_it(database: Database, ann: Person) -> None:
    with database.write() as at:
        new = tokens.add(at, name="Shop", scopes=["read"], per_hour=9, now=NOW, created_by=ann.id)
        forget_person(at, ann.id)
    with database.read() as at:
        found = tokens.find(at, new.text)
    assert found == new.token
    assert found is not None
    assert found.created_by == ann.id


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_what_is_forgotten_is_not_left_in_the_file(database: Database, ann: Person) -> None:
    file = database.target.file
    assert file is not None
    with database.write() as at:
        forget_person(at, ann.id)
    database.close()  # the last connection takes the log into the file
    assert not Path(f"{file}-wal").exists()
    assert b"ann@example.com" not in file.read_bytes()
