"""Frequent pairs, and frequent itemsets of two to four products, from sparse baskets; counts must be equal."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz

from benchmarks.orders import Size, basket_matrix, make_orders
from benchmarks.tasks import OURS, Answer, Benchmark, Implementation, Outcome, Task
from recsys.kernels.itemsets import MAX_SIZE, mine

_LEAST = {"S": 30, "M": 200, "L": 400}  # baskets that contain an itemset
_PAIRS, _SETS = 2, MAX_SIZE
_ALL = 100_000_000

Found = NDArray[np.int64]  # (n, 5): up to four members, ascending, then -1; last the number of baskets


def make(size: Size, folder: Path) -> None:
    """Write the baskets and the least number of baskets of an itemset."""
    save_npz(folder / "baskets.npz", basket_matrix(make_orders(size)), compressed=False)
    np.save(folder / "least.npy", np.array(_LEAST[size.name]))


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether both found the same itemsets with the same numbers of baskets."""
    return np.array_equal(ours["sets"], theirs["sets"])


def _input(folder: Path) -> tuple[csr_matrix, int]:
    return csr_matrix(load_npz(folder / "baskets.npz")), int(np.load(folder / "least.npy"))


def _outcome(answer: Callable[[], Iterable[Found]], result_bytes: int = 0) -> Outcome:
    return Outcome(
        lambda: {"sets": _sorted(np.concatenate([np.zeros((0, 5), dtype=np.int64), *answer()]))}, {}, result_bytes
    )


def _sorted(found: Found) -> Found:
    return found[np.lexsort(found.T[::-1])]


def _table(members: NDArray[np.integer], counts: NDArray[np.integer]) -> Found:
    found = np.full((len(members), 5), -1, dtype=np.int64)
    found[:, : members.shape[1]] = np.sort(members, axis=1)
    found[:, 4] = counts
    return found


def _from_sets(sets: Iterable[tuple[Iterable[int], int]]) -> Iterable[Found]:
    """Return itemsets, given as Python objects, as one table for each size."""
    by_size: dict[int, list[tuple[list[int], int]]] = {}
    for members, count in sets:
        listed = [int(member) for member in members]
        by_size.setdefault(len(listed), []).append((listed, int(count)))
    return [
        _table(np.array([members for members, _ in some]), np.array([count for _, count in some]))
        for size, some in by_size.items()
        if size > 1
    ]


def _ours(most: int, folder: Path) -> Callable[[], Outcome]:
    baskets, least = _input(folder)
    mine(baskets[:100], 2, _ALL, most)

    def run() -> Outcome:
        levels = mine(baskets, least, _ALL, most).levels
        size = sum(level.members.nbytes + level.counts.nbytes for level in levels)
        return _outcome(lambda: [_table(level.members, level.counts) for level in levels], size)

    return run


def _eclat(most: int, folder: Path) -> Callable[[], Outcome]:
    from fim import eclat

    baskets, least = _input(folder)
    lists = [row.tolist() for row in np.split(baskets.indices, baskets.indptr[1:-1])]

    def run() -> Outcome:
        found = eclat(lists, supp=-least, zmin=2, zmax=most)
        return _outcome(lambda: _from_sets((members, count) for members, count in found))

    return run


def _mlxtend(most: int, folder: Path) -> Callable[[], Outcome]:
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth

    baskets, least = _input(folder)
    # Only frequent products, and baskets with two of them: all products would need hundreds of gigabytes.
    frequent = np.flatnonzero(np.bincount(baskets.indices, minlength=baskets.shape[1]) >= least)
    narrow = baskets[:, frequent]
    narrow = narrow[np.flatnonzero(np.diff(narrow.indptr) > 1)]
    n = narrow.shape[0]
    frame = pd.DataFrame.sparse.from_spmatrix(narrow.astype(bool))  # type: ignore[attr-defined] # not in the stubs

    def run() -> Outcome:
        # Half a basket less: rounding of the share must not drop an itemset on the threshold.
        found = fpgrowth(frame, min_support=(least - 0.5) / n, max_len=most)
        counts = (found["support"] * n).round().astype(int)
        return _outcome(
            lambda: _from_sets(
                ([frequent[place] for place in members], count)
                for members, count in zip(found["itemsets"], counts, strict=True)
            )
        )

    return run


def _duckdb(most: int, folder: Path) -> Callable[[], Outcome]:
    import duckdb
    import pyarrow as pa

    baskets, least = _input(folder)
    connection = duckdb.connect()
    rows = pa.table(
        {
            "basket": pa.array(np.repeat(np.arange(baskets.shape[0]), np.diff(baskets.indptr))),
            "product": pa.array(baskets.indices),
        }
    )
    connection.register("given", rows)
    connection.execute(
        "CREATE TABLE lines AS SELECT * FROM given "
        "WHERE product IN (SELECT product FROM given GROUP BY product HAVING count(*) >= ?)",
        [least],
    )

    def run() -> Outcome:
        try:
            found = [
                connection.execute(_joined(size), [least] * (size - 1)).fetchnumpy() for size in range(2, most + 1)
            ]
        except duckdb.OutOfMemoryException as error:
            raise MemoryError from error
        return _outcome(
            lambda: [
                _table(np.column_stack([sets[f"p{at}"] for at in range(size)]), np.asarray(sets["n"]))
                for size, sets in enumerate(found, start=2)
            ]
        )

    return run


def _joined(size: int) -> str:
    """Return SQL for the itemsets of a size: lines joined with lines, smaller itemsets filtered first."""
    if size == 2:
        return _counted(
            "lines a JOIN lines b ON a.basket = b.basket AND b.product > a.product", ["a.product", "b.product"]
        )
    smaller = _joined(size - 1)
    names = [f"s.p{at}" for at in range(size - 1)]
    joins = " ".join(
        f"JOIN lines l{at} ON l{at}.product = s.p{at}" + (f" AND l{at}.basket = l0.basket" if at else "")
        for at in range(size - 1)
    )
    last = f"JOIN lines b ON b.basket = l0.basket AND b.product > s.p{size - 2}"
    return _counted(f"({smaller}) s {joins} {last}", [*names, "b.product"])


def _counted(source: str, columns: list[str]) -> str:
    named = ", ".join(f"{column} AS p{at}" for at, column in enumerate(columns))
    return f"SELECT {named}, count(*) AS n FROM {source} GROUP BY ALL HAVING count(*) >= ?"  # noqa: S608 - fixed names


def _task(name: str, most: int) -> Task:
    implementations: dict[str, Implementation] = {
        OURS: partial(_ours, most),
        "pyfim eclat": partial(_eclat, most),
        "mlxtend fpgrowth": partial(_mlxtend, most),
        "duckdb": partial(_duckdb, most),
    }
    return Task(name, implementations, same)


BUNDLES = Benchmark("bundles", make, (_task("pairs", _PAIRS), _task("itemsets", _SETS)))
