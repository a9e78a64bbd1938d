"""Tells a customer's published rows apart into due, lost and new, by the team's rule and without what is held back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from dashboard.activity.records import ACCOUNT, HeldBack
from dashboard.activity.shop_records import NO_REACTION, Reaction
from dashboard.data.desk import Beside
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import DUE, LOST, NEW, Raised
from recsys.schema.reorder_rules import DUE_AHEAD_DAYS, LostRule

LATER = "later"


@dataclass(frozen=True)
class Since:
    """What happened to one customer's lists since the version was built.

    held    by product what outcomes keep out, whether its time is over or not; ACCOUNT for the whole account
    shop    what the customer did in the web shop
    away    products that cannot be had
    """

    held: Mapping[str, HeldBack] = field(default_factory=dict)
    shop: Reaction = NO_REACTION
    away: Collection[str] = frozenset()

    @classmethod
    def of(cls, customer_id: str, beside: Beside, away: Collection[str]) -> Self:
        """Return what is one customer's."""
        return cls(beside.held.get(customer_id, {}), beside.shop.get(customer_id, NO_REACTION), away)


def raised(
    customer: Customer,
    rows: Iterable[Recommendation],
    rule: LostRule,
    since: Since,
    *,
    as_of: date,
    today: date,
) -> Raised:
    """Return what to raise with a customer.

    rows    of all published lists; a product in `lost` may be in `usual` too, and is raised in one list only
    today   of the clock: what is held back until a day counts from it
    """

    def holding(product_id: str) -> HeldBack | None:
        found = since.held.get(product_id)
        return found if found is not None and found.holds(today, as_of, customer.last_order_on) else None

    account = holding(ACCOUNT)
    if account is not None:
        return Raised(account=account)
    by_state: dict[str, list[Recommendation]] = {DUE: [], LOST: [], NEW: [], LATER: []}
    held_back: list[tuple[Recommendation, HeldBack]] = []
    away: list[Recommendation] = []
    for state, line in _told_apart(rows, rule, as_of):
        holds = holding(line.product_id)
        if holds is not None:
            held_back.append((line, holds))
        elif line.product_id in since.away:
            away.append(line)
        elif state != NEW or line.product_id not in since.shop.ordered:
            by_state[state].append(line)
    lists = {state: tuple(sorted(lines, key=_highest_first)) for state, lines in by_state.items()}
    kept_out = frozenset(product_id for product_id in since.held if holding(product_id) is not None)
    return Raised(
        *(lists[DUE], lists[LOST], lists[NEW], lists[LATER], tuple(held_back)),
        held=kept_out,
        away=tuple(away),
        shop=since.shop,
    )


def is_lost(line: Recommendation, rule: LostRule) -> bool:
    """Return whether a silent product is lost by a rule. Its silence exceeds its own gaps, or it was not published."""
    reason = line.reason
    silent, gap = reason.since_days or 0, reason.gap_days or 0.0
    worth = line.worth if line.worth is not None else rule.worth  # where revenue is unknown nobody can ask for it
    return bool(rule.holds(reason.n, gap, gap, silent, worth))


def is_due(line: Recommendation, as_of: date) -> bool:
    """Return whether a product is due within DUE_AHEAD_DAYS; one without a known rhythm is."""
    return line.due_on is None or line.due_on <= as_of + timedelta(DUE_AHEAD_DAYS)


def _told_apart(rows: Iterable[Recommendation], rule: LostRule, as_of: date) -> Iterable[tuple[str, Recommendation]]:
    lines = tuple(rows)
    lost = {line.product_id for line in lines if line.list == "lost" and is_lost(line, rule)}
    for line in lines:
        if line.list == "lost":
            if line.product_id in lost:
                yield LOST, line
        elif line.product_id in lost:
            continue
        elif line.list == "new":
            yield NEW, line
        else:
            yield DUE if is_due(line, as_of) else LATER, line


def _highest_first(line: Recommendation) -> tuple[bool, float, int]:
    return line.expected is None, -(line.expected or 0.0), line.rank
