"""Order lines of a map file: which of them are returns, and amounts of several currencies as one."""

from recsys.errors import SourceError
from recsys.ingest.sources.cancellations import net_cancellations
from recsys.ingest.sources.map_models import LineKeys
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.staging import problem

IS_RETURN, CURRENCY, RATE = "is return", "currency of the row", "rate of the row"
CANCELLED = "cancelled in full by a later return"
NETTED = "a return, set off against the lines that it cancels"
_COLUMNS = "order_id, customer_id, product_id, ordered_on, quantity, revenue, file, row, line, problem"


def make_lines(session: ImportSession, name: str, staged: str, keys: LineKeys) -> None:
    """Create the view `name` of staged lines and, if the map says what returns are, the view `returns`.

    Raises SourceError for a currency without a rate.
    """
    revenue = _converted(session, name, staged, keys)
    given = {row[0] for row in session.rows(f"DESCRIBE {identifier(staged)}")}
    is_return = f"coalesce({identifier(IS_RETURN)}, false)" if IS_RETURN in given else "false"
    session.run(
        f"CREATE VIEW {identifier(f'{name} rows')} AS SELECT * REPLACE ({revenue} AS revenue), "  # noqa: S608 - quoted
        f"{is_return} AS is_return FROM {identifier(staged)}"
    )
    if IS_RETURN not in given:
        session.run(f"CREATE VIEW {name} AS SELECT {_COLUMNS} FROM {identifier(f'{name} rows')}")  # noqa: S608 - own names
        return
    rows = _netted(session, name) if keys.net_returns else identifier(f"{name} rows")
    session.run(f"CREATE VIEW {name} AS SELECT {_COLUMNS} FROM {rows} WHERE NOT is_return")  # noqa: S608 - own names
    session.run(
        f"CREATE VIEW returns AS SELECT {_COLUMNS} FROM "  # noqa: S608 - own names
        f"(SELECT * REPLACE (abs(quantity) AS quantity, abs(revenue) AS revenue) FROM {rows} WHERE is_return)"
    )


def _converted(session: ImportSession, name: str, staged: str, keys: LineKeys) -> str:
    """Return SQL of the revenue in one currency."""
    if keys.currency is None:
        return "revenue"
    code, to = f"upper(trim({identifier(CURRENCY)}))", (keys.currency.to or "").upper()
    if keys.currency.rate is not None:
        return f"revenue * CASE WHEN {code} = {literal(to)} THEN 1 ELSE {identifier(RATE)} END"
    found = session.rows(
        f"SELECT {code}, count(*) FROM {identifier(staged)} WHERE problem IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608 - quoted
    )
    there = ", ".join(f"{unit or 'none'} ({n:,} lines)" for unit, n in found)
    if not to:
        if len(found) > 1:
            raise SourceError(
                f"{name} has amounts in several currencies, {there}; say what they are worth: "
                f'[{name}.currency] to = "{found[0][0]}", rates = {{ {found[1][0] or "XXX"} = ... }}'
            )
        return "revenue"
    rates = {to: 1.0} | {unit.upper(): rate for unit, rate in keys.currency.rates.items()}
    missing = [unit for unit, _ in found if unit not in rates]
    if missing:
        raise SourceError(
            f"{name} has amounts in {there}, and the map file has no rate of {', '.join(map(str, missing))} to {to}; "
            f"add it: [{name}.currency] rates = {{ {missing[0] or 'XXX'} = ... }}"
        )
    if len(found) > 1:
        session.notes.append(f"{name}: amounts in {there} are converted to {to}")
    cases = " ".join(f"WHEN {literal(unit)} THEN {rate!r}" for unit, rate in rates.items())
    return f"revenue * CASE {code} {cases} END"


def _netted(session: ImportSession, name: str) -> str:
    """Return SQL of the lines and returns with the units that are left, after returns were set off."""
    session.run(
        f"CREATE TABLE lines AS SELECT file_no, row, customer_id, product_id, "  # noqa: S608 - own names
        f"abs(round(revenue / nullif(quantity, 0), 4)) AS price, ordered_on AS moment, "
        "CASE WHEN is_return THEN -abs(quantity) ELSE quantity END AS quantity, is_return, problem "
        f"FROM {identifier(f'{name} rows')}"
    )
    net_cancellations(session)
    return (
        "(SELECT * EXCLUDE (remaining, problem) REPLACE ("  # noqa: S608 - own names
        "coalesce(revenue * remaining / nullif(quantity, 0), revenue) AS revenue, "
        "coalesce(remaining, quantity) AS quantity), CASE WHEN problem IS NOT NULL THEN problem "
        f"WHEN remaining = 0 AND is_return THEN {problem('dropped', NETTED)} "
        f"WHEN remaining = 0 THEN {problem('dropped', CANCELLED)} END AS problem "
        f"FROM {identifier(f'{name} rows')} LEFT JOIN netted USING (file_no, row))"
    )
