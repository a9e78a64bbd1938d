"""What came of one person's pitches: what they recorded, and what the orders say by themselves.

An order is found where it has a product that was pitched, on the day of the pitch or within 30 days after. It is told
apart from what was recorded: people forget, and products are ordered all the same.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dashboard.activity.database import notes, outcomes
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import NOT_RELEVANT, ORDERED, SNOOZED, Outcome, Pitched
from dashboard.data.desk import Desk, midnight
from dashboard.data.found_orders import FOUND_DAYS, OrderLine
from dashboard.data.snapshot import Snapshot
from dashboard.records.raised import state_of
from dashboard.records.results import Pitch, Results, Share
from recsys.schema.intervals import share_interval

LONG_RUN = timedelta(weeks=12)
_log = logging.getLogger(__name__)

LinesOf = Callable[[str, date, frozenset[str]], Sequence[OrderLine]]


@dataclass(frozen=True)
class ResultQueries:
    """The results of one person; `zone` is where their days begin."""

    snapshot: Snapshot
    desk: Desk
    zone: ZoneInfo

    def results(self, since: date, until: date) -> Results:
        """Return the results of a span of days, both of them included; only the viewer's customers are in it."""
        begin = min(since, until - LONG_RUN + timedelta(1))
        end = midnight(until + timedelta(1), self.zone)
        try:
            with self.desk.database.read() as at:
                mine = self.desk.person_id
                pitched = outcomes.pitches_of_person(at, mine, since=midnight(begin, self.zone), until=end)
                found = outcomes.of_person(at, mine, since=midnight(since, self.zone), until=end)
                steps = notes.steps_of_person(at, mine, since=since, until=until)
        except ActivityError as error:
            _log.warning("results could not be read", extra={"reason": str(error)})
            return Results(since, until, unread="Outcomes cannot be read now: the database does not answer.")
        visible, as_of = self.snapshot.visible, self.snapshot.source.manifest.facts.as_of
        mine_now = [one for one in pitched if one.customer_id in visible]
        pitches = pitches_of(mine_now, self._lines_of, self.zone, as_of)
        inside = [one for one in found if one.customer_id in visible]
        closed = [pitch for pitch in pitches if pitch.on > until - LONG_RUN and not pitch.is_open]
        n_ordered = sum(pitch.is_ordered for pitch in closed)
        return Results(
            since,
            until,
            tuple(pitch for pitch in pitches if since <= pitch.on <= until),
            Share(n_ordered, len(closed), *share_interval(n_ordered, len(closed))),
            tuple(inside),
            tuple(step for step in steps if step.customer_id in visible),
            Counter(_why(one) for one in inside if one.kind in (NOT_RELEVANT, SNOOZED)),
        )

    def _lines_of(self, customer_id: str, on: date, products: frozenset[str]) -> Sequence[OrderLine]:
        return self.snapshot.cache.ordered_after(self.snapshot.version, customer_id, on, products)


def pitches_of(found: Sequence[Pitched], lines_of: LinesOf, zone: ZoneInfo, as_of: date) -> tuple[Pitch, ...]:
    """Return the pitches of one person, the newest first.

    found     what they pitched and recorded as ordered, in the order of the numbers
    lines_of  returns what was found for a pitch to a customer, on a day, of some products
    as_of     the day up to which orders are known
    """
    by_call: dict[tuple[str, date], list[Pitched]] = {}
    for one in found:
        by_call.setdefault((one.customer_id, one.at.astimezone(zone).date()), []).append(one)
    pitches = [_pitch(customer_id, on, said, lines_of, as_of) for (customer_id, on), said in by_call.items()]
    return tuple(reversed(pitches))


def _pitch(customer_id: str, on: date, said: Sequence[Pitched], lines_of: LinesOf, as_of: date) -> Pitch:
    lines = lines_of(customer_id, on, frozenset(one.product_id for one in said))
    recorded = [one for one in said if one.kind == ORDERED]
    found_on, value = None, 0.0
    if lines:
        found_on, value = min(day for _, day, _ in lines), sum(revenue for _, _, revenue in lines)
    if recorded:
        in_orders = {product for product, _, _ in lines}
        value += sum(one.value or 0.0 for one in recorded if one.product_id not in in_orders)
    is_open = not recorded and found_on is None and as_of < on + timedelta(FOUND_DAYS)
    return Pitch(customer_id, on, said[0], state_of(said[0].list), bool(recorded), found_on, value, is_open)


def _why(outcome: Outcome) -> str:
    return outcome.why or ("Later" if outcome.kind == SNOOZED else "Without a reason")
