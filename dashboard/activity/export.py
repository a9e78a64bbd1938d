"""Outcomes as the table of the schema that a build reads: they reach the recommendations as a file, never as code."""

import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import Outcome
from recsys.schema.clean import OUTCOMES

AT_ONCE = 10_000  # outcomes in memory


def export_outcomes(database: Database, file: Path) -> int:
    """Write all outcomes that were not taken back into a Parquet file, and return how many.

    The file is written beside its place and put there at the end: who reads it has the old one or the new one.
    Raises ActivityUnavailable without the database, ActivityError for a file that cannot be written.
    """
    database.prepare()
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    n_rows, schema = 0, OUTCOMES.arrow_schema()
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for found in _all(database):
                rows = [_row(one) for one in found if one.undone_at is None]
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                n_rows += len(rows)
        part.chmod(0o600)  # it says who said what of whom
        part.replace(file)
    except OSError as error:
        raise ActivityError(f"{file} cannot be written ({error.strerror or error}); name another place") from error
    finally:
        part.unlink(missing_ok=True)
    return n_rows


def _all(database: Database) -> Iterator[tuple[Outcome, ...]]:
    last = 0
    while True:
        with database.read() as at:
            found = outcomes.in_order(at, after_id=last, limit=AT_ONCE)
        if not found:
            return
        yield found
        last = found[-1].id


def _row(outcome: Outcome) -> dict[str, object]:
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
