"""Keys of order lines found by what determines what, where names say nothing: an order has one day and one customer."""

from recsys.ingest.propose.concepts import LEAST, Match, Scores, fits, may_be_units
from recsys.ingest.propose.profiles import Described
from recsys.ingest.propose.vocabulary import vocabulary
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier

_SURE = 0.7  # of what only the values say
_HOLDS = 0.995  # share of values that have one value of what they determine
_FEWEST_ROWS = 30


def keys_by_structure(
    session: ImportSession, table: Described, known: dict[str, Match], fitting: Scores
) -> dict[str, Match]:
    """Return the concepts of a table of lines that its values show and its names do not, all with the same score.

    Only columns are looked at whose names say nothing.

    An order determines its day and its customer, a product its name, and neither determines the other. Needs one column
    of days; found are `order_id`, `customer_id`, `product_id`, `product_name` and `quantity`, if they are unknown.
    """
    days = [known["ordered_on"].column] if "ordered_on" in known else _days(table)
    if len(days) != 1 or table.given.n_rows < _FEWEST_ROWS:
        return {}
    taken = {match.column for match in known.values()} | set(days)
    free = {
        name: profile
        for name, profile in table.profiles.items()
        if name not in taken and all(fitting[0][name, concept] < LEAST for concept in vocabulary().concepts)
    }
    ids = [name for name, profile in free.items() if fits(profile, "order_id") == 1 and not profile.is_key]
    found: dict[str, str] = {}
    orders = [name for name in ids if _determines(session, table, name, days[0])]
    order = known["order_id"].column if "order_id" in known else _most_values(table, orders)
    if not order:
        return {}
    found["order_id"] = order
    of_order = [name for name in ids if name != order and _determines(session, table, order, name)]
    customers = [name for name in of_order if not _determines(session, table, name, order)]
    if not any(name in known for name in ("customer_id", "email", "company", "customer_name")):
        found["customer_id"] = _most_values(table, customers)
    rest = [name for name in ids if name not in (order, *of_order)]
    if not any(name in known for name in ("product_id", "product_name")):
        found |= _product(session, table, rest)
    units = [
        name for name in free if name not in found.values() and name not in of_order and may_be_units(name, free[name])
    ]
    found["quantity"] = units[0] if len(units) == 1 else ""
    return {
        concept: Match(column, concept, _SURE, 0.0)
        for concept, column in found.items()
        if column and concept not in known
    }


def _product(session: ImportSession, table: Described, ids: list[str]) -> dict[str, str]:
    """Return product and name: a key that determines a text which is longer, or else the key with most values."""
    texts = [name for name, profile in table.profiles.items() if profile.share(profile.n_letters) > 0.7]
    for name in sorted(ids, key=lambda name: (-table.profiles[name].n_values, table.profiles[name].length)):
        for text in texts:
            longer = table.profiles[text].length > table.profiles[name].length
            if (
                text != name
                and longer
                and _determines(session, table, name, text)
                and table.profiles[text].n_values > 1
            ):
                return {"product_id": name, "product_name": text}
    keys = [name for name in ids if not may_be_units(name, table.profiles[name])]
    return {"product_id": _most_values(table, keys)}


def _days(table: Described) -> list[str]:
    return [name for name, profile in table.profiles.items() if profile.date_formats and profile.filled > 0.9]


def _most_values(table: Described, columns: list[str]) -> str:
    return max(columns, key=lambda name: table.profiles[name].n_values, default="")


def _determines(session: ImportSession, table: Described, key: str, other: str) -> bool:
    """Return whether nearly every value of a column comes with one value of another."""
    name, value = identifier(key), identifier(other)
    [[share]] = session.rows(
        f"SELECT avg(CASE WHEN n <= 1 THEN 1.0 ELSE 0.0 END) FROM (SELECT count(DISTINCT {value}) AS n "
        f"FROM {identifier(table.given.relation)} WHERE {name} IS NOT NULL GROUP BY {name})"
    )
    return float(share or 0.0) >= _HOLDS
