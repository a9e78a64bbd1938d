"""The eleven named segments: each cell of recency and frequency belongs to exactly one."""

from itertools import product

import pytest

from recsys.schema.segments import RFM_CELLS, RFM_NAMES, RFM_SEGMENTS, SCORES, rfm_segment


def test_each_of_the_25_cells_belongs_to_one_segment() -> None:
    cells = [cell for segment in RFM_SEGMENTS for cell in segment.cells]
    assert sorted(cells) == sorted(RFM_CELLS) == list(product(SCORES, SCORES))
    assert len(set(RFM_NAMES)) == 11


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Champions", "R4-5 F5"),
        ("Loyal", "R3 F4-5, R4-5 F4"),
        ("Potential loyalist", "R4-5 F2-3"),
        ("New", "R5 F1"),
        ("Promising", "R4 F1"),
        ("Needs attention", "R3 F3"),
        ("About to sleep", "R3 F1-2"),
        ("At risk", "R1-2 F3-4"),
        ("Cannot lose", "R1-2 F5"),
        ("Hibernating", "R2 F1-2"),
        ("Lost", "R1 F1-2"),
    ],
)
def test_the_rule_of_a_segment_names_its_cells(name: str, rule: str) -> None:
    assert rfm_segment(name).rule == rule


def test_an_unknown_segment_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rfm_segment("Sleepers")
