"""How many alerts began since a person looked last: for the bell, which every page has."""

from collections.abc import Mapping

from dashboard.activity.database import alerts as saved
from dashboard.activity.errors import ActivityError
from dashboard.alerts.newness import seen_until
from dashboard.alerts.queries import AlertQueries
from dashboard.alerts.rule_book import RuleInUse
from dashboard.alerts.rules import KINDS, STOCK


def new_alerts(queries: AlertQueries, rules: Mapping[str, RuleInUse]) -> int:
    """Return how many open alerts began since the person's last visit; 0 while visits cannot be read."""
    desk, as_of = queries.desk, queries.snapshot.source.manifest.facts.as_of
    try:
        with desk.database.read() as at:
            visit = saved.visit_of(at, desk.person_id)
    except ActivityError:
        return 0
    kinds = [kind for kind in KINDS if kind != STOCK or queries.has_stock()]
    return sum(
        queries.n_open_since(rules[kind].rule, seen_until(kind, visit, as_of, desk.today, before=False))
        for kind in kinds
    )
