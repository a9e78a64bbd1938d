"""The columns that every list of products to pitch has in its CSV: what it is worth, what to say, and why."""

from dashboard.display.csv import Cell, rounded
from dashboard.records.customers import Recommendation

_AMOUNTS = ("Quantity", "Price", "If ordered")
_CHANCES = ("Chance", "Expected, 4 weeks")
_WORDS = ("To say", "Reason")


def pitch_heads(*, has_chances: bool) -> tuple[str, ...]:
    """Return the columns' heads, in the order of the screen."""
    return (*_AMOUNTS, *(_CHANCES if has_chances else ()), *_WORDS)


def pitch_cells(what: Recommendation, words: tuple[str, str], *, has_chances: bool) -> tuple[Cell, ...]:
    """Return a row's cells under these heads: numbers rounded to what a column means.

    words   what to say and the reason
    """
    amounts = (rounded(value, 2) for value in (what.quantity, what.price, what.value))
    chances = (rounded(what.chance, 4), rounded(what.expected, 2)) if has_chances else ()
    return (*amounts, *chances, *words)
