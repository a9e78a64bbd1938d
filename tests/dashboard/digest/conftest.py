"""Data with alerts: CAFE2 of Ann Example lost P1 on 14 November, HOTEL1 of Bob Sample P2; a shop of people for it."""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.database import people
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import Person
from dashboard.digest.command import Report, digest
from dashboard.digest.options import add_digest
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.artifacts import publish_small, small_rows
from tests.support.figures import figures, ranked_recommendations
from tests.support.mail import HOST, MailBox, mail_server

DAY = "2026-11-17"
LOST_ROW: dict[str, Any] = {
    "customer_id": "CAFE2", "list": "lost", "rank": 1, "product_id": "P1", "reason_kind": "stopped", "reason_n": 9,
    "reason_on": date(2026, 10, 24), "reason_gap_days": 10.0, "reason_since_days": 22, "chance": 0.5, "quantity": 4.0,
    "price": 50.0, "value": 200.0, "expected": 100.0, "worth": 1900.0, "at_stake": 300.0,
    "substitute_id": "P4", "substitute_n": 3,
}  # fmt: skip
FACTS = {
    "CAFE1": {"usual_gap_days": 13.0, "due_expected": 48.2, "new_expected": 1.0},
    "CAFE2": {"usual_gap_days": 90.0, "lost_products": 1, "lost_expected": 100.0, "new_expected": 1.0},
    "HOTEL1": {"usual_gap_days": 90.0, "lost_products": 1, "lost_expected": 100.0, "new_expected": 1.0},
}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = ranked_recommendations()
    empty = {name: None for name in rows[0]} | {name: rows[0][name] for name in ("model", "score")}
    of_bob = {"customer_id": "HOTEL1", "product_id": "P3", "substitute_id": None, "substitute_n": None}
    rows = [*rows, empty | LOST_ROW, empty | LOST_ROW | of_bob]
    rows.sort(key=lambda row: (row["customer_id"], row["list"], row["rank"]))
    customers = [row | FACTS.get(row["customer_id"], {}) for row in small_rows()["customers"]]
    folder: Path = tmp_path_factory.mktemp("alerts")
    publish_small(folder, changed={"recommendations": rows, "customers": customers}, evaluation=figures())
    return folder


@dataclass
class Shop:
    """An installation whose people get digests; `mail` is the server that takes them."""

    settings: Settings
    database: Database
    mail: MailBox
    context: Any = None
    made: list[Person] = field(default_factory=list)

    def person(self, email: str, *roles: str, name: str = "", reps: tuple[str, ...] = ("Ann Example",)) -> Person:
        with self.database.write() as at:
            found = people.add(at, email=email, name=name, roles=roles or ("rep",), rep_names=reps, now=NOW)
        self.made.append(found)
        return found

    def run(self, *options: str, day: str = DAY, **settings: Any) -> Report:
        """Run the command as it is typed."""
        parser = argparse.ArgumentParser()
        add_digest(parser)
        given = Settings.model_validate({**self.settings.model_dump(), **settings})
        return digest(given, parser.parse_args(["--day", day, *options]), self.context)


@pytest.fixture
def mail() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def shop(data: Path, tmp_path: Path, mail: MailBox, sqlite_template: Path) -> Iterator[Shop]:
    settings = Settings(
        artifacts=data,
        state=tmp_path / "state",
        sign_in="local",
        public_url="https://sales.example",
        smtp_host=HOST,
        smtp_port=mail.port,
        smtp_security="none",
        smtp_from="repertoire@sales.example",
    )
    with closing(open_database(settings)) as database:
        (tmp_path / "state").mkdir(mode=0o700)
        shutil.copy(sqlite_template, tmp_path / "state")
        database.prepare()
        yield Shop(settings, database, mail)
