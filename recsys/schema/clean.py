"""The clean tables, which an import writes and a build reads. `data/README.md` is checked against `CLEAN_TABLES`."""

from recsys.schema.columns import Column, Table

STATUSES = ("active", "blocked", "closed")


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
        Column("unit_price", "number", "list price of one unit, net, in the currency", at_least=0),
        Column("cost", "number", "what one unit costs the company, net, in the currency", at_least=0),
        Column("available", "flag", "false: never recommended; null counts as true"),
        Column("introduced_on", "date", "first day it could be ordered"),
        Column("replaced_by", "text", "product_id that took its place"),
    ),
)


_LINE_COLUMNS = (
    Column("order_id", "text", "the order that the line belongs to", required=True),
    Column("customer_id", "text", "who ordered; must be in customers", required=True),
    Column("product_id", "text", "what; must be in products", required=True),
    Column("ordered_on", "date", "day of the order", required=True),
    Column("quantity", "number", "units", required=True, above=0),
    Column("revenue", "number", "of the line, net, in the currency", required=True, at_least=0),
)


ORDER_LINES = Table("order_lines", "what was ordered", ("customer_id", "ordered_on"), _LINE_COLUMNS, unique=False)


RETURNS = Table(
    "returns",
    "what came back; shown to reps, never learned from; quantity and revenue are positive",
    ("customer_id", "ordered_on"),
    _LINE_COLUMNS,
    unique=False,
)


CLEAN_TABLES: dict[str, Table] = {table.name: table for table in (CUSTOMERS, PRODUCTS, ORDER_LINES, RETURNS)}
