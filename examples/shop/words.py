"""How the shop writes amounts, and which picture stands for a category."""

import re
from collections.abc import Sequence

# By how words of a category begin, the most specific level first; what none fits is a box.
_PICTURES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("cup", ("cups", "lids")),
    ("tin", ("tinned", "soup", "cola", "lemonade", "soft", "iced", "beer", "pilsner")),
    ("bottle", ("wine", "juice", "water", "spirit", "vinegar", "oil", "sauce", "syrup", "gin", "prosecco")),
    ("cookie", ("biscuit", "cookie", "snack", "confectionery", "sweets")),
    ("wedge", ("cheese", "butter", "gouda", "feta", "parmesan", "mozzarella")),
    ("block", ("chocolate", "couverture", "brownie")),
    ("croissant", ("pastry", "croissant", "danish")),
    ("jar", ("spread", "yoghurt", "jam", "quark", "honey")),
    ("carton", ("milk", "drink", "cream", "plant", "dairy")),
    ("bag", ("coffee", "tea", "flour", "sugar", "baking", "pasta", "rice", "pulse", "dry")),
    ("loaf", ("bread", "rolls", "cake", "bakery")),
    ("snow", ("frozen", "ice", "fries")),
    ("spray", ("cleaning", "dishwashing", "surfaces", "hygiene")),
    ("roll", ("paper", "napkins", "film", "foil")),
    ("fish", ("fish", "salmon")),
    ("steak", ("meat", "beef", "pork", "poultry", "sausage", "ham")),
    ("leaf", ("vegetable", "salad", "herb", "potato", "onion")),
    ("apple", ("fruit",)),
)
_LEVELS = " > "


def levels(category: str | None) -> list[str]:
    """Return a category's levels, the widest first; none of None."""
    return category.split(_LEVELS) if category else []


def picture(category: str | None) -> str:
    """Return the name of the picture of a category."""
    for level in reversed(levels(category)):
        words = re.findall(r"\w+", level.lower())
        for name, known in _PICTURES:
            if any(word.startswith(known) for word in words):
                return name
    return "box"


def money(amount: float | None, sign: str) -> str:
    """Return an amount: `€1,234.50`; without one what the shop says then."""
    return "Price on request" if amount is None else f"{sign}{amount:,.2f}"


def count(n: int, one: str, several: str) -> str:
    """Return a number with its noun: `1 product`, `3 products`."""
    return f"{n:,} {one if n == 1 else several}"
