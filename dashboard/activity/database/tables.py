"""The tables, as the newest migration leaves them; a test compares both."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and UTC in Python, with a zone in PostgreSQL, UTC without one in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use an aware time such as datetime.now(UTC)")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


LongId = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER counts up by itself in SQLite
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of_a_person(*, is_key: bool = False) -> Column[int]:
    return Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, primary_key=is_key)


PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # as `email_key` in people.py folds it
    Column("name", Text, nullable=False),
    Column("scope_all", Boolean, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("password_hash", Text),
    Column("issuer", Text),
    Column("subject", Text),
    UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,  # the audit trail names ids: none is given twice
)
PERSON_ROLES = Table(
    "person_roles", METADATA, _of_a_person(is_key=True), Column("role", Text, primary_key=True, nullable=False)
)
PERSON_REPS = Table(
    "person_reps", METADATA, _of_a_person(is_key=True), Column("rep", Text, primary_key=True, nullable=False)
)
LINKS = Table(
    "one_time_links",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    _of_a_person(),
    Column("purpose", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "person_id"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    _of_a_person(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("address_hash", Text, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index(None, "person_id"),
    Index(None, "ends_at"),
    sqlite_autoincrement=True,
)
THROTTLE = Table(
    "throttle",
    METADATA,
    Column("kind", Text, primary_key=True, nullable=False),
    Column("key", Text, primary_key=True, nullable=False),
    Column("n_failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("wait_until", UtcDateTime, nullable=False),
    Index(None, "last_at"),
)
ROLE_REQUESTS = Table(
    "role_requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("groups", Text, nullable=False),  # JSON
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("n_times", Integer, nullable=False),
    UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)
AUDIT = Table(
    "audit",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", Integer),  # no foreign key: the line outlives the account
    Column("kind", Text, nullable=False),
    Column("subject_ids", Text, nullable=False),  # JSON
    Column("row_count", Integer),
    Column("filter", Text),  # JSON
    Column("outcome", Text, nullable=False),
    Index(None, "at"),
    Index(None, "person_id", "at"),
    Index(None, "kind", "at"),
    sqlite_autoincrement=True,
)
# What the triggers of the audit trail let through, for the length of one transaction: see audit.py.
AUDIT_GATE = Table(
    "audit_gate",
    METADATA,
    Column("purpose", Text, primary_key=True, nullable=False),
    Column("before", UtcDateTime),
)


# ---- what came of calls. People are named by their number alone: it stays when the account is gone, and names nobody;
# 0 is whoever uses an app that nobody signs in to. Products and customers are those of the versions.


def _who() -> tuple[Column[int], ...]:
    return (Column("person_id", Integer, nullable=False),)


OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # the browser's: a double click is one outcome
    Column("customer_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),  # empty: the whole account
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    *_who(),
    Column("list", Text, nullable=False),
    Column("rank", Integer),
    Column("reason", Text, nullable=False),  # the kind of reason that was shown
    Column("chance", Float),
    Column("value", Float),  # quantity x price as it was shown
    Column("version", Text, nullable=False),
    Column("why", Text, nullable=False),  # of the configured reasons; empty for none
    Column("note", Text, nullable=False),
    Column("until", Date),
    Column("until_order_after", Date),  # snoozed without a day: until an order after this one
    Column("undone_at", UtcDateTime),
    Index(None, "customer_id", "id"),
    Index(None, "customer_id", "undone_at", "at"),
    Index(None, "person_id", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
# What outcomes keep out of the lists now: the newest one of each product of a customer that does.
HELD_BACK = Table(
    "held_back",
    METADATA,
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("product_id", Text, primary_key=True, nullable=False),  # empty: the whole account
    Column("outcome_id", LongId, nullable=False),
    Column("kind", Text, nullable=False),
    Column("until", Date),  # back from this day of the clock on
    Column("until_order_after", Date),  # back with the customer's next order after this day
    Column("until_data", Date),  # back with data of this day or later
    Index(None, "product_id"),
)
# Of whom something that holds back changed, in the order in which it did: who keeps counts counts those again.
HELD_CHANGES = Table(
    "held_changes",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("customer_id", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What somebody is putting together for a customer's order, until it is handed over or emptied.
BASKET_ITEMS = Table(
    "basket_items",
    METADATA,
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("product_id", Text, primary_key=True, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("last_key", Text, nullable=False),  # of the browser: a click that is sent twice adds once
)

SHOWN_LISTS = Table(
    "shown_lists",
    METADATA,
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("day", Date, primary_key=True, nullable=False),
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("version", Text, primary_key=True, nullable=False),
    Column("list", Text, primary_key=True, nullable=False),
    Column("product_ids", Text, nullable=False),  # JSON, as on the screen
    Index(None, "day"),
)
NOTES = Table(
    "notes",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("customer_id", Text, nullable=False),
    *_who(),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "customer_id", "id"),
    sqlite_autoincrement=True,
)
NEXT_STEPS = Table(
    "next_steps",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("customer_id", Text, nullable=False),
    *_who(),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_as", Text),  # done, dropped
    Index(None, "customer_id", "id"),
    Index(None, "closed_at", "due_on"),
    Index(None, "person_id", "due_on"),
    sqlite_autoincrement=True,
)
SAVED_VIEWS = Table(
    "saved_views",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_who(),
    Column("page", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),  # of the address, without its question mark
    UniqueConstraint("person_id", "page", "name"),
    sqlite_autoincrement=True,
)


# ---- alerts. The team's rule has the number TEAM, see alerts.py. `product_id` is empty where an alert is about the
# whole customer, and the number of the next step where it is about one; `customer_id` is empty where it is about a
# product.

ALERT_RULES = Table(
    "alert_rules",
    METADATA,
    Column("kind", Text, primary_key=True, nullable=False),
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("bounds", Text, nullable=False),  # JSON: a number by its name
    Column("set_by", Integer, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)
# What a person does not want to see until a day, of alerts that no outcome holds back.
ALERT_SNOOZES = Table(
    "alert_snoozes",
    METADATA,
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("kind", Text, primary_key=True, nullable=False),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("product_id", Text, primary_key=True, nullable=False),
    Column("until", Date, nullable=False),
    Index(None, "customer_id"),
)
ALERT_ASSIGNMENTS = Table(
    "alert_assignments",
    METADATA,
    Column("kind", Text, primary_key=True, nullable=False),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("product_id", Text, primary_key=True, nullable=False),
    Column("assigned_to", Integer, nullable=False),
    Column("assigned_by", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "customer_id"),
    Index(None, "assigned_to"),
)
# Up to which day of the data, and of the clock, a person has seen their alerts; and at the visit before that one.
ALERT_VISITS = Table(
    "alert_visits",
    METADATA,
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("day", Date, nullable=False),
    Column("before_as_of", Date),
    Column("before_day", Date),
)

# ---- the digest by email: which days' were sent to whom, and who wants none

DIGESTS = Table(
    "digests",
    METADATA,
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("day", Date, primary_key=True, nullable=False),
    Column("as_of", Date, nullable=False),  # up to where the data reached: what began later is new in the next one
    Column("at", UtcDateTime, nullable=False),
    Index(None, "day"),
)
DIGESTS_UNWANTED = Table(
    "digests_unwanted",
    METADATA,
    Column("person_id", Integer, primary_key=True, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


# ---- campaigns: whom they are for, what is offered to whom, and what the mailing tool says came of it. `person_id` is
# who made it, as with outcomes.


def _of_a_campaign(*, is_key: bool = True) -> Column[int]:
    to = ForeignKey("campaigns.id", ondelete="CASCADE")
    return Column("campaign_id", to, nullable=False, primary_key=is_key)


CAMPAIGNS = Table(
    "campaigns",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # the browser's: a double click makes one campaign
    Column("name", Text, nullable=False),
    *_who(),
    Column("at", UtcDateTime, nullable=False),
    Column("version", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("source", Text, nullable=False),  # of the address, without its question mark
    Column("source_words", Text, nullable=False),
    Column("product_ids", Text, nullable=False),  # JSON; empty: each customer's own
    Column("size", Integer),  # as it was asked for; null: all
    Column("held_share", Float, nullable=False),
    Column("seed", LongId, nullable=False),
    Column("window_days", Integer, nullable=False),
    Column("rest_days", Integer, nullable=False),
    Column("n_found", Integer, nullable=False),
    Column("left_out", Text, nullable=False),  # JSON: customers by reason, in the order in which it is asked
    Column("resting_until", Date),  # the day on which who is in another campaign is free again
    Column("price", Float),  # of the set
    Column("discount", Float),  # share of the price
    Column("text", Text, nullable=False),
    Column("sent_on", Date),
    sqlite_autoincrement=True,
)
CAMPAIGN_MEMBERS = Table(
    "campaign_members",
    METADATA,
    _of_a_campaign(),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("arm", Text, nullable=False),  # sent, held
    Column("stratum", Text, nullable=False),  # within which the lot was drawn
    Column("rfm_segment", Text),
    Column("revenue", Float, nullable=False),  # of 12 months, when it was drawn
    Index(None, "customer_id"),
    Index(None, "campaign_id", "arm"),
)
CAMPAIGN_OFFERS = Table(
    "campaign_offers",
    METADATA,
    _of_a_campaign(),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("product_id", Text, primary_key=True, nullable=False),
    Column("reference", Text, unique=True),  # null: held out, nothing is sent
    Column("chance", Float),
    Column("value", Float),
    Column("expected", Float),
    Column("reason", Text, nullable=False),
    Index(None, "customer_id"),
)
EVENT_BATCHES = Table(
    "event_batches",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("file", Text, nullable=False),
    *_who(),
    Column("at", UtcDateTime, nullable=False),
    Column("n_lines", Integer, nullable=False),
    Column("n_new", Integer, nullable=False),
    Column("n_known", Integer, nullable=False),
    Column("n_refused", Integer, nullable=False),
    Column("ended_at", UtcDateTime),  # null: it was broken off, and can be repeated
    sqlite_autoincrement=True,
)
CAMPAIGN_EVENTS = Table(
    "campaign_events",
    METADATA,
    Column("event_id", Text, primary_key=True, nullable=False),  # the mailing tool's: the same one twice is one event
    _of_a_campaign(is_key=False),
    Column("customer_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),  # empty: the mail as a whole
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("batch_id", LongId, nullable=False),
    Index(None, "campaign_id", "customer_id"),
    Index(None, "customer_id"),
    Index(None, "kind", "customer_id"),
)
# Whom reps are to call because of a campaign, from when and until when.
CAMPAIGN_CALLS = Table(
    "campaign_calls",
    METADATA,
    _of_a_campaign(),
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("product_id", Text, nullable=False),
    *_who(),
    Column("at", UtcDateTime, nullable=False),
    Column("until", Date, nullable=False),  # off the lists from this day on
    Column("key", Text, nullable=False),  # of the click, which can be taken back as a whole
    Index(None, "until"),
    Index(None, "customer_id"),
)
API_TOKENS = Table(
    "api_tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("ends_with", Text, nullable=False),  # the last letters: what lists name it by
    Column("scopes", Text, nullable=False),  # sorted, a space between two
    Column("per_hour", Integer, nullable=False),  # calls at most
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Integer),  # no foreign key: the number outlives the account; null: by the command line
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    sqlite_autoincrement=True,  # the audit trail names ids: none is given twice
)
API_CALLS = Table(
    "api_calls",
    METADATA,
    Column("token_id", ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True, nullable=False),
    Column("hour", UtcDateTime, primary_key=True, nullable=False),  # its beginning
    Column("n_calls", Integer, nullable=False),
    Column("n_refused", Integer, nullable=False),  # of them
    Index(None, "hour"),
)
# What happened in the shop, in the order in which it came in. Without a customer it is a session's alone.
SHOP_EVENTS = Table(
    "shop_events",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),  # the shop's: the same one twice is one event
    Column("kind", Text, nullable=False),
    Column("customer_id", Text),
    Column("session", Text),
    Column("product_id", Text),
    Column("quantity", Float),
    Column("list", Text),  # of one that was shown
    Column("text", Text),  # that was searched for
    Column("arm", Text),  # of an experiment
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "customer_id", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
# What the stock system said last of products, since whichever build.
AVAILABILITY = Table(
    "availability",
    METADATA,
    Column("product_id", Text, primary_key=True, nullable=False),
    Column("is_available", Boolean, nullable=False),
    Column("stock", Float),
    Column("at", UtcDateTime, nullable=False),
    Column("change", LongId, nullable=False),  # counts up with each push: who holds an older one reads anew
    Index(None, "change"),
)
