"""The options of the generated wholesaler, with their bounds."""

from dataclasses import dataclass
from datetime import date

from recsys.errors import RecsysError

CUSTOMERS = (20, 90_000)  # with fewer, there are too few for the planted truths; with more, ids of five digits run out
PRODUCTS = (120, 6_000)  # with fewer, planted truths need all of them; with more, names run out
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class SampleOptions:
    """All input of the generation: equal options make equal bytes.

    until  the last day that may have orders; if it is no workday, orders end on the workday before
    Raises RecsysError for a value out of bounds.
    """

    until: date
    seed: int = 1
    customers: int = 1_500
    products: int = 1_200

    def __post_init__(self) -> None:
        _refuse_outside("customers", self.customers, CUSTOMERS)
        _refuse_outside("products", self.products, PRODUCTS)
        if self.seed < 0:
            raise RecsysError(f"seed is {self.seed}; it must be 0 or more")
        if self.until < EARLIEST:
            raise RecsysError(f"until is {self.until}; it must be {EARLIEST} or later")


def _refuse_outside(name: str, value: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= value <= most:
        raise RecsysError(f"{name} is {value:,}; it must be {least:,} to {most:,}")
