"""What a discount on a set gives away, and what it would have to bring back; in numbers and in words."""

from dataclasses import dataclass
from math import ceil

from dashboard.display.formats import Formats

MOST_DISCOUNT = 90  # percent


@dataclass(frozen=True)
class Offer:
    """A set at a discount.

    price     of one of each, without the discount
    cost      of one of each; None where it is unknown, or not the viewer's to see
    discount  percent of the price, 0 to MOST_DISCOUNT
    """

    price: float
    cost: float | None
    discount: float

    @property
    def given_away(self) -> float:
        """Return what the discount takes off the price of a set."""
        return self.price * self.discount / 100

    @property
    def margin(self) -> float | None:
        """Return what a set leaves at the discount; None without a known cost."""
        return None if self.cost is None else self.price - self.given_away - self.cost

    @property
    def for_each_100(self) -> float | None:
        """Return how many sets must be sold for each 100 of today, to earn the same margin: without a cost the same
        revenue. None where a set earns nothing, today or at the discount.
        """
        left = self.price - self.given_away - (self.cost or 0)
        now = self.price - (self.cost or 0)
        return 100 * now / left if now > 0 and left > 0 else None


def discount_of(said: object) -> float:
    """Return the percent that a field or an address says, from 0 to MOST_DISCOUNT; 0 for what is no number."""
    try:
        number = float(str(said))
    except ValueError:
        return 0.0
    return min(max(number, 0.0), float(MOST_DISCOUNT)) if number == number else 0.0


def offer_sentence(offer: Offer, formats: Formats) -> str:
    """Return what the discount costs a set and how many more must be sold.

    Without a cost it is about revenue, and says that the margin is another matter.
    """
    if not offer.discount:
        return ""
    off = (
        f"{formats.quantity(offer.discount)}\N{NO-BREAK SPACE}% off takes {formats.price(offer.given_away)} from a set"
    )
    n = None if offer.for_each_100 is None else _more(offer.for_each_100, formats)
    if offer.margin is None:
        return f"{off}: for the same revenue {n}. The same margin takes more; your role does not see costs."
    left = f"{formats.price(offer.margin)} of {formats.price(offer.price - (offer.cost or 0))} margin is left"
    if n is None:
        return f"{off}: it would be sold at a loss ({left})." if offer.margin < 0 else f"{off}: nothing is earned."
    return f"{off}: {left}. For the same margin {n}."


def _more(sets: float, formats: Formats) -> str:
    """Return `124 must be sold for each 100 sold without it`: rounded up, as 123 would be too few."""
    return f"{formats.number(ceil(round(sets, 6)))} must be sold for each 100 sold without it"
