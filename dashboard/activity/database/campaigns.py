"""Campaigns: whom they are for, what is offered to whom, and whom reps are to call because of one."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, insert, or_, select, update

from dashboard.activity.batches import batches
from dashboard.activity.campaign_records import Campaign, CampaignCall, Member, NewCampaign, Offer, Referred
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import (
    CAMPAIGN_CALLS,
    CAMPAIGN_EVENTS,
    CAMPAIGN_MEMBERS,
    CAMPAIGN_OFFERS,
    CAMPAIGNS,
)
from dashboard.activity.database.upsert import insert_missing

AT_ONCE = 1_000  # rows, or ids, in one statement
_COLUMNS = [column for column in CAMPAIGNS.c if column.name != "key"]


class Recent(NamedTuple):
    """A campaign whose customers rest: who is in it never changes, so its key says all of it. `day` as in `recent`."""

    key: str
    id: int
    day: date


# ---- making ----


def make(
    at: Writing, new: NewCampaign, members: Iterable[Member], offers: Iterable[Offer], *, person_id: int, now: datetime
) -> tuple[int, bool]:
    """Save a campaign with its customers and offers; return its number and whether it is new.

    The same key again changes nothing and returns the first one's number.
    """
    values: dict[str, object] = {one.name: getattr(new, one.name) for one in fields(new)}
    values |= {"person_id": person_id, "at": now}
    values |= {"product_ids": json.dumps(new.product_ids), "left_out": json.dumps(new.left_out)}
    is_new = insert_missing(at, CAMPAIGNS, values)
    campaign_id = int(at.execute(select(CAMPAIGNS.c.id).where(CAMPAIGNS.c.key == new.key)).scalar_one())
    if is_new:
        for some in batches(members, AT_ONCE):
            at.execute(insert(CAMPAIGN_MEMBERS), [{"campaign_id": campaign_id, **one._asdict()} for one in some])
        for part in batches(offers, AT_ONCE):
            at.execute(insert(CAMPAIGN_OFFERS), [{"campaign_id": campaign_id, **one._asdict()} for one in part])
    return campaign_id, is_new


def change(at: Writing, campaign_id: int, **values: object) -> bool:
    """Change what may be changed of a campaign; return whether there is one.

    values  of `name`, `text`, `price`, `discount`, `sent_on`. Raises ValueError for another one.
    """
    others = set(values) - {"name", "text", "price", "discount", "sent_on"}
    if others:
        raise ValueError(f"{min(others)!r} of a campaign cannot be changed; it is as it was drawn")
    return bool(at.execute(update(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id).values(**values)).rowcount)


def send_on(at: Writing, campaign_id: int, day: date) -> bool:
    """Set the day of the sending where none is set; return whether it was set."""
    unsent = (CAMPAIGNS.c.id == campaign_id, CAMPAIGNS.c.sent_on.is_(None))
    return bool(at.execute(update(CAMPAIGNS).where(*unsent).values(sent_on=day)).rowcount)


def remove(at: Writing, campaign_id: int) -> bool:
    """Remove a campaign that was not sent and of which no event is known; return whether it was removed."""
    events = select(CAMPAIGN_EVENTS.c.event_id).where(CAMPAIGN_EVENTS.c.campaign_id == campaign_id).limit(1)
    if at.execute(events).first() is not None:
        return False
    for table in (CAMPAIGN_CALLS, CAMPAIGN_OFFERS, CAMPAIGN_MEMBERS):
        unsent = select(CAMPAIGNS.c.id).where(CAMPAIGNS.c.id == campaign_id, CAMPAIGNS.c.sent_on.is_(None))
        at.execute(delete(table).where(table.c.campaign_id.in_(unsent)))
    return bool(
        at.execute(delete(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id, CAMPAIGNS.c.sent_on.is_(None))).rowcount
    )


# ---- reading ----


def get(at: Reading, campaign_id: int) -> Campaign | None:
    """Return a campaign; None where there is none."""
    row = at.execute(select(*_COLUMNS).where(CAMPAIGNS.c.id == campaign_id)).first()
    return _campaign(row) if row else None


def of_key(at: Reading, key: str) -> int | None:
    """Return the number of the campaign that was saved with a key; None where there is none."""
    found = at.execute(select(CAMPAIGNS.c.id).where(CAMPAIGNS.c.key == key)).scalar()
    return None if found is None else int(found)


def everything(at: Reading) -> tuple[tuple[Campaign, dict[str, int]], ...]:
    """Return all campaigns with how many customers are in which arm, the newest first."""
    counted = select(CAMPAIGN_MEMBERS.c.campaign_id, CAMPAIGN_MEMBERS.c.arm, func.count().label("n"))
    arms: dict[int, dict[str, int]] = {}
    for row in at.execute(counted.group_by(CAMPAIGN_MEMBERS.c.campaign_id, CAMPAIGN_MEMBERS.c.arm)):
        arms.setdefault(row.campaign_id, {})[row.arm] = row.n
    rows = at.execute(select(*_COLUMNS).order_by(CAMPAIGNS.c.id.desc()))
    return tuple((_campaign(row), arms.get(row.id, {})) for row in rows)


def members(at: Reading, campaign_id: int) -> tuple[Member, ...]:
    """Return who is in a campaign, by number."""
    columns = [CAMPAIGN_MEMBERS.c[name] for name in Member._fields]
    of_it = select(*columns).where(CAMPAIGN_MEMBERS.c.campaign_id == campaign_id)
    return tuple(map(Member._make, at.execute(of_it.order_by(CAMPAIGN_MEMBERS.c.customer_id))))


def offers(at: Reading, campaign_id: int) -> tuple[Offer, ...]:
    """Return what is offered to whom, each customer's best first."""
    columns = [CAMPAIGN_OFFERS.c[name] for name in Offer._fields]
    of_it = select(*columns).where(CAMPAIGN_OFFERS.c.campaign_id == campaign_id)
    return tuple(map(Offer._make, at.execute(of_it.order_by(CAMPAIGN_OFFERS.c.customer_id, CAMPAIGN_OFFERS.c.rank))))


