"""What pitches without an order change: by hand, and on orders whose pitches have a planted effect."""

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.dataset.outcomes import ANSWERS, Pitches, no_outcomes
from recsys.lists.answers import MIN_PITCHES, Answers, change_of, changed_chances, learn_answers, no_answers
from recsys.lists.new_order import NewListRules
from tests.recsys.lists.test_rule_choice import AS_OF, N_CUSTOMERS, fads, made, windows_of

NO_ANSWER, SNOOZED = 0, 1
RULES = NewListRules(0.0, 1.0)
Pitch = tuple[int, int, int, int]  # customer, product, days before AS_OF, how it ended


def pitched(data: Interactions, rows: list[Pitch]) -> Pitches:
    customers, products, ago, ends = (np.array(column) for column in zip(*sorted(rows), strict=True))
    days = AS_OF.toordinal() - 719163 - ago
    return Pitches(data.customer_ids, data.product_ids, customers, products, days, ends.astype(np.int8))


def planted(snoozed: range) -> list[Pitch]:
    """Return pitches before each of the last two windows: what was snoozed is bought in it, the rest is not."""
    rows: list[Pitch] = []
    for customer in snoozed:
        rows += [(customer, 39, 60, SNOOZED), (customer, 1, 30, SNOOZED)]
    for customer in range(1, N_CUSTOMERS, 2):
        rows += [(customer, 20 + (customer + 3) % 7, 58, NO_ANSWER)]
    return rows


def orders() -> Interactions:
    """Return fads that few customers knew before: everybody had tried 39."""
    rows = fads()
    return made([row for row in rows if row[1] != 39 or row[2] < 60 or row[0] % 10 == 5])


def learned(rows: list[Pitch]) -> Answers:
    data = orders()
    return learn_answers(windows_of(data), pitched(data, rows), RULES, 20)


def test_a_change_of_odds_meets_what_was_bought_and_few_pitches_change_little() -> None:
    tenth = np.log(0.1 / 0.9)
    many, few = np.full(2_000, tenth), np.full(4, tenth)
    half = np.arange(2_000) % 2 == 0
    assert np.exp(change_of(many, half)) == pytest.approx(9, rel=0.02)  # from 1 : 9 to 1 : 1
    assert 1 < np.exp(change_of(few, half[:4])) < 4
    assert change_of(many, np.arange(2_000) % 10 == 0) == pytest.approx(0, abs=0.001)
    assert -5 < change_of(many, np.zeros(2_000, dtype=bool)) < -3  # never impossible


def test_changed_chances_stay_chances() -> None:
    found = changed_chances(np.array([0.1, 0.9, 0.3, np.nan]), np.array([np.log(9), np.log(9), 0.0, 2.0]))
    assert found[:3] == pytest.approx([0.5, 81 / 82, 0.3])
    assert np.isnan(found[3])


def test_what_was_planted_is_found_and_lists_learned_before_meet_more() -> None:
    found = learned(planted(range(0, N_CUSTOMERS, 2)))
    by_name = {one.answer: one for one in found.report.effects}
    snoozed, old = by_name["snoozed"], by_name["no answer for four weeks"]
    assert snoozed.bought == snoozed.pitches > MIN_PITCHES
    assert snoozed.expected is not None
    assert snoozed.odds is not None
    assert snoozed.bought > 2 * snoozed.expected
    assert snoozed.odds > 2
    assert old.bought == 0 < old.pitches
    assert found.changes[ANSWERS.index("snoozed")] == pytest.approx(np.log(snoozed.odds))
    assert found.report.hits_before is not None
    assert found.report.hits_after is not None
    assert found.report.hits_after > found.report.hits_before


def test_few_pitches_change_nothing() -> None:
    found = learned(planted(range(MIN_PITCHES - 1)))
    assert found.changes[ANSWERS.index("snoozed")] == 0
    assert found.report.effects[ANSWERS.index("snoozed")].odds == 1


def test_without_pitches_or_orders_it_says_why() -> None:
    data = made(fads())
    assert learn_answers([], None, RULES, 20).report.why_not == "nothing was recorded"
    assert learn_answers([], no_outcomes(data).pitches, RULES, 20).report.why_not == "nothing was recorded"
    found = learn_answers([], pitched(data, planted(range(9))), RULES, 20)
    assert found.report.why_not.startswith("too little was ordered")
    assert no_answers("x").of(no_outcomes(data).pitches, data).nnz == 0


def test_changes_are_of_open_pitches_alone() -> None:
    data = made(fads())
    changes = Answers(np.array([-1.0, -2.0, 3.0]), no_answers("").report)
    rows = [(39, 30, 5, NO_ANSWER), (39, 31, 40, NO_ANSWER), (39, 32, 40, SNOOZED), (39, 1, 100, NO_ANSWER)]
    found = changes.of(pitched(data, rows), data).toarray()[39]
    bought = data.bought.toarray()[39]
    assert bought[1] == 1  # after the pitch: it is not open any more
    assert {int(at): float(found[at]) for at in np.flatnonzero(found)} == {30: -1.0, 31: -2.0, 32: 3.0}
