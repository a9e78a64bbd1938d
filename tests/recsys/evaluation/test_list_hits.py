"""What became of seasonal lists and of products that nobody had bought; a year of visible orders."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pytest

from recsys.dataset.interactions import Interactions
from recsys.evaluation.catalogue import Catalogue, catalogue
from recsys.evaluation.list_hits import seasonal_hits, unsold_hits
from recsys.evaluation.split import Split, calendar, last_basket

Make = Callable[..., Interactions]
YEAR = 364
CUT_DAY = 420
CUT = date(2026, 1, 1) + timedelta(CUT_DAY)


def split_of(orders: Interactions) -> Split:
    return calendar(orders, CUT, 28)


def products(*rows: tuple[str, str | None, date | None]) -> Catalogue:
    columns = {
        "product_id": pa.array([row[0] for row in rows], pa.string()),
        "category": pa.array([row[1] for row in rows], pa.string()),
        "supplier": pa.nulls(len(rows), pa.string()),
        "introduced_on": pa.array([row[2] for row in rows], pa.date32()),
    }
    return catalogue(pa.table(columns))


def wine_in_season(bought_again: Sequence[str]) -> list[tuple[str, int, str]]:
    """Return orders of A, B and C: wine (w) last year in these weeks, bread (b) all year; some buy wine again."""
    season = CUT_DAY + 5 - YEAR
    rows = [(name, season, "w") for name in "ABC"]
    rows += [(name, day, "b") for name in "ABC" for day in range(0, CUT_DAY, 30)]
    return rows + [(name, CUT_DAY + 3, "bw" if name in bought_again else "b") for name in "ABC"]


def test_a_seasonal_list_is_met_where_the_product_is_bought_again(orders_of: Make) -> None:
    found = seasonal_hits(split_of(orders_of(wine_in_season("AC"))), 20)
    assert (found.lists, found.rows, found.bought, found.wanted) == (3, 3, 2, 2)


def test_a_seasonal_list_is_made_of_what_was_before_the_cut_alone(orders_of: Make) -> None:
    some, none = (seasonal_hits(split_of(orders_of(wine_in_season(names))), 20) for names in ("ABC", ""))
    assert (some.lists, some.rows) == (none.lists, none.rows)
    assert (none.bought, none.wanted) == (0, 0)


def test_what_was_bought_lately_is_not_wanted_of_a_seasonal_list(orders_of: Make) -> None:
    # Counted from the day before the cut, y was bought 84 days ago and x 83.
    rows = [*wine_in_season(""), ("A", CUT_DAY - 84, "x"), ("A", CUT_DAY - 85, "y"), ("A", CUT_DAY + 9, "xy")]
    assert seasonal_hits(split_of(orders_of(rows)), 20).wanted == 1


def test_without_a_year_of_orders_before_the_cut_it_says_so(orders_of: Make) -> None:
    orders = orders_of([("A", 100, "a"), ("A", 200, "a"), ("A", CUT_DAY + 1, "a")])
    why = "13 months of orders before the days held out are needed"
    assert seasonal_hits(split_of(orders), 20).why_not == why


NEW_TEA = [("A", CUT_DAY - 9, "t"), ("A", CUT_DAY - 8, "t"), ("B", CUT_DAY - 9, "s"), ("B", CUT_DAY - 8, "s")]


def test_unsold_products_are_met_where_the_category_names_them_and_they_are_bought(orders_of: Make) -> None:
    # A is offered u and buys it; B is offered n and buys u; that A buys n was wanted too.
    orders = orders_of([*NEW_TEA, ("A", CUT_DAY, "nut"), ("B", CUT_DAY + 27, "us")])
    known = products(("n", "Soap", None), ("s", "Soap", None), ("t", "Tea", None), ("u", "Tea", None))
    found = unsold_hits(split_of(orders), orders, known, 2)
    assert (found.lists, found.rows, found.bought, found.wanted) == (2, 2, 1, 3)


def test_an_unsold_product_that_is_never_bought_takes_a_place_too(orders_of: Make) -> None:
    # o and u are alike, so the first of them takes A's only place.
    orders = orders_of([*NEW_TEA, ("A", CUT_DAY, "tu"), ("B", CUT_DAY, "s")])
    known = products(("o", "Tea", None), ("s", None, None), ("t", "Tea", None), ("u", "Tea", None))
    found = unsold_hits(split_of(orders), orders, known, 1)
    assert (found.rows, found.bought, found.wanted) == (1, 0, 1)


def test_a_product_that_was_introduced_after_the_cut_is_not_offered(orders_of: Make) -> None:
    orders = orders_of([*NEW_TEA, ("A", CUT_DAY + 9, "tu"), ("B", CUT_DAY, "s")])
    known = products(("s", None, None), ("t", "Tea", None), ("u", "Tea", CUT))
    found = unsold_hits(split_of(orders), orders, known, 2)
    assert found.why_not == "every product of the catalogue had been bought before"


def test_products_of_which_nothing_is_known_are_offered_to_nobody(orders_of: Make) -> None:
    orders = orders_of([*NEW_TEA, ("A", CUT_DAY, "tu"), ("B", CUT_DAY, "s")])
    found = unsold_hits(split_of(orders), orders, products(("s", None, None), ("t", "Tea", None), ("u", None, None)), 2)
    assert found.why_not == "nobody buys of the category or the supplier of a product that was never sold"


def test_without_a_catalogue_nothing_is_known_to_be_unsold(orders_of: Make) -> None:
    orders = orders_of([*NEW_TEA, ("A", CUT_DAY, "t")])
    assert "no table of products" in unsold_hits(split_of(orders), orders, None, 2).why_not


@pytest.mark.parametrize("part", ["seasonal", "unsold"])
def test_last_baskets_have_no_common_days_to_make_lists_for(orders_of: Make, part: str) -> None:
    orders = orders_of([("A", day, "a") for day in (0, 9, 20)])
    split = last_basket(orders)
    found = seasonal_hits(split, 20) if part == "seasonal" else unsold_hits(split, orders, None, 2)
    assert found.why_not.startswith("everyone has a cut of their own")
