from datetime import timedelta

from dashboard.activity.database import links
from dashboard.activity.database.connect import Database
from dashboard.activity.records import Link, Person
from tests.support.activity import NOW

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def made(database: Database, person: Person, purpose: str = "password") -> str:
    with database.write() as at:
        return links.make(at, person.id, purpose, now=NOW, lasts=DAY)


def used(database: Database, token: str, purpose: str = "password", *, after: timedelta = SECOND) -> int | None:
    with database.write() as at:
        return links.use(at, token, purpose, NOW + after)


def test_a_link_names_its_person_once(database: Database, ann: Person) -> None:
    token = made(database, ann)
    assert [used(database, token), used(database, token)] == [ann.id, None]


def test_a_link_counts_up_to_its_end(database: Database, ann: Person) -> None:
    token = made(database, ann)
    assert used(database, token, after=DAY) is None
    assert used(database, token, after=DAY - SECOND) == ann.id


def test_a_link_is_for_its_purpose_alone(database: Database, ann: Person) -> None:
    assert used(database, made(database, ann), "email") is None


def test_a_wrong_token_is_worth_nothing(database: Database, ann: Person) -> None:
    assert used(database, made(database, ann) + "x") is None


def test_a_new_link_replaces_the_older_one_for_the_same_purpose(database: Database, ann: Person) -> None:
    old, other, new = made(database, ann), made(database, ann, "email"), made(database, ann)
    assert used(database, old) is None
    assert [used(database, other, "email"), used(database, new)] == [ann.id, ann.id]


def test_a_link_says_what_became_of_it(database: Database, ann: Person) -> None:
    token = made(database, ann)
    used(database, token)
    with database.read() as at:
        assert links.find(at, token) == Link(ann.id, "password", NOW, NOW + DAY, NOW + SECOND)
        assert links.find(at, "wrong") is None


def test_old_links_are_removed(database: Database, ann: Person) -> None:
    token = made(database, ann)
    with database.write() as at:
        assert [links.remove_old(at, NOW + DAY), links.remove_old(at, NOW + DAY + SECOND)] == [0, 1]
        assert links.find(at, token) is None
