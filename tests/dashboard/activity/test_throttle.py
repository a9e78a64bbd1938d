from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dashboard.activity.database import throttle
from dashboard.activity.database.connect import Database
from dashboard.activity.database.throttle import LIMITS, Limit
from dashboard.activity.records import Attempt
from tests.support.activity import NOW

SECOND = timedelta(seconds=1)
ANN = {"account": "ann", "address": "office"}
ALLOWED = Attempt(True, 0 * SECOND)


def tried(database: Database, keys: dict[str, str] = ANN, after: timedelta = 0 * SECOND) -> Attempt:
    with database.write() as at:
        return throttle.begin_attempt(at, keys, NOW + after)


def succeeded(database: Database, keys: dict[str, str] = ANN) -> None:
    with database.write() as at:
        throttle.succeeded(at, keys, NOW)


@pytest.mark.parametrize(
    ("n_failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (13, 512), (14, 900), (10_000, 900)]
)
def test_waits_double_up_to_a_quarter_of_an_hour(n_failures: int, seconds: int) -> None:
    assert Limit(free=5).wait(n_failures) == seconds * SECOND


def test_five_tries_are_free_and_the_next_has_to_wait(database: Database) -> None:
    assert [tried(database) for _ in range(5)] == [ALLOWED] * 5
    assert tried(database, after=SECOND) == Attempt(False, SECOND)
    assert tried(database, after=2 * SECOND) == ALLOWED
    assert tried(database, after=3 * SECOND) == Attempt(False, 3 * SECOND)


def test_a_try_that_is_refused_makes_no_wait_longer(database: Database) -> None:
    for _ in range(5):
        tried(database)
    assert [tried(database) for _ in range(20)] == [Attempt(False, 2 * SECOND)] * 20
    assert tried(database, after=2 * SECOND) == ALLOWED


def test_a_right_password_forgives_the_account(database: Database) -> None:
    for _ in range(4):
        tried(database)
    succeeded(database)
    assert [tried(database) for _ in range(5)] == [ALLOWED] * 5


def test_a_wait_is_the_accounts_and_not_its_neighbours(database: Database) -> None:
    for _ in range(5):
        tried(database)
    assert not tried(database).is_allowed
    assert tried(database, {"account": "bob", "address": "office"}) == ALLOWED


def test_an_address_that_tries_many_accounts_has_to_wait_and_no_single_success_forgives_it(database: Database) -> None:
    for n in range(LIMITS["address"].free):
        assert tried(database, {"account": f"a{n}", "address": "bad"}) == ALLOWED
        if n == 0:
            succeeded(database, {"account": "a0", "address": "bad"})
    assert tried(database, {"account": "new", "address": "bad"}) == ALLOWED  # one of them was right
    assert not tried(database, {"account": "newer", "address": "bad"}).is_allowed


def test_failures_are_forgotten_after_a_day(database: Database) -> None:
    for _ in range(5):
        tried(database)
    assert [tried(database, after=timedelta(days=1)) for _ in range(5)] == [ALLOWED] * 5


def test_of_many_tries_at_once_no_more_are_allowed_than_one_after_the_other(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: tried(database), range(40)))
    assert sum(attempt.is_allowed for attempt in tries) == 5


def test_what_failed_long_ago_is_removed(database: Database) -> None:
    tried(database)
    with database.write() as at:
        assert [throttle.remove_old(at, NOW), throttle.remove_old(at, NOW + SECOND)] == [0, 2]
