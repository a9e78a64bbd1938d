"""From sent to ordered, each customer once; and whose an order is: by first and by last touch."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.activity.campaign_records import HELD, SENT, Campaign, CampaignEvent, CampaignFields, Member
from dashboard.campaigns.attribution import Credit, attributed, credits_of, touches_of
from dashboard.campaigns.funnel import funnel, open_to_call
from dashboard.campaigns.orders import Ordered
from tests.support.campaigns import CAMPAIGN

BERLIN = ZoneInfo("Europe/Berlin")
SENT_ON = date(2026, 11, 3)
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
MEMBERS = [Member(one, SENT, "Loyal" if one < "C" else "New", None, 0.0) for one in "ABCD"] + [
    Member("H", HELD, "New", None, 0.0)
]
OFFERED = {one: frozenset({"P1", "P2"} if one == "A" else {"P1"}) for one in "ABCDH"}
FIRSTS = {
    "sent": dict.fromkeys("ABCD", AT),
    "opened": {"A": AT, "B": AT},
    "clicked": {"B": AT + timedelta(days=1), "C": AT + timedelta(days=2), "D": AT, "H": AT},
    "unsubscribed": {"D": AT},
}
ORDERS = [
    Ordered("A", "P2", SENT_ON, 10.0),
    Ordered("B", "P1", SENT_ON, 10.0),
    Ordered("B", "P1", SENT_ON + timedelta(3), 10.0),
    Ordered("H", "P1", SENT_ON, 10.0),
]


def test_each_step_counts_customers_who_got_the_mail() -> None:
    steps = funnel(MEMBERS, OFFERED, FIRSTS, ORDERS, BERLIN).overall
    assert (steps.n, steps.mailed, steps.opened, steps.clicked, steps.ordered) == (4, 4, 4, 3, 2)
    assert (steps.after_click, steps.without_click, steps.unsubscribed) == (1, 1, 1)


def test_an_order_on_the_day_of_the_click_is_after_it_and_one_before_is_not() -> None:
    clicked = {
        "clicked": {"A": datetime(2026, 11, 3, 22, 30, tzinfo=UTC), "B": datetime(2026, 11, 3, 23, 30, tzinfo=UTC)}
    }
    orders = [Ordered(one, "P1", SENT_ON, 1.0) for one in "AB"]
    assert funnel(MEMBERS, OFFERED, clicked, orders, BERLIN).overall.after_click == 1  # B clicked on the 4th in Berlin


def test_by_product_and_by_segment_the_steps_are_of_those_customers() -> None:
    found = funnel(MEMBERS, OFFERED, FIRSTS, ORDERS, BERLIN, ["P2", "P1"])
    assert [(name, steps.n, steps.ordered) for name, steps in found.products] == [("P2", 1, 1), ("P1", 4, 1)]
    assert [(name, steps.n, steps.clicked) for name, steps in found.segments] == [("Loyal", 2, 1), ("New", 2, 2)]


def test_who_clicked_and_neither_ordered_nor_left_is_open_to_call() -> None:
    assert open_to_call(FIRSTS, MEMBERS, ORDERS) == ("C",)
    later = {"clicked": {"A": AT, "C": AT + timedelta(1)}}
    assert open_to_call(later, MEMBERS, []) == ("C", "A")


def campaign(number: int, sent_on: date) -> Campaign:
    drawn = {one.name: getattr(CAMPAIGN, one.name) for one in fields(CampaignFields)}
    return Campaign(**drawn | {"name": f"No {number}", "sent_on": sent_on}, id=number, person_id=1, at=AT)


def event(number: int, who: str, kind: str, day: int) -> CampaignEvent:
    return CampaignEvent(f"{number}{who}{kind}{day}", number, who, "", kind, AT + timedelta(day))


def test_an_order_is_the_first_touchs_and_the_last_touchs() -> None:
    first, second = campaign(1, SENT_ON), campaign(2, SENT_ON + timedelta(7))
    events = [event(1, "A", "opened", 1), event(2, "A", "clicked", 8), event(2, "A", "clicked", 12)]
    touches = touches_of([first, second], {1: ["A", "B"], 2: ["A"]}, events, BERLIN)
    assert [(one.campaign_id, one.kind) for one in touches["A"]] == [
        (1, "sent"),
        (1, "opened"),
        (2, "sent"),
        (2, "clicked"),
        (2, "clicked"),
    ]
    orders = [Ordered("A", "P1", SENT_ON + timedelta(10), 30.0), Ordered("B", "P1", SENT_ON, 10.0)]
    found = attributed(orders, touches, {1: 28, 2: 28}, {1: OFFERED, 2: OFFERED}, BERLIN)
    mine, other = credits_of(1, found), credits_of(2, found)
    assert (mine.first, mine.last) == (Credit(2, 40.0), Credit(1, 10.0))
    assert (other.first, other.last) == (Credit(0, 0.0), Credit(1, 30.0))
    assert other.last_kinds["clicked"] == Credit(1, 30.0)
    assert (mine.shared, other.shared) == (1, 1)


def test_a_touch_counts_from_its_day_for_its_window_and_for_what_was_offered() -> None:
    one = campaign(1, SENT_ON)
    touches = touches_of([one], {1: ["B"]}, [], BERLIN)

    def n(order: Ordered, days: int = 28) -> int:
        return len(attributed([order], touches, {1: days}, {1: OFFERED}, BERLIN))

    assert n(Ordered("B", "P1", SENT_ON, 1.0)) == 1
    assert n(Ordered("B", "P1", SENT_ON - timedelta(1), 1.0)) == 0
    assert n(Ordered("B", "P1", SENT_ON + timedelta(27), 1.0)) == 1
    assert n(Ordered("B", "P1", SENT_ON + timedelta(28), 1.0)) == 0
    assert n(Ordered("B", "P2", SENT_ON, 1.0)) == 0
