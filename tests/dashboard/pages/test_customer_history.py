"""What a customer bought over the years, as tables."""

from datetime import date
from pathlib import Path

from dashboard.data.repository import Repository
from dashboard.pages.customer.data.history import back_table, buys_table, history, new_in_range
from dashboard.records.customers import Bought
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import BOB, context_of


def test_what_they_buy_comes_with_times_gap_days_quantity_and_revenue(repository: Repository) -> None:
    table = buys_table(context_of(repository), "CAFE1")
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert [column.name for column in table.shown] == [
        "product", "category", "times", "gap", "first", "last", "quantity", "revenue",
    ]  # fmt: skip
    assert texts[0] == ["Espresso beans", "Coffee", "4", "14 days", "10 Jan 2025", "2 Nov", "2", "€72"]
    assert [row.key for row in table.rows] == ["P1", "P2", "P3"]
    assert texts[1][3] == "\N{EN DASH}"


def test_another_reps_customer_has_no_rows(repository: Repository) -> None:
    assert buys_table(context_of(repository, BOB), "CAFE1").rows == ()
    assert context_of(repository, BOB).customers.bought("CAFE1") == ()


def test_months_of_the_last_year_are_beside_those_before(repository: Repository) -> None:
    past = history(context_of(repository), "CAFE1")
    assert past.months.months[-1] == date(2026, 10, 1)
    # October 2026: espresso, oat drink on two days, crème fraîche on one; January 2025: espresso.
    assert past.months.now[-1] == 128.0
    assert past.months.before[2] == 24.0


def test_months_of_another_reps_customer_are_not_shown(repository: Repository) -> None:
    assert context_of(repository, BOB).customers.months("CAFE1") == {}
    assert history(context_of(repository, BOB), "CAFE1").months.total == 0


def test_returns_are_listed_newest_first_for_who_may_see_them(tmp_path: Path) -> None:
    lines = [
        {"returned_on": date(2026, 9, 30), "order_id": "R1", "product_id": "P4", "quantity": 1.0, "revenue": 4.0},
        {"returned_on": date(2026, 10, 20), "order_id": "R2", "product_id": "P1", "quantity": 2.0, "revenue": 24.0},
    ]
    publish_small(tmp_path, changed={"returned": [{"customer_id": "CAFE2"} | line for line in lines]})
    repository = Repository(Reader(tmp_path))
    table = back_table(context_of(repository), "CAFE2")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Espresso beans", "20 Oct", "R2", "2", "€24"],
        ["Rye bread", "30 Sept", "R1", "1", "€4"],
    ]
    assert context_of(repository, BOB).customers.returned("CAFE2") == ()


def test_what_a_customer_took_up_lately_is_new_in_their_range() -> None:
    def bought(name: str, first_on: date, times: int = 1) -> Bought:
        return Bought(name, name, None, times, first_on, first_on, None, 1.0, 1.0, 1.0)

    as_of = date(2026, 11, 15)
    old, once = bought("old", date(2026, 9, 20)), bought("once", date(2026, 9, 21))
    often, newest = bought("often", date(2026, 9, 21), 3), bought("newest", date(2026, 11, 15))
    assert new_in_range((old, once, newest, often), as_of) == (newest, often, once)
    assert new_in_range((once, newest), as_of) == ()  # the customer is new
    assert new_in_range((), as_of) == ()


def test_a_customer_without_categories_has_no_such_column(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"products": [row | {"category": None} for row in small_rows()["products"]]})
    table = buys_table(context_of(tmp_path), "CAFE1")
    assert "category" not in [column.name for column in table.columns]
