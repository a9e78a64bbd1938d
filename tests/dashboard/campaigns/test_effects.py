"""What a campaign brought, in numbers and in words; the first is the drawing's."""

from datetime import date, timedelta

import pytest

from dashboard.activity.campaign_records import HELD, SENT, Member
from dashboard.campaigns.effects import Arm, Comparison, compared, curve, effects
from dashboard.campaigns.orders import Ordered, Window
from dashboard.campaigns.words import (
    difference_words,
    left_out_words,
    result_words,
    revenue_words,
    share_words,
    state_words,
)
from tests.support.screens import FORMATS

SENT_ON = date(2026, 11, 3)
WINDOW = Window(SENT_ON, 28, date(2026, 11, 16))


def members(n_sent: int, n_held: int, stratum: str = "") -> list[Member]:
    return [
        *(Member(f"{stratum}S{at}", SENT, stratum, None, 0.0) for at in range(n_sent)),
        *(Member(f"{stratum}H{at}", HELD, stratum, None, 0.0) for at in range(n_held)),
    ]


def orders(*ids: str, product: str = "P1", day: int = 0, revenue: float = 100.0) -> list[Ordered]:
    return [Ordered(one, product, SENT_ON + timedelta(day), revenue) for one in ids]


def drawing(sent: int = 31, held: int = 2) -> Comparison:
    ids = [*(f"S{at}" for at in range(sent)), *(f"H{at}" for at in range(held))]
    return compared(members(192, 48), orders(*ids))


