import pytest

from recsys.outputs.segment_words import cluster_words


@pytest.mark.parametrize(
    ("medians", "words"),
    [
        ((43, 5, 8_437), "Order every 8 days, last 5 days ago, 8,400 a year"),
        ((1, 138, 290.2), "Order once a year, last 138 days ago, 290 a year"),
        ((2.4, 1, 96), "Order twice a year, last 1 day ago, 96 a year"),
        ((3, 0, 7.4), "Order 3 times a year, last today, 7 a year"),
        ((300, 0.4, 1_250_000), "Order every day, last today, 1,200,000 a year"),
        ((4, 2_000, 0), "Order every 91 days, last 2,000 days ago, 0 a year"),
    ],
)
def test_a_cluster_is_described_by_its_medians(medians: tuple[float, float, float], words: str) -> None:
    assert cluster_words(*medians) == words
