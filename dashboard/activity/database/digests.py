"""The digest by email: which day's was sent to whom, and who wants none."""

from datetime import date, datetime

from sqlalchemy import delete, select

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import DIGESTS, DIGESTS_UNWANTED
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import SentDigest


def claim(at: Writing, person_id: int, sent: SentDigest) -> bool:
    """Note that a person's digest of a day is sent; return False where it was already: of several one gets True."""
    values = {"person_id": person_id, "day": sent.day, "as_of": sent.as_of, "at": sent.at}
    return insert_missing(at, DIGESTS, values)


def take_back(at: Writing, person_id: int, day: date) -> None:
    """Note that a person's digest of a day was not sent after all."""
    at.execute(delete(DIGESTS).where(DIGESTS.c.person_id == person_id, DIGESTS.c.day == day))


def was_sent(at: Reading, person_id: int, day: date) -> bool:
    """Return whether a person's digest of a day was sent, or is being sent."""
    of_day = select(DIGESTS.c.day).where(DIGESTS.c.person_id == person_id, DIGESTS.c.day == day)
    return at.execute(of_day).first() is not None


def last_before(at: Reading, person_id: int, day: date) -> SentDigest | None:
    """Return a person's last digest of an earlier day; None without any."""
    columns = (DIGESTS.c.day, DIGESTS.c.as_of, DIGESTS.c.at)
    before = select(*columns).where(DIGESTS.c.person_id == person_id, DIGESTS.c.day < day)
    row = at.execute(before.order_by(DIGESTS.c.day.desc()).limit(1)).first()
    return SentDigest(**row._mapping) if row else None


def unwanted(at: Reading) -> frozenset[int]:
    """Return the numbers of the people who want no digest."""
    return frozenset(at.execute(select(DIGESTS_UNWANTED.c.person_id)).scalars())


def is_wanted(at: Reading, person_id: int) -> bool:
    """Return whether a person wants the digest: who never said anything does."""
    one = select(DIGESTS_UNWANTED.c.person_id).where(DIGESTS_UNWANTED.c.person_id == person_id)
    return at.execute(one).first() is None


def choose(at: Writing, person_id: int, *, is_wanted: bool, now: datetime) -> None:
    """Note whether a person wants the digest from now on."""
    if is_wanted:
        at.execute(delete(DIGESTS_UNWANTED).where(DIGESTS_UNWANTED.c.person_id == person_id))
    else:
        insert_missing(at, DIGESTS_UNWANTED, {"person_id": person_id, "at": now})


def remove_old(at: Writing, before: date) -> None:
    """Forget which digests of days before this one were sent."""
    at.execute(delete(DIGESTS).where(DIGESTS.c.day < before))
