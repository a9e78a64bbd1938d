"""What the people page shows: accounts with their reps, requests, sessions, the last lines of the trail. No Dash."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.access.identity import ROLES
from dashboard.access.roles import REP
from dashboard.activity.database import audit, people, role_requests, sessions
from dashboard.activity.database.connect import Database
from dashboard.activity.records import AuditEntry, Person, RoleRequest, Session
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.role_words import roles_text
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.urls import Links
from dashboard.records.customers import Rep

PEOPLE = "people"
N_LINES = 8
NEW = "new"  # in the place of an account's number: one is to be added

COLUMNS = (
    TableColumn("name", "Name", width=104, grow=2),
    TableColumn("email", "Email", width=140, grow=3, on_phone="plain"),
    TableColumn("account", "Account", width=98, meaning=MEANINGS["Account"]),
    TableColumn("roles", "Roles", width=108, grow=2, on_phone="plain", meaning=MEANINGS["Roles"]),
    TableColumn("reps", "Reps", width=96, grow=2, on_phone="plain", meaning=MEANINGS["Reps"]),
    TableColumn("customers", "Customers", "number", width=114, meaning=MEANINGS["Customers of a person"], decimals=0),
    TableColumn("seen", "Last seen", width=112, meaning=MEANINGS["Last seen"]),
)


@dataclass(frozen=True)
class RepState:
    """A rep of the data or of an account: how many customers name them, and who has their customers."""

    name: str
    n_customers: int
    people: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """A person, how many customers are theirs, and which of their reps no customer names."""

    person: Person
    n_customers: int | None
    unknown_reps: tuple[str, ...]


@dataclass(frozen=True)
class PeoplePage:
    """All of the page.

    opened      the account that is open, with its live sessions; None where none is
    asked       the request that is open
    is_adding   a new account is open
    """

    accounts: tuple[Account, ...]
    requests: tuple[RoleRequest, ...]
    reps: tuple[RepState, ...]
    log: tuple[AuditEntry, ...]
    opened: Account | None
    sessions: tuple[Session, ...]
    asked: RoleRequest | None
    is_adding: bool = False

    @property
    def names(self) -> dict[int, str]:
        """Return the name of each account's number."""
        return {one.person.id: one.person.name or one.person.email for one in self.accounts}


def people_page(
    database: Database, reps: Sequence[Rep], now: datetime, opened: str, asked: str, idle: timedelta
) -> PeoplePage:
    """Return the page. Raises ActivityUnavailable without the database.

    opened      the number of the account that is open, as an address says it; anything else opens none
    asked       the same of a request
    idle        a session that was not used for so long has ended
    """
    with database.read() as at:
        everyone = people.everyone(at)
        waiting = role_requests.waiting(at)
        log = audit.entries(at, limit=N_LINES)
        person = next((one for one in everyone if str(one.id) == opened), None)
        live = sessions.of_person(at, person.id, now=now, idle=idle) if person else ()
    counts = {rep.name: rep.n_customers for rep in reps}
    accounts = tuple(account_of(one, counts) for one in everyone)
    return PeoplePage(
        accounts,
        waiting,
        rep_states(accounts, counts),
        log,
        next((one for one in accounts if person and one.person.id == person.id), None),
        live,
        next((one for one in waiting if str(one.id) == asked), None),
        is_adding=opened == NEW,
    )


def account_of(person: Person, counts: dict[str, int]) -> Account:
    """Return an account with what the data say of its reps; `counts` are the customers by rep."""
    unknown = tuple(rep for rep in person.rep_names if rep not in counts)
    if REP not in person.roles:
        return Account(person, None, unknown)
    n = sum(counts.values()) if person.scope_all else sum(counts.get(rep, 0) for rep in person.rep_names)
    return Account(person, n, unknown)


def rep_states(accounts: Sequence[Account], counts: dict[str, int]) -> tuple[RepState, ...]:
    """Return all reps by name: those of the data, and those of accounts whom no customer names."""
    owners: dict[str, list[str]] = {name: [] for name in counts}
    for one in accounts:
        if REP in one.person.roles and not one.person.is_disabled:
            for rep in one.person.rep_names:
                owners.setdefault(rep, []).append(one.person.name or one.person.email)
    return tuple(RepState(name, counts.get(name, 0), tuple(owners[name])) for name in sorted(owners))


def people_table(accounts: Sequence[Account], formats: Formats, links: Links) -> TableRows:
    """Return the accounts as a table; a button for each kind of account."""
    cells: dict[str, CellOf[Account]] = {
        "name": CellOf(
            lambda one: one.person.name or one.person.email,
            lambda one: one.person.name or one.person.email,
            lambda one: links.people(str(one.person.id)),
        ),
        "email": CellOf(lambda one: one.person.email),
        "account": CellOf(lambda one: account_word(one.person)),
        "roles": CellOf(lambda one: roles_text(one.person.roles) or "None"),
        "reps": CellOf(reps_text),
        "customers": CellOf(
            lambda one: one.n_customers,
            lambda one: "" if one.n_customers is None else formats.number(one.n_customers),
        ),
        "seen": CellOf(lambda one: seen_words(one.person, formats)),
    }
    return table_of(
        (PEOPLE, "All people", ("person", "people")),
        COLUMNS,
        accounts,
        lambda one: str(one.person.id),
        cells,
        choice="account",
        is_main=True,
    )


def account_word(person: Person) -> str:
    """Return how somebody signs in, or that they cannot."""
    if person.is_disabled:
        return "Disabled"
    return "Local" if person.issuer is None else "Company"


def reps_text(account: Account) -> str:
    """Return the reps of an account, and of whom no customer names any: `Jana Brandt, Max Old (no customers)`."""
    if account.person.scope_all:
        return "all"
    unknown = account.unknown_reps
    return ", ".join(f"{rep} (no customers)" if rep in unknown else rep for rep in account.person.rep_names)


def seen_words(person: Person, formats: Formats) -> str:
    """Return when somebody was last there."""
    return "never" if person.last_seen_at is None else formats.moment(person.last_seen_at)


def known_roles(roles: Collection[str]) -> tuple[str, ...]:
    """Return those of the roles that there are, in their order."""
    return tuple(role for role in ROLES if role in roles)


def head_words(page: PeoplePage, formats: Formats) -> str:
    """Return `14 accounts, 13 with a role, 9 reps`."""
    n, with_role = len(page.accounts), sum(bool(one.person.roles) for one in page.accounts)
    n_reps = sum(REP in one.person.roles for one in page.accounts)
    accounts, reps = ("account" if n == 1 else "accounts"), ("rep" if n_reps == 1 else "reps")
    return f"{formats.number(n)} {accounts}, {formats.number(with_role)} with a role, {formats.number(n_reps)} {reps}"
