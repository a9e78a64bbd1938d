"""Campaigns in the database: saved once, changed little, known by references, with events that count once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.activity.campaign_records import CLICKED, OPENED, UNSUBSCRIBED, CampaignEvent, Referred
from dashboard.activity.database import campaign_events, campaigns
from dashboard.activity.database.connect import Database
from tests.support.activity import NOW
from tests.support.campaigns import CAMPAIGN, make_campaign, member, offer

AT = datetime(2026, 11, 4, 8, tzinfo=UTC)


def event(
    campaign_id: int,
    event_id: str,
    customer_id: str = "CAFE1",
    kind: str = OPENED,
    product_id: str = "",
    hours: int = 0,
) -> CampaignEvent:
    return CampaignEvent(event_id, campaign_id, customer_id, product_id, kind, AT + timedelta(hours=hours))


def add(database: Database, *events: CampaignEvent) -> frozenset[str]:
    with database.write() as at:
        batch = campaign_events.begin(at, file="events.csv", person_id=1, now=NOW)
        new = campaign_events.add(at, batch, events)
        campaign_events.count(at, batch, lines=len(events), new=len(new), known=len(events) - len(new), refused=0)
        campaign_events.end(at, batch, NOW)
    return new


def test_what_was_saved_is_read_again(database: Database) -> None:
    number = make_campaign(database)
    with database.read() as at:
        found = campaigns.get(at, number)
        assert found is not None
        for name in ("name", "source", "product_ids", "left_out", "seed", "sent_on", "size", "held_share"):
            assert getattr(found, name) == getattr(CAMPAIGN, name)
        assert (found.person_id, found.at, found.n_left_out) == (1, NOW, 1)
        assert [(one.customer_id, one.arm) for one in campaigns.members(at, number)] == [
            ("CAFE1", "sent"),
            ("CAFE2", "sent"),
            ("HOTEL1", "held"),
        ]
        assert [one.reference for one in campaigns.offers(at, number)] == ["k1-CAFE1", "k1-CAFE2", None]
        assert campaigns.everything(at) == ((found, {"sent": 2, "held": 1}),)
        assert campaigns.get(at, number + 1) is None


def test_a_double_click_makes_one_campaign(database: Database) -> None:
    number = make_campaign(database)
    with database.write() as at:
        assert campaigns.make(at, CAMPAIGN, [member("NEW1")], [offer("NEW1")], person_id=2, now=NOW) == (number, False)
        assert len(campaigns.members(at, number)) == 3


def test_a_reference_leads_to_who_was_offered_what(database: Database) -> None:
    number = make_campaign(database)
    with database.read() as at:
        assert campaigns.referred(at, ["k1-CAFE1", "made-up"]) == {"k1-CAFE1": Referred(number, "CAFE1", "P2")}


def test_what_was_drawn_is_not_changed(database: Database) -> None:
    number = make_campaign(database, sent_on=None)
    with database.write() as at:
        assert campaigns.change(at, number, name="Oat", text="Dear all")
        assert campaigns.send_on(at, number, date(2026, 11, 4))
        assert not campaigns.send_on(at, number, date(2026, 11, 5))
        assert not campaigns.change(at, number + 1, name="Oat")
        with pytest.raises(ValueError, match="'seed' of a campaign cannot be changed"):
            campaigns.change(at, number, seed=3)
        found = campaigns.get(at, number)
    assert found is not None
    assert (found.name, found.text, found.sent_on) == ("Oat", "Dear all", date(2026, 11, 4))


def test_only_what_was_not_sent_is_removed(database: Database) -> None:
    sent, unsent = make_campaign(database), make_campaign(database, key="k2", sent_on=None)
    opened = make_campaign(database, key="k3", sent_on=None)
    add(database, event(opened, "e1"))
    with database.write() as at:
        assert [campaigns.remove(at, one) for one in (sent, unsent, opened, 99)] == [False, True, False, False]
        assert [one.id for one, _ in campaigns.everything(at)] == [opened, sent]
        assert campaigns.offers(at, unsent) == ()


def test_who_was_in_a_campaign_rests_from_its_sending_or_else_its_making(database: Database) -> None:
    make_campaign(database, ["A"], ["B"], key="k1", sent_on=date(2026, 11, 3))
    make_campaign(database, ["A"], [], key="k2", sent_on=date(2026, 11, 9))
    make_campaign(database, ["C"], [], key="k3", sent_on=None)
    make_campaign(database, ["D"], [], key="k4", sent_on=date(2026, 11, 2))
    with database.read() as at:
        assert campaigns.resting(at, campaigns.recent(at, date(2026, 11, 3))) == {
            "A": date(2026, 11, 9),
            "B": date(2026, 11, 3),
            "C": NOW.date(),
        }


def test_an_event_counts_once(database: Database) -> None:
    number = make_campaign(database)
    assert add(database, event(number, "e1"), event(number, "e2", "CAFE2"), event(number, "e1", "CAFE2")) == {
        "e1",
        "e2",
    }
    assert add(database, event(number, "e2", "CAFE2"), event(number, "e3", kind=CLICKED, hours=1)) == {"e3"}
    with database.read() as at:
        assert campaign_events.firsts(at, number) == {
            "opened": {"CAFE1": AT, "CAFE2": AT},
            "clicked": {"CAFE1": AT + timedelta(hours=1)},
        }
        last, first = campaign_events.imports(at, limit=9)
        assert (last.n_lines, last.n_new, last.n_known, last.ended_at) == (2, 1, 1, NOW)
        assert [one.event_id for one in campaign_events.after(at, "e1", limit=9)] == ["e2", "e3"]


def test_the_first_product_clicked_is_known(database: Database) -> None:
    number = make_campaign(database)
    add(
        database,
        event(number, "e1", kind=CLICKED),
        event(number, "e2", kind=CLICKED, product_id="P1", hours=2),
        event(number, "e3", kind=CLICKED, product_id="P2", hours=1),
    )
    with database.read() as at:
        assert campaign_events.clicked_products(at, number, CLICKED) == {"CAFE1": "P2"}


def test_who_unsubscribed_did_so_for_all_campaigns(database: Database) -> None:
    number = make_campaign(database)
    add(database, event(number, "e1", kind=UNSUBSCRIBED))
    with database.read() as at:
        assert campaign_events.unsubscribed(at) == {"CAFE1"}


def test_calls_are_put_on_lists_once_and_taken_back_as_a_whole(database: Database) -> None:
    number = make_campaign(database)
    until = date(2026, 12, 1)
    with database.write() as at:
        mine = {"until": until, "person_id": 1, "now": NOW}
        assert campaigns.put_on_calls(at, number, [("CAFE1", "P2")], key="c1", **mine) == 1
        assert campaigns.put_on_calls(at, number, [("CAFE1", "P2"), ("CAFE2", "P2")], key="c2", **mine) == 1
        assert set(campaigns.open_calls(at, date(2026, 11, 30))) == {"CAFE1", "CAFE2"}
        assert set(campaigns.open_calls(at, date(2026, 11, 30), "CAFE2")) == {"CAFE2"}
        assert campaigns.open_calls(at, until) == {}
        assert campaigns.take_off_calls(at, number, "c2") == 1
        assert [one.campaign for one in campaigns.calls_of(at, number).values()] == ["Oat, November"]


def test_other_campaigns_of_the_same_customers_are_found(database: Database) -> None:
    mine = make_campaign(database, ["A"], ["B"])
    other = make_campaign(database, ["B"], [], key="k2", sent_on=date(2026, 11, 20))
    make_campaign(database, ["C"], [], key="k3", sent_on=date(2026, 11, 20))
    make_campaign(database, ["A"], [], key="k4", sent_on=date(2026, 12, 1))
    with database.read() as at:
        found = campaigns.others_of(at, mine, date(2026, 11, 1), date(2026, 12, 1))
    assert [one.id for one in found] == [other]


def test_of_campaigns_only_some_customers_are_read(database: Database) -> None:
    first = make_campaign(database, ["A", "B"], ["C"], offered=[offer("A", "P1"), offer("A", "P2", rank=2), offer("B")])
    second = make_campaign(database, ["A"], [], key="k2", offered=[offer("A", "P3")])
    with database.read() as at:
        assert campaigns.arms_among(at, [first, second], ["A", "C"]) == {
            first: {"A": "sent", "C": "held"},
            second: {"A": "sent"},
        }
        assert campaigns.offered_among(at, [first, second], ["A", "C"]) == {
            first: {"A": frozenset({"P1", "P2"})},
            second: {"A": frozenset({"P3"})},
        }
        assert campaigns.arms_among(at, [], ["A"]) == {}


def test_whatever_changes_gives_another_revision(database: Database) -> None:
    number = make_campaign(database, sent_on=None)
    seen = []

    def look() -> None:
        with database.read() as at:
            seen.append(campaigns.revision(at, number))

    look()
    look()
    assert seen[0] == seen[1]
    add(database, event(number, "e1"))
    look()
    with database.write() as at:
        campaigns.send_on(at, number, date(2026, 11, 3))
    look()
    with database.write() as at:
        campaigns.put_on_calls(at, number, [("CAFE1", "P2")], key="c", until=date(2026, 12, 1), person_id=1, now=NOW)
    look()
    assert len(set(seen)) == 4
