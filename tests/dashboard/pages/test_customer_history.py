"""What a customer bought over the years, as tables."""

from dashboard.pages.customer.history import buys_table
from dashboard.repository import Repository
from dashboard.viewer import EVERYONE, Viewer
from tests.support.screens import FORMATS

BOB = Viewer("Bob Sample", "rep")


def test_what_they_buy_comes_with_times_gap_days_quantity_and_revenue(repository: Repository) -> None:
    table = buys_table(repository, EVERYONE, FORMATS, "CAFE1", "")
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert [column.name for column in table.columns] == [
        "product", "category", "times", "gap", "first", "last", "quantity", "revenue",
    ]  # fmt: skip
    assert texts[0] == ["Espresso beans", "Coffee", "4", "14 days", "10 Jan 2025", "2 Nov", "2", "€72"]
    assert [row.key for row in table.rows] == ["P1", "P2", "P3"]
    assert texts[1][3] == "\N{EN DASH}"


def test_another_reps_customer_has_no_rows(repository: Repository) -> None:
    assert buys_table(repository, BOB, FORMATS, "CAFE1", "").rows == ()
    assert repository.bought(BOB, "CAFE1") == ()
