"""The questions about customers on the small version, and that they end at the viewer's."""

import inspect
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.repository import Repository
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of

# Every query that is asked of one customer, by the table that its answer comes from.
QUERIES: dict[str, Callable[[CustomerQueries, str], Any]] = {
    "customers": lambda asked, customer_id: asked.get(customer_id),
    "names": lambda asked, customer_id: asked.name(customer_id),
    "recommendations": lambda asked, customer_id: asked.recommendations(customer_id),
    "one recommendation": lambda asked, customer_id: asked.recommendation(customer_id, ("new", 1)),
    "similar_customers": lambda asked, customer_id: asked.similar(customer_id, 5),
    "purchases of the similar": lambda asked, customer_id: asked.buyers_among_similar(customer_id, "P2", 5),
    "basket_lines": lambda asked, customer_id: asked.purchases(customer_id, "P1"),
    "purchases": lambda asked, customer_id: asked.bought(customer_id),
    "customer_months": lambda asked, customer_id: asked.months(customer_id),
    "returned": lambda asked, customer_id: asked.returned(customer_id),
    "days of orders": lambda asked, customer_id: asked.order_dates(customer_id),
    "order days": lambda asked, customer_id: asked.order_days(customer_id),
    "how they buy": lambda asked, customer_id: asked.usual_purchases(customer_id),
    "category gaps": lambda asked, customer_id: asked.category_gaps(customer_id, 5, 1),
    "whether revenue is shown": lambda asked, customer_id: asked.shows_revenue(customer_id),
}


@pytest.fixture
def anns(repository: Repository) -> CustomerQueries:
    return context_of(repository, ANN).customers


@pytest.fixture
def everyones(repository: Repository) -> CustomerQueries:
    return context_of(repository).customers


