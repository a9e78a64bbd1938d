"""Which table is what: order lines, the header of orders, customers, products and what they look up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recsys.errors import SourceError
from recsys.ingest.propose.amounts import is_amount
from recsys.ingest.propose.concepts import Match, match_columns, match_scores
from recsys.ingest.propose.links import Link, best_link, links_of
from recsys.ingest.propose.profiles import Described
from recsys.ingest.propose.structure import keys_by_structure
from recsys.ingest.propose.views import Matches
from recsys.ingest.sources.session import ImportSession

_AMOUNTS = ("revenue", "price", "gross", "order_total")
_NAMES = ("company", "customer_name", "last_name", "first_name")
_NO_LINES = frozenset(("return", "stock", "price", "supplier", "rep", "category"))
_LEAST = 3.0


@dataclass(frozen=True)
class Roles:
    """What the tables are.

    lines      the table of order lines
    header     link from the lines to the orders, None where lines have customer and day themselves
    customers  link to the customers, from the lines or from the header
    products   link from the lines to the products
    """

    tables: dict[str, Described]
    matches: Matches
    links: tuple[Link, ...]
    lines: Described
    header: Link | None = None
    customers: Link | None = None
    products: Link | None = None
    scores: dict[str, float] = field(default_factory=dict)

    def from_(self, table: str) -> list[Link]:
        """Return the links that start at a table."""
        return [link for link in self.links if link.table == table]


def roles_of(session: ImportSession, tables: Sequence[Described]) -> Roles:
    """Return what each table is. Raises SourceError if none of them has order lines."""
    by_name = {table.name: table for table in tables}
    fitting = {table.name: match_scores(table) for table in tables}
    matches = {table.name: match_columns(table, fitting[table.name]) for table in tables}
    links = links_of(session, tables, fitting)
    scores = {table.name: _line_score(table, matches, links, by_name) for table in tables}
    lines = max(tables, key=lambda table: (round(scores[table.name], 1), table.given.n_rows))
    if scores[lines.name] < _LEAST:
        lines = max(tables, key=lambda table: (_by_values(table), table.given.n_rows))
        if _by_values(lines) < _LEAST:
            raise SourceError(_no_lines(tables, matches))
    matches[lines.name] |= keys_by_structure(session, lines, matches[lines.name], fitting[lines.name])
    own = matches[lines.name]
    header = best_link(links, lines.name, own, "order_id", by_name)
    if header is not None and not _is_needed(own, matches[header.other]):
        header = None
    bearer = lines.name if "customer_id" in own or header is None else header.other
    customers = best_link(links, bearer, matches[bearer], "customer_id", by_name)
    if customers is None and header is not None:
        customers = best_link(links, header.other, matches[header.other], "customer_id", by_name)
    products = best_link(links, lines.name, own, "product_id", by_name)
    return Roles(by_name, matches, tuple(links), lines, header, customers, products, scores)


def _is_needed(lines: dict[str, Match], header: dict[str, Match]) -> bool:
    """Return whether the orders have something that their lines lack."""
    return any(name in header and name not in lines for name in ("customer_id", "ordered_on", "status", "currency"))


def _line_score(table: Described, matches: Matches, links: Sequence[Link], tables: dict[str, Described]) -> float:
    own = matches[table.name]
    leads = {link.other for link in links if link.table == table.name}
    reached = leads | {link.other for link in links if link.table in leads}
    there = own.keys() | {concept for name in reached for concept in matches[name]}
    product = own.get("product_id") or own.get("product_name")
    products = any("product" in tables[link.other].given.about for link in links if link.table == table.name)
    score = 2.0 * (product is not None or products)
    score += 1.5 * ("quantity" in own) + 1.0 * any(name in own for name in _AMOUNTS)
    score += 1.0 * ("ordered_on" in there) + 1.0 * any(name in there for name in ("customer_id", "email", *_NAMES))
    score += 0.5 * ("order_id" in own) + 0.5 * bool(table.given.about & {"order", "line"})
    if product is not None and table.profiles[product.column].is_key and table.given.n_rows > 5:
        score -= 2.5  # each product once: a list of products
    if table.given.about & _NO_LINES and not table.given.about & {"line"}:
        score -= 2.5
    return score


def _by_values(table: Described) -> int:
    """Return how many kinds of columns that order lines need a table has: days, numbers, and two more."""
    days = [name for name, profile in table.profiles.items() if profile.date_formats]
    amounts = [name for name, profile in table.profiles.items() if is_amount(profile)]
    return bool(days) + bool(amounts) + min(2, len(table.profiles) - len(days) - len(amounts))


def _no_lines(tables: Sequence[Described], matches: Matches) -> str:
    found = "; ".join(
        f"{table.given.label} has {', '.join(matches[table.name]) or 'no column that is known'}" for table in tables[:6]
    )
    return (
        f"no file looks like order lines, which have a product and a quantity or an amount in each row ({found}); "
        "name the file with the lines of your orders too, or write the map by hand (data/README.md)"
    )
