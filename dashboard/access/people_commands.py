"""python -m dashboard people: accounts from the command line, which also makes the first one."""

import argparse

from dashboard.access.accounts import LINK_LASTS, Accounts, open_accounts, utc_now
from dashboard.access.identity import ROLES
from dashboard.access.people_changes import LOCAL, By, Wanted, add_person, let_in, one_time_link
from dashboard.activity.database import people as accounts_of
from dashboard.activity.database.connect import Database, Writing, open_database
from dashboard.activity.errors import NotFound
from dashboard.activity.records import Person
from dashboard.settings import Settings
from dashboard.state.folder import prepare_state, secret_key


def add_people(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="make an account and print a one-time link that sets its password")
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--name", default="", help="as the pages show it")
    adding.add_argument("--role", action="append", choices=ROLES, required=True, dest="roles", help="may be repeated")
    adding.add_argument("--rep", action="append", default=[], dest="reps", help="whose customers are theirs")
    adding.add_argument("--all-customers", action="store_true", help="all customers, whoever their rep is")
    for name, words in {
        "link": "print a new one-time link, for a forgotten password; the one before is worth nothing any more",
        "disable": "let somebody in no more, and end their sessions",
        "enable": "let somebody in again",
    }.items():
        actions.add_parser(name, help=words).add_argument("email", metavar="EMAIL")
    actions.add_parser("list", help="print all accounts")


def people(settings: Settings, asked: argparse.Namespace) -> str:
    """Do what was asked and return what to print. Raises ActivityError for an address that is taken or unknown."""
    prepare_state(settings.state)
    database = open_database(settings)
    database.prepare()
    try:
        if asked.action == "list":
            return _list(database)
        accounts = open_accounts(settings, database, secret_key(settings.state))
        with database.write() as at:
            if asked.action == "add":
                return _add(at, accounts, settings, asked)
            return _change(at, accounts, settings, asked)
    finally:
        database.close()


def _add(at: Writing, accounts: Accounts, settings: Settings, asked: argparse.Namespace) -> str:
    wanted = Wanted(asked.name, tuple(asked.roles), tuple(asked.reps), asked.all_customers)
    by = _by()
    person = add_person(at, asked.email, wanted, by)
    done = f"{person.email} may sign in as {', '.join(person.roles)}"
    return f"{done}\n{_link(at, accounts, settings, person, by)}" if settings.sign_in == LOCAL else done


def _change(at: Writing, accounts: Accounts, settings: Settings, asked: argparse.Namespace) -> str:
    person = accounts_of.find_by_email(at, asked.email)
    if person is None:
        raise NotFound(f"nobody has the address {asked.email}; `python -m dashboard people list` prints all")
    if asked.action == "link":
        return _link(at, accounts, settings, person, _by())
    n_ended = let_in(at, person, _by(), is_let_in=asked.action == "enable")
    if asked.action == "enable":
        return f"{person.email} may sign in again"
    return f"{person.email} may not sign in any more; sessions ended: {n_ended}"


def _link(at: Writing, accounts: Accounts, settings: Settings, person: Person, by: By) -> str:
    hours = int(LINK_LASTS.total_seconds() // 3600)
    address = one_time_link(at, accounts, settings, person, by)
    return f"Send them this link, which sets the password, once, within {hours} hours:\n{address}"


def _list(database: Database) -> str:
    with database.read() as at:
        lines = [_line(person) for person in accounts_of.everyone(at)]
    return "\n".join(lines) or "nobody has an account; make one with: python -m dashboard people add EMAIL --role ROLE"


def _line(person: Person) -> str:
    seen = person.last_seen_at.strftime("%Y-%m-%d %H:%M UTC") if person.last_seen_at else "never"
    parts = [person.email, person.name, f"roles: {', '.join(person.roles) or 'none'}"]
    if person.rep_names:
        parts.append(f"reps: {', '.join(person.rep_names)}")
    if person.scope_all:
        parts.append("all customers")
    parts.append(f"last seen: {seen}")
    if person.is_disabled:
        parts.append("disabled")
    return "; ".join(part for part in parts if part)


def _by() -> By:
    """Return that nobody is signed in at the command line: the trail names no one who did it."""
    return By(None, "command", utc_now())
