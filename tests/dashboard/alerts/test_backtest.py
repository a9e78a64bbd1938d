"""How often a rule would have been right, on the six products and three customers of the small version."""

import pytest

from dashboard.access.viewer import EVERYONE
from dashboard.alerts.backtest import Backtest, backtest
from dashboard.alerts.rules import DUE, LOST, SLOWING, default_rule, rule_of
from dashboard.data.repository import Repository
from recsys.schema.reorder_rules import LostRule


def asked(repository: Repository, kind: str, **bounds: float) -> Backtest | None:
    rule = rule_of(kind, bounds, default_rule(kind, LostRule()))
    return backtest(repository.snapshot(EVERYONE), rule)


@pytest.mark.parametrize(
    ("kind", "bounds", "counts"),
    [
        # Looked at: bought six times, worth 200; three are silent long enough, one of them was bought again.
        (LOST, {}, (3, 2, 3)),
        (LOST, {"days": 31}, (1, 1, 3)),
        (LOST, {"purchases": 5, "gaps": 4}, (2, 2, 4)),
        (LOST, {"worth": 1_000}, (0, 0, 0)),
        (SLOWING, {}, (1, 1, 1)),
        (SLOWING, {"order_days": 5}, (2, 2, 2)),
        (SLOWING, {"gaps": 3, "quarter": 1}, (0, 0, 1)),
    ],
)
def test_a_rule_is_asked_what_it_would_have_said(
    repository: Repository, kind: str, bounds: dict[str, float], counts: tuple[int, int, int]
) -> None:
    found = asked(repository, kind, **bounds)
    assert found is not None
    assert (found.alerts, found.right, found.true) == counts
    assert (found.cut.isoformat(), found.days, found.n_customers, found.of_customers) == ("2026-08-17", 90, 3, 3)


def test_shares_have_their_interval_and_there_is_none_of_nothing(repository: Repository) -> None:
    found, nothing = asked(repository, LOST), asked(repository, LOST, worth=1_000)
    assert found is not None
    assert nothing is not None
    assert found.precision == pytest.approx((2 / 3, 0.2077, 0.9385), abs=1e-4)
    assert found.recall == found.precision
    assert (nothing.precision, nothing.recall) == (None, None)


def test_a_kind_or_a_version_without_a_test_has_none(repository: Repository, without_test: Repository) -> None:
    assert asked(repository, DUE) is None
    assert asked(without_test, LOST) is None