def arms_among(at: Reading, campaign_ids: Collection[int], customer_ids: Collection[str]) -> dict[int, dict[str, str]]:
    """Return by campaign in which arm of it some customers are; of who is not in it nothing."""
    found: dict[int, dict[str, str]] = {one: {} for one in campaign_ids}
    for campaign_id, customer_id, arm in _among(at, CAMPAIGN_MEMBERS, "arm", campaign_ids, customer_ids):
        found[campaign_id][customer_id] = arm
    return found


def offered_among(
    at: Reading, campaign_ids: Collection[int], customer_ids: Collection[str]
) -> dict[int, dict[str, frozenset[str]]]:
    """Return by campaign what it offers some customers."""
    found: dict[int, dict[str, frozenset[str]]] = {one: {} for one in campaign_ids}
    for campaign_id, customer_id, product_id in _among(at, CAMPAIGN_OFFERS, "product_id", campaign_ids, customer_ids):
        before = found[campaign_id].get(customer_id, frozenset())
        found[campaign_id][customer_id] = before | {product_id}
    return found


def _among(
    at: Reading, table: Any, what: str, campaign_ids: Collection[int], customer_ids: Collection[str]
) -> Iterator[tuple[int, str, str]]:
    """Yield the campaign, the customer and another column of some customers in some campaigns."""
    columns = (table.c.campaign_id, table.c.customer_id, table.c[what])
    for part in batches(customer_ids, AT_ONCE):
        where = (table.c.campaign_id.in_(tuple(campaign_ids)), table.c.customer_id.in_(part))
        yield from (tuple(row) for row in at.execute(select(*columns).where(*where)))


def referred(at: Reading, references: Collection[str]) -> dict[str, Referred]:
    """Return what references stand for; those that nobody gave are left out."""
    columns = [CAMPAIGN_OFFERS.c[name] for name in Referred._fields]
    found: dict[str, Referred] = {}
    for part in batches(references, AT_ONCE):
        rows = at.execute(select(CAMPAIGN_OFFERS.c.reference, *columns).where(CAMPAIGN_OFFERS.c.reference.in_(part)))
        found |= {row.reference: Referred(row.campaign_id, row.customer_id, row.product_id) for row in rows}
    return found


def recent(at: Reading, since: date) -> tuple[Recent, ...]:
    """Return the campaigns since a day, by their sending, else their making; the latest last."""
    since_at = datetime.combine(since, time(), UTC)
    unsent = CAMPAIGNS.c.sent_on.is_(None) & (CAMPAIGNS.c.at >= since_at)
    asked = select(CAMPAIGNS.c.key, CAMPAIGNS.c.id, CAMPAIGNS.c.sent_on, CAMPAIGNS.c.at)
    rows = at.execute(asked.where(or_(CAMPAIGNS.c.sent_on >= since, unsent)))
    found = (Recent(row.key, row.id, row.sent_on or row.at.date()) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.day, one.id)))


def resting(at: Reading, campaigns: Iterable[Recent]) -> dict[str, date]:
    """Return by customer the last day on which they were in one of some campaigns, which `recent` returned.

    Who is held out counts like who gets the mail: another campaign's mail would change what is compared.
    """
    found: dict[str, date] = {}
    for one in campaigns:  # the latest day of a customer stays
        of_it = select(CAMPAIGN_MEMBERS.c.customer_id).where(CAMPAIGN_MEMBERS.c.campaign_id == one.id)
        found |= dict.fromkeys(at.execute(of_it).scalars(), one.day)
    return found


