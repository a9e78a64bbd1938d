from datetime import datetime, timedelta

from dashboard.activity.shop_records import NO_REACTION, Done
from dashboard.shop.reaction import LOOKED_BACK, reaction, reordered
from tests.support.activity import NOW

DAY = timedelta(days=1)
LATELY = NOW - LOOKED_BACK


def done(kind: str, product_id: str, days_ago: float = 0.0, n: int = 1) -> Done:
    at = NOW - days_ago * DAY
    return Done("CAFE1", product_id, kind, at, n if at >= LATELY else 0)


def none_like(_: str) -> tuple[str, ...]:
    return ()


def ago(days: float) -> datetime:
    return NOW - days * DAY


def test_without_events_a_list_keeps_its_order() -> None:
    assert reordered(["A", "B", "C"], NO_REACTION, none_like, is_new=True) == ("A", "B", "C")
    assert reaction([], LATELY) == NO_REACTION


def test_what_was_looked_at_comes_first_then_its_neighbours() -> None:
    shop = reaction([done("view", "C")], LATELY)
    assert reordered(["A", "B", "C", "D"], shop, lambda _: ("D",), is_new=True) == ("C", "D", "A", "B")


def test_what_was_looked_at_last_comes_before_the_others() -> None:
    shop = reaction([done("view", "C", 2), done("click", "B", 1)], LATELY)
    assert reordered(["A", "C", "B"], shop, none_like, is_new=True) == ("B", "C", "A")


def test_what_is_in_the_cart_is_gone_until_it_is_out_again() -> None:
    put = [done("cart", "A", 2)]
    assert reordered(["A", "B"], reaction(put, LATELY), none_like, is_new=False) == ("B",)
    for out in ("uncart", "order"):
        shop = reaction([*put, done(out, "A", 1)], LATELY)
        assert reordered(["A", "B"], shop, none_like, is_new=False) == ("A", "B")
    again = reaction([done("cart", "A", 1), done("uncart", "A", 2)], LATELY)
    assert again.in_cart == {"A": ago(1)}


def test_a_cart_of_a_week_ago_is_forgotten() -> None:
    assert reaction([done("cart", "A", 7.01)], LATELY).in_cart == {}
    assert reaction([done("cart", "A", 7)], LATELY).in_cart == {"A": ago(7)}


def test_what_was_ordered_leaves_new_alone() -> None:
    shop = reaction([done("order", "A", 1)], LATELY)
    assert reordered(["A", "B"], shop, none_like, is_new=True) == ("B",)
    assert reordered(["A", "B"], shop, none_like, is_new=False) == ("A", "B")


def test_views_and_clicks_are_looks_and_count_for_seven_days() -> None:
    shop = reaction([done("view", "A", 3, n=2), done("click", "A", 1), done("view", "B", 8)], LATELY)
    assert shop.looked_at == {"A": (3, ago(1))}
