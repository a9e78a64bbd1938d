"""What a kind of alert is called, its rule as a sentence, its back-test in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.alerts.backtest import Backtest
from dashboard.alerts.rule_book import RuleInUse
from dashboard.alerts.rules import (
    BOUNDS,
    DUE,
    LOST,
    MISSED,
    MONEY,
    PERCENT,
    SEASON,
    SLOWING,
    STOCK,
    TIMES,
    AlertRule,
    Bound,
)
from dashboard.display.formats import SPACE, Formats
from dashboard.display.page_context import PageContext

NAMES = {
    LOST: "Lost product",
    SLOWING: "Slowing customer",
    DUE: "Due",
    MISSED: "Missed follow-up",
    SEASON: "Season ahead",
    STOCK: "Stock short",
}
# The sentence of a rule: text, and in braces the names of its numbers.
SENTENCES: Mapping[str, tuple[str, ...]] = {
    LOST: (
        "Raise it when a product was bought at least ", "{purchases}", " times, nothing came for at least ", "{gaps}",
        " times the usual gap and for at least ", "{days}", " days, and it was worth at least ", "{worth}", " a year.",
    ),
    SLOWING: (
        "Raise it when a customer with at least ", "{order_days}", " order days comes at ", "{gaps}",
        " times the usual gap or more, or when the last 90 days had at most ", "{quarter}",
        " of the order days of the 90 before, which were at least ", "{least}", ".",
    ),
    DUE: (
        "Raise it when a product that was bought at least ", "{purchases}", " times is overdue for at least ",
        "{overdue}", " days, and at least ", "{expected}", " is expected of it in the next 4 weeks.",
    ),
    MISSED: ("Raise it when a next step is at least ", "{overdue}", " days late."),
    SEASON: (
        "Raise it when a product was bought at least ", "{purchases}",
        " times in these weeks of last year and not since, and the usual order of it is worth at least ", "{value}",
        ".",
    ),
    STOCK: (
        "Raise it when less is left than ", "{covered}",
        " of what all open lists would take in 4 weeks, and at least ", "{units}", " are missing.",
    ),
}  # fmt: skip
BOUND_NAMES = {
    "purchases": "Times bought, at least",
    "gaps": "Times the usual gap, at least",
    "days": "Days without an order, at least",
    "worth": "Worth a year, at least",
    "order_days": "Order days, at least",
    "quarter": "Share of the order days before, at most",
    "least": "Order days in the 90 before, at least",
    "overdue": "Days overdue, at least",
    "expected": "Expected value, at least",
    "value": "Value of the usual order, at least",
    "covered": "Share of the demand in stock, less than",
    "units": "Units missing, at least",
}
MEANINGS = {
    LOST: "At risk = revenue in the year up to the last purchase, net of VAT.",
    SLOWING: "At risk = revenue of the last 12 months, net of VAT.",
    DUE: "Expected = chance × quantity × price, next 4 weeks, net of VAT.",
    MISSED: "",
    SEASON: "If ordered = usual quantity × price, net of VAT.",
    STOCK: "Would take = chance × quantity of all customers' open lists, next 4 weeks.",
}
LEAST_TESTED = 30  # of fewer no percentage is said
SUMS = {LOST: "At risk a year", SLOWING: "At risk a year", DUE: "Expected", SEASON: "If ordered"}


@dataclass(frozen=True)
class Part:
    """A part of a rule's sentence: text, or a number with its bound; `shown` is the number as a text has it."""

    text: str = ""
    bound: Bound | None = None
    value: str = ""
    shown: str = ""


def rule_parts(rule: AlertRule, formats: Formats) -> tuple[Part, ...]:
    """Return a rule's sentence in parts."""
    bounds = {bound.name: bound for bound in BOUNDS[rule.kind]}
    parts: list[Part] = []
    for text in SENTENCES[rule.kind]:
        bound = bounds.get(text.strip("{}")) if text.startswith("{") else None
        if bound is None:
            parts.append(Part(_singular(text) if parts and parts[-1].value == "1" else text))
        else:
            value = rule[bound.name]
            parts.append(Part("", bound, f"{value:g}", shown_bound(bound, value, formats)))
    return tuple(parts)


def _singular(text: str) -> str:
    """Return what follows a one: ` day late` for ` days late`."""
    return re.sub(r"^ (day|time)s\b", r" \1", text)


def rule_words(rule: AlertRule, formats: Formats) -> str:
    """Return a rule as one sentence."""
    return "".join(part.text or part.shown for part in rule_parts(rule, formats))


def shown_bound(bound: Bound, value: float, formats: Formats) -> str:
    """Return one number of a rule: `6`, `1.5`, `€200`, `50 %`."""
    if bound.unit == MONEY:
        return formats.money(value)
    if bound.unit == PERCENT:
        return f"{formats.number(value)}{SPACE}%"
    return formats.quantity(value) if bound.unit == TIMES else formats.number(value)


def team_words(in_use: RuleInUse, names: Mapping[int, str], context: PageContext) -> str:
    """Return `Team rule: 5, 1.5, 21, €200. Set by Katrin Vogel on 2 Nov.`"""
    formats = context.formats
    numbers = ", ".join(shown_bound(bound, in_use.team[bound.name], formats) for bound in BOUNDS[in_use.team.kind])
    words = f"Team rule: {numbers}."
    if in_use.team_set is None:
        return words
    day = formats.day(in_use.team_set.set_at.astimezone(formats.time_zone).date(), context.desk.today)
    name = names.get(in_use.team_set.set_by)
    return f"{words} Set by {name} on {day}." if name else f"{words} Set on {day}."


def backtest_words(found: Backtest | None, formats: Formats) -> Sequence[str]:
    """Return what is tested, and how often these values would have been right; nothing without a test."""
    if found is None:
        return ()
    number = formats.number
    whose = f"all {number(found.of_customers)} customers"
    if found.n_customers < found.of_customers:
        whose = f"{number(found.n_customers)} of {number(found.of_customers)} customers, drawn by lot"
    head = f"Back-test of these values on {formats.day(found.cut)}, {whose}."
    if found.kind == LOST:
        came_true = f"stayed without an order for {formats.days(found.days)}"
        missed = f"products that did stop, {number(found.right)} were raised"
    else:
        came_true = f"came at most half as often in the {formats.days(found.days)} after"
        missed = f"customers who did slow down, {number(found.right)} were raised"
    precision = _share("precision", found.precision, found.alerts, formats)
    recall = _share("recall", found.recall, found.true, formats)
    alerts = f"Of {number(found.alerts)} alerts, {number(found.right)} {came_true}{precision}."
    stops = f"Of {number(found.true)} {missed}{recall}."
    return head, alerts, stops


def _share(word: str, found: tuple[float, float, float] | None, of: int, formats: Formats) -> str:
    if found is None:
        return ""
    if of < LEAST_TESTED:
        return ", too few to tell"
    share, low, high = (formats.number(100 * one) for one in found)
    return f": {word} {share}{SPACE}% ({low} to {high}{SPACE}%)"