def changed_customers(folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> CustomerQueries:
    publish_small(folder, changed={"customers": [change(row) for row in small_rows()["customers"]]})
    return context_of(folder).customers


# ---- who they are ----


def test_a_customer_comes_with_the_published_facts(anns: CustomerQueries) -> None:
    customer = anns.get("CAFE1")
    assert customer is not None
    assert (customer.name, customer.revenue_12m, customer.last_order_on) == ("Café Müller", 152.0, date(2026, 11, 2))


@pytest.mark.parametrize("customer_id", ["HOTEL1", "", "cafe1"])
@pytest.mark.parametrize("table", QUERIES)
def test_another_reps_customer_is_as_unknown_as_one_that_does_not_exist(
    repository: Repository, anns: CustomerQueries, table: str, customer_id: str
) -> None:
    ask = QUERIES[table]
    nothing = ask(anns, "NOPE")
    assert ask(anns, customer_id) == nothing
    assert ask(context_of(repository, BOB).customers, "HOTEL1") != nothing  # there is something to be seen


def test_what_is_not_there_is_none_or_empty(anns: CustomerQueries) -> None:
    assert (anns.get("HOTEL1"), anns.name("HOTEL1"), anns.recommendation("HOTEL1", ("new", 1))) == (None, None, None)
    assert (anns.recommendations("HOTEL1"), anns.purchases("HOTEL1", "P1")) == ((), ())
    assert (anns.bought("HOTEL1"), anns.months("HOTEL1"), anns.returned("HOTEL1")) == ((), {}, ())
    assert (anns.similar("HOTEL1", 5).shown, anns.similar("HOTEL1", 5).others) == ((), 0)
    buyers = anns.buyers_among_similar("HOTEL1", "P2", 5)
    assert (buyers.shown, buyers.others, buyers.of_products) == ((), 0, 0)


def test_no_query_of_one_customer_is_left_out_above() -> None:
    of_one = [
        name
        for name, query in inspect.getmembers(CustomerQueries, inspect.isfunction)
        if not name.startswith("_") and "customer_id" in inspect.signature(query).parameters
    ]
    assert len(of_one) == len(QUERIES)


def test_only_an_active_customer_is_pitched_to(everyones: CustomerQueries) -> None:
    school, cafe = everyones.get("SCHOOL1"), everyones.get("CAFE1")
    assert school is not None
    assert cafe is not None
    assert (school.is_pitched_to, cafe.is_pitched_to) == (False, True)


def test_a_customer_without_a_status_is_pitched_to(tmp_path: Path) -> None:
    found = changed_customers(tmp_path, lambda row: row | {"status": None}).get("SCHOOL1")
    assert found is not None
    assert found.is_pitched_to


def test_customers_come_by_revenue_within_the_viewers(repository: Repository) -> None:
    everyone, bobs = (context_of(repository, viewer).customers.everyone() for viewer in (EVERYONE, BOB))
    assert [one.customer_id for one in everyone] == ["CAFE1", "CAFE2", "HOTEL1", "SCHOOL1", "NEW1"]
    assert [one.customer_id for one in bobs] == ["HOTEL1", "SCHOOL1"]


def test_equal_revenues_come_by_name_then_number(tmp_path: Path) -> None:
    same = changed_customers(tmp_path, lambda row: row | {"revenue_12m": 1.0, "name": row["name"][:1]})
    assert [(one.name, one.customer_id) for one in same.everyone()] == [
        ("B", "CAFE2"),
        ("B", "NEW1"),
        ("C", "CAFE1"),
        ("H", "HOTEL1"),
        ("H", "SCHOOL1"),
    ]


def test_the_nearest_are_spelled_most_like_it(repository: Repository, everyones: CustomerQueries) -> None:
    assert {customer.customer_id for customer in everyones.nearest("CAFE3")} == {"CAFE1", "CAFE2"}
    assert [customer.customer_id for customer in everyones.nearest("hill schol")] == ["SCHOOL1"]
    assert context_of(repository, BOB).customers.nearest("CAFE3") == ()


# ---- what to pitch, and why ----


def test_lists_come_with_product_names_and_reasons(anns: CustomerQueries) -> None:
    lines = anns.recommendations("CAFE1")
    assert [(line.list, line.rank, line.product_name) for line in lines] == [
        ("new", 1, "Rye bread"),
        ("usual", 1, "Espresso beans"),
        ("usual", 2, "Oat drink"),
        ("usual", 3, "Crème fraîche"),
    ]
    assert (lines[0].reason.kind, lines[0].reason.customer_id, lines[0].value) == ("similar_customers", "CAFE2", 8.0)


@pytest.mark.parametrize(("name", "products"), [("new", ["P4"]), ("usual", ["P1", "P2", "P3"]), ("seasonal", [])])
def test_one_list_comes_alone(anns: CustomerQueries, name: str, products: list[str]) -> None:
    assert [line.product_id for line in anns.recommendations("CAFE1", name)] == products


def test_one_line_is_named_by_list_and_rank(repository: Repository, anns: CustomerQueries) -> None:
    line = anns.recommendation("CAFE1", ("usual", 2))
    assert line is not None
    assert line.product_id == "P2"
    assert anns.recommendation("CAFE1", ("usual", 4)) is None
    assert context_of(repository, BOB).customers.recommendation("CAFE1", ("usual", 2)) is None


def test_similar_customers_of_other_reps_are_counted_and_not_named(
    everyones: CustomerQueries, anns: CustomerQueries
) -> None:
    everyone, ann = (asked.similar("CAFE1", 5) for asked in (everyones, anns))
    assert [(one.customer_id, one.name, one.n_shared) for one in everyone.shown] == [
        ("CAFE2", "Bean <& Gone>", 2),
        ("HOTEL1", "Hotel O'Brien", 2),
    ]
    assert ([one.customer_id for one in ann.shown], ann.others, ann.of_products) == (["CAFE2"], 1, 3)


def test_only_the_nearest_n_count(anns: CustomerQueries) -> None:
    nearest = anns.similar("CAFE1", 1)
    assert (len(nearest.shown), nearest.others) == (1, 0)


def test_buyers_are_the_similar_customers_who_bought_it(everyones: CustomerQueries) -> None:
    buyers = everyones.buyers_among_similar("CAFE1", "P4", 2)
    assert [(one.name, one.n_shared, one.n_baskets, one.usual_quantity, one.last_on) for one in buyers.shown] == [
        ("Bean <& Gone>", 2, 1, 2.0, date(2026, 9, 29))
    ]
    assert (buyers.others, buyers.of_products) == (0, 3)


def test_buyers_of_other_reps_are_counted_and_not_named(anns: CustomerQueries) -> None:
    buyers = anns.buyers_among_similar("CAFE1", "P1", 2)
    assert ([one.customer_id for one in buyers.shown], buyers.others) == (["CAFE2"], 1)


def test_a_best_seller_is_looked_up_in_its_segment(everyones: CustomerQueries) -> None:
    seller = everyones.best_seller("P3", "cafe")
    assert seller is not None
    assert (seller.rank, seller.n_customers, seller.of_customers, seller.n_baskets) == (3, 1, 2, 1)
    assert everyones.best_seller("P6", "cafe") is None
    assert everyones.best_seller("P3", "no such segment") is None


# ---- what they bought ----


def test_purchases_are_the_order_days_with_one_product(anns: CustomerQueries) -> None:
    bought = anns.purchases("CAFE1", "P2")
    assert [(one.on, one.quantity) for one in bought] == [(date(2026, 10, 5), 2.0), (date(2026, 10, 19), 2.0)]


def test_what_they_bought_comes_by_revenue_in_12_months(anns: CustomerQueries) -> None:
    found = [(one.product_id, one.product_name, one.category, one.revenue_12m) for one in anns.bought("CAFE1")]
    assert found == [
        ("P1", "Espresso beans", "Drinks > Coffee", 72.0),
        ("P2", "Oat drink", "Drinks > Plant-based", 60.0),
        ("P3", "Crème fraîche", "Food > Dairy", 20.0),
    ]


def test_months_have_the_revenue_of_their_orders(everyones: CustomerQueries) -> None:
    assert everyones.months("SCHOOL1") == {date(2026, 10, 1): 20.0}
    assert everyones.months("NEW1") == {}
