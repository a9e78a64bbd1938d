"""The alerts of one viewer: tabs, the rule with its preview, the rows of one kind."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.activity.database import people
from dashboard.activity.errors import ActivityError
from dashboard.alerts.backtest import backtest
from dashboard.alerts.newness import n_new
from dashboard.alerts.queries import AlertQueries, AlertStates, OpenAlerts
from dashboard.alerts.rule_book import RuleInUse
from dashboard.alerts.rules import KINDS, STOCK, AlertRule
from dashboard.display.alert_changes import assignable
from dashboard.display.alert_lines import AlertLine, alert_lines
from dashboard.display.alert_words import NAMES, SUMS, backtest_words, team_words
from dashboard.display.csv import csv_text, rounded
from dashboard.display.page_context import PageContext
from dashboard.pages.alerts.data.filters import MOST_SHOWN, SNOOZED, AlertFilters, categories_of, wanted

HEADS: Mapping[str, tuple[str, str, str, str]] = {
    "lost": ("Product and customer", "Overdue by", "A year", "Offer instead"),
    "slowing": ("Customer", "Silent for", "12 months", "Order days"),
    "due": ("Product and customer", "Overdue by", "Expected", "Usual order"),
    "missed": ("Next step and customer", "Late by", "", "Planned by"),
    "season": ("Product and customer", "", "If ordered", "Usual order"),
    "stock": ("Product", "Short by", "", "In stock"),
}
MOST_IN_FILE = 5_000
SUM_WORDS = {"lost": "a year at risk", "slowing": "a year at risk", "due": "expected", "season": "if ordered"}
VALUES = (50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Tab:
    """A kind of alert, and how many are open."""

    kind: str
    name: str
    n: int


@dataclass(frozen=True)
class Figure:
    """One line of the preview: what these values would show, and what those in use and the team's do.

    now, team  empty where they are the same
    """

    label: str
    value: str
    now: str = ""
    team: str = ""


@dataclass(frozen=True)
class Preview:
    """What a rule would show on the data that there are, and how often it would have been right."""

    figures: tuple[Figure, ...]
    backtest: tuple[str, ...]


@dataclass(frozen=True)
class AlertsPage:
    """The page.

    rule        of the kind in front
    n, total    alerts that fit the filters, and what they are worth together; empty without a worth
    n_snoozed   of the kind, put off by anybody
    new         since the visit before, of all kinds
    people      to whom an alert can be assigned, by number
    nothing     why there is no row; empty where there is one
    """

    version: str
    filters: AlertFilters
    tabs: tuple[Tab, ...]
    in_use: RuleInUse
    team: str
    preview: Preview
    rows: tuple[AlertLine, ...]
    n: int
    total: str
    n_snoozed: int
    new: int
    n_customers: int
    categories: tuple[str, ...]
    people: tuple[tuple[int, str], ...]
    nothing: str

    @property
    def most(self) -> int:
        """Return how many rows a page shows at most."""
        return MOST_SHOWN

    @property
    def sum_words(self) -> str:
        """Return what the sum of the rows is."""
        return SUM_WORDS.get(self.filters.kind, "")


def alerts_page(
    context: PageContext, filters: AlertFilters, rules: Mapping[str, RuleInUse], *, has_dots: bool = True
) -> AlertsPage:
    """Return the page with the kind in front that an address wants.

    rules     by kind, that of the person
    has_dots  whether purchases are read for their line
    """
    queries = AlertQueries(context.snapshot, context.desk)
    kinds = [kind for kind in KINDS if kind != STOCK or queries.has_stock()]
    filters = filters if filters.kind in kinds else replace(filters, kind=kinds[0])
    by_kind = {kind: queries.find(rules[kind].rule) for kind in kinds}
    found, in_use = by_kind[filters.kind], rules[filters.kind]
    shown = found.put_off if filters.state == SNOOZED else found.open
    states = queries.states(shown, None if filters.state else filters.most)
    fitting = wanted(context, shown, filters, states)
    if filters.is_set:
        states = queries.states(fitting, filters.most)
    return AlertsPage(
        version=context.version.id,
        filters=filters,
        tabs=tuple(Tab(kind, NAMES[kind], len(by_kind[kind].open)) for kind in kinds),
        in_use=in_use,
        team=team_words(in_use, _names(context, in_use), context),
        preview=preview(context, in_use.rule, in_use, found),
        rows=alert_lines(context, fitting.alerts(filters.most), states, found.until, has_dots=has_dots),
        n=len(fitting),
        total=context.formats.money(fitting.total) if filters.kind in SUMS else "",
        n_snoozed=len(found.put_off),
        new=_new(context, by_kind, states),
        n_customers=len(context.snapshot.visible),
        categories=categories_of(context, shown),
        people=tuple((one.id, one.name) for one in assignable(context)),
        nothing="" if len(fitting) else _nothing(filters, len(shown)),
    )


def preview(context: PageContext, rule: AlertRule, in_use: RuleInUse, found: OpenAlerts | None = None) -> Preview:
    """Return what a rule would show, beside the one in use and the team's.

    found   what the rule finds, where that is known
    """
    queries, formats = AlertQueries(context.snapshot, context.desk), context.formats
    would = (found or queries.find(rule)).open
    now = queries.find(in_use.rule).open if rule != in_use.rule else would
    team = queries.find(in_use.team).open if in_use.is_own else now

    def figure(label: str, of: Any) -> Figure:
        value, was, others = (of(each) for each in (would, now, team))
        return Figure(label, value, was if rule != in_use.rule else "", others if in_use.is_own else "")

    figures = [figure("Alerts for your customers", lambda each: formats.number(len(each)))]
    if rule.kind not in (STOCK,):
        figures.append(figure("Customers", lambda each: formats.number(each.n_customers)))
    if rule.kind in SUMS:
        figures.append(figure(SUMS[rule.kind], lambda each: formats.money(each.total)))
    return Preview(tuple(figures), tuple(backtest_words(backtest(context.snapshot, rule), formats)))


def _new(context: PageContext, by_kind: Mapping[str, OpenAlerts], states: AlertStates) -> int:
    """Return how many open alerts began since the person's visit before this one."""
    if states.visit is None:
        return 0
    found = {kind: alerts.open for kind, alerts in by_kind.items()}
    return n_new(found, states.visit, context.as_of, context.desk.today, before=True)


def _names(context: PageContext, in_use: RuleInUse) -> Mapping[int, str]:
    if in_use.team_set is None:
        return {}
    try:
        with context.desk.database.read() as at:
            return people.names(at, {in_use.team_set.set_by})
    except ActivityError:
        return {}


def _nothing(filters: AlertFilters, n: int) -> str:
    if filters.state == SNOOZED:
        return "Nothing is snoozed."
    return "No alert fits these filters." if n else "Nothing that this rule would raise."


def alerts_csv(context: PageContext, filters: AlertFilters, rules: Mapping[str, RuleInUse]) -> str:
    """Return all alerts that fit as CSV: the screen's columns, raw values."""
    page = alerts_page(context, replace(filters, most=MOST_IN_FILE), rules, has_dots=False)
    _, days, worth, extra = HEADS[page.filters.kind]
    heads = ("What", "Number", "Customer", "Customer number", "About", days or "Days", worth or "Worth", extra, "State")
    rows = [
        (
            line.title,
            line.number,
            line.customer.name if line.customer else None,
            line.customer.customer_id if line.customer else None,
            line.about,
            line.alert.days,
            rounded(line.alert.worth, 2),
            line.offer.name if line.offer else line.extra,
            line.state,
        )
        for line in page.rows
    ]
    return csv_text(heads, rows)
