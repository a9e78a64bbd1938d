"""Rules between the columns of a published row, in addition to the rules of each column."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from recsys.errors import ArtifactError
from recsys.schema.columns import Table
from recsys.schema.published import RECOMMENDATIONS, SCORE_FAMILIES

Mask: TypeAlias = Any  # a ChunkedArray of bool; pyarrow's compute functions do not have precise types
Rule: TypeAlias = tuple[Mask, str]

_TOLERANCE = 1e-6  # of an amount, relative above 1; of a sum of shares, absolute
_SHARES = tuple(f"share_{family}" for family in SCORE_FAMILIES)


def check_row_rules(rows: pa.Table, table: Table) -> None:
    """Raise ArtifactError with key and rule for the first row that breaks a rule of its table."""
    if table.name not in _RULES or not rows.num_rows:
        return
    for broken, rule in _RULES[table.name](rows):
        row = pc.index(broken, pa.scalar(True)).as_py()
        if row >= 0:
            key = ", ".join(f"{name} '{rows[name][row].as_py()}'" for name in table.key)
            raise ArtifactError(f"{table.name}: {key} breaks a rule: {rule}")


def _of_recommendations(rows: pa.Table) -> Iterator[Rule]:
    yield from _is_product(rows, "value", ("quantity", "price"))
    yield from _is_product(rows, "expected", ("chance", "value"))
    known: Mask = pc.is_valid(rows[_SHARES[0]])
    total: Mask = rows[_SHARES[0]]
    for name in _SHARES[1:]:
        yield (
            pc.not_equal(known, pc.is_valid(rows[name])),
            f"{name} is known exactly where {_SHARES[0]} is",
        )
        total = pc.add(total, rows[name])
    off: Mask = pc.abs(pc.subtract(total, pa.scalar(1.0)))
    yield pc.greater(off, pa.scalar(_TOLERANCE)), "its shares add up to 1"


def _is_product(rows: pa.Table, name: str, factors: tuple[str, str]) -> Iterator[Rule]:
    wanted: Mask = pc.multiply(rows[factors[0]], rows[factors[1]])
    rule = f"{name} is {factors[0]} x {factors[1]}, and known exactly where both are"
    yield pc.not_equal(pc.is_valid(rows[name]), pc.is_valid(wanted)), rule
    away: Mask = pc.abs(pc.subtract(rows[name], wanted))
    tolerance: Mask = pc.multiply(pc.max_element_wise(pc.abs(wanted), pa.scalar(1.0)), pa.scalar(_TOLERANCE))
    yield pc.greater(away, tolerance), rule


_RULES: dict[str, Callable[[pa.Table], Iterator[Rule]]] = {RECOMMENDATIONS.name: _of_recommendations}
