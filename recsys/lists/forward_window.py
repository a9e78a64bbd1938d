"""What lists would have held before a window whose orders are known: learned strictly before it.

history ..... | window to learn from | tested window |
o  o   o   o  | x   x  labels        | x  x  truth   |

The ranker's weights come from the window before, its signals from all orders before the tested window. Nothing of the
tested window, not even how many products or customers it has, is known to the lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.interactions import Interactions
from recsys.evaluation.backtest import FittedBefore
from recsys.kernels.sparse import Ranked, best, masked, stored_in, without
from recsys.lists.new_order import MAX_SCORED, NewCandidates, new_candidates
from recsys.lists.variety import ProductGroups
from recsys.models.calibration.list_chances import ListedRows
from recsys.models.calibration.probability import Logistic, fit_logistic, order_features
from recsys.models.ranker.ranker import FittedRanker, Ranker, TrainingData
from recsys.models.ranker.signals import Signals
from recsys.models.reorder import MAX_SILENT, reorder_cycles, silent_cycles
from recsys.models.seasonal import out_of_season
from recsys.runtime.parallel import blocks

MAX_CUSTOMERS = 4_000  # drawn by the ranker's seed from all with orders before the window
_LEAST_BASKETS = 2  # of a tested customer, as in evaluation.split
_BLOCK_ROWS = 1_000


@dataclass(frozen=True)
class CustomerFacts:
    """What the chances of a customer's rows are computed from besides scores; (n_lists,) each."""

    order_logits: NDArray[np.float64]
    n_baskets: Counts
    segments: Counts

    def of(self, customers: Positions) -> "CustomerFacts":
        """Return the facts of some customers only, in their order."""
        return CustomerFacts(self.order_logits[customers], self.n_baskets[customers], self.segments[customers])

    def rows(self, owners: Counts, scores: NDArray[np.float64]) -> ListedRows:
        """Return rows of lists by their owners and scores, (m,) each."""
        return ListedRows(scores, self.order_logits[owners], self.n_baskets[owners], self.segments[owners])


@dataclass(frozen=True)
class ScoredCustomers:
    """The candidates of some customers' lists, by orders up to a day.

    customers    (n_lists,) rows of the interactions, ascending
    new          candidates of the lists of new products; owners are positions in `customers`
    usual        the lists of usual products; owners likewise
    silent       products that have fallen silent, see models.reorder; owners likewise
    mean_scores  (n_products,) mean score of each product that is new to a customer, over all `customers`
    facts        of each customer, for chances
    line_value   (n_products,) mean revenue of the product in a basket; 0 if unknown
    """

    customers: Positions
    new: NewCandidates
    usual: Ranked
    silent: Ranked
    mean_scores: NDArray[np.float64]
    facts: CustomerFacts
    line_value: NDArray[np.float64]

    @property
    def n_lists(self) -> int:
        return len(self.customers)


@dataclass(frozen=True)
class ForwardWindow:
    """The candidates of some customers' lists before a window, and what they bought in it.

    training   the window: training.held_out.history is before it, training.held_out.truth what was bought in it
    scored     the candidates
    truth      (n_lists, n_products) 1 where bought in the window
    is_tested  (n_lists,) customers with two baskets or more before who bought something new in it
    before     the ranker that scored them, learned on the window before
    to_learn   of each customer, for chances that are learned from this window: who orders was learned in it, as it
               will be for the chances of the next one; never for what is tested on this window
    """

    training: TrainingData
    scored: ScoredCustomers
    truth: csr_matrix
    is_tested: NDArray[np.bool_]
    before: FittedBefore
    to_learn: CustomerFacts


def customer_facts(signals: Signals, ordering: Logistic, segments: Mapping[str, int]) -> CustomerFacts:
    """Return the facts of all customers of the signals."""
    interactions = signals.interactions
    n_baskets = np.bincount(interactions.basket_customers, minlength=interactions.n_customers)
    codes = np.array([segments.get(segment or "", -1) for segment in interactions.segments], dtype=np.int64)
    return CustomerFacts(ordering.logits(order_features(signals)), n_baskets, codes)


def segment_codes(segments: tuple[str | None, ...]) -> dict[str, int]:
    """Return a code from 0 for each segment by name."""
    return {name: code for code, name in enumerate(sorted({segment for segment in segments if segment}))}


def fit_ordering(training: TrainingData) -> Logistic:
    """Return the regression of who ordered in the window, from the rhythm before it."""
    return fit_logistic(order_features(training.signals), np.diff(training.held_out.truth.indptr) > 0)


