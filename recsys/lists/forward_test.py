"""What a build learns for its lists, and how good they are: all tested on orders after those it was learned from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.dataset.outcomes import Pitches
from recsys.evaluation.backtest import FittedBefore
from recsys.kernels.sparse_lookup import at
from recsys.lists.answers import Answers, learn_answers
from recsys.lists.forward_window import (
    CustomerFacts,
    ForwardOptions,
    ForwardWindow,
    ScoredCustomers,
    fit_ordering,
    forward_windows,
)
from recsys.lists.new_order import NewListRules
from recsys.lists.rule_choice import RuleChoice, choose_rules, list_positions
from recsys.lists.variety import ProductGroups
from recsys.lists.worth import Floor, RowWorth, choose_floor
from recsys.models.calibration.list_chances import (
    MIN_BOUGHT,
    Calibration,
    ListCalibrator,
    ListedRows,
    fit_list_calibrator,
    reliability,
)
from recsys.models.ranker.ranker import Ranker, TrainingData
from recsys.options import BuildOptions
from recsys.schema.build_report import Reliability

CALIBRATED_LISTS = ("usual", "new", "lost")
# Share of the products in the first ten places of any list that its floor may cost; usual lists are no search, and what
# is lost has the team's rule instead of a floor.
MAX_LOST_BREADTH = {"usual": 1.0, "new": 0.02}
_MONTH_DAYS = 30.44
_TOO_SHORT = "too little was ordered before the last four weeks to learn from and to test it on what came after"


@dataclass(frozen=True)
class LearnedLists:
    """What a build learned for its lists.

    choice       order and exposure cap of the lists of new products
    calibration  chances; None if there was too little to learn from
    floors       by list, where it ends
    segments     code of each segment by name from 0, for the chances
    windows      the tested windows, the last first
    answers      what pitches without an order change
    """

    choice: RuleChoice
    calibration: Calibration | None
    floors: Mapping[str, Floor]
    segments: Mapping[str, int]
    windows: tuple[ForwardWindow, ...]
    answers: Answers

    @property
    def before(self) -> FittedBefore | None:
        """The ranker as it was fitted before the last window; None if too little was ordered before it."""
        return self.windows[0].before if self.windows else None


@dataclass(frozen=True)
class LearnedRows:
    """The rows of one list before any floor, by owner and place, (m,) each; values are mean revenues of a basket."""

    owners: Counts
    items: Counts
    scores: NDArray[np.float64]
    values: NDArray[np.float64]

    def listed(self, facts: CustomerFacts) -> ListedRows:
        """Return what the rows' chances are learned or computed from."""
        return facts.rows(self.owners, self.scores)


def learn_lists(
    ranker: Ranker,
    training: TrainingData,
    groups: ProductGroups,
    segments: Mapping[str, int],
    options: BuildOptions,
    pitches: Pitches | None = None,
    before: TrainingData | None = None,
) -> LearnedLists:
    """Return what the last windows teach.

    training  ranker.training_data(interactions): the last window
    groups    of the products of those interactions
    segments  code of each segment by name from 0, see segment_codes
    pitches   what was pitched to the customers of those interactions; None: nothing was recorded
    before    ranker.training_data(training.held_out.history), if that was done already

    Chances are learned on the last window, from scores that were learned before it; their reliability is that of
    chances that were learned in the same way one window earlier. Floors are chosen on these too.
    """
    windows = forward_windows(ranker, training, list_options(groups, segments, options), before=before)
    choice = choose_rules(windows, options.list_length, options.popularity_discount, options.max_share)
    rows = [list_rows(window.scored, choice.rules, options.list_length) for window in windows]
    calibrators = [
        {
            name: fit_list_calibrator(each[name].listed(window.to_learn), _bought(window, each[name]))
            for name in CALIBRATED_LISTS
        }
        for window, each in zip(windows, rows, strict=True)
    ]
    measured: dict[str, Reliability] = {}
    floors: dict[str, Floor] = {}
    for name in CALIBRATED_LISTS:
        earlier = calibrators[1][name] if len(windows) > 1 else None
        if earlier is None:
            measured[name], floors[name] = Reliability(why_not=_TOO_SHORT), _asked(options)
        else:
            breadth = MAX_LOST_BREADTH.get(name, 1.0)
            measured[name], floors[name] = _tested(windows[0], rows[0][name], earlier, options, breadth)
    floors.pop("lost")
    calibration = None
    if windows:
        kept = {name: one for name, one in calibrators[0].items() if one is not None and measured[name].ece is not None}
        calibration = Calibration(fit_ordering(training), kept, measured)
    answers = learn_answers(windows, pitches, choice.rules, options.list_length)
    return LearnedLists(choice, calibration, floors, segments, tuple(windows), answers)


def _tested(
    window: ForwardWindow,
    rows: LearnedRows,
    earlier: ListCalibrator,
    options: BuildOptions,
    max_lost_breadth: float,
) -> tuple[Reliability, Floor]:
    """Return how reliable the chances of an earlier calibrator are on the rows, and the floor chosen with them."""
    bought = _bought(window, rows)
    n_bought = int(bought.sum())
    if n_bought < MIN_BOUGHT:
        why = f"{n_bought} of {len(bought)} suggestions were bought; from {MIN_BOUGHT} on a chance is shown"
        return Reliability(why_not=why), _asked(options)
    chances = earlier.chances(rows.listed(window.scored.facts))
    worth = RowWorth(rows.owners, rows.items, chances, chances * rows.values)
    floor = choose_floor(worth, bought, max_lost_breadth, (options.chance_floor, options.expected_floor))
    return reliability(chances, bought), floor


def list_options(groups: ProductGroups, segments: Mapping[str, int], options: BuildOptions) -> ForwardOptions:
    """Return the options of a build's lists as far as windows are tested with them."""
    return ForwardOptions(groups, options.list_length, round(options.usual_months * _MONTH_DAYS), segments)


def _asked(options: BuildOptions) -> Floor:
    return Floor(options.chance_floor or 0.0, options.expected_floor or 0.0)


def list_rows(scored: ScoredCustomers, rules: NewListRules, length: int) -> dict[str, LearnedRows]:
    """Return the rows of the usual lists, of those of new products and of what fell silent, each by owner and place."""
    found, _ = list_positions(scored, rules, length)
    new, usual, silent = scored.new, scored.usual, scored.silent
    by_list = {
        "usual": (usual.owners, usual.items, usual.scores),
        "lost": (silent.owners, silent.items, silent.scores),
        "new": (new.owners[found], new.items[found], new.scores[found]),
    }
    return {
        name: LearnedRows(owners, items, scores, scored.line_value[items])
        for name, (owners, items, scores) in by_list.items()
    }


def _bought(window: ForwardWindow, rows: LearnedRows) -> NDArray[np.bool_]:
    return np.asarray(at(window.truth, rows.owners, rows.items) > 0)
