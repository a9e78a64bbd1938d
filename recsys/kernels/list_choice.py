"""Compiled loop that fills lists from ordered candidates, in a module that imports nothing else (see ranker_loops)."""

import numpy as np
from numpy.typing import NDArray

from recsys.runtime.jit import compiled


@compiled
def choose(
    starts: NDArray[np.int64],
    is_open: NDArray[np.bool_],
    groups: NDArray[np.int64],
    limits: NDArray[np.int64],
    twins: NDArray[np.int64],
    slots: NDArray[np.int64],
    varied: int,
    out: NDArray[np.int64],
) -> None:
    """Write to `out` the place of each candidate in its list, 0 for the first, -1 if it is not in it.

    starts   (n_lists + 1,) where each list's candidates begin; a list's candidates are ordered, best first
    is_open  (m,) whether the candidate may be taken
    groups   (m,) a candidate's group from 0, -1 for none
    limits   (m,) most candidates of its group among the first `varied` places of its list
    twins    (m,) a number from 0: of those with the same one only the best is taken
    slots    (n_lists,) places in each list

    A candidate beyond the limit of its group waits until the first `varied` places are filled.
    """
    group_count = np.zeros(groups.max() + 2 if len(groups) else 1, dtype=np.int64)
    twin_list = np.full(twins.max() + 1 if len(twins) else 1, -1, dtype=np.int64)
    for one in range(len(slots)):
        first, last = starts[one], starts[one + 1]
        out[first:last] = -1
        group_count[groups[first:last]] = 0
        place = 0
        for end, limited in ((min(slots[one], varied), True), (slots[one], False)):
            for candidate in range(first, last):
                if place >= end:
                    break
                if not is_open[candidate] or out[candidate] >= 0 or twin_list[twins[candidate]] == one:
                    continue
                if limited and _is_full(groups[candidate], limits[candidate], group_count):
                    continue
                twin_list[twins[candidate]] = one
                out[candidate] = place
                place += 1


@compiled
def _is_full(group: int, limit: int, count: NDArray[np.int64]) -> bool:
    """Count one more of a group, unless it has `limit` already; no group, -1, is never full."""
    if group < 0:
        return False
    if count[group] >= limit:
        return True
    count[group] += 1
    return False
