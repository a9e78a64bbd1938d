from collections.abc import Callable
from datetime import timedelta

import pytest

from dashboard.activity.database import links, people, sessions
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import NotFound, Taken
from dashboard.activity.records import Person
from tests.support.activity import NOW

AddPerson = Callable[[str], Person]


def test_a_person_comes_back_as_they_were_added(database: Database) -> None:
    with database.write() as at:
        added = people.add(
            at,
            email=" Zoë.Maß@Example.com ",
            name=" Zoë Maß ",
            now=NOW,
            roles=["rep", "admin", "rep"],
            rep_names=["Müller", "Ann Example"],
            scope_all=True,
            issuer="https://id.example",
            subject="s-1",
        )
    with database.read() as at:
        assert people.find(at, added.id) == added
    assert added == Person(
        id=1,
        email="Zoë.Maß@Example.com",
        name="Zoë Maß",
        roles=("admin", "rep"),
        rep_names=("Ann Example", "Müller"),
        scope_all=True,
        is_disabled=False,
        created_at=NOW,
        last_seen_at=None,
        has_password=False,
        issuer="https://id.example",
        subject="s-1",
    )


@pytest.mark.parametrize("spelling", ["ZOË.MASS@EXAMPLE.COM", "zoe\u0308.maß@example.com", " zoë.maß@example.com"])
def test_an_address_is_found_in_any_spelling_and_taken_in_any(database: Database, spelling: str) -> None:
    with database.write() as at:
        zoe = people.add(at, email="Zoë.Maß@Example.com", name="Zoë", now=NOW)
    with database.read() as at:
        assert people.find_by_email(at, spelling) == zoe
    with pytest.raises(Taken, match="belongs to another person already"), database.write() as at:
        people.add(at, email=spelling, name="Other", now=NOW)


def test_who_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as at:
        assert people.find(at, 7) is None
        assert people.find_by_email(at, "ann@example.com") is None
        assert people.find_by_subject(at, "https://id.example", "s-1") is None
        assert people.password_hash(at, 7) is None
        assert people.everyone(at) == ()
        with pytest.raises(NotFound, match="there is no person 7"):
            people.get(at, 7)


def test_a_change_leaves_what_is_not_named(database: Database, ann: Person) -> None:
    with database.write() as at:
        people.change(at, ann.id, roles=["rep"], rep_names=["Ann Example"], scope_all=True)
        changed = people.change(at, ann.id, name="Ann B.", email="Ann.B@example.com")
    assert (changed.name, changed.email, changed.roles) == ("Ann B.", "Ann.B@example.com", ("rep",))
    assert (changed.rep_names, changed.scope_all, changed.is_disabled) == (("Ann Example",), True, False)


def test_a_change_takes_roles_away_and_disables(database: Database, ann: Person) -> None:
    with database.write() as at:
        people.change(at, ann.id, roles=["rep", "admin"], rep_names=["A", "B"])
        changed = people.change(at, ann.id, roles=["rep"], rep_names=[], is_disabled=True)
    assert (changed.roles, changed.rep_names, changed.is_disabled) == (("rep",), (), True)


def test_a_change_to_an_address_that_is_taken_changes_nothing(
    database: Database, ann: Person, add_person: AddPerson
) -> None:
    bob = add_person("bob@example.com")
    with pytest.raises(Taken, match="ANN@example.com belongs to another"), database.write() as at:
        people.change(at, bob.id, name="Robert", email="ANN@example.com")
    with database.read() as at:
        assert people.get(at, bob.id) == bob


def test_a_change_of_nobody_is_refused(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as at:
        people.change(at, 7, roles=["admin"])
    with pytest.raises(NotFound), database.write() as at:
        people.set_password(at, 7, "hash")


def test_nobody_gets_no_session_and_no_link(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no person 7"), database.write() as at:
        sessions.start(at, 7, now=NOW, ends_at=NOW, user_agent="", address_hash="")
    with pytest.raises(NotFound, match="there is no person 7"), database.write() as at:
        links.make(at, 7, "password", now=NOW, lasts=timedelta(days=1))


def test_a_provider_knows_one_person_by_a_subject(database: Database, ann: Person, add_person: AddPerson) -> None:
    bob = add_person("bob@example.com")
    with database.write() as at:
        connected = people.connect(at, ann.id, issuer="https://id.example", subject="s-1")
    with database.read() as at:
        assert people.find_by_subject(at, "https://id.example", "s-1") == connected
        assert people.find_by_subject(at, "https://other.example", "s-1") is None
    with pytest.raises(Taken), database.write() as at:
        people.connect(at, bob.id, issuer="https://id.example", subject="s-1")


def test_a_password_is_kept_as_the_hash_that_is_given(database: Database, ann: Person) -> None:
    with database.write() as at:
        people.set_password(at, ann.id, "$argon2id$...")
        assert people.password_hash(at, ann.id) == "$argon2id$..."
        assert people.get(at, ann.id).has_password
        people.set_password(at, ann.id, None)
        assert not people.get(at, ann.id).has_password


def test_when_somebody_was_seen_is_kept(database: Database, ann: Person) -> None:
    with database.write() as at:
        people.seen(at, ann.id, NOW)
        assert people.get(at, ann.id).last_seen_at == NOW


def test_everyone_is_in_the_order_of_addresses(database: Database, add_person: AddPerson) -> None:
    for email in ("carl@example.com", "Bob@example.com", "ann@example.com"):
        add_person(email)
    with database.read() as at:
        assert [person.email for person in people.everyone(at)] == [
            "ann@example.com",
            "Bob@example.com",
            "carl@example.com",
        ]


def test_an_error_in_the_block_undoes_all_of_it(database: Database) -> None:
    def dies_half_way() -> None:
        with database.write() as at:
            people.add(at, email="ann@example.com", name="Ann", now=NOW)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        dies_half_way()
    with database.read() as at:
        assert people.everyone(at) == ()


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="has no time zone; use an aware time"), database.write() as at:
        people.add(at, email="ann@example.com", name="Ann", now=NOW.replace(tzinfo=None))
