from datetime import timedelta

from dashboard.activity.shop_records import ShopEvent
from dashboard.shop.reaction import Reaction, reaction, reordered
from tests.support.activity import NOW

DAY = timedelta(days=1)


def event(kind: str, product_id: str, days_ago: float = 0.0) -> ShopEvent:
    return ShopEvent(f"{kind}{product_id}{days_ago}", kind, NOW - days_ago * DAY, "CAFE1", product_id=product_id)


def none_like(_: str) -> tuple[str, ...]:
    return ()


def test_without_events_a_list_keeps_its_order() -> None:
    assert reordered(["A", "B", "C"], reaction([], NOW, NOW), none_like, is_new=True) == ("A", "B", "C")


def test_what_was_looked_at_comes_first_then_its_neighbours() -> None:
    shop = reaction([event("view", "C")], NOW, NOW)
    assert reordered(["A", "B", "C", "D"], shop, lambda _: ("D",), is_new=True) == ("C", "D", "A", "B")


def test_what_was_looked_at_last_comes_before_the_others() -> None:
    shop = reaction([event("view", "C", 2), event("click", "B", 1)], NOW, NOW)
    assert reordered(["A", "C", "B"], shop, none_like, is_new=True) == ("B", "C", "A")


def test_what_is_in_the_cart_is_gone_until_it_is_out_again() -> None:
    put = [event("cart", "A", 2)]
    assert reordered(["A", "B"], reaction(put, NOW, NOW), none_like, is_new=False) == ("B",)
    assert reordered(["A", "B"], reaction([*put, event("uncart", "A", 1)], NOW, NOW), none_like, is_new=False) == (
        "A",
        "B",
    )


def test_what_was_ordered_leaves_new_alone() -> None:
    shop = reaction([event("cart", "A", 2), event("order", "A", 1)], NOW - 3 * DAY, NOW)
    assert reordered(["A", "B"], shop, none_like, is_new=True) == ("B",)
    assert reordered(["A", "B"], shop, none_like, is_new=False) == ("A", "B")


def test_an_order_that_the_data_know_changes_nothing() -> None:
    assert reaction([event("order", "A", 4)], NOW - 3 * DAY, NOW) == Reaction()


def test_looks_are_counted_for_seven_days() -> None:
    shop = reaction([event("view", "A", 7.01), event("view", "A", 7), event("click", "A", 1)], NOW, NOW)
    assert shop.looked_at == {"A": (2, NOW - DAY)}
