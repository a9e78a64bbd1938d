from pathlib import Path

from dashboard.shop.streams.known_products import KnownProducts
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows


def test_without_a_version_any_product_is_known(tmp_path: Path) -> None:
    assert KnownProducts(Reader(tmp_path), 0)("P1")


def test_products_of_the_current_version_are_known_after_the_next_look(tmp_path: Path) -> None:
    now = [0.0]
    publish_small(tmp_path)
    known = KnownProducts(Reader(tmp_path), 2.0, clock=lambda: now[0])
    assert known("P1")
    assert not known("P77")
    products = small_rows()["products"]
    publish_small(tmp_path, changed={"products": [*products, {**products[-1], "product_id": "P77"}]})
    now[0] = 1.9
    assert not known("P77")
    now[0] = 2.0
    assert known("P77")
