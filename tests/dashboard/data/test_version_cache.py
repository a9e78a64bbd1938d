"""What is read of a version once and kept, as versions never change."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Scope
from dashboard.data.version_cache import KEPT_MADE, UsualPurchase, VersionCache
from recsys.artifacts.open_version import VersionGone
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB

READS: dict[str, Callable[[VersionCache, str], Any]] = {
    "names": lambda cache, version: cache.names(version),
    "visible": lambda cache, version: cache.visible(version, Scope(EVERYONE, version)),
    "purchases": lambda cache, version: cache.purchases(version, "CAFE1"),
    "bundles": lambda cache, version: cache.bundles(version),
    "report": lambda cache, version: cache.report(version),
}


@pytest.mark.parametrize("what", READS)
def test_what_was_read_once_is_kept(tmp_path: Path, what: str) -> None:
    version = publish_small(tmp_path)
    cache = VersionCache(Reader(tmp_path))
    assert READS[what](cache, version) is READS[what](cache, version)


@pytest.mark.parametrize("what", READS)
def test_a_version_that_is_gone_is_not_read(tmp_path: Path, what: str) -> None:
    publish_small(tmp_path)
    with pytest.raises(VersionGone):
        READS[what](VersionCache(Reader(tmp_path)), "2020-01-01-000000")


def test_names_come_by_id_in_the_order_of_the_ids(tmp_path: Path) -> None:
    names = VersionCache(Reader(tmp_path)).names(publish_small(tmp_path))
    assert list(names.customers) == ["CAFE1", "CAFE2", "HOTEL1", "NEW1", "SCHOOL1"]
    assert list(names.products) == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert names.customers["CAFE1"].name == "Café Müller"
    assert names.products["P4"].name == "Rye bread"


def test_two_versions_are_kept_side_by_side(tmp_path: Path) -> None:
    first = publish_small(tmp_path)
    second = publish_small(
        tmp_path, changed={"products": [row | {"name": "Renamed"} for row in small_rows()["products"]]}
    )
    cache = VersionCache(Reader(tmp_path))
    assert [cache.names(version).products["P4"].name for version in (first, second, first)] == [
        "Rye bread",
        "Renamed",
        "Rye bread",
    ]


def test_what_is_visible_is_kept_for_each_viewer(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    cache = VersionCache(Reader(tmp_path))
    anns, bobs = cache.visible(version, Scope(ANN, version)), cache.visible(version, Scope(BOB, version))
    assert anns.keys() | bobs.keys() == cache.visible(version, Scope(EVERYONE, version)).keys()
    assert not anns.keys() & bobs.keys()


def test_purchases_have_order_days_quantity_and_the_last_day(tmp_path: Path) -> None:
    version = publish_small(tmp_path)
    cache = VersionCache(Reader(tmp_path))
    assert cache.purchases(version, "CAFE2") == {
        "P1": UsualPurchase(2, 2.0, date(2026, 9, 1), date(2026, 10, 27), 12.0),
        "P2": UsualPurchase(2, 2.0, date(2026, 9, 1), date(2026, 10, 27), 15.0),
        "P4": UsualPurchase(1, 2.0, date(2026, 9, 29), date(2026, 9, 29), 4.0),
    }
    assert cache.purchases(version, "NEW1") == {}


def test_a_part_of_a_bundle_has_the_list_price_else_the_last_one(tmp_path: Path) -> None:
    rows = [row | ({"unit_price": None} if row["product_id"] == "P1" else {}) for row in small_rows()["products"]]
    rows[1] |= {"unit_price": 16.0}
    version = publish_small(tmp_path, changed={"products": rows})
    bundle = VersionCache(Reader(tmp_path)).bundles(version).by_key["/1"]
    assert [(part.product_id, part.category, part.price) for part in bundle.parts] == [
        ("P1", "Drinks", 12.0),
        ("P2", "Drinks", 16.0),
    ]


def test_answers_are_kept_by_key_and_version_and_those_asked_for_last_stay(tmp_path: Path) -> None:
    first, second = (publish_small(tmp_path) for _ in range(2))
    cache = VersionCache(Reader(tmp_path))
    assert cache.kept(first, "a", lambda: 1) == 1
    assert cache.kept(first, "a", lambda: 2) == 1
    assert cache.kept(second, "a", lambda: 3) == 3
    for at in range(KEPT_MADE):
        cache.kept(second, at, lambda: at)  # noqa: B023 - it is called at once
    assert cache.kept(second, "a", lambda: 4) == 4
    assert cache.kept(first, "a", lambda: 5) == 1
