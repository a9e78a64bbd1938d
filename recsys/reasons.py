"""A recommendation's reason: its numbers as data, and the sentence that states them.

Imports no model and formats no number: a `ReasonFormatter` formats names, dates and numbers, and withholds the name of
a customer whom the reader may not see. `odds` puts a probability into words: one rule for pages, the terminal and the
sales sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import Any, Literal, Protocol, Self, TypeVar

from recsys.errors import ArtifactError
from recsys.schema.published import REASON_KINDS

T = TypeVar("T")


class ReasonFormatter(Protocol):
    """Formats the names, dates and numbers of a sentence for one reader."""

    def customer(self, customer_id: str) -> str | None:
        """Return the customer's name; None if the reader may not see this customer."""
        ...

    def product(self, product_id: str) -> str:
        """Return the product's name."""
        ...

    def day(self, day: date) -> str:
        """Return a date as text, such as `27 Oct`."""
        ...

    def number(self, number: float, decimals: int = 0) -> str:
        """Return a number with thousands separators, rounded half up."""
        ...


@dataclass(frozen=True)
class Reason:
    """One reason as data; the schema's columns `reason_*` of RECOMMENDATIONS define each field.

    Raises ArtifactError for a kind that is not one of REASON_KINDS.
    """

    kind: str
    n: int
    of: int | None = None
    lift: float | None = None
    on: date | None = None
    gap_days: float | None = None
    since_days: int | None = None
    customer_id: str | None = None
    product_id: str | None = None
    segment: str | None = None
    region: str | None = None
    attribute: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in REASON_KINDS:
            raise ArtifactError(f"reason kind '{self.kind}' is unknown; known are {', '.join(REASON_KINDS)}")

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the reason in the `reason_*` columns of a row."""
        return cls(*_values(row))


_values = itemgetter(*(f"reason_{field.name}" for field in fields(Reason)))  # made once: a page has hundreds of reasons

FEW = 3  # fewer similar customers are named without those who do not buy it
OFTEN = Decimal("0.2")  # of the order days with one product, from which on another one is often beside it


def sentence(reason: Reason, formatter: ReasonFormatter, *, brief: bool = False) -> str:
    """Return the reason as one sentence for the rep. Raises ArtifactError for a missing value that it needs.

    brief   a pair is `Often with ...`: what chance would have is said above it already
    """
    is_often = brief and reason.kind == "bought_together" and bool(reason.of) and reason.n >= OFTEN * (reason.of or 0)
    text = _often_with(reason, formatter) if is_often else _SENTENCES[reason.kind](reason, formatter)
    return text[:-1] if text.endswith("..") else text  # of a day that ends with a point: `16. Nov.`


def _due_again(reason: Reason, formatter: ReasonFormatter) -> str:
    gap, since = _days(reason.gap_days, "gap_days", formatter), _days(reason.since_days, "since_days", formatter)
    cycle = f"Bought every {'day' if gap == '1 day' else gap} ({_times(reason.n, formatter)})"
    if reason.since_days == 0:
        return f"{cycle}, last on {formatter.day(_required(reason.on, 'on'))}."
    return f"{cycle}; {since} since the last."


def _stopped(reason: Reason, formatter: ReasonFormatter) -> str:
    gap, since = _days(reason.gap_days, "gap_days", formatter), _days(reason.since_days, "since_days", formatter)
    until = formatter.day(_required(reason.on, "on"))
    every = "day" if gap == "1 day" else gap
    return f"Bought every {every} ({_times(reason.n, formatter)}) until {until}; nothing for {since}."


def _bought_before(reason: Reason, formatter: ReasonFormatter) -> str:
    last = formatter.day(_required(reason.on, "on"))
    return f"Bought once, on {last}." if reason.n == 1 else f"Bought {_times(reason.n, formatter)}, last on {last}."


def _similar_customers(reason: Reason, formatter: ReasonFormatter) -> str:
    of = _required(reason.of, "of")
    buyers = f"{formatter.number(reason.n)} of the {formatter.number(of)} most similar customers buy it"
    if of == 1:
        buyers = "The most similar customer buys it"
    elif reason.n < FEW:
        buyers = (
            "A similar customer buys it" if reason.n == 1 else f"{formatter.number(reason.n)} similar customers buy it"
        )
    name = formatter.customer(_required(reason.customer_id, "customer_id"))
    return f"{buyers}." if name is None else f"{buyers}, {name} on {formatter.day(_required(reason.on, 'on'))}."


def _bought_together(reason: Reason, formatter: ReasonFormatter) -> str:
    other = formatter.product(_required(reason.product_id, "product_id"))
    of = formatter.number(_required(reason.of, "of"))
    times = times_chance(_required(reason.lift, "lift"), formatter.number)
    return f"On {formatter.number(reason.n)} of {of} order days with {other}: bought together {times}."


def _often_with(reason: Reason, formatter: ReasonFormatter) -> str:
    other = formatter.product(_required(reason.product_id, "product_id"))
    return f"Often with {other}, on {formatter.number(reason.n)} of {formatter.number(reason.of or 0)} order days."


def times_chance(lift: float, number: Callable[[float, int], str]) -> str:
    """Return a lift in words: `3.4 times as often as chance would have it`, from ten on without decimals.

    number  formats a number with as many decimals
    """
    return f"{number(lift, 0 if lift >= 10 else 1)} times as often as chance would have it"


def _rising(reason: Reason, formatter: ReasonFormatter) -> str:
    before = _required(reason.of, "of")
    recent = f"{_customers(reason.n, formatter)} bought it in the last 4 weeks"
    return f"{recent}, {formatter.number(before) if before else 'none'} in the 4 weeks before."


def _same_season(reason: Reason, formatter: ReasonFormatter) -> str:
    on = formatter.day(_required(reason.on, "on"))
    if reason.n == 1:
        return f"Bought in these weeks of last year, on {on}."
    return f"Bought {_times(reason.n, formatter)} in these weeks of last year, last on {on}."


def _alike(reason: Reason, formatter: ReasonFormatter) -> str:
    other = formatter.product(_required(reason.product_id, "product_id"))
    return f"Like {other}, bought {_times(reason.n, formatter)}: both {_required(reason.attribute, 'attribute')}."


def _popular_in_segment(reason: Reason, formatter: ReasonFormatter) -> str:
    where = f" in {reason.region}" if reason.region else ""
    return _bought_by(reason, f"{_required(reason.segment, 'segment')} customers{where}", formatter)


def _popular(reason: Reason, formatter: ReasonFormatter) -> str:
    return _bought_by(reason, "customers", formatter)


def _best_seller(reason: Reason, formatter: ReasonFormatter) -> str:
    where = f" in {reason.region}" if reason.region else ""
    among = f" among {reason.segment} customers{where}" if reason.segment else ""
    return f"Number {formatter.number(reason.n)} of the best sellers{among}."


def _pattern(reason: Reason, formatter: ReasonFormatter) -> str:
    if reason.n == 1:
        return "A first guess from their one order day."
    return f"Fits their {formatter.number(reason.n)} order days as a whole; no single fact stands out."


_SENTENCES = {
    "due_again": _due_again,
    "stopped": _stopped,
    "bought_before": _bought_before,
    "similar_customers": _similar_customers,
    "bought_together": _bought_together,
    "rising": _rising,
    "same_season": _same_season,
    "alike": _alike,
    "popular_in_segment": _popular_in_segment,
    "popular": _popular,
    "best_seller": _best_seller,
    "pattern": _pattern,
}


def _bought_by(reason: Reason, whom: str, formatter: ReasonFormatter) -> str:
    """Return the sentence in the perfect tense: the count includes customers who no longer buy the product."""
    have = "has" if reason.n == 1 else "have"
    return f"{formatter.number(reason.n)} of {formatter.number(_required(reason.of, 'of'))} {whom} {have} bought it."


def _customers(n: int, formatter: ReasonFormatter) -> str:
    return "1 customer" if n == 1 else f"{formatter.number(n)} customers"


def _times(n: int, formatter: ReasonFormatter) -> str:
    return {1: "once", 2: "twice"}.get(n) or f"{formatter.number(n)} times"


def _days(days: float | None, name: str, formatter: ReasonFormatter) -> str:
    number = formatter.number(_required(days, name))
    return "1 day" if number == "1" else f"{number} days"


def _required(value: T | None, name: str) -> T:
    if value is None:
        raise ArtifactError(f"a reason has no {name}; build the artifacts again")
    return value


# ---- a probability in words ----

LEAST = Decimal("0.01")  # less is `under 1 in 100`
LEAST_ONE_IN = 6  # higher probabilities are given in tenths
MOST_EXACT_ONE_IN = 20  # above, n is rounded to tens
_DECIMALS = Decimal("1e-12")  # of 1 / chance: the float nearest to 2 / 11 is 1 in 5.5, not 1 in 5.4999999999999999


@dataclass(frozen=True)
class Odds:
    """A probability in words: `numerator in denominator`, or under or over it."""

    numerator: int
    denominator: int
    bound: Literal["", "under ", "over "] = ""

    def text(self, number: Callable[[int], str] = str) -> str:
        """Return `1 in 8`, `under 1 in 100`, `over 9 in 10`; `number` formats the two numbers."""
        return f"{self.bound}{number(self.numerator)} in {number(self.denominator)}"


def odds(chance: float | Decimal) -> Odds:
    """Return a probability, 0-1, as `1 in n` up to 1 in 6, and a higher one as tenths.

    Rounded half up: equal odds have one form only, and a higher probability never gets lower odds.
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
