"""Bundles and who misses one product, from the small version, where SCHOOL1 is blocked."""

from pathlib import Path

import pytest

from dashboard.access.permissions import FIELDS
from dashboard.access.viewer import EVERYONE, Grant, Viewer
from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.repository import Repository
from dashboard.records.bundles import Bundle, Gaps
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of


@pytest.fixture
def bundles(repository: Repository) -> BundleQueries:
    return context_of(repository).bundles


def all_of(bundles: BundleQueries) -> list[Bundle]:
    return [bundle for one in bundles.members() for bundle in bundles.of(one.members)]


def gaps(bundles: BundleQueries, key: str) -> Gaps:
    bundle = bundles.get(key)
    assert bundle is not None
    return bundles.gaps(bundle)


def missing(bundles: BundleQueries, key: str) -> list[tuple[str, str]]:
    return [
        (gap.customer.customer_id, " ".join(part.product_id for part in gap.missing))
        for gap in gaps(bundles, key).shown
    ]


def test_bundles_of_all_customers_come_first_the_most_typical_first(bundles: BundleQueries) -> None:
    assert [bundle.key for bundle in all_of(bundles)] == ["/1", "/2", "cafe/1"]
    whose = [(one.members, one.n_bundles, one.n_substitutes) for one in bundles.members()]
    assert whose == [(("all", ""), 2, 0), (("segment", "cafe"), 1, 0)]


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


def without_new_columns(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return bundles as a release published them that knew segments alone."""
    new = {"group", "lift_low", "lift_high", "zhangs_metric", "leverage", "substitutes", "n_miss_two", "typical"}
    return [{name: value for name, value in row.items() if name not in new} for row in rows]


def test_a_version_of_before_has_its_segments_and_intervals_computed_here(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"bundles": without_new_columns(small_rows()["bundles"])})
    old = context_of(tmp_path).bundles
    assert [bundle.key for bundle in all_of(old)] == ["/1", "/2", "cafe/1"]
    first = old.get("/1")
    assert first is not None
    assert first.members == ("all", "")
    assert (round(first.lift_low, 2), round(first.lift_high, 2)) == (0.95, 2.14)
    assert (first.zhangs_metric, first.n_miss_two, first.substitutes) == (None, None, False)


def test_bundles_of_a_region_look_at_the_customers_of_the_region(tmp_path: Path) -> None:
    rows = small_rows()["bundles"]
    north = rows[0] | {"group": "region", "segment": "North", "bundle_key": "region:North/1"}
    south = rows[0] | {"group": "region", "segment": "South", "bundle_key": "region:South/1"}
    publish_small(tmp_path, changed={"bundles": [rows[0], rows[1], north, south, rows[2]]})
    found = context_of(tmp_path).bundles
    assert missing(found, "region:North/1") == []
    assert missing(found, "region:South/1") == [("HOTEL1", "P2")]


def test_those_with_too_few_order_days_are_there_to_be_asked_for(tmp_path: Path) -> None:
    publish_small(tmp_path, evaluation={"group_baskets": {"": 10, "cafe": 7, "rfm:Lost": 3}})
    found = context_of(tmp_path).bundles
    assert [(one.members, one.n_baskets) for one in found.members()][-1] == (("rfm", "Lost"), 3)
    assert found.of(("rfm", "Lost")) == ()


def test_who_has_all_and_who_misses_two_are_named_too(tmp_path: Path) -> None:
    rows = small_rows()["bundles"]
    three = rows[0] | {"products": ["P1", "P2", "P3"], "size": 3, "n_have_all": 1, "n_miss_one": 2, "n_miss_two": 0}
    publish_small(tmp_path, changed={"bundles": [three, *rows[1:]]})
    found = context_of(tmp_path).bundles
    bundle = found.get("/1")
    assert bundle is not None
    who = {n: [gap.customer.customer_id for gap in found.gaps(bundle, n).shown] for n in (0, 1, 2)}
    assert who == {0: ["CAFE1"], 1: ["CAFE2", "HOTEL1"], 2: []}  # SCHOOL1 has one of the three, and is blocked


def test_a_chance_and_what_is_expected_come_from_the_customers_list(tmp_path: Path) -> None:
    offered = {"chance": 0.25, "expected": 7.5}
    rows = [row | (offered if row["customer_id"] == "HOTEL1" else {}) for row in small_rows()["prospects"]]
    publish_small(tmp_path, changed={"prospects": rows})
    found = context_of(tmp_path).bundles
    [gap] = gaps(found, "/1").shown
    assert (gap.chance, gap.expected, gap.price) == (0.25, 7.5, 15.0)
    assert gaps(found, "/2").shown[0].chance is None


def test_who_may_not_be_contacted_is_marked(tmp_path: Path) -> None:
    asked_not_to = [row | {"may_contact": row["customer_id"] != "HOTEL1"} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": asked_not_to})
    found = gaps(context_of(tmp_path).bundles, "/1")
    assert [gap.is_contactable for gap in found.shown] == [False]
    assert found.n_not_contactable == 1


def test_the_cost_is_there_for_who_may_see_margins_alone(repository: Repository) -> None:
    director, marketer = (Viewer(None, "all", (Grant(None, FIELDS[role]),)) for role in ("director", "marketer"))
    costs = [context_of(repository, viewer).bundles.get("/1") for viewer in (director, marketer)]
    assert [bundle.cost for bundle in costs if bundle] == [20.0, None]
    assert [bundle.margin for bundle in costs if bundle] == [7.0, None]
