"""The clean tables, which an import writes and a build reads. `data/README.md` is checked against `CLEAN_TABLES`."""

from recsys.schema.columns import Column, Table

STATUSES = ("active", "blocked", "closed")
PRIORITIES = ("normal", "low")
# What happens in the shop, in the order in which it does; then what is decided and sent from here; then what undoes.
EVENT_KINDS = ("impression", "click", "view", "cart", "order", "assigned", "mailed", "opened", "uncart")
OUTCOME_KINDS = ("pitched", "ordered", "snoozed", "not_relevant")
SCOPES = ("product", "category", "customer")

# What a build can add up and divide without losing a digit that counts.
_LEAST_QUANTITY, _MOST_QUANTITY, _MOST_AMOUNT = 1e-6, 1e9, 1e12


CUSTOMERS = Table(
    "customers",
    "who can order",
    ("customer_id",),
    (
        Column("customer_id", "text", "the company's own number, as text: `00123` stays `00123`", required=True),
        Column("name", "text", "falls back to the id", required=True),
        Column("segment", "text", "kind of business, e.g. cafe, hotel"),
        Column("region", "text", "where the customer is served"),
        Column("rep", "text", "name of the sales rep who looks after the customer"),
        Column("phone", "text", "as it is dialled"),
        Column("email", "text", "for mailings"),
        Column("may_contact", "flag", "false: never in a mailing"),
        Column("status", "text", "active, blocked or closed; only active ones are pitched to", choices=STATUSES),
        Column("parent_id", "text", "customer_id of the firm this one belongs to"),
    ),
    attributes=True,
)


PRODUCTS = Table(
    "products",
    "what can be ordered",
    ("product_id",),
    (
        Column("product_id", "text", "the company's own number, as text", required=True),
        Column("name", "text", "falls back to the id", required=True),
        Column("category", "text", "levels from the top, separated by ` > `"),
        Column("supplier", "text", "who makes or delivers it"),
        Column("unit", "text", "what one of it is called, e.g. case"),
        Column("pack_size", "text", "what is in a unit, e.g. 12 x 1 l"),
        Column(
            "unit_price", "number", "list price of one unit, net, in the currency", at_least=0, at_most=_MOST_AMOUNT
        ),
        Column(
            "cost", "number", "what one unit costs the company, net, in the currency", at_least=0, at_most=_MOST_AMOUNT
        ),
        Column("available", "flag", "false: never recommended; null counts as true"),
        Column("introduced_on", "date", "first day it could be ordered"),
        Column("replaced_by", "text", "product_id that took its place"),
        Column("priority", "text", "low: held back from all lists; null counts as normal", choices=PRIORITIES),
    ),
)


_LINE_COLUMNS = (
    Column("order_id", "text", "the order that the line belongs to", required=True),
    Column("customer_id", "text", "who ordered; must be in customers", required=True),
    Column("product_id", "text", "what; must be in products", required=True),
    Column("ordered_on", "date", "day of the order", required=True, past=True),
    Column("quantity", "number", "units", required=True, above=0, at_least=_LEAST_QUANTITY, at_most=_MOST_QUANTITY),
    Column("revenue", "number", "of the line, net, in the currency", required=True, at_least=0, at_most=_MOST_AMOUNT),
)


ORDER_LINES = Table("order_lines", "what was ordered", ("customer_id", "ordered_on"), _LINE_COLUMNS, unique=False)


RETURNS = Table(
    "returns",
    "what came back; shown to reps, never learned from; quantity and revenue are positive",
    ("customer_id", "ordered_on"),
    _LINE_COLUMNS,
    unique=False,
)


STOCK = Table(
    "stock",
    "what was at hand, as counted on some days",
    ("product_id", "on"),
    (
        Column("product_id", "text", "what; must be in products", required=True),
        Column("on", "date", "day of the count", required=True, past=True),
        Column("quantity", "number", "units at hand; 0: it could not be delivered", required=True, at_least=0),
    ),
    optional=True,
)


PROMOTIONS = Table(
    "promotions",
    "products that were, are or will be sold at a lower price",
    ("product_id", "from"),
    (
        Column("product_id", "text", "what; must be in products", required=True),
        Column("from", "date", "first day", required=True),
        Column("to", "date", "last day, not before `from`", required=True, not_before="from"),
        Column("discount", "number", "share of the price that is taken off", required=True, above=0, at_most=1),
    ),
    optional=True,
)


EVENTS = Table(
    "events",
    "what customers saw and did in the shop, and what was sent to them",
    ("event_id",),
    (
        Column("event_id", "text", "the event's own number, as text", required=True),
        Column("customer_id", "text", "who, if known; must be in customers"),
        Column("product_id", "text", "what, if it is of a product; must be in products"),
        Column("kind", "text", "see below", required=True, choices=EVENT_KINDS),
        Column("at", "moment", "when, UTC", required=True, past=True),
        Column("session_id", "text", "the visit to the shop that it belongs to"),
        Column("list", "text", "the list or campaign that it is about"),
        Column("version", "text", "the version whose list was shown"),
        Column("arm", "text", "of a test or campaign: the group that the customer is in"),
    ),
    optional=True,
)


OUTCOMES = Table(
    "outcomes",
    "what reps pitched from a list, and what came of it",
    ("outcome_id",),
    (
        Column("outcome_id", "text", "the outcome's own number, as text", required=True),
        Column("customer_id", "text", "to whom; must be in customers", required=True),
        Column("product_id", "text", "what; must be in products; null: the whole account"),
        Column("kind", "text", "see below", required=True, choices=OUTCOME_KINDS),
        Column("at", "moment", "when, UTC", required=True, past=True),
        Column("user_id", "text", "the rep who said so", required=True),
        Column("list", "text", "the list that the row was in: usual, new, seasonal or lost; null: the whole account"),
        Column("rank", "whole", "its place there, from 1; null: the whole account", at_least=1),
        Column("chance", "number", "the chance that was shown; null without one", at_least=0, at_most=1),
        Column("version", "text", "the version that the list is of", required=True),
        Column("reason", "text", "snoozed, not_relevant: why, in the rep's words"),
        Column("until", "date", "snoozed: the day before which it is not to come back; null: no end"),
        Column("scope", "text", "what it holds for: see below", required=True, choices=SCOPES),
    ),
    optional=True,
)


CLEAN_TABLES: dict[str, Table] = {
    table.name: table for table in (CUSTOMERS, PRODUCTS, ORDER_LINES, RETURNS, STOCK, PROMOTIONS, EVENTS, OUTCOMES)
}