def said(found: Comparison, n_products: int = 3) -> str:
    return " ".join(result_words(found, n_products, FORMATS)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_result_is_said_as_in_the_drawing() -> None:
    assert said(drawing()) == (
        "Of 192 sent, 31 ordered one of the three products (16 %). Of 48 held out, 2 did so anyway (4 %). The "
        "difference is 12 points; 19 times in 20 it lies between 1 and 19. So about 23 of the 31 orders come from the "
        "campaign, at least 2."
    )
    assert difference_words(drawing()) == "12 points (1 to 19)"


def test_where_the_data_end_before_the_sending_no_orders_are_told() -> None:
    waiting = result_words(compared(members(58, 15), []), 2, FORMATS, Window(SENT_ON, 28, date(2026, 11, 1)))
    assert waiting == (
        "58 sent, 15 held out. The orders end on 1 Nov, before the sending: what came of it is here with the first "
        "orders since.",
    )
    assert len(result_words(drawing(), 3, FORMATS, WINDOW)) > 1


def test_what_may_be_chance_says_so_and_how_many_would_be_needed() -> None:
    assert said(drawing(15, 2)).endswith(
        "The difference is 4 points; 19 times in 20 it lies between −7 and 9. That may be chance. To find a difference "
        "of 4 points, 343 of 1,715 would have to be held out."
    )


def test_of_few_held_out_nothing_is_told() -> None:
    found = compared(members(60, 29), orders("S1", "S2", "H1"))
    assert found.difference is None
    assert found.revenue is None
    assert said(found, 1) == (
        "Of 60 sent, 2 ordered the product. Of 29 held out, 1 did so anyway. Too few to tell: 29 held out, of at least "
        "30. To find a difference of 5 points, 222 of 681 would have to be held out."
    )
    assert difference_words(found) == "Too few to tell"
    assert share_words(found.held, FORMATS) == "1 of 29"
    assert compared(members(60, 30), []).difference is not None


def test_of_nobody_held_out_nothing_is_compared() -> None:
    found = compared(members(60, 0), orders("S1"))
    assert (found.needed, found.extra()) == (None, None)
    assert said(found, 0) == (
        "Of 60 sent, 1 ordered what they were offered. Nobody was held out, so nothing can be said of what they would "
        "have ordered anyway."
    )


def test_a_campaign_that_lost_orders_says_so() -> None:
    assert said(drawing(2, 20)).endswith("So the campaign brought fewer orders than no mail would have.")
    found = drawing(2, 20).extra()
    assert found is not None
    assert found[0] == 0


def test_revenue_is_of_every_customer_whether_they_ordered_or_not() -> None:
    found = drawing()
    assert found.sent.revenue_each == pytest.approx(3100 / 192)
    assert found.held.revenue_each == pytest.approx(200 / 48)
    assert found.revenue is not None
    assert found.revenue.value == pytest.approx(3100 / 192 - 200 / 48)
    assert revenue_words(found, FORMATS).startswith("A customer brought €16.15 if sent, €4.17 if held out.")
    assert revenue_words(compared(members(40, 40), []), FORMATS) == ""


def test_products_are_compared_among_those_who_were_offered_them() -> None:
    everyone = members(40, 40)
    offered = {one.customer_id: frozenset({"P1", "P2"} if one.customer_id[1:] < "2" else {"P2"}) for one in everyone}
    found = effects(everyone, offered, [*orders("S1"), *orders("S3", product="P2")], WINDOW, ["P2", "P1"])
    assert [row.key for row in found.products] == ["P2", "P1"]
    assert [(row.found.sent.n, row.found.sent.ordered) for row in found.products] == [(40, 1), (12, 1)]
    assert found.overall.sent.ordered == 2
    assert found.n_offers == 52


def test_segments_add_up_to_all_customers() -> None:
    everyone = [*members(5, 3, "Loyal "), *members(4, 2, "New ")]
    offered = {one.customer_id: frozenset({"P1"}) for one in everyone}
    found = effects(everyone, offered, orders("Loyal S1", "New H1", "New S0"), WINDOW)
    assert [(row.key, row.found.sent.ordered, row.found.held.ordered) for row in found.segments] == [
        ("Loyal ", 1, 0),
        ("New ", 1, 1),
    ]
    assert sum(row.found.sent.n for row in found.segments) == found.overall.sent.n


def test_the_curve_begins_with_nobody_and_ends_with_the_share() -> None:
    arms = {one.customer_id: one.arm for one in members(10, 5)}
    some = [*orders("S1", day=0), *orders("S1", day=4), *orders("S2", day=13), *orders("H1", day=2)]
    found = curve(arms, some, WINDOW)
    assert (found.days[0], found.days[-1]) == (SENT_ON, date(2026, 11, 17))
    assert found.sent[:2] == (0.0, 0.1)
    assert found.sent[-2:] == (0.1, 0.2)
    assert found.held[2:4] == (0.0, 0.2)


def test_the_window_ends_on_its_day() -> None:
    assert (WINDOW.day, WINDOW.ends_on, WINDOW.is_final) == (14, date(2026, 12, 1), False)
    assert WINDOW.holds(SENT_ON)
    assert WINDOW.holds(date(2026, 11, 30))
    assert not WINDOW.holds(date(2026, 12, 1))
    assert Window(SENT_ON, 28, date(2026, 11, 30)).is_final
    assert state_words(WINDOW, FORMATS) == "Running, day 14 of 28. Final on 1 Dec."
    assert state_words(Window(SENT_ON, 28, date(2026, 11, 30)), FORMATS) == "Final since 1 Dec."
    assert state_words(Window(SENT_ON, 28, date(2026, 11, 1)), FORMATS).startswith("Sent, but the orders end on 1 Nov.")
    assert state_words(None, FORMATS) == "Not sent yet."


def test_who_was_left_out_is_said_with_the_reasons() -> None:
    found = (("no_contact", 14), ("blocked", 0), ("in_campaign", 5))
    today = date(2026, 11, 17)
    assert left_out_words(found, date(2026, 11, 20), today, FORMATS) == (
        "14 who wish no contact, 5 in another campaign until 20 Nov"
    )
    assert left_out_words((), None, today, FORMATS) == ""


def test_a_share_of_nobody_is_none() -> None:
    assert (Arm(0, 0, 0.0).share, Arm(0, 0, 0.0).revenue_each) == (None, None)
