"""How an address calls the customers whose bundles are shown."""

import pytest

from recsys.schema.bundle_groups import EVERYBODY, members_key, members_of


@pytest.mark.parametrize(
    ("members", "key"),
    [
        (EVERYBODY, ""),
        (("segment", "Cafe"), "Cafe"),
        (("region", "North"), "region:North"),
        (("rfm", "At risk"), "rfm:At risk"),
        (("segment", "bar: late"), "bar: late"),
        (("segment", "region:North"), "segment:region:North"),
        (("segment", "segment:x"), "segment:segment:x"),
    ],
)
def test_a_key_calls_the_members_that_it_was_made_of(members: tuple[str, str], key: str) -> None:
    assert members_key(*members) == key
    assert members_of(key) == members


def test_a_segment_may_be_called_with_its_group() -> None:
    assert members_of("segment:Cafe") == ("segment", "Cafe")
