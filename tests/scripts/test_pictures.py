"""The pictures of every page: which pages are taken."""

from pathlib import Path

import pytest

from scripts.pictures import shots
from tests.support.artifacts import publish_small

pytestmark = pytest.mark.browser  # it needs what drives one


def test_every_kind_of_page_is_taken_and_each_name_once(tmp_path: Path) -> None:
    publish_small(tmp_path)
    taken = shots(tmp_path)
    assert {"", "customers", "customers/CAFE1", "products", "products/P1", "bundles", "model"} <= {
        one.path for one in taken
    }
    assert len({one.name for one in taken}) == len(taken)
