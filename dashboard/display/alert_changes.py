"""Snoozing, dismissing and assigning alerts, several at once; changing their rules.

Reads what a browser sends, writes it in one transaction, and says in words what was done. What an alert is about is
looked up in the version that the page was drawn from; nothing is written for a customer whom the viewer does not see.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboard.access.accounts import identity_of
from dashboard.access.permissions import may_open
from dashboard.access.viewer import viewer_of
from dashboard.activity.database import alerts as saved
from dashboard.activity.database import notes, outcomes, people
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import DROPPED, NOT_RELEVANT, SNOOZED, AlertKey, Person
from dashboard.alerts.queries import OF_PRODUCTS
from dashboard.alerts.rules import KINDS, LOST, MISSED, STOCK, AlertRule, BadBound, rule_of
from dashboard.display.page_context import PageContext
from dashboard.display.recording import (
    Answer,
    Refused,
    customer_of,
    key_of,
    mapping_of,
    new_outcome,
    read_day,
    written,
)
from dashboard.display.request_values import text_of

MOST_AT_ONCE = 300
NOBODY = "0"


def snooze_alerts(context: PageContext, sent: Any) -> Answer:
    """Snooze alerts until a day: {key, kind, alerts: [[customer, product], ...], on}.

    A product is held back from the customer's lists, too; a next step is moved; the others are the person's own.
    """
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        keys, until = _keys(context, asked), read_day(context, asked)
        done = _Undo()
        for place, key in enumerate(keys):
            if key.kind in OF_PRODUCTS:
                done.outcomes.append(_record(context, at, key, now, _asked_of(asked, place, key, SNOOZED)))
            elif key.kind == MISSED:
                step = _step(at, key)
                done.steps.append((step.id, step.due_on.isoformat()))
                notes.move_step(at, step.id, due_on=until)
            else:
                saved.snooze(at, context.desk.person_id, key, until)
                done.snoozes.append(list(key))
        day = context.formats.day(until, context.desk.today)
        return Answer(True, f"Snoozed {_alerts(context, len(keys))} until {day}.", undo=done.sent())

    return written(context, write)


def dismiss_alerts(context: PageContext, sent: Any) -> Answer:
    """Take products off the customers' lists for good, drop next steps: {key, kind, alerts}."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        keys, done = _keys(context, asked), _Undo()
        for place, key in enumerate(keys):
            if key.kind in OF_PRODUCTS:
                done.outcomes.append(_record(context, at, key, now, _asked_of(asked, place, key, NOT_RELEVANT)))
            elif key.kind == MISSED:
                notes.close_step(at, _step(at, key).id, as_=DROPPED, now=now)
            else:
                raise Refused("of these alerts nothing can be taken off the lists; snooze them.")
        n = _alerts(context, len(keys))
        if asked.get("kind") == MISSED:
            return Answer(True, f"Dropped {n}.")
        return Answer(
            True, f"Not relevant: {n}. The products are off these customers' lists for good.", undo=done.sent()
        )

    return written(context, write)


def assign_alerts(context: PageContext, sent: Any) -> Answer:
    """Say who looks after alerts: {key, kind, alerts, to}; `to` is the number of a person, NOBODY for nobody."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        keys, to = _keys(context, asked), text_of(asked.get("to"))
        person = None
        if to != NOBODY:
            person = people.find(at, int(to)) if to.isdecimal() and len(to) < 10 else None
            if person is None or person.is_disabled:
                raise Refused("there is no such person to assign to.")
            _must_reach(context, person, keys)
        for key in keys:
            saved.assign(at, key, to=person.id if person else None, by=context.desk.person_id, now=now)
        n = _alerts(context, len(keys))
        return Answer(True, f"Assigned {n} to {person.name}." if person else f"{n} assigned to nobody.".capitalize())

    return written(context, write)


def undo_alerts(context: PageContext, sent: Any) -> Answer:
    """Take back what the person snoozed or dismissed: {outcome: what `snooze_alerts` returned}."""
    asked = mapping_of(mapping_of(sent).get("outcome"))

    def write(at: Writing, now: datetime) -> Answer:
        n, me = 0, context.desk.person_id
        for outcome_id in _numbers(asked.get("outcomes")):
            n += outcomes.undo(at, outcome_id, person_id=me, now=now) is not None
        for key in _sent_keys(asked.get("snoozes")):
            n += saved.wake(at, me, key)
        for step_id, day in _pairs(asked.get("steps")):
            step = notes.step(at, int(step_id)) if step_id.isdecimal() and len(step_id) < 18 else None
            if step is not None and context.customers.get(step.customer_id) is not None:
                n += notes.move_step(at, step.id, due_on=_known_day(day))
        if not n:
            raise Refused("there is nothing to undo: it was undone already, or somebody else did it.")
        return Answer(True, f"Undone: {_alerts(context, n)} open again.")

    return written(context, write)


def save_rule(context: PageContext, sent: Any, before: AlertRule, *, person_id: int) -> Answer:
    """Save a rule's numbers for a person or the TEAM: {kind, bounds}."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        try:
            rule = rule_of(before.kind, mapping_of(asked.get("bounds")), before)
        except BadBound as error:
            raise Refused(f"{error}.") from error
        me = context.desk.person_id
        saved.save_rule(at, kind=rule.kind, person_id=person_id, bounds=rule.by_name, set_by=me, now=now)
        if person_id == saved.TEAM:  # who sets the team's rule has it, too
            saved.remove_rule(at, kind=rule.kind, person_id=me)
            every = " All pages go by it." if rule.kind == LOST else ""
            return Answer(True, f"Saved for the team.{every}")
        return Answer(True, "Saved for your alerts.")

    return written(context, write)


