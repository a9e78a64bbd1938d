"""A recommendation's reason: the numbers as data, and one true sentence that says them.

Kept free of any model and of any format of numbers: a `Teller` gives names, dates and numbers their form, and
withholds the name of a customer whom the reader may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Protocol, Self, TypeVar

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
