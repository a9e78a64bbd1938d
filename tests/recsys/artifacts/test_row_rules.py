"""Rules between the columns of a row."""

from typing import Any

import pyarrow as pa
import pytest

from recsys.artifacts.row_rules import check_row_rules
from recsys.errors import ArtifactError
from recsys.schema.published import POPULAR, RECOMMENDATIONS, SCORE_FAMILIES
from tests.support.artifacts import small_rows

SHARES = {f"share_{family}": 1 / len(SCORE_FAMILIES) for family in SCORE_FAMILIES}
ROW = {
    "customer_id": "C", "list": "new", "rank": 1, "product_id": "P", "model": "ranker", "score": 0.4,
    "quantity": 3.0, "price": 4.0, "value": 12.0, "chance": 0.25, "expected": 3.0,
    "reason_kind": "popular", "reason_n": 1, **SHARES,
}  # fmt: skip


def rows(**changed: Any) -> pa.Table:
    return pa.Table.from_pylist([ROW, {**ROW, "rank": 2, **changed}], schema=RECOMMENDATIONS.arrow_schema())


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"price": None, "value": None, "expected": None},
        {"chance": None, "expected": None},
        dict.fromkeys(SHARES),
        {"chance": 0.0, "expected": 0.0},
        {"share_own": SHARES["share_own"] + 1e-9},
    ],
)
def test_rows_that_keep_every_rule_pass(changed: dict[str, Any]) -> None:
    check_row_rules(rows(**changed), RECOMMENDATIONS)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"value": 12.5, "expected": 3.125}, "value is quantity x price, and known exactly where both are"),
        ({"value": None, "expected": None}, "value is quantity x price"),
        ({"expected": 3.1}, "expected is chance x value, and known exactly where both are"),
        ({"expected": None}, "expected is chance x value"),
        ({"chance": None}, "expected is chance x value"),
        ({"share_season": None}, "share_season is known exactly where share_own is"),
        ({"share_own": SHARES["share_own"] + 0.01}, "its shares add up to 1"),
    ],
)
def test_broken_rule_is_named_with_its_row(changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(ArtifactError, match=f"customer_id 'C', list 'new', rank '2' breaks a rule: {rule}"):
        check_row_rules(rows(**changed), RECOMMENDATIONS)


def test_no_rows_and_tables_without_rules_pass() -> None:
    check_row_rules(rows().slice(0, 0), RECOMMENDATIONS)
    check_row_rules(pa.Table.from_pylist(small_rows()["popular"], schema=POPULAR.arrow_schema()), POPULAR)


def test_the_small_version_keeps_every_rule() -> None:
    table = pa.Table.from_pylist(small_rows()["recommendations"], schema=RECOMMENDATIONS.arrow_schema())
    check_row_rules(table, RECOMMENDATIONS)
