"""A recommendation's reason: the numbers as data, and one true sentence that says them.

Kept free of any model and of any format of numbers: a `Teller` gives names, dates and numbers their form, and
withholds the name of a customer whom the reader may not see. How a probability is said is one rule too, `odds`: for
pages, the terminal and the sales sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, Protocol, Self, TypeVar

from recsys.errors import ArtifactError
from recsys.schema.published import REASON_KINDS

T = TypeVar("T")


class Teller(Protocol):
    """How names and numbers are told to one reader."""

    def customer(self, customer_id: str) -> str | None:
        """The customer's name; None if the reader may not see this customer."""
        ...

    def product(self, product_id: str) -> str:
        """The product's name."""
        ...

    def day(self, day: date) -> str:
        """A date as `27 Oct`."""
        ...

    def number(self, number: float, decimals: int = 0) -> str:
        """A number with separators, rounded half up."""
        ...


@dataclass(frozen=True)
class Reason:
    """One reason as data; the columns `reason_*` of RECOMMENDATIONS say what each field holds.

    Raises ArtifactError for a kind that is not in schema.REASON_KINDS.
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
        """Read the `reason_*` columns of one row."""
        return cls(**{field.name: row[f"reason_{field.name}"] for field in fields(cls)})


def sentence(reason: Reason, teller: Teller) -> str:
    """Return the reason as one sentence for the rep."""
    return _SENTENCES[reason.kind](reason, teller)


def _due_again(reason: Reason, teller: Teller) -> str:
    gap, since = _days(reason.gap_days, "gap_days", teller), _days(reason.since_days, "since_days", teller)
    told = f"Bought every {'day' if gap == '1 day' else gap} ({_times(reason.n, teller)})"
    if reason.since_days == 0:
        return f"{told}, last on {teller.day(_known(reason.on, 'on'))}."
    return f"{told}; {since} since the last."


def _bought_before(reason: Reason, teller: Teller) -> str:
    last = teller.day(_known(reason.on, "on"))
    return f"Bought once, on {last}." if reason.n == 1 else f"Bought {_times(reason.n, teller)}, last on {last}."


def _similar_customers(reason: Reason, teller: Teller) -> str:
    of = _known(reason.of, "of")
    told = f"{teller.number(reason.n)} of the {teller.number(of)} most similar customers {_buy(reason.n)} it"
    if of == 1:
        told = "The most similar customer buys it"
    name = teller.customer(_known(reason.customer_id, "customer_id"))
    return f"{told}." if name is None else f"{told}, {name} on {teller.day(_known(reason.on, 'on'))}."


def _bought_together(reason: Reason, teller: Teller) -> str:
    other = teller.product(_known(reason.product_id, "product_id"))
    lift = teller.number(_known(reason.lift, "lift"), 1)
    of = teller.number(_known(reason.of, "of"))
    return f"On {teller.number(reason.n)} of {of} order days with {other}, {lift} times chance."


def _rising(reason: Reason, teller: Teller) -> str:
    before = _known(reason.of, "of")
    told = f"{_customers(reason.n, teller)} bought it in the last 4 weeks"
    return f"{told}, {teller.number(before) if before else 'none'} in the 4 weeks before."


def _same_season(reason: Reason, teller: Teller) -> str:
    on = teller.day(_known(reason.on, "on"))
    if reason.n == 1:
        return f"Bought in these weeks of last year, on {on}."
    return f"Bought {_times(reason.n, teller)} in these weeks of last year, last on {on}."


def _alike(reason: Reason, teller: Teller) -> str:
    other = teller.product(_known(reason.product_id, "product_id"))
    return f"Like {other}, bought {_times(reason.n, teller)}: both {_known(reason.attribute, 'attribute')}."


def _popular_in_segment(reason: Reason, teller: Teller) -> str:
    where = f" in {reason.region}" if reason.region else ""
    return _bought_by(reason, f"{_known(reason.segment, 'segment')} customers{where}", teller)


def _popular(reason: Reason, teller: Teller) -> str:
    return _bought_by(reason, "customers", teller)


_SENTENCES = {
    "due_again": _due_again,
    "bought_before": _bought_before,
    "similar_customers": _similar_customers,
    "bought_together": _bought_together,
    "rising": _rising,
    "same_season": _same_season,
    "alike": _alike,
    "popular_in_segment": _popular_in_segment,
    "popular": _popular,
}


def _bought_by(reason: Reason, whom: str, teller: Teller) -> str:
    """Best sellers count everyone who ever bought, so the sentence must not say that they still do."""
    have = "has" if reason.n == 1 else "have"
    return f"{teller.number(reason.n)} of {teller.number(_known(reason.of, 'of'))} {whom} {have} bought it."


def _customers(n: int, teller: Teller) -> str:
    return "1 customer" if n == 1 else f"{teller.number(n)} customers"


def _buy(n: int) -> str:
    return "buys" if n == 1 else "buy"


def _times(n: int, teller: Teller) -> str:
    return {1: "once", 2: "twice"}.get(n) or f"{teller.number(n)} times"


def _days(days: float | None, name: str, teller: Teller) -> str:
    told = teller.number(_known(days, name))
    return "1 day" if told == "1" else f"{told} days"


def _known(value: T | None, name: str) -> T:
    if value is None:
        raise ArtifactError(f"a reason has no {name}; build the artifacts again")
    return value


# ---- a probability as people say it ----

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
