"""A probability as people say it: `1 in 8`, `7 in 10`. One rule for pages, the terminal and the sales sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

LEAST = Decimal("0.01")  # less is `under 1 in 100`
LEAST_ONE_IN = 6  # likelier chances are said in tenths
MOST_EXACT_ONE_IN = 20  # above, n is rounded to tens
_DECIMALS = Decimal("1e-12")  # of 1 / chance: the float nearest to 2 / 11 is 1 in 5.5, not 1 in 5.4999999999999999


@dataclass(frozen=True)
class Odds:
    """`numerator in denominator`, or what is under or over it."""

    numerator: int
    denominator: int
    bound: Literal["", "under ", "over "] = ""

    def text(self, number: Callable[[int], str] = str) -> str:
        """Return `1 in 8`, `under 1 in 100`, `over 9 in 10`; `number` gives the numbers their form."""
        return f"{self.bound}{number(self.numerator)} in {number(self.denominator)}"


def odds(chance: float | Decimal) -> Odds:
    """Return a probability of 0-1 as `1 in n` from 1 in 6 on, and likelier ones in tenths.

    Each is rounded half up, so that no two odds mean the same and a likelier chance is never said as a less likely one.
    """
    rare = one_in(chance)
    return rare if rare.denominator >= LEAST_ONE_IN else in_ten(chance)


def one_in(chance: float | Decimal) -> Odds:
    """Return `1 in n`, n whole up to 20 and in tens above; `under 1 in 100` below 0.01."""
    exact = _exact(chance)
    if exact < LEAST:
        return Odds(1, int(1 / LEAST), "under ")
    inverse = (1 / exact).quantize(_DECIMALS)
    n = _half_up(inverse)
    return Odds(1, n if n <= MOST_EXACT_ONE_IN else 10 * _half_up(inverse / 10))


def in_ten(chance: float | Decimal) -> Odds:
    """Return `n in 10`; `over 9 in 10` from 0.95 on."""
    n = _half_up(_exact(chance) * 10)
    return Odds(9, 10, "over ") if n > 9 else Odds(n, 10)


def _exact(chance: float | Decimal) -> Decimal:
    return chance if isinstance(chance, Decimal) else Decimal(repr(float(chance)))


def _half_up(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
