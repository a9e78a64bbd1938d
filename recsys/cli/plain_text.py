"""Formats dates and numbers as plain English text for the terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from recsys.reasons import odds

UNKNOWN = "-"


@dataclass(frozen=True)
class PlainFormatter:
    """The `recsys.reasons.ReasonFormatter` of a reader who may see every customer."""

    customer_name: Callable[[str], str]
    product_name: Callable[[str], str]

    def customer(self, customer_id: str) -> str:
        """Return the customer's name."""
        return self.customer_name(customer_id)

    def product(self, product_id: str) -> str:
        """Return the product's name."""
        return self.product_name(product_id)

    def day(self, day: date) -> str:
        """Return a date as `27 Oct 2026`: with the year, as the terminal shows dates of several."""
        return plain_day(day)

    def number(self, number: float, decimals: int = 0) -> str:
        """Return a number as `1,234`, rounded half up."""
        return plain_number(number, decimals)


def plain_day(day: date | None) -> str:
    """Return a date as `27 Oct 2026`, or a dash for none."""
    return f"{day.day} {day:%b %Y}" if day else UNKNOWN


def plain_number(number: float | None, decimals: int = 0) -> str:
    """Return a number as `1,234`, rounded half up, or a dash for none."""
    if number is None:
        return UNKNOWN
    return f"{Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"


def plain_chance(chance: float | None) -> str:
    """Return a chance as `8 in 10`, `1 in 8`, `1 in 30`, `under 1 in 100` or `over 9 in 10`, or a dash for none."""
    return UNKNOWN if chance is None else odds(chance).text()


def plain_quantity(quantity: float | None) -> str:
    """Return a quantity with as many decimals as it has, three at most, or a dash for none."""
    if quantity is None:
        return UNKNOWN
    text = plain_number(quantity, 3)
    return text.rstrip("0").rstrip(".")
