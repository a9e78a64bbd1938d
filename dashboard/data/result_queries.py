"""What came of one person's pitches: what they recorded, and what the orders say by themselves.

An order is found where it has a product that was pitched, on the day of the pitch or within 30 days after. It is told
apart from what was recorded: people forget, and products are ordered all the same.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dashboard.activity.database import notes, outcomes
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import NOT_RELEVANT, ORDERED, PITCHED, SNOOZED, Outcome
from dashboard.data.desk import Desk, midnight
from dashboard.data.snapshot import Snapshot
from dashboard.records.raised import state_of
from dashboard.records.results import Pitch, Results, Share
from recsys.schema.intervals import share_interval

FOUND_DAYS = 30
LONG_RUN = timedelta(weeks=12)
_log = logging.getLogger(__name__)

Line = tuple[str, date, float]  # product, day, revenue of it
LinesOf = Callable[[str], Sequence[Line]]


@dataclass(frozen=True)
class ResultQueries:
    """The results of one person; `zone` is where their days begin."""

    snapshot: Snapshot
    desk: Desk
    zone: ZoneInfo

    def results(self, since: date, until: date) -> Results:
        """Return the results of a span of days, both of them included; only the viewer's customers are in it."""
        begin = min(since, until - LONG_RUN + timedelta(1))
        try:
            with self.desk.database.read() as at:
                found = outcomes.of_person(
                    at,
                    self.desk.person_id,
                    since=midnight(begin, self.zone),
                    until=midnight(until + timedelta(1), self.zone),
                )
                steps = notes.steps_of_person(at, self.desk.person_id, since=since, until=until)
        except ActivityError as error:
            _log.warning("results could not be read", extra={"reason": str(error)})
            return Results(since, until, unread="Outcomes cannot be read now: the database does not answer.")
        mine = [one for one in found if one.customer_id in self.snapshot.visible]
        pitches = pitches_of(mine, self._lines_of, self.zone, self.snapshot.source.manifest.facts.as_of)
        inside = [one for one in mine if since <= self._day(one) <= until]
        closed = [pitch for pitch in pitches if pitch.on > until - LONG_RUN and not pitch.is_open]
        n_ordered = sum(pitch.is_ordered for pitch in closed)
        return Results(
            since,
            until,
            tuple(pitch for pitch in pitches if since <= pitch.on <= until),
            Share(n_ordered, len(closed), *share_interval(n_ordered, len(closed))),
            tuple(inside),
            tuple(step for step in steps if step.customer_id in self.snapshot.visible),
            Counter(_why(one) for one in inside if one.kind in (NOT_RELEVANT, SNOOZED)),
        )

    def _lines_of(self, customer_id: str) -> Sequence[Line]:
        rows = self.snapshot.source.rows("basket_lines", customer_id)
        return [(row["product_id"], row["ordered_on"], row["revenue"]) for row in rows]

    def _day(self, outcome: Outcome) -> date:
        return outcome.at.astimezone(self.zone).date()


def pitches_of(found: Sequence[Outcome], lines_of: LinesOf, zone: ZoneInfo, as_of: date) -> tuple[Pitch, ...]:
    """Return the pitches of outcomes of one person, the newest first.

    lines_of  returns what a customer ordered       as_of  the day up to which orders are known
    """
    by_call: dict[tuple[str, date], list[Outcome]] = {}
    for one in sorted(found, key=lambda one: one.id):
        if one.kind in (PITCHED, ORDERED) and one.product_id:
            by_call.setdefault((one.customer_id, one.at.astimezone(zone).date()), []).append(one)
    lines_once = cache(lines_of)  # of a customer who was pitched to on several days
    pitches = [_pitch(customer_id, on, said, lines_once, as_of) for (customer_id, on), said in by_call.items()]
    return tuple(sorted(pitches, key=lambda pitch: (pitch.on, pitch.first.id), reverse=True))


def _pitch(customer_id: str, on: date, said: Sequence[Outcome], lines_of: LinesOf, as_of: date) -> Pitch:
    products = {one.product_id for one in said}
    end = on + timedelta(FOUND_DAYS)
    lines = [line for line in lines_of(customer_id) if line[0] in products and on <= line[1] <= end]
    in_orders = {product for product, _, _ in lines}
    recorded = [one for one in said if one.kind == ORDERED]
    waiting = sum(one.value or 0.0 for one in recorded if one.product_id not in in_orders)
    found_on = min((day for _, day, _ in lines), default=None)
    return Pitch(
        customer_id=customer_id,
        on=on,
        first=said[0],
        state=state_of(said[0].list),
        recorded=bool(recorded),
        found_on=found_on,
        value=sum(revenue for _, _, revenue in lines) + waiting,
        is_open=not recorded and found_on is None and as_of < end,
    )


def _why(outcome: Outcome) -> str:
    return outcome.why or ("Later" if outcome.kind == SNOOZED else "Without a reason")
