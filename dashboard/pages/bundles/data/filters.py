"""Which bundles a marketer asks for: the conditions of the controls and of the address, and what they exclude."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from dashboard.records.bundles import Bundle

SIZES = (2, 3, 4)
ENOUGH = 10  # bundles that a loosened condition is to let through, where there are so many
_STEPS = (5, 2, 1)

# What each numeric condition is about, in the unit of its control.
MEASURES: dict[str, Callable[[Bundle], float]] = {
    "baskets": lambda bundle: bundle.n_baskets,
    "support": lambda bundle: bundle.support * 100,
    "confidence": lambda bundle: bundle.confidence * 100,
    "lift": lambda bundle: bundle.lift,
}
# What can be asked for at most; more asks for this.
MOST = {"baskets": 1_000_000_000, "support": 100, "confidence": 100, "lift": 1_000_000}


@dataclass(frozen=True)
class Filters:
    """The conditions; a number of 0, an empty text and `hide` False are none.

    segment      empty: the bundles of all customers
    category     a top level: at least one product is of it
    size         how many products; 0: any
    baskets, support, confidence, lift   at least; support and confidence in percent
    hide         leave out what is in exactly the same baskets as a larger bundle
    """

    segment: str = ""
    category: str = ""
    size: int = 0
    baskets: float = 0
    support: float = 0
    confidence: float = 0
    lift: float = 1.5
    hide: bool = True

    def set_names(self) -> tuple[str, ...]:
        """Return the names of conditions that exclude something; the segment is a choice, not a condition."""
        return tuple(one.name for one in fields(self) if one.name != "segment" and getattr(self, one.name))

    def without(self, name: str) -> "Filters":
        """Return the filters without one condition."""
        return replace(self, **{name: type(getattr(NONE, name))()})

    def query(self) -> dict[str, str]:
        """Return the parameters of the address: those that differ from the defaults."""
        return {
            one.name: _said(getattr(self, one.name))
            for one in fields(self)
            if getattr(self, one.name) != getattr(FIRST, one.name)
        }


FIRST = Filters()
NONE = Filters(lift=0, hide=False)


@dataclass(frozen=True)
class Advice:
    """One condition that alone excludes every bundle, and what to set it to.

    n_without   bundles that fit all other conditions
    best        the highest of them, for a number
    value, n    what to set it to, and how many bundles that lets through
    """

    name: str
    n_without: int
    best: float
    value: Any
    n: int


def filters_of(said: Mapping[str, Any], segments: Collection[str], categories: Collection[str]) -> Filters:
    """Return the filters that controls or an address name; what there is not, or is no number, is as at first."""
    segment = said.get("segment")
    if not isinstance(segment, str) or segment not in segments:
        segment = "" if "" in segments else min(segments, default="")
    category = said.get("category")
    size = _number(said.get("size"), 0, max(SIZES) + 1)
    return Filters(
        segment=segment,
        category=category if isinstance(category, str) and category in categories else "",
        size=int(size) if size in SIZES else 0,
        hide=said.get("hide", FIRST.hide) not in (False, "no"),
        **{name: _number(said[name], getattr(FIRST, name), MOST[name]) for name in MEASURES if name in said},
    )


def places(bundles: Iterable[Bundle], filters: Filters) -> tuple[int, ...]:
    """Return which of the bundles, counted from 0, fit every condition."""
    least = [(measure, value) for name, measure in MEASURES.items() if (value := getattr(filters, name))]
    return tuple(at for at, bundle in enumerate(bundles) if _fits(bundle, filters, least))


def fitting(bundles: Sequence[Bundle], filters: Filters) -> tuple[Bundle, ...]:
    """Return the bundles that fit every condition, in their order."""
    return tuple(bundles[at] for at in places(bundles, filters))


def advice(bundles: Sequence[Bundle], filters: Filters) -> tuple[Advice, ...]:
    """Return which conditions alone exclude every bundle, the one that costs most bundles first; none if several do."""
    found = [_advice(name, bundles, filters) for name in filters.set_names()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.n_without))


def nice_floor(value: float) -> float:
    """Return the highest of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... that is not above a value; 0 for nothing."""
    if value <= 0:
        return 0
    exponent = math.floor(math.log10(value))
    for power in (exponent, exponent - 1):
        for step in _STEPS:
            nice = float(f"{step}e{power}")
            if nice <= value:
                return nice
    raise AssertionError(f"{value} has no step below it")


def _advice(name: str, bundles: Sequence[Bundle], filters: Filters) -> Advice | None:
    rest = fitting(bundles, filters.without(name))
    if not rest:
        return None
    if name not in MEASURES:
        return Advice(name, len(rest), 0, getattr(NONE, name), len(rest))
    values = sorted((MEASURES[name](bundle) for bundle in rest), reverse=True)
    value = nice_floor(values[min(ENOUGH, len(values)) - 1])
    return Advice(name, len(rest), values[0], value, sum(one >= value for one in values))


def _fits(bundle: Bundle, filters: Filters, least: Sequence[tuple[Callable[[Bundle], float], float]]) -> bool:
    return (
        (not filters.category or filters.category in bundle.categories)
        and (not filters.size or bundle.size == filters.size)
        and not (filters.hide and bundle.redundant)
        and all(measure(bundle) >= value for measure, value in least)
    )


def _number(said: Any, first: float, most: float) -> float:
    """Return the number from 0 to `most` that is nearest; 0 for an empty control, `first` for what is no number."""
    if said is None or said == "":
        return 0
    try:
        number = float(said)
    except (TypeError, ValueError, OverflowError):
        return first
    return first if math.isnan(number) else min(max(number, 0), most)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
