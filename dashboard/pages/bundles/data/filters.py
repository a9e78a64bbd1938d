"""Which bundles a marketer asks for: the conditions of the controls and of the address, and what they exclude."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from dashboard.records.bundles import Bundle
from recsys.schema.bundle_groups import BUNDLE_GROUPS, EVERYBODY, Members

SUBSTITUTES = "substitutes"  # the kind that is bought instead of each other
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
CHOICES = ("members", "kind")
# What can be asked for at most; more asks for this.
MOST = {"baskets": 1_000_000_000, "support": 100, "confidence": 100, "lift": 1_000_000}


@dataclass(frozen=True)
class Filters:
    """The conditions; a number of 0, an empty text and `hide` False are none.

    members      whose bundles: a group, and a name within it
    kind         empty: what is bought together; SUBSTITUTES: what is bought instead of each other, of which only the
                 category is a condition
    category     a top level: at least one product is of it
    size         how many products; 0: any
    baskets, support, confidence, lift   at least; support and confidence in percent
    hide         leave out what a larger bundle covers
    """

    members: Members = EVERYBODY
    kind: str = ""
    category: str = ""
    size: int = 0
    baskets: float = 0
    support: float = 0
    confidence: float = 0
    lift: float = 1.5
    hide: bool = True

    def set_names(self) -> tuple[str, ...]:
        """Return the names of conditions that exclude something; whose bundles, and which kind, are choices."""
        asked = ("category",) if self.kind else tuple(one.name for one in fields(self) if one.name not in CHOICES)
        return tuple(name for name in asked if getattr(self, name))

    def without(self, name: str) -> "Filters":
        """Return the filters without one condition."""
        return replace(self, **{name: type(getattr(NONE, name))()})


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


def filters_of(said: Mapping[str, Any], known: Collection[Members], categories: Collection[str]) -> Filters:
    """Return the filters that controls or an address name; what there is not, or is no number, is as at first.

    `group` and `segment` say whose bundles: `group=rfm&segment=At+risk`. A segment without a group is a given one.
    """
    category = said.get("category")
    size = _number(said.get("size"), 0, max(SIZES) + 1)
    return Filters(
        members=_members(said, known),
        kind=SUBSTITUTES if said.get("kind") == SUBSTITUTES else "",
        category=category if isinstance(category, str) and category in categories else "",
        size=int(size) if size in SIZES else 0,
        hide=said.get("hide", FIRST.hide) not in (False, "no"),
        **{name: _number(said[name], getattr(FIRST, name), MOST[name]) for name in MEASURES if name in said},
    )


def _members(said: Mapping[str, Any], known: Collection[Members]) -> Members:
    group, name = said.get("group"), said.get("segment")
    named = name if isinstance(name, str) else ""
    wanted = (group, named) if isinstance(group, str) and group in BUNDLE_GROUPS[1:] else ("segment", named)
    if wanted in known:
        return wanted
    return EVERYBODY if EVERYBODY in known else min(known, default=EVERYBODY)


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
    if bundle.substitutes is not bool(filters.kind) or (filters.category and filters.category not in bundle.categories):
        return False
    return bundle.substitutes or (
        (not filters.size or bundle.size == filters.size)
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
