"""The choice of order and exposure cap of new products: the most personal lists that cost next to no hits.

Tested forward in time on the windows before (forward_window), for each data set anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.evaluation.metrics import metric_values
from recsys.kernels.sparse import without
from recsys.lists.exposure_cap import effective_max_share
from recsys.lists.forward_window import ForwardWindow, ScoredCustomers
from recsys.lists.new_order import NewListRules, arranged

DISCOUNTS = (0.0, 0.05, 0.1)
MAX_SHARES = (1.0, 0.5, 0.3, 0.2, 0.15)
MAX_LOSS = 0.02  # relative, of recall@10 and of NDCG@10, in the mean over the windows
MIN_TESTED = 200  # customers over all windows; with fewer the defaults are used
DEFAULT_RULES = NewListRules(popularity_discount=0.05, max_share=0.3)
_METRICS = ("recall@10", "ndcg@10")


@dataclass(frozen=True)
class Trial:
    """Rules, and the recall@10 and NDCG@10 of new products in each window, (n_windows, 2)."""

    rules: NewListRules
    means: NDArray[np.float64]


@dataclass(frozen=True)
class RuleChoice:
    """The chosen rules, all trials, the ranker's order without a cap first, and how many customers were tested."""

    rules: NewListRules
    trials: tuple[Trial, ...]
    n_tested: int

    def loss(self, rules: NewListRules) -> NDArray[np.float64]:
        """Return (2,) the relative loss of recall@10 and NDCG@10 by some tried rules, the mean over the windows."""
        return relative_loss(self.trial(rules), self.trials[0])

    def trial(self, rules: NewListRules) -> Trial:
        """Return the trial of some rules. Raises StopIteration for rules that were not tried."""
        return next(trial for trial in self.trials if trial.rules == rules)


def choose_rules(
    windows: Sequence[ForwardWindow], length: int, discount: float | None = None, max_share: float | None = None
) -> RuleChoice:
    """Return the highest popularity discount, then the smallest cap, whose loss is at most MAX_LOSS.

    length               places of a list
    discount, max_share  a value that was asked for and is not chosen; None: choose
    """
    discounts = DISCOUNTS if discount is None else (discount,)
    shares = MAX_SHARES if max_share is None else (max_share,)
    tested = [window for window in windows if window.is_tested.any()]
    n_tested = sum(int(window.is_tested.sum()) for window in tested)
    if n_tested < MIN_TESTED:
        return RuleChoice(
            NewListRules(
                DEFAULT_RULES.popularity_discount if discount is None else discount,
                DEFAULT_RULES.max_share if max_share is None else max_share,
            ),
            (),
            n_tested,
        )
    trials = _Trials(tested, length)
    best = trials.first_allowed([NewListRules(each, 1.0) for each in reversed(discounts)])
    chosen = trials.first_allowed([NewListRules(best.popularity_discount, each) for each in reversed(shares)])
    return RuleChoice(chosen, tuple(trials.done.values()), n_tested)


def relative_loss(trial: Trial, reference: Trial) -> NDArray[np.float64]:
    """Return (2,) how much lower recall@10 and NDCG@10 are than the reference's, 0-1, the mean over the windows.

    A window without any hit of the reference counts as no loss.
    """
    safe = np.where(reference.means > 0, reference.means, 1.0)
    return np.asarray(((reference.means - trial.means) / safe).mean(axis=0))


class _Trials:
    """Runs rules on windows, each once; the reference is run first."""

    def __init__(self, windows: Sequence[ForwardWindow], length: int) -> None:
        self._windows, self._length = windows, length
        self.done: dict[NewListRules, Trial] = {}
        self._reference = self._run(NewListRules(0.0, 1.0))

    def first_allowed(self, wanted: Sequence[NewListRules]) -> NewListRules:
        """Return the first rules whose loss is allowed; the last ones if none is."""
        for rules in wanted:
            if (relative_loss(self._run(rules), self._reference) <= MAX_LOSS).all():
                return rules
        return wanted[-1]

    def _run(self, rules: NewListRules) -> Trial:
        if rules not in self.done:
            means = [_means(window, rules, self._length) for window in self._windows]
            self.done[rules] = Trial(rules, np.array(means))
        return self.done[rules]


def _means(window: ForwardWindow, rules: NewListRules, length: int) -> list[float]:
    ranked = list_table(window.scored, *list_positions(window.scored, rules, length), length)
    return [float(values.mean()) for values in new_list_metrics(window, ranked)]


def list_positions(
    scored: ScoredCustomers, rules: NewListRules, length: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the positions in `scored.new` of what is in the lists, and the places; see new_order.arranged."""
    share = effective_max_share(rules.max_share, length, len(scored.mean_scores))
    slots = np.full(scored.n_lists, length)
    capped = NewListRules(rules.popularity_discount, share)
    return arranged(scored.new, scored.mean_scores, capped, slots, scored.n_lists)


def list_table(
    scored: ScoredCustomers, positions: NDArray[np.intp], places: NDArray[np.int64], length: int
) -> NDArray[np.int32]:
    """Return (n_lists, length) products of the lists of new products, best first, -1 where a list ends.

    positions, places  see list_positions
    """
    table = np.full((scored.n_lists, length), -1, dtype=np.int32)
    table[scored.new.owners[positions], places] = scored.new.items[positions]
    return table


def new_list_metrics(window: ForwardWindow, ranked: NDArray[np.int32]) -> list[NDArray[np.float64]]:
    """Return recall@10 and NDCG@10 of new products, (n_tested,) each."""
    rows = np.flatnonzero(window.is_tested)
    bought = window.training.held_out.history.bought[window.scored.customers[rows]]
    truth = without(csr_matrix(window.truth[rows]), bought)
    values = metric_values(ranked[rows], truth)
    return [values[name] for name in _METRICS]
