"""Writing down what came of a call: reads what a browser sends, records it, and says in words what was done.

What a line showed (chance, value, reason) is looked up in the version that the page was drawn from, never taken from
the browser. Nothing is written for a customer whom the viewer does not see.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from dashboard.activity.database import notes, outcomes
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import (
    ACCOUNT,
    DONE,
    DROPPED,
    NOT_RELEVANT,
    ORDERED,
    PITCHED,
    SNOOZED,
    NewOutcome,
    Outcome,
)
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.records.customers import Customer, Recommendation

KINDS = (PITCHED, ORDERED, SNOOZED, NOT_RELEVANT)
KIND_WORDS = {PITCHED: "Pitched", ORDERED: "Ordered", SNOOZED: "Snoozed", NOT_RELEVANT: "Not relevant"}
LONGEST_TEXT = 2000  # letters of a note
LONGEST_KEY = 100
FARTHEST = timedelta(days=731)  # a day to snooze until, or of a next step
UNDO_HOURS = 24

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What was done, or why nothing was.

    text        one sentence
    outcome_id  what can be undone; None where nothing can
    undo        the same of several things at once, as the page sends it back
    """

    is_done: bool
    text: str
    outcome_id: int | None = None
    undo: Mapping[str, Any] | None = None


class Refused(Exception):
    """What was sent cannot be written down; the message says why, for the person."""


def record_outcome(context: PageContext, customer_id: str, sent: Any, *, reasons: tuple[str, ...]) -> Answer:
    """Record what is said of a line, or of the whole account.

    sent     {key, kind, product, until, why, note}: `product` empty for the whole account, `until` a day or empty
    reasons  of which `why` is one, where something is not relevant
    """
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        customer = customer_of(context, customer_id)
        new, name = new_outcome(context, customer, asked, reasons)
        outcome_id, _ = outcomes.record(at, new, person_id=context.desk.person_id, now=now)
        return Answer(True, _done_words(context, new, name), outcome_id)

    return written(context, write)


def undo_outcome(context: PageContext, sent: Any) -> Answer:
    """Take back an outcome of the person's own: the one that is named, else their newest of the last day."""
    wanted = mapping_of(sent).get("outcome")

    def write(at: Writing, now: datetime) -> Answer:
        person_id = context.desk.person_id
        outcome_id = wanted if isinstance(wanted, int) and not isinstance(wanted, bool) else None
        if outcome_id is None:
            last = outcomes.last_of(at, person_id, since=now - timedelta(hours=UNDO_HOURS))
            outcome_id = last.id if last else 0
        found = outcomes.undo(at, outcome_id, person_id=person_id, now=now)
        if found is None:
            raise Refused("there is nothing to undo: it was undone already, or somebody else recorded it.")
        return Answer(True, f"Undone: {outcome_words(context, found)}.")

    return written(context, write)


