"""The campaigns that the sample plants: .30 of those who got the mail order, .06 of those who did not."""

from datetime import date
from pathlib import Path

import pytest

from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample
from tests.support.planted import planted_effects
from tests.support.shared import made_once

OPTIONS = SampleOptions(until=date(2025, 6, 30), seed=7, customers=300, products=240)


@pytest.mark.slow
def test_the_planted_effect_is_found_with_its_interval(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = made_once(tmp_path_factory, "planted", lambda path: _made(path))
    found = planted_effects(folder / "tables")
    assert len(found) == 7
    difference = found["all"].difference
    assert difference is not None
    assert difference.low <= 0.30 - 0.06 <= difference.high
    assert difference.is_clear
    assert difference.high - difference.low < 0.2


def _made(folder: Path) -> None:
    make_sample(folder / "tables", OPTIONS, Silent())