def back_to_team(context: PageContext, kind: str) -> Answer:
    """Remove the person's own rule of a kind."""

    def write(at: Writing, _: datetime) -> Answer:
        if not saved.remove_rule(at, kind=kind, person_id=context.desk.person_id):
            raise Refused("you have the team's rule already.")
        return Answer(True, "Your alerts go by the team's rule again.")

    return written(context, write)


def assignable(context: PageContext) -> tuple[Person, ...]:
    """Return by name the people to whom alerts can be assigned: who has the page and any of the viewer's customers."""
    try:
        with context.desk.database.read() as at:
            everyone = people.everyone(at)
    except ActivityError:
        return ()
    reps = {one.rep for one in context.snapshot.visible.values()}
    found = [one for one in everyone if _has_alerts(one) and any(_sees(one, rep) for rep in reps)]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


# ---- inner ----


class _Undo:
    """What takes changes back, as the browser keeps it for its button."""

    def __init__(self) -> None:
        self.outcomes: list[int] = []
        self.snoozes: list[list[str]] = []
        self.steps: list[tuple[int, str]] = []

    def sent(self) -> dict[str, Any]:
        return {"outcomes": self.outcomes, "snoozes": self.snoozes, "steps": [list(one) for one in self.steps]}


def _has_alerts(person: Person) -> bool:
    return not person.is_disabled and may_open("alerts", person.roles)


def _sees(person: Person, rep: str | None) -> bool:
    return viewer_of(identity_of(person)).sees(rep)


def _must_reach(context: PageContext, person: Person, keys: Sequence[AlertKey]) -> None:
    """Raise Refused where a person does not see a customer, or has no alerts."""
    if not _has_alerts(person):
        raise Refused(f"{person.name} has no role that this page is for.")
    for key in keys:
        if key.customer_id and not _sees(person, customer_of(context, key.customer_id).rep):
            raise Refused(f"{context.customers.name(key.customer_id)} is not {person.name}'s customer.")


def _keys(context: PageContext, asked: Mapping[str, Any]) -> tuple[AlertKey, ...]:
    """Return what the alerts are about. Raises Refused for what is none of the viewer's."""
    kind, key = text_of(asked.get("kind")), key_of(asked)
    pairs = _pairs(asked.get("alerts"))
    if kind not in KINDS or not key:
        raise Refused("the page is too old; load it again.")
    if not 0 < len(pairs) <= MOST_AT_ONCE:
        raise Refused(f"between 1 and {MOST_AT_ONCE} alerts can be chosen, not {len(pairs)}.")
    for customer_id, product_id in pairs:
        if kind != STOCK:
            customer_of(context, customer_id)
        elif context.products.get(product_id) is None:
            raise Refused(f"there is no product {product_id}.")
    return tuple(AlertKey(kind, *pair) for pair in dict.fromkeys(pairs))


def _pairs(sent: Any) -> list[tuple[str, str]]:
    rows = sent if isinstance(sent, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]


def _sent_keys(sent: Any) -> list[AlertKey]:
    rows = sent if isinstance(sent, list) else []
    return [AlertKey(*map(str, row)) for row in rows if isinstance(row, list) and len(row) == 3]


def _numbers(sent: Any) -> list[int]:
    rows = sent if isinstance(sent, list) else []
    return [one for one in rows if isinstance(one, int) and not isinstance(one, bool)]


def _known_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("the day is none.") from error


def _step(at: Writing, key: AlertKey) -> Any:
    step = notes.step(at, int(key.product_id)) if key.product_id.isdecimal() and len(key.product_id) < 18 else None
    if step is None or step.customer_id != key.customer_id or step.closed_at is not None:
        raise Refused("somebody closed this next step already.")
    return step


def _asked_of(asked: Mapping[str, Any], place: int, key: AlertKey, kind: str) -> dict[str, Any]:
    """Return what is asked of one alert as record_outcome has it; each has a key of its own."""
    return {"key": f"{key_of(asked)}-{place}", "kind": kind, "product": key.product_id, "on": asked.get("on")}


def _record(context: PageContext, at: Writing, key: AlertKey, now: datetime, asked: Mapping[str, Any]) -> int:
    new, _ = new_outcome(context, customer_of(context, key.customer_id), asked, ())
    return outcomes.record(at, new, person_id=context.desk.person_id, now=now)[0]


def _alerts(context: PageContext, n: int) -> str:
    return f"{context.formats.number(n)} alert{'' if n == 1 else 's'}"
