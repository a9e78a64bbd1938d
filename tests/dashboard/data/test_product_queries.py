"""The questions about products on the small version, and that customers end at the viewer's."""

from datetime import date

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from tests.support.contexts import ANN, BOB, context_of


def test_a_product_comes_with_the_published_facts(repository: Repository) -> None:
    products = context_of(repository).products
    beans, syrup = products.get("P1"), products.get("P6")
    assert beans is not None
    assert syrup is not None
    assert (beans.name, beans.n_baskets, beans.price, beans.can_be_sold) == ("Espresso beans", 7, 12.0, True)
    assert (syrup.can_be_sold, syrup.replaced_by) == (False, "P5")
    assert products.get("P99") is None


def test_a_product_that_the_version_does_not_know_is_named_by_its_number(repository: Repository) -> None:
    products = context_of(repository).products
    assert (products.name("P3"), products.name("P99")) == ("Crème fraîche", "P99")


def test_the_nearest_are_spelled_most_like_it(repository: Repository) -> None:
    found = context_of(repository).products.nearest("rye braed")
    assert [product.product_id for product in found] == ["P4"]


def test_pairs_come_nearest_first_with_their_counts(repository: Repository) -> None:
    pairs = context_of(repository).products.pairs("P1")
    assert [(pair.other.product_id, pair.n_baskets) for pair in pairs] == [("P2", 4), ("P3", 1)]
    assert pairs[0].lift == pytest.approx(10 / 7)
    assert context_of(repository).products.pairs("P99") == ()


def test_a_category_is_its_whole_path(repository: Repository) -> None:
    assert [one.product_id for one in context_of(repository).products.of_category("Food > Dairy")] == ["P3"]
    assert list(context_of(repository).products.of_category("Food")) == []


def test_months_come_oldest_first(repository: Repository) -> None:
    months = context_of(repository).products.months("P3")
    assert [(month.month, month.units, month.revenue) for month in months] == [(date(2026, 10, 1), 6.0, 60.0)]


def test_all_customers_come_before_the_segments_and_large_segments_before_small(repository: Repository) -> None:
    found = context_of(repository).products.segments("P1")
    assert [(one.segment, one.n_customers, one.of_customers) for one in found] == [
        ("", 3, 4),
        ("cafe", 2, 2),
        ("hotel", 1, 1),
    ]


@pytest.mark.parametrize(
    ("viewer", "shown", "others"),
    [(EVERYONE, ["CAFE1", "CAFE2", "HOTEL1"], 0), (ANN, ["CAFE1", "CAFE2"], 1), (BOB, ["HOTEL1"], 2)],
)
def test_buyers_end_at_the_viewers_customers(
    repository: Repository, viewer: Viewer, shown: list[str], others: int
) -> None:
    buyers = context_of(repository, viewer).products.buyers("P1")
    assert [one.customer.customer_id for one in buyers.shown] == shown
    assert (buyers.others, buyers.usual_quantity) == (others, 2.0)


def test_a_product_that_nobody_bought_has_no_buyers(repository: Repository) -> None:
    buyers = context_of(repository).products.buyers("P5")
    assert (buyers.shown, buyers.others, buyers.usual_quantity) == ((), 0, None)


def test_prospects_are_the_lists_of_new_products_turned_round(repository: Repository) -> None:
    found = context_of(repository).products.prospects("P4", 9)
    assert [(one.customer.customer_id, one.line.rank, one.line.product_id) for one in found.shown] == [
        ("CAFE1", 1, "P4"),
        ("HOTEL1", 2, "P4"),
    ]
    assert (found.total, found.others) == (2, 0)
    bobs = context_of(repository, BOB).products.prospects("P4", 9)
    assert ([one.customer.customer_id for one in bobs.shown], bobs.total, bobs.others) == (["HOTEL1"], 1, 1)


def test_only_the_first_n_prospects_are_read_and_all_are_counted(repository: Repository) -> None:
    found = context_of(repository).products.prospects("P4", 1)
    assert ([one.customer.customer_id for one in found.shown], found.total) == (["CAFE1"], 2)


def test_the_proof_of_a_pair_names_days_with_both_newest_first(repository: Repository) -> None:
    proof = context_of(repository).products.pair_proof("P1", "P2")
    assert proof is not None
    assert [(one.customer.customer_id, one.days) for one in proof.customers] == [
        ("CAFE1", (date(2026, 10, 19), date(2026, 10, 5))),
        ("CAFE2", (date(2026, 10, 27), date(2026, 9, 1))),
    ]


def test_who_bought_both_but_never_on_one_day_is_no_proof(repository: Repository) -> None:
    proof = context_of(repository).products.pair_proof("P1", "P3")
    assert proof is not None
    assert [one.customer.customer_id for one in proof.customers] == ["CAFE1"]  # HOTEL1 took them six weeks apart


def test_the_proof_ends_at_the_viewers_customers(repository: Repository) -> None:
    proof = context_of(repository, BOB).products.pair_proof("P1", "P2")
    assert proof is not None
    assert proof.customers == ()


@pytest.mark.parametrize(("product_id", "other_id"), [("P1", "P99"), ("P99", "P1"), ("P1", "P5")])
def test_what_is_no_pair_has_no_proof(repository: Repository, product_id: str, other_id: str) -> None:
    assert context_of(repository).products.pair_proof(product_id, other_id) is None