def others_of(at: Reading, campaign_id: int, since: date, until: date) -> tuple[Campaign, ...]:
    """Return the other campaigns that were sent in a span, [since, until), and share a mailed customer with one."""
    mine = select(CAMPAIGN_MEMBERS.c.customer_id).where(CAMPAIGN_MEMBERS.c.campaign_id == campaign_id)
    sharing = select(CAMPAIGN_MEMBERS.c.campaign_id).where(CAMPAIGN_MEMBERS.c.customer_id.in_(mine)).distinct()
    where = (CAMPAIGNS.c.id != campaign_id, CAMPAIGNS.c.sent_on >= since, CAMPAIGNS.c.sent_on < until)
    rows = at.execute(select(*_COLUMNS).where(*where, CAMPAIGNS.c.id.in_(sharing)).order_by(CAMPAIGNS.c.id))
    return tuple(map(_campaign, rows))


def revision(at: Reading, campaign_id: int) -> str:
    """Return a text that is another one once anything about a campaign has changed, for what is kept of it."""

    def count(table: Any) -> int:
        found = select(func.count()).select_from(table).where(table.c.campaign_id == campaign_id)
        return int(at.execute(found).scalar_one())

    found = get(at, campaign_id)
    said = (found.name, found.text, found.price, found.discount, found.sent_on) if found else ()
    counts = [count(table) for table in (CAMPAIGN_MEMBERS, CAMPAIGN_OFFERS, CAMPAIGN_EVENTS, CAMPAIGN_CALLS)]
    newest = at.execute(
        select(func.max(CAMPAIGN_CALLS.c.at)).where(CAMPAIGN_CALLS.c.campaign_id == campaign_id)
    ).scalar()
    return repr((campaign_id, said, counts, newest))


# ---- calls ----


def put_on_calls(
    at: Writing,
    campaign_id: int,
    products: Iterable[tuple[str, str]],
    *,
    until: date,
    key: str,
    person_id: int,
    now: datetime,
) -> int:
    """Put customers, each with a product, on their reps' call lists; return how many were not there yet."""
    common = {"campaign_id": campaign_id, "until": until, "key": key, "person_id": person_id, "at": now}
    return sum(
        insert_missing(at, CAMPAIGN_CALLS, {**common, "customer_id": customer_id, "product_id": product_id})
        for customer_id, product_id in products
    )


def take_off_calls(at: Writing, campaign_id: int, key: str) -> int:
    """Take back what one click put on call lists; return how many customers."""
    where = (CAMPAIGN_CALLS.c.campaign_id == campaign_id, CAMPAIGN_CALLS.c.key == key)
    return int(at.execute(delete(CAMPAIGN_CALLS).where(*where)).rowcount)


def calls_of(at: Reading, campaign_id: int) -> dict[str, CampaignCall]:
    """Return by customer who was put on a call list because of a campaign, whether they were called since or not."""
    return {one.customer_id: one for one in _calls(at, CAMPAIGN_CALLS.c.campaign_id == campaign_id)}


def open_calls(at: Reading, today: date, customer_id: str = "") -> dict[str, CampaignCall]:
    """Return by customer who is to be called because of a campaign on a day; of several campaigns the newest.

    customer_id  of one customer alone
    """
    where = CAMPAIGN_CALLS.c.until > today
    if customer_id:
        where &= CAMPAIGN_CALLS.c.customer_id == customer_id
    return {one.customer_id: one for one in _calls(at, where)}


def _calls(at: Reading, where: Any) -> Iterator[CampaignCall]:
    columns = [CAMPAIGN_CALLS.c[name] for name in ("campaign_id", "customer_id", "product_id", "at", "until")]
    joined = CAMPAIGN_CALLS.join(CAMPAIGNS, CAMPAIGN_CALLS.c.campaign_id == CAMPAIGNS.c.id)
    asked = select(*columns, CAMPAIGNS.c.name).select_from(joined).where(where)
    for row in at.execute(asked.order_by(CAMPAIGN_CALLS.c.campaign_id, CAMPAIGN_CALLS.c.customer_id)):
        yield CampaignCall(row.campaign_id, row.name, row.customer_id, row.product_id, row.at, row.until)


def _campaign(row: Row[Any]) -> Campaign:
    values = dict(row._mapping)
    values["product_ids"] = tuple(json.loads(values["product_ids"]))
    values["left_out"] = tuple((reason, n) for reason, n in json.loads(values["left_out"]))
    return Campaign(**values)
