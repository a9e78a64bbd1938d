from datetime import timedelta

from dashboard.activity.database import digests
from dashboard.activity.database.connect import Database
from dashboard.activity.records import SentDigest
from tests.support.activity import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
SENT = SentDigest(TODAY, TODAY - DAY, NOW)


def test_a_day_is_claimed_once_and_again_when_it_was_taken_back(database: Database) -> None:
    with database.write() as at:
        assert digests.claim(at, 1, SENT)
        assert not digests.claim(at, 1, SENT)
        assert digests.claim(at, 2, SENT)
        digests.take_back(at, 1, TODAY)
        assert not digests.was_sent(at, 1, TODAY)
        assert digests.was_sent(at, 2, TODAY)
        assert digests.claim(at, 1, SENT)


def test_the_last_before_a_day_is_of_an_earlier_day(database: Database) -> None:
    with database.write() as at:
        assert digests.last_before(at, 1, TODAY) is None
        for days in (0, 1, 2):
            digests.claim(at, 1, SentDigest(TODAY - days * DAY, TODAY - (days + 1) * DAY, NOW))
        assert digests.last_before(at, 1, TODAY) == SentDigest(TODAY - DAY, TODAY - 2 * DAY, NOW)
        assert digests.last_before(at, 2, TODAY) is None


def test_who_said_nothing_wants_it_and_who_wants_none_may_say_so_twice(database: Database) -> None:
    with database.write() as at:
        assert digests.is_wanted(at, 1)
        for _ in range(2):
            digests.choose(at, 1, is_wanted=False, now=NOW)
        assert not digests.is_wanted(at, 1)
        assert digests.unwanted(at) == {1}
        digests.choose(at, 1, is_wanted=True, now=NOW)
        assert digests.unwanted(at) == frozenset()


def test_old_ones_are_forgotten_and_who_wants_none_is_not(database: Database) -> None:
    with database.write() as at:
        digests.choose(at, 1, is_wanted=False, now=NOW)
        for days in (0, 5):
            digests.claim(at, 1, SentDigest(TODAY - days * DAY, TODAY, NOW))
        digests.remove_old(at, TODAY - 4 * DAY)
        assert not digests.was_sent(at, 1, TODAY - 5 * DAY)
        assert digests.was_sent(at, 1, TODAY)
        assert not digests.is_wanted(at, 1)
