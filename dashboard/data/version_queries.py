"""The questions about a version itself: which days it holds, who its reps are, what it says of its lists."""

from datetime import date, datetime, timedelta

from dashboard.data.snapshot import Snapshot
from dashboard.records.customers import Rep
from dashboard.records.model_report import Report
from dashboard.search.matching import fold
from recsys.artifacts.manifest import BuildFacts

YEAR_BEGINS_WITHIN_DAYS = 14  # the first order of a year may come after a holiday


class VersionQueries:
    """Answers about one version; they are the same for every viewer."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def id(self) -> str:
        return self._snapshot.version

    @property
    def as_of(self) -> date:
        """Return the day that the version's gaps and windows count from."""
        return self._facts.as_of

    @property
    def first_order_on(self) -> date:
        """Return the day of the first order in the version."""
        return self._facts.first_order_on

    @property
    def built_at(self) -> datetime:
        return self._snapshot.source.manifest.built_at

    def has_year_before(self) -> bool:
        """Return whether the data reach back over the 12 months before the last 12, but for their first days.

        Otherwise the two are no full periods, and a comparison would say something false.
        """
        begin = year_before(year_before(self.as_of)) + timedelta(days=YEAR_BEGINS_WITHIN_DAYS)
        return self.first_order_on <= begin

    def reps(self) -> tuple[Rep, ...]:
        """Return all reps by name with the number of their customers; none where the data have no reps."""
        counts: dict[str, int] = {}
        for customer in self._snapshot.cache.names(self.id).customers.values():
            if customer.rep is not None:
                counts[customer.rep] = counts.get(customer.rep, 0) + 1
        return tuple(Rep(name, counts[name]) for name in sorted(counts, key=fold))

    def report(self) -> Report:
        """Return what the version says of its own lists."""
        return self._snapshot.cache.report(self.id)

    def report_before(self) -> Report | None:
        """Return the same of the newest older version that is kept; None without any."""
        return self._snapshot.cache.report_before(self.id)

    @property
    def _facts(self) -> BuildFacts:
        return self._snapshot.source.manifest.facts


def year_before(day: date) -> date:
    """Return the same day a year earlier; the 28th for a 29 February. The 12 months up to a day begin after it."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
