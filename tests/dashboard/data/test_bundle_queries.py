"""Bundles and who misses one product, from the small version, where SCHOOL1 is blocked."""

from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.repository import Repository
from dashboard.records.bundles import Bundle, Gaps
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of


@pytest.fixture
def bundles(repository: Repository) -> BundleQueries:
    return context_of(repository).bundles


def all_of(bundles: BundleQueries) -> list[Bundle]:
    return [bundle for segment, _ in bundles.segments() for bundle in bundles.of_segment(segment)]


def gaps(bundles: BundleQueries, key: str) -> Gaps:
    bundle = bundles.get(key)
    assert bundle is not None
    return bundles.gaps(bundle)


def missing(bundles: BundleQueries, key: str) -> list[tuple[str, str]]:
    return [(gap.customer.customer_id, gap.missing.product_id) for gap in gaps(bundles, key).shown]


def test_bundles_of_all_customers_come_first_the_most_lifted_first(bundles: BundleQueries) -> None:
    assert [bundle.key for bundle in all_of(bundles)] == ["/1", "/2", "cafe/1"]
    assert bundles.segments() == (("", 2), ("cafe", 1))


def test_a_segment_without_bundles_has_none(bundles: BundleQueries) -> None:
    assert bundles.of_segment("hotel") == ()


def test_categories_of_the_products_in_bundles_come_by_name(bundles: BundleQueries) -> None:
    assert bundles.categories() == ("Drinks", "Food")


def test_a_bundle_knows_its_products_categories_and_what_is_predicted_best(bundles: BundleQueries) -> None:
    bundle = bundles.get("/2")
    assert bundle is not None
    assert (bundle.name, bundle.size) == ("Espresso beans + Crème fraîche", 2)
    assert bundle.categories == {"Drinks", "Food"}
    assert bundle.consequent.name == "Espresso beans"
    assert [part.price for part in bundle.parts] == [12.0, 10.0]


def test_an_unknown_key_is_no_bundle(bundles: BundleQueries) -> None:
    assert bundles.get("cafe/99") is None


def test_who_bought_all_but_one_is_named_with_what_they_lack(bundles: BundleQueries) -> None:
    assert missing(bundles, "/1") == [("HOTEL1", "P2")]
    assert missing(bundles, "/2") == [("CAFE2", "P3")]


def test_a_segments_bundle_looks_at_its_own_customers(bundles: BundleQueries) -> None:
    assert missing(bundles, "cafe/1") == []


@pytest.mark.parametrize(
    ("viewer", "shown", "others"), [(EVERYONE, [("HOTEL1", "P2")], 0), (ANN, [], 1), (BOB, [("HOTEL1", "P2")], 0)]
)
def test_other_reps_customers_are_counted(
    repository: Repository, viewer: Viewer, shown: list[tuple[str, str]], others: int
) -> None:
    own = context_of(repository, viewer).bundles
    assert missing(own, "/1") == shown
    assert gaps(own, "/1").others == others


def test_as_many_miss_one_as_the_version_says(bundles: BundleQueries) -> None:
    for bundle in all_of(bundles):
        assert len(bundles.gaps(bundle).shown) == bundle.n_miss_one


def test_those_with_more_revenue_come_first(tmp_path: Path) -> None:
    lines = [row for row in small_rows()["buyers"] if (row["product_id"], row["customer_id"]) != ("P2", "CAFE2")]
    ranked = [row | {"rank": 1} if row["product_id"] == "P2" else row for row in lines]
    publish_small(tmp_path, changed={"buyers": ranked})
    assert missing(context_of(tmp_path).bundles, "/1") == [("CAFE2", "P2"), ("HOTEL1", "P2")]


@pytest.mark.parametrize(
    ("evaluation", "least"),
    [
        ({}, None),
        ({"bundle_baskets": {"": 20, "cafe": 5}}, 20),
        ({"bundle_baskets": {"cafe": 5}}, None),
        ({"bundle_baskets": "many"}, None),
    ],
)
def test_the_least_baskets_are_those_that_the_build_says(
    tmp_path: Path, evaluation: dict[str, object], least: int | None
) -> None:
    publish_small(tmp_path, evaluation=evaluation)
    assert context_of(tmp_path).bundles.least_baskets() == least