def bring_back(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """End what holds a product, or the whole account, back from the lists, whoever recorded it."""
    product_id = text_of(mapping_of(sent).get("product"))

    def write(at: Writing, now: datetime) -> Answer:
        customer = customer_of(context, customer_id)
        if not outcomes.bring_back(at, customer.customer_id, product_id, now=now):
            raise Refused("it is on the lists already.")
        name = context.products.name(product_id) if product_id else customer.name
        return Answer(True, f"{name} is back on the lists.")

    return written(context, write)


def write_note(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Write a note about a customer: {key, text}."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        customer, text = customer_of(context, customer_id), _text(asked, "The note")
        who = context.desk.person_id
        notes.add_note(at, key=key_of(asked), customer_id=customer.customer_id, person_id=who, text=text, now=now)
        return Answer(True, "Note saved.")

    return written(context, write)


def plan_step(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Plan a next step: {key, text, on}; it comes back in the call list on its day."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        customer, text, due_on = (
            customer_of(context, customer_id),
            _text(asked, "The next step"),
            read_day(context, asked),
        )
        planned = {"text": text, "customer_id": customer.customer_id}
        who = context.desk.person_id
        notes.add_next_step(at, key=key_of(asked), person_id=who, due_on=due_on, now=now, **planned)
        return Answer(True, f"Next step on {context.formats.day(due_on, context.desk.today)}.")

    return written(context, write)


def change_step(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Close or move a next step of a customer: {step, do, on}, `do` one of done, dropped, move."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        customer, step_id, do = customer_of(context, customer_id), asked.get("step"), asked.get("do")
        found = notes.step(at, step_id) if isinstance(step_id, int) else None
        if found is None or found.customer_id != customer.customer_id:
            raise Refused("there is no such next step.")
        if do == "move":
            due_on = read_day(context, asked)
            changed = notes.move_step(at, found.id, due_on=due_on)
            said = f"Moved to {context.formats.day(due_on, context.desk.today)}."
        elif do in (DONE, DROPPED):
            changed = notes.close_step(at, found.id, as_=do, now=now)
            said = "Next step done." if do == DONE else "Next step dropped."
        else:
            raise Refused("a next step can be done, moved or dropped.")
        if not changed:
            raise Refused("somebody closed this next step already.")
        return Answer(True, said)

    return written(context, write)


def outcome_words(context: PageContext, outcome: Outcome) -> str:
    """Return an outcome in words: `Pitched Oat cookies`."""
    name = context.products.name(outcome.product_id) if outcome.product_id else "the whole account"
    return f"{KIND_WORDS.get(outcome.kind, outcome.kind)} {name}"


def written(context: PageContext, write: Callable[[Writing, datetime], Answer]) -> Answer:
    """Write in one transaction; of a refusal, and of a database that does not answer, say so: then nothing is kept."""
    try:
        with context.desk.database.write() as at:
            return write(at, datetime.now(UTC))
    except Refused as refusal:
        return Answer(False, f"Not saved: {refusal}")
    except ActivityError as error:
        _log.warning("nothing was recorded", extra={"reason": str(error)})
        return Answer(False, "Not saved: the database does not answer. Nothing is lost; try again in a moment.")


def new_outcome(
    context: PageContext, customer: Customer, asked: Mapping[str, Any], reasons: tuple[str, ...]
) -> tuple[NewOutcome, str]:
    """Return the outcome and the name of what it is about. Raises Refused for what cannot be recorded."""
    kind, product_id = text_of(asked.get("kind")), text_of(asked.get("product"))
    if kind not in KINDS:
        raise Refused(f"an outcome is one of {', '.join(KIND_WORDS[one].lower() for one in KINDS)}.")
    if not product_id and kind not in (SNOOZED, NOT_RELEVANT):
        raise Refused("a whole account can be snoozed or not relevant, and nothing else.")
    line = _line(context, customer, product_id) if product_id else None
    why = text_of(asked.get("why"))
    if why and why not in reasons:
        raise Refused(f"the reason is none of {', '.join(reasons)}.")
    until = read_day(context, asked) if kind == SNOOZED and asked.get("on") else None
    note = text_of(asked.get("note")).strip()[:LONGEST_TEXT]
    new = outcome_of_line(context, customer, line, kind, key_of(asked))
    return replace(new, why=why, note=note, until=until), line.product_name if line else customer.name


def outcome_of_line(
    context: PageContext, customer: Customer, line: Recommendation | None, kind: str, key: str
) -> NewOutcome:
    """Return an outcome with what a line shows; None: of the whole account."""
    return NewOutcome(
        key=key,
        customer_id=customer.customer_id,
        product_id=line.product_id if line else ACCOUNT,
        kind=kind,
        list=line.list if line else "",
        version=context.version.id,
        as_of=context.as_of,
        rank=line.rank if line else None,
        reason=line.reason.kind if line else "",
        chance=line.chance if line else None,
        value=line.value if line else None,
        last_order_on=customer.last_order_on,
    )


def _line(context: PageContext, customer: Customer, product_id: str) -> Recommendation:
    """Return the line of a product as it is raised with the customer, the lists' own where it is held back."""
    raised = context.raised(customer)
    shown = (*raised.due, *raised.lost, *raised.new, *raised.later, *(line for line, _ in raised.held_back))
    for line in (*shown, *context.customers.recommendations(customer.customer_id)):
        if line.product_id == product_id:
            return line
    raise Refused("the product is on none of this customer's lists any more.")


def _done_words(context: PageContext, new: NewOutcome, name: str) -> str:
    """Return what was recorded, and until when it is off the lists."""
    if new.kind == PITCHED:
        return f"Pitched {name}."
    if new.kind == ORDERED:
        return f"Ordered {name}. It is off the lists until the orders show it."
    whole = "" if new.product_id else " and all its products"
    if new.kind == NOT_RELEVANT:
        return f"Not relevant: {name}{whole}. Off the lists for good."
    until = f"until {context.formats.day(new.until, context.desk.today)}" if new.until else "until the next order"
    return f"Snoozed {name}{whole} {until}."


def customer_of(context: PageContext, customer_id: str) -> Customer:
    """Return a customer whom the viewer sees. Raises Refused for another one."""
    customer = context.customers.get(customer_id)
    if customer is None:
        raise Refused("this customer is not yours, or there is none with this number.")
    return customer


def mapping_of(sent: Any) -> Mapping[str, Any]:
    """Return what a browser sent as a mapping; of whatever is none an empty one."""
    return sent if isinstance(sent, dict) else {}


def key_of(asked: Mapping[str, Any]) -> str:
    """Return the key of a click. Raises Refused for none: a page of an earlier release sends none."""
    key = text_of(asked.get("key"))
    if not 8 <= len(key) <= LONGEST_KEY:
        raise Refused("the page is too old; load it again.")
    return key


def _text(asked: Mapping[str, Any], what: str) -> str:
    text = text_of(asked.get("text")).strip()
    if not text:
        raise Refused(f"{what[:1].lower()}{what[1:]} is empty.")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"{what[:1].lower()}{what[1:]} has {len(text):,} letters; {LONGEST_TEXT:,} fit.")
    return text


def read_day(context: PageContext, asked: Mapping[str, Any]) -> date:
    """Return a day after today, and not years away."""
    said, today = text_of(asked.get("on")), context.desk.today
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise Refused("the day is none; choose one.") from error
    if not today < day <= today + FARTHEST:
        raise Refused("the day has to be after today, and within two years.")
    return day
