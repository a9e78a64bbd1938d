from datetime import timedelta

from dashboard.activity.database import role_requests
from dashboard.activity.database.connect import Database
from dashboard.activity.records import RoleRequest
from tests.support.activity import NOW

HOUR = timedelta(hours=1)


def note(database: Database, subject: str, name: str, after: timedelta = 0 * HOUR) -> None:
    with database.write() as at:
        role_requests.note(
            at,
            issuer="https://id.example",
            subject=subject,
            email=f"{name}@example.com",
            name=name,
            groups=["staff", "buyers"],
            now=NOW + after,
        )


def test_a_request_that_comes_again_counts_up_and_keeps_what_was_said_last(database: Database) -> None:
    note(database, "s-1", "ann")
    note(database, "s-1", "ann.b", HOUR)
    with database.read() as at:
        (request,) = role_requests.waiting(at)
    assert request == RoleRequest(
        id=1,
        issuer="https://id.example",
        subject="s-1",
        email="ann.b@example.com",
        name="ann.b",
        groups=("buyers", "staff"),
        first_at=NOW,
        last_at=NOW + HOUR,
        n_times=2,
    )


def test_the_latest_request_is_first_and_a_settled_one_is_gone(database: Database) -> None:
    for n, name in enumerate(("ann", "bob", "carl")):
        note(database, f"s-{n}", name, n * HOUR)
    with database.write() as at:
        carl, bob, ann = role_requests.waiting(at)
        assert [carl.name, bob.name, ann.name] == ["carl", "bob", "ann"]
        assert [role_requests.settle(at, bob.id), role_requests.settle(at, bob.id)] == [True, False]
        assert role_requests.waiting(at) == (carl, ann)