@dataclass(frozen=True)
class ForwardOptions:
    """What lists a window is tested with.

    groups        of the products of the interactions, with the held-out ones
    length        places of a list
    usual_days    days after its last purchase that a product stays in the usual list
    segments      code of each segment by name, from 0
    """

    groups: ProductGroups
    length: int
    usual_days: int
    segments: Mapping[str, int]


def forward_windows(
    ranker: Ranker, last: TrainingData, options: ForwardOptions, n: int = 2, before: TrainingData | None = None
) -> list[ForwardWindow]:
    """Return up to n windows, the last first: fewer where the orders before one are too few to learn from.

    last    the last window, whose held-out orders are the newest
    before  ranker.training_data(last.held_out.history), if that was done already
    """
    windows: list[ForwardWindow] = []
    tested, products = last, last.held_out.products
    for _ in range(n):
        learned = before if before and tested is last else ranker.training_data(tested.held_out.history)
        weights = ranker.weights(learned)
        if weights is None:
            break
        fitted = ranker.applied_to(tested.signals, weights)
        groups = options.groups.of(products)
        windows.append(_window(FittedBefore(learned, fitted), tested, replace(options, groups=groups), ranker.seed))
        tested, products = learned, products[learned.held_out.products]
    return windows


def _window(before: FittedBefore, tested: TrainingData, options: ForwardOptions, seed: int) -> ForwardWindow:
    history = tested.held_out.history
    drawn = np.random.default_rng(seed).permutation(history.n_customers)[:MAX_CUSTOMERS]
    rows = np.sort(drawn).astype(np.int32)
    scored = scored_customers(before.fitted, rows, fit_ordering(before.training_data), options)
    truth = csr_matrix(tested.held_out.truth[rows])
    bought_new = np.diff(without(truth, history.bought[rows]).indptr) > 0
    is_tested = (scored.facts.n_baskets >= _LEAST_BASKETS) & bought_new
    to_learn = customer_facts(tested.signals, fit_ordering(tested), options.segments).of(rows)
    return ForwardWindow(tested, scored, truth, is_tested, before, to_learn)


def scored_customers(
    fitted: FittedRanker, rows: Positions, ordering: Logistic, options: ForwardOptions
) -> ScoredCustomers:
    """Return the candidates of some customers' lists.

    rows     of the interactions that the ranker's signals are from, ascending
    options  its groups are of the products of these interactions
    """
    interactions = fitted.signals.interactions
    (new, usual, silent), sums = _candidates(fitted, rows, options)
    return ScoredCustomers(
        rows,
        new_candidates(new.owners, new.items, new.scores, options.groups, interactions.counts[rows]),
        usual,
        silent,
        sums / max(len(rows), 1),
        customer_facts(fitted.signals, ordering, options.segments).of(rows),
        _line_value(interactions),
    )


def _candidates(
    fitted: FittedRanker, rows: Positions, options: ForwardOptions
) -> tuple[tuple[Ranked, Ranked, Ranked], NDArray[np.float64]]:
    """Return the best new products, the usual lists, what is silent, and the sum over customers of new ones' scores.

    Products out of season are in no list.
    """
    interactions, last_age = fitted.signals.interactions, fitted.signals.profiles.last_age
    recent = masked(last_age, last_age.data <= options.usual_days)
    silent = silent_cycles(reorder_cycles(interactions), interactions)
    in_season = ~out_of_season(interactions)
    sums = np.zeros(interactions.n_products)
    found: tuple[list[Ranked], list[Ranked], list[Ranked]] = ([], [], [])
    for block in blocks(len(rows), _BLOCK_ROWS):
        scores = fitted.score(rows[block])
        unknown = without(scores, interactions.bought[rows[block]])
        sums += np.bincount(unknown.indices, weights=unknown.data, minlength=len(sums))
        unknown, scores = (masked(each, in_season[each.indices]) for each in (unknown, scores))
        own = masked(scores, stored_in(scores, recent[rows[block]]))
        fell_silent = masked(scores, stored_in(scores, silent[rows[block]]))
        best_of = (best(unknown, MAX_SCORED), best(own, options.length), best(fell_silent, MAX_SILENT))
        for parts, ranked in zip(found, best_of, strict=True):
            parts.append(ranked._replace(owners=ranked.owners + block[0]))
    return (_joined(found[0]), _joined(found[1]), _joined(found[2])), sums


def _joined(parts: list[Ranked]) -> Ranked:
    return Ranked(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _line_value(interactions: Interactions) -> NDArray[np.float64]:
    if interactions.spent is None:
        return np.zeros(interactions.n_products)
    revenue = np.asarray(interactions.spent.sum(axis=0)).ravel()
    return np.asarray(revenue / np.maximum(interactions.baskets_with(), 1))
