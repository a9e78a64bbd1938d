"""Outcomes as the table of the schema that a build reads: they reach the recommendations as a file, never as code."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.parquet_file import write_parquet
from dashboard.activity.records import Outcome
from recsys.schema.clean import OUTCOMES

AT_ONCE = 10_000  # outcomes in memory


def export_outcomes(database: Database, file: Path) -> int:
    """Write all outcomes that were not taken back into a Parquet file, and return how many.

    Raises ActivityUnavailable without the database, ActivityError for a file that cannot be written.
    """
    database.prepare()
    parts = ([_row(one) for one in found if one.undone_at is None] for found in _all(database))
    return write_parquet(file, OUTCOMES.arrow_schema(), parts)


def _all(database: Database) -> Iterator[tuple[Outcome, ...]]:
    last = 0
    while True:
        with database.read() as at:
            found = outcomes.in_order(at, after_id=last, limit=AT_ONCE)
        if not found:
            return
        yield found
        last = found[-1].id


def _row(outcome: Outcome) -> Mapping[str, object]:
    is_account = not outcome.product_id
    return {
        "outcome_id": f"R{outcome.id}",
        "customer_id": outcome.customer_id,
        "product_id": None if is_account else outcome.product_id,
        "kind": outcome.kind,
        "at": outcome.at.astimezone(UTC).replace(tzinfo=None),
        "user_id": str(outcome.person_id),
        "list": outcome.list or None,
        "rank": outcome.rank,
        "chance": outcome.chance,
        "version": outcome.version,
        "reason": ". ".join(part for part in (outcome.why, outcome.note) if part) or None,
        "until": outcome.until,
        "scope": "customer" if is_account else "product",
    }
