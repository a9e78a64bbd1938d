"""Bundles and who misses one product, from the small version, where SCHOOL1 is blocked."""

from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.bundle_queries import BundleShelf
from dashboard.data.repository import Repository
from recsys.artifacts.open_version import VersionGone
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows

ANN = Viewer("Ann Example", "rep")
BOB = Viewer("Bob Sample", "rep")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> BundleShelf:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    reader = Reader(folder)
    return BundleShelf(reader, Repository(reader))


def missing(shelf: BundleShelf, viewer: Viewer, key: str) -> list[tuple[str, str]]:
    return [(gap.customer.customer_id, gap.missing.product_id) for gap in shelf.gaps(viewer, key).shown]


def test_bundles_of_all_customers_come_first_the_most_lifted_first(shelf: BundleShelf) -> None:
    assert [bundle.key for bundle in shelf.all()] == ["/1", "/2", "cafe/1"]


def test_a_bundle_knows_its_products_categories_and_what_is_predicted_best(shelf: BundleShelf) -> None:
    bundle = shelf.bundle("/2")
    assert bundle is not None
    assert (bundle.name, bundle.size) == ("Espresso beans + Crème fraîche", 2)
    assert bundle.categories == {"Drinks", "Food"}
    assert bundle.consequent.name == "Espresso beans"
    assert [part.price for part in bundle.parts] == [12.0, 10.0]


def test_an_unknown_key_is_no_bundle_and_nobody_misses_anything(shelf: BundleShelf) -> None:
    assert shelf.bundle("cafe/99") is None
    assert shelf.gaps(EVERYONE, "cafe/99").shown == ()


def test_who_bought_all_but_one_is_named_with_what_they_lack(shelf: BundleShelf) -> None:
    assert missing(shelf, EVERYONE, "/1") == [("HOTEL1", "P2")]
    assert missing(shelf, EVERYONE, "/2") == [("CAFE2", "P3")]


def test_a_segments_bundle_looks_at_its_own_customers(shelf: BundleShelf) -> None:
    assert missing(shelf, EVERYONE, "cafe/1") == []


@pytest.mark.parametrize(("viewer", "shown", "others"), [(ANN, [], 1), (BOB, [("HOTEL1", "P2")], 0)])
def test_other_reps_customers_are_counted(
    shelf: BundleShelf, viewer: Viewer, shown: list[tuple[str, str]], others: int
) -> None:
    assert missing(shelf, viewer, "/1") == shown
    assert shelf.gaps(viewer, "/1").others == others


def test_as_many_miss_one_as_the_version_says(shelf: BundleShelf) -> None:
    for bundle in shelf.all():
        assert len(shelf.gaps(EVERYONE, bundle.key).shown) == bundle.n_miss_one


def test_those_with_more_revenue_come_first(tmp_path: Path) -> None:
    lines = [row for row in small_rows()["buyers"] if (row["product_id"], row["customer_id"]) != ("P2", "CAFE2")]
    ranked = [row | {"rank": 1} if row["product_id"] == "P2" else row for row in lines]
    publish_small(tmp_path, changed={"buyers": ranked})
    reader = Reader(tmp_path)
    assert missing(BundleShelf(reader, Repository(reader)), EVERYONE, "/1") == [("CAFE2", "P2"), ("HOTEL1", "P2")]


def test_the_least_baskets_are_those_that_the_build_told(shelf: BundleShelf) -> None:
    assert shelf.least_baskets() is None


def test_a_version_that_is_gone_is_told(shelf: BundleShelf) -> None:
    with pytest.raises(VersionGone):
        shelf.all("2020-01-01-000000")
