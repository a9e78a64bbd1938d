"""A probability in words: how it is rounded, and where `1 in n` gives way to tenths."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.reasons import Odds, in_ten, odds, one_in


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0, "under 1 in 100"),
        (0.00999, "under 1 in 100"),
        (0.01, "1 in 100"),
        (0.0106, "1 in 90"),
        (1 / 33, "1 in 30"),
        (0.0488, "1 in 20"),  # 1 in 20.49
        (0.125, "1 in 8"),
        (2 / 11, "1 in 6"),  # 1 in 5.5, though the nearest float lies above it
        (0.1819, "2 in 10"),
        (0.25, "3 in 10"),
        (0.9499, "9 in 10"),
        (0.95, "over 9 in 10"),
        (1, "over 9 in 10"),
    ],
)
def test_a_chance_is_one_in_so_many_or_so_many_in_ten(chance: float, said: str) -> None:
    assert odds(chance).text() == said
    assert odds(Decimal(repr(float(chance)))) == odds(chance)


def test_either_form_can_be_asked_for() -> None:
    assert one_in(0.49) == Odds(1, 2)
    assert in_ten(0.49) == Odds(5, 10)
    assert in_ten(0.04) == Odds(0, 10)


def test_numbers_take_the_form_that_is_asked_for() -> None:
    assert odds(0.01).text(lambda number: f"<{number}>") == "<1> in <100>"


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_chance_is_never_said_as_a_less_likely_one(one: float, other: float) -> None:
    def worth(said: Odds) -> float:
        return {"under ": 0.0, "over ": 1.0}.get(said.bound, said.numerator / said.denominator)

    low, high = sorted((one, other))
    assert worth(odds(low)) <= worth(odds(high))
