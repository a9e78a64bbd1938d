"""Which rule holds for whom: the team's, and a person's own in its place."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from dashboard.activity.database import alerts as saved
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import SavedRule
from dashboard.alerts.rules import KINDS, LOST, AlertRule, default_rule, kept_rule, lost_rule
from recsys.schema.reorder_rules import LostRule

KEPT_SECONDS = 2.0  # another process may have saved one meanwhile
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleInUse:
    """The rule of a kind for one person.

    team   that of the team; `team_set` says who set it, None where it is the installation's
    """

    rule: AlertRule
    team: AlertRule
    team_set: SavedRule | None = None

    @property
    def is_own(self) -> bool:
        """Return whether it is another one than the team's."""
        return self.rule != self.team


class RuleBook:
    """The rules of an installation; threads may share it. While the database does not answer, the last known hold."""

    def __init__(self, database: Database, lost: LostRule, clock: Callable[[], float] = time.monotonic) -> None:
        """lost   the installation's rule for lost products, which holds until somebody changes it"""
        self._database, self._default, self._clock = database, lost, clock
        self._lock = Lock()
        self._read_at = float("-inf")
        self._saved: Mapping[str, SavedRule] = {}

    def team_lost_rule(self) -> LostRule:
        """Return the team's rule for lost products, which all pages go by."""
        return lost_rule(self._team(LOST))

    def of_person(self, person_id: int) -> dict[str, RuleInUse]:
        """Return by kind which rule holds for a person."""
        try:
            with self._database.read() as at:
                own = saved.rules_of(at, person_id)
        except ActivityError:
            own = {}
        found = {}
        for kind in KINDS:
            team = self._team(kind)
            rule = kept_rule(kind, own[kind].bounds, team) if kind in own else team
            found[kind] = RuleInUse(rule, team, self._team_saved().get(kind))
        return found

    def forget(self) -> None:
        """Read the team's rules anew: somebody has just changed one."""
        self._read_at = float("-inf")

    def _team(self, kind: str) -> AlertRule:
        default, found = default_rule(kind, self._default), self._team_saved().get(kind)
        return kept_rule(kind, found.bounds, default) if found else default

    def _team_saved(self) -> Mapping[str, SavedRule]:
        with self._lock:
            if self._clock() - self._read_at >= KEPT_SECONDS:
                try:
                    with self._database.read() as at:
                        self._saved = saved.rules_of(at, saved.TEAM)
                except ActivityError as error:
                    _log.warning("the team's rules as they were", extra={"reason": str(error)})
                self._read_at = self._clock()
            return self._saved
