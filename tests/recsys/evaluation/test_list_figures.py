import numpy as np
import pyarrow as pa
import pytest

from recsys.evaluation.list_figures import list_figures

BUYERS = np.array([9, 5, 1, 0])
PRODUCTS = ("P1", "P2", "P3", "P4")


def rows(*listed: tuple[str, str, str, str]) -> pa.Table:
    """Return rows (customer, list, product, reason), ranked in their order."""
    ranks = [sum(before[:2] == one[:2] for before in listed[:at]) + 1 for at, one in enumerate(listed)]
    columns = [pa.array([row[at] for row in listed], pa.string()) for at in range(4)]
    names = ["customer_id", "list", "product_id", "reason_kind", "rank"]
    return pa.table([*columns, pa.array(ranks, pa.int64())], names=names)


def test_each_kind_of_list_has_figures_of_its_own() -> None:
    found = list_figures(
        rows(
            ("A", "usual", "P1", "due_again"),
            ("A", "usual", "P2", "similar_customers"),
            ("A", "new", "P3", "rising"),
            ("B", "usual", "P1", "bought_before"),
            ("B", "new", "P3", "rising"),
            ("B", "new", "P4", "alike"),
        ),
        BUYERS,
        PRODUCTS,
    )
    usual, new = found["usual"], found["new"]
    assert list(found) == ["usual", "new"]
    assert (usual.lists, usual.rows, usual.rows_per_list, usual.own_share) == (2, 3, 1.5, 2 / 3)
    assert (new.lists, new.rows, new.own_share) == (2, 3, 0)
    assert (usual.products, usual.coverage, usual.largest_share, usual.overlap) == (2, 2 / 4, 1, 1 / 2)
    assert usual.novelty == pytest.approx(((0 + 1 / 3) / 2 + 0) / 2)


def test_the_reason_of_the_season_is_the_customers_own() -> None:
    found = list_figures(rows(("A", "seasonal", "P1", "same_season")), BUYERS, PRODUCTS)["seasonal"]
    assert found.own_share == 1
    assert found.overlap is None  # one list overlaps with none


def test_rows_beyond_the_tenth_count_as_rows_and_not_in_the_breadth() -> None:
    many = [f"Q{at:02}" for at in range(12)]
    found = list_figures(
        rows(*(("A", "new", name, "rising") for name in many)), np.ones(12, dtype=np.int64), tuple(many)
    )["new"]
    assert (found.rows, found.products, found.coverage) == (12, 10, 10 / 12)


def test_a_version_without_recommendations_has_no_figures() -> None:
    assert list_figures(rows(("A", "new", "P1", "rising")).slice(0, 0), BUYERS, PRODUCTS) == {}
