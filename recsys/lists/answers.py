"""How much an earlier pitch without an order changes a product's chance: learned from what was bought after pitches.

history ....... pitched, snoozed, no answer | 28 days: bought, or not
                chance by score alone       | share that was bought

Log odds of the chance go up or down by one number for each kind of answer, the same for all customers and products.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.special import expit

from recsys.dataset.interactions import Interactions
from recsys.dataset.outcomes import ANSWERS, Pitches
from recsys.kernels.sparse_lookup import at
from recsys.lists.forward_window import ForwardWindow, ScoredCustomers
from recsys.lists.new_order import NewListRules
from recsys.lists.rule_choice import list_positions
from recsys.models.calibration.list_chances import MIN_BOUGHT
from recsys.models.calibration.probability import fit_calibrator, log_odds
from recsys.schema.build_report import AnswerEffect, AnswerTest

MIN_PITCHES = 50  # of a kind of answer that the window's candidates contain; with fewer it changes nothing
_SHOWN = 10


@dataclass(frozen=True)
class Answers:
    """What pitches without an order teach.

    changes  (len(ANSWERS),) of the log odds of a chance; 0 where there are too few
    report   the effects, and the test of such changes on the last window
    """

    changes: NDArray[np.float64]
    report: AnswerTest

    def of(self, pitches: Pitches, interactions: Interactions) -> csr_matrix:
        """Return (n_customers, n_products) changes of log odds as of the last day of the interactions."""
        found = pitches.open_at(interactions)
        changes = self.changes[found.answers]
        some = changes != 0
        entries = (changes[some], (found.customers[some], found.products[some]))
        return csr_matrix(entries, shape=interactions.counts.shape)


def no_answers(why_not: str) -> Answers:
    """Return that nothing was learned, and why."""
    return Answers(np.zeros(len(ANSWERS)), AnswerTest(why_not=why_not))


@dataclass(frozen=True)
class _Answered:
    """The candidates of a window that had been pitched, (m,) each.

    positions  in scored.new        answers  place in ANSWERS        logits  log odds of the chance by score alone
    bought     in the window
    """

    positions: NDArray[np.intp]
    answers: NDArray[np.int8]
    logits: NDArray[np.float64]
    bought: NDArray[np.bool_]

    def of(self, answer: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return log odds and what was bought of one kind of answer."""
        some = self.answers == answer
        return self.logits[some], self.bought[some]


def learn_answers(
    windows: Sequence[ForwardWindow], pitches: Pitches | None, rules: NewListRules, length: int
) -> Answers:
    """Return what the last window teaches, and the test on it of what the window before taught.

    rules, length  of the lists of new products
    """
    if pitches is None or not len(pitches.days):
        return no_answers("nothing was recorded")
    found = [_answered(window, pitches) for window in windows]
    last = found[0] if found else None
    if last is None:
        return no_answers("too little was ordered before the last four weeks to learn from")
    changes, effects = _effects(last)
    report = AnswerTest(effects=effects)
    before = found[1] if len(found) > 1 else None
    if before is not None:
        report = report.model_copy(update=_tested(windows[0], last, _effects(before)[0], rules, length))
    return Answers(changes, report)


def _answered(window: ForwardWindow, pitches: Pitches) -> _Answered | None:
    """Return the candidates that had been pitched; None if too few candidates were bought to tell their chance."""
    scored, history = window.scored, window.training.held_out.history
    new, n_products = scored.new, np.int64(history.n_products)
    bought = np.asarray(at(window.truth, new.owners, new.items) > 0)
    found = pitches.open_at(history)
    owners = np.searchsorted(scored.customers, found.customers)
    owners = np.where(np.isin(found.customers, scored.customers), owners, -1)
    wanted = np.where(owners < 0, -1, owners * n_products + found.products)
    keys = new.owners.astype(np.int64) * n_products + new.items
    positions = np.flatnonzero(np.isin(keys, wanted))
    order = np.argsort(wanted, kind="stable")
    answers = found.answers[order[np.searchsorted(wanted, keys[positions], sorter=order)]]
    others = np.ones(len(keys), dtype=bool)
    others[positions] = False
    if not MIN_BOUGHT <= bought[others].sum() < others.sum():
        return None
    logits, orders = log_odds(new.scores), window.to_learn.order_logits[new.owners]
    usual = fit_calibrator(logits[others], orders[others], bought[others])
    chances = usual.chances(logits[positions], orders[positions])
    return _Answered(positions, answers, log_odds(chances), bought[positions])


def _effects(found: _Answered) -> tuple[NDArray[np.float64], tuple[AnswerEffect, ...]]:
    changes, effects = np.zeros(len(ANSWERS)), []
    for answer, name in enumerate(ANSWERS):
        logits, bought = found.of(answer)
        if len(logits) >= MIN_PITCHES:
            changes[answer] = change_of(logits, bought)
        effects.append(
            AnswerEffect(
                answer=name,
                pitches=len(logits),
                bought=int(bought.sum()),
                expected=float(expit(logits).sum()),
                odds=float(np.exp(changes[answer])),
            )
        )
    return changes, tuple(effects)


def change_of(logits: NDArray[np.float64], bought: NDArray[np.bool_]) -> float:
    """Return the change of log odds that makes as many expected as were bought, (m,) each, held towards 0.

    The prior is normal with mean 0 and deviation 1: a few pitches change little.
    """

    def gradient(change: float) -> float:
        return float(expit(logits + change).sum() - bought.sum() + change)

    most = 1.0 + len(logits)  # the gradient is at most as far from its prior as there are pitches
    return float(brentq(gradient, -most, most))


def _tested(
    window: ForwardWindow, found: _Answered, changes: NDArray[np.float64], rules: NewListRules, length: int
) -> dict[str, float | int]:
    """Return fields of an AnswerTest: what the lists met in the window, without and with changes learned before it."""
    plain = window.scored
    moved = np.zeros(len(plain.new.items))
    moved[found.positions] = changes[found.answers]
    changed = replace(plain, new=replace(plain.new, changes=moved))
    before, after = (_first_places(window, scored, rules, length) for scored in (plain, changed))
    return {
        "rows": len(before),
        "hits_before": int(before.sum()),
        "hits_after": int(after.sum()),
        "expected": float(expit(found.logits + changes[found.answers]).sum()),
        "bought": int(found.bought.sum()),
    }


def _first_places(
    window: ForwardWindow, scored: ScoredCustomers, rules: NewListRules, length: int
) -> NDArray[np.bool_]:
    """Return (m,) whether each product of the first ten places of all lists was bought in the window."""
    positions, places = list_positions(scored, rules, length)
    first = positions[places < _SHOWN]
    return np.asarray(at(window.truth, scored.new.owners[first], scored.new.items[first]) > 0)


def changed_chances(chances: NDArray[np.float64], changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return chances, (m,), whose log odds are changed; NaN stays."""
    return np.where(changes == 0, chances, expit(log_odds(chances) + changes))
