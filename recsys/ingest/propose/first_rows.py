"""What only the first row of an order has: filled down the file, or looked up by the number of the order."""

from collections.abc import Sequence
from dataclasses import replace

from recsys.ingest.propose.concepts import Match
from recsys.ingest.propose.drafts import Draft
from recsys.ingest.propose.links import Link
from recsys.ingest.propose.roles import Roles
from recsys.ingest.propose.views import View
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier

FIRST = "first"  # name of the look-up of an order's first row
_FIRST = 0.8  # share of first rows with a value, and of later ones without, from which it is of the whole order
_BLANK = 0.05  # share of rows without a value from which lines leave it to the first row of their order


def draft_first_rows(session: ImportSession, lines: View, roles: Roles, draft: Draft) -> None:
    """Fill what only the first line of an order has: down the file, or by the number of the order."""
    own = roles.matches[roles.lines.name]
    order = own.get("order_id")
    products = [own[name] for name in ("product_id", "product_name") if name in own]
    product = max(products, key=lambda match: roles.lines.profiles[match.column].filled, default=None)
    if order is None or product is None:
        return
    table = identifier(roles.lines.given.relation)
    there = f"{identifier(product.column)} IS NOT NULL"
    concepts = [
        name for name in ("order_id", "customer_id", "email", "ordered_on", "status", "currency", "rep") if name in own
    ]
    empty = dict(
        zip(
            concepts,
            session.rows(
                f"SELECT {', '.join(f'avg(({identifier(own[name].column)} IS NULL)::INT)' for name in concepts)} "
                f"FROM {table} WHERE {there}"
            )[0],
            strict=True,
        )
    )
    left = [name for name in concepts if (empty[name] or 0) > _BLANK]
    if "order_id" in left and (empty["order_id"] or 0) < 1:
        columns = [own[name].column for name in left if abs(empty[name] - empty["order_id"]) < 0.1]
        why = f"{empty['order_id']:.0%} of the rows have no order number: they belong to the order above them"
        draft.section(f"sources.{roles.lines.name}").add("fill_down", columns, 0.9, why)
        lines.filled_down = frozenset(columns)
    elif left:
        whole = [name for name in left if _is_of_order(session, table, own[order.concept].column, own[name].column)]
        if whole:
            names = ", ".join(f"'{own[name].column}'" for name in whole)
            _join_first(lines, roles, order, whole, f"{names}: filled only in the first row of an order")


def _is_of_order(session: ImportSession, table: str, order: str, column: str) -> bool:
    """Return whether nearly every order has a value in its first row, and hardly one in a later row."""
    order, column = identifier(order), identifier(column)
    [[first, later]] = session.rows(
        f"SELECT avg(CASE WHEN {column} IS NOT NULL THEN 1.0 ELSE 0 END) FILTER (place = 1), "
        f"avg(CASE WHEN {column} IS NOT NULL THEN 1.0 ELSE 0 END) FILTER (place > 1) FROM (SELECT {column}, "
        f"row_number() OVER (PARTITION BY {order} ORDER BY rowid) AS place FROM {table} WHERE {order} IS NOT NULL)"
    )
    return (first or 0) > _FIRST and (later or 0) < 1 - _FIRST


def _join_first(lines: View, roles: Roles, order: Match, concepts: Sequence[str], why: str) -> None:
    first = replace(roles.lines, given=replace(roles.lines.given, name="first"))
    lines.matches = {**lines.matches, "first": lines.matches[roles.lines.name]}
    lines.join(first, Link(roles.lines.name, order.column, "first", order.column, 1.0, 0.0, 0.9, why))
    lines.elsewhere = dict.fromkeys(concepts, "first")
