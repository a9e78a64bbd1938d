"""An app with a sign-in, and people who have accounts in it."""

import shutil
import sqlite3
import threading
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from dashboard.access import passwords
from dashboard.access.accounts import Clock, open_accounts
from dashboard.activity.database import audit, people
from dashboard.activity.database.tables import METADATA
from dashboard.activity.database.target import FILE
from dashboard.activity.records import AuditEntry, Person
from dashboard.services import EXTENSION, Services
from tests.support.activity import NOW
from tests.support.waiting import until

PASSWORD = "seven green bottles"  # noqa: S105 - of people in tests
HASHED = passwords.hash_password(PASSWORD)
KEY = "0" * 64
TEMPLATE = "template.sqlite"


@dataclass
class Time:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class House:
    """An app with its clock, which stands still unless another is given; each browser is a client of its own."""

    app: Dash
    clock: Clock | None = None
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        at = self.at
        at.database.prepare()
        if at.database.target.file is not None:
            self._keep_as_template()
        accounts = open_accounts(at.settings, at.database, KEY, self.clock or self.time)
        self.app.server.extensions[EXTENSION] = Services(**{**vars(at), "accounts": accounts})

    def _keep_as_template(self) -> None:
        """Keep the empty database: to copy it takes a tenth of making it anew."""
        template = self.at.settings.state / TEMPLATE
        if not template.exists():
            with closing(sqlite3.connect(str(self.at.database.target.file))) as connection:
                connection.execute("VACUUM INTO ?", (str(template),))

    @property
    def at(self) -> Services:
        found = self.app.server.extensions[EXTENSION]
        assert isinstance(found, Services)
        return found

    def browser(self) -> FlaskClient:
        return self.app.server.test_client()

    def person(self, email: str, roles: Collection[str] = ("director",), *, has_password: bool = True) -> Person:
        with self.at.database.write() as at:
            person = people.add(at, email=email, name="Ann", roles=roles, now=self.time.now)
            if has_password:
                people.set_password(at, person.id, HASHED)
        return person

    def empty(self) -> None:
        """Leave nothing in the database but its tables, when no thread of the app reads them any more."""
        wait_for_threads()
        database = self.at.database
        if database.target.file is None:
            with database.write() as at:
                at.execute(text("SET LOCAL session_replication_role = replica"))  # else the audit trail refuses
                at.execute(text(f"TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY"))
        else:
            for file in self.at.settings.state.glob(f"{FILE}*"):
                file.unlink()
            shutil.copy(self.at.settings.state / TEMPLATE, database.target.file)
        database.prepare()

    def close(self) -> None:
        self.at.reader.close()
        self.at.database.close()

    def link(self, person: Person) -> str:
        """Return the token of a new one-time link."""
        with self.at.database.write() as at:
            return self.at.accounts.make_link(at, person.id)

    def audit(self, kind: str) -> list[AuditEntry]:
        """Return the lines of a kind, the newest first."""
        with self.at.database.read() as at:
            return list(audit.entries(at, audit.AuditFilter(kinds=(kind,)), limit=100))


def wait_for_threads() -> None:
    """Wait until the threads are done that an app starts beside what it answers: they hold tables of the database."""
    beside = ("campaigns ", "old shop events")
    assert until(lambda: not any(one.name.startswith(beside) for one in threading.enumerate()))


def sign_in(browser: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return browser.post("/sign-in", data={"email": email, "password": password, **more})
