"""Customer top 100 by cosine of tf-idf weighted baskets, and item top 50 by cosine of the sets of buyers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz

from benchmarks.orders import Size, count_matrix, make_orders
from benchmarks.tasks import OURS, Answer, Benchmark, Implementation, Outcome, Task
from recsys.kernels.neighbours import all_nearest, tf_idf, unit_rows
from recsys.runtime.jit import compiled

_NEAREST = {"customers": 100, "items": 50}
_THREADS = 2
_BLOCK_ROWS = 1_000
_SAME = 1e-6


def make(size: Size, folder: Path) -> None:
    """Write the two matrices of rows of length one."""
    counts = count_matrix(make_orders(size))
    save_npz(folder / "customers.npz", unit_rows(tf_idf(counts)), compressed=False)
    counts.data[:] = 1
    save_npz(folder / "items.npz", unit_rows(counts.T.tocsr()), compressed=False)


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether similarities are equal rank by rank within 1e-6, and ids wherever they are not tied."""
    left, right = ours["similarities"].astype(float), theirs["similarities"].astype(float)
    if np.abs(left - right).max(initial=0) > _SAME:
        return False
    tied = np.zeros(left.shape, dtype=bool)
    near = np.abs(np.diff(left, axis=1)) < 2 * _SAME
    tied[:, 1:] |= near
    tied[:, :-1] |= near
    tied[:, -1] = True  # it may be tied with the one after the last
    return bool((tied | (left == 0) | (ours["rows"] == theirs["rows"])).all())


def _rows(task: str, folder: Path) -> csr_matrix:
    return csr_matrix(load_npz(folder / f"{task}.npz"))


def _outcome(rows: NDArray[Any], similarities: NDArray[Any]) -> Outcome:
    return Outcome(lambda: {"rows": rows, "similarities": similarities}, result_bytes=rows.nbytes + similarities.nbytes)


def _sparse_outcome(found: csr_matrix, k: int) -> Outcome:
    return Outcome(lambda: _without_self(found, k), result_bytes=found.data.nbytes + found.indices.nbytes)


def _without_self(found: csr_matrix, k: int) -> Answer:
    """Return the best k of each row of a matrix, best first, without the row itself; ties by id."""
    owners = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    keep = (found.indices != owners) & (found.data > 0)
    owners, others, values = owners[keep], found.indices[keep], found.data[keep]
    order = np.lexsort((others, -values, owners))
    owners, others, values = owners[order], others[order], values[order]
    places = np.arange(len(owners)) - np.searchsorted(owners, owners)
    kept = places < k
    rows, similarities = np.full((found.shape[0], k), -1), np.zeros((found.shape[0], k))
    rows[owners[kept], places[kept]] = others[kept]
    similarities[owners[kept], places[kept]] = values[kept]
    return {"rows": rows, "similarities": similarities}


def _ours(task: str) -> Implementation:
    def prepare(folder: Path) -> Callable[[], Outcome]:
        units, k = _rows(task, folder), _NEAREST[task]
        all_nearest(units[:200], k, 100)

        def run() -> Outcome:
            near = all_nearest(units, k, _BLOCK_ROWS)
            return _outcome(near.rows, near.similarities)

        return run

    return prepare


def _sparse_dot_topn(task: str) -> Implementation:
    def prepare(folder: Path) -> Callable[[], Outcome]:
        from sparse_dot_topn import sp_matmul_topn

        units, k = _rows(task, folder), _NEAREST[task]
        # One more than k: the row itself is among them.
        return lambda: _sparse_outcome(
            sp_matmul_topn(units, units.T.tocsr(), top_n=k + 1, sort=True, n_threads=_THREADS), k
        )

    return prepare


def _implicit(task: str) -> Implementation:
    def prepare(folder: Path) -> Callable[[], Outcome]:
        from implicit.nearest_neighbours import all_pairs_knn

        columns, k = _rows(task, folder).T.tocsr(), _NEAREST[task]  # it compares columns
        return lambda: _sparse_outcome(
            csr_matrix(all_pairs_knn(columns, k + 1, num_threads=_THREADS, show_progress=False)), k
        )

    return prepare


def _scikit_learn(task: str) -> Implementation:
    def prepare(folder: Path) -> Callable[[], Outcome]:
        from sklearn.neighbors import NearestNeighbors

        units, k = _rows(task, folder), _NEAREST[task]

        def run() -> Outcome:
            model = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute", n_jobs=_THREADS).fit(units)
            distances, rows = model.kneighbors()
            return _outcome(rows, 1 - distances)

        return run

    return prepare


def _bare(task: str) -> Implementation:
    """Add up all cosines of all rows and drop them: a lower bound of the time of any kernel that scatters."""

    def prepare(folder: Path) -> Callable[[], Outcome]:
        units = _rows(task, folder)
        columns = units.T.tocsr()
        inputs = (units.indptr, units.indices, units.data, columns.indptr, columns.indices, columns.data)
        ends = [units.shape[0] * part // (_THREADS * 16) for part in range(_THREADS * 16 + 1)]
        _accumulate(*inputs, 0, 1)

        def run() -> Outcome:
            with ThreadPoolExecutor(_THREADS) as threads:
                parts = threads.map(lambda part: _accumulate(*inputs, *part), pairwise(ends))
                total = sum(parts, 0.0)
            return Outcome(lambda: {"total": np.array([total])})

        return run

    return prepare


@compiled
def _accumulate(
    starts: NDArray[np.int32],
    columns: NDArray[np.int32],
    weights: NDArray[np.float64],
    column_starts: NDArray[np.int32],
    rows: NDArray[np.int32],
    values: NDArray[np.float64],
    first: int,
    end: int,
) -> float:
    sums = np.zeros(len(starts) - 1)
    total = 0.0
    for row in range(first, end):
        for entry in range(starts[row], starts[row + 1]):
            weight = weights[entry]
            for at in range(column_starts[columns[entry]], column_starts[columns[entry] + 1]):
                sums[rows[at]] += weight * values[at]
        total += sums[row]
        sums[:] = 0
    return total


def _task(name: str) -> Task:
    return Task(
        name,
        {
            OURS: _ours(name),
            "sparse-dot-topn": _sparse_dot_topn(name),
            "implicit": _implicit(name),
            "scikit-learn": _scikit_learn(name),
        },
        same,
        bounds={"bare accumulation": _bare(name)},
    )


NEIGHBOURS = Benchmark("neighbours", make, (_task("customers"), _task("items")))
