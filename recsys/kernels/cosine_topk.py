"""The hot kernel: the largest products of sparse rows with all rows, exact, compiled.

Rows are multiplied with one tile of all rows after the other; a tile's sums stay in the core's cache. Columns that
stand in many rows are kept dense, as adding a dense column is a dozen times cheaper an entry than scattering a sparse
one. The k-th largest of some disjoint blocks' maxima is a floor for the k-th largest sum: found first, it leaves few
sums to look at.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.runtime.jit import compiled, compiled_fast_math

_WIDEST_TILE = 65_536  # places in a tile fit 16 bits; half a megabyte of sums fits the second cache
_DENSE_SHARE = 0.12  # of the rows: from here on a dense column is cheaper, measured
_MOST_DENSE_BYTES = 48_000_000
_STRIDE = 64  # sums looked at together
_SCALE = 1e12  # cosines that differ by less than its inverse are rounding noise of the same value
_MARGIN = 6e-13  # a little more than rounding to the same value can move
_LEAST = 4e-13  # what is below rounds to zero


class Rows(NamedTuple):
    """Sparse rows: those of `starts[r] <= i < starts[r + 1]` are the columns and values of row r."""

    starts: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.float64]


class Tiles(NamedTuple):
    """All rows by column, cut into tiles of `width` rows each.

    dense_of  (n_columns,) the column's place in `dense`, -1 where it is sparse
    dense     (n_tiles, n_dense, width)
    starts    (n_tiles, n_columns + 1) where each column's entries of the tile begin in `places` and `values`
    places    (n_entries,) row in its tile
    """

    dense_of: NDArray[np.int32]
    dense: NDArray[np.float64]
    starts: NDArray[np.int64]
    places: NDArray[np.uint16]
    values: NDArray[np.float64]


def rows_of(matrix: csr_matrix) -> Rows:
    """Return a matrix's rows without copying them."""
    return Rows(matrix.indptr, matrix.indices, matrix.data)


def tiles_of(matrix: csr_matrix) -> Tiles:
    """Return all rows of a matrix of float64 by column, in tiles."""
    n_rows, n_columns = matrix.shape
    n_tiles = max(1, -(-n_rows // _WIDEST_TILE))
    width = max(_STRIDE, -(-n_rows // (n_tiles * _STRIDE)) * _STRIDE)
    parts = [matrix[tile * width : (tile + 1) * width].T.tocsr() for tile in range(n_tiles)]
    ends = np.cumsum([0, *(part.nnz for part in parts)])
    dense_of = _dense_columns(np.bincount(matrix.indices, minlength=n_columns), n_rows)
    return Tiles(
        dense_of,
        np.stack([_dense_tile(part, np.flatnonzero(dense_of >= 0), width) for part in parts]),
        np.stack([part.indptr.astype(np.int64) + start for part, start in zip(parts, ends, strict=False)]),
        np.concatenate([part.indices.astype(np.uint16) for part in parts]),
        np.concatenate([part.data for part in parts]),
    )


def top_of(rows: Rows, mine: NDArray[np.int32], tiles: Tiles, k: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return (m, k) the k largest sums of some rows with all other rows, and where: ascending by row, 0 and -1 after.

    mine  (m,) positions of the rows      k  at least 1

    Sums are rounded to twelve decimals and at most 1. Of equal ones at the k-th place the first rows are taken.
    """
    found = np.zeros((len(mine), 2 * k + 2 * _STRIDE))
    places = np.full(found.shape, -1, dtype=np.int32)
    _top_of_rows(rows, mine, tiles, k, found, places)
    sums, places = found[:, :k], places[:, :k]
    return sums, np.where(sums > 0, places, -1)


def _dense_columns(entries: NDArray[np.int64], n_rows: int) -> NDArray[np.int32]:
    """Return each column's place among the dense ones, in their order, -1 for the others; the fullest come first."""
    most = _MOST_DENSE_BYTES // (8 * max(n_rows, 1))
    dense = np.flatnonzero(entries >= max(1.0, _DENSE_SHARE * n_rows))
    dense = np.sort(dense[np.argsort(-entries[dense], kind="stable")][:most])
    places = np.full(len(entries), -1, dtype=np.int32)
    places[dense] = np.arange(len(dense))
    return places


def _dense_tile(part: csr_matrix, columns: NDArray[np.intp], width: int) -> NDArray[np.float64]:
    tile = np.zeros((len(columns), width))
    tile[:, : part.shape[1]] = part[columns].toarray()
    return tile


@compiled
def _top_of_rows(
    rows: Rows,
    mine: NDArray[np.int32],
    tiles: Tiles,
    k: int,
    found: NDArray[np.float64],
    places: NDArray[np.int32],
) -> None:
    n_tiles, _, width = tiles.dense.shape
    sums = np.empty(width)
    scratch = np.empty(max(found.shape[1], width))
    counts = np.zeros(len(mine), dtype=np.int64)
    floors = np.zeros(len(mine))
    for tile in range(n_tiles):
        for at in range(len(mine)):
            row = mine[at]
            _add_dense(sums, rows, row, tiles, tile)
            _add_sparse(sums, rows, row, tiles, tile)
            if 0 <= row - tile * width < width:
                sums[row - tile * width] = 0
            if floors[at] == 0:
                floors[at] = _floor(sums, k, scratch)
            counts[at], floors[at] = _collect(
                sums, tile * width, floors[at], (found[at], places[at], counts[at]), k, scratch
            )
    for at in range(len(mine)):
        if counts[at] > k:
            _keep_best(found[at], places[at], counts[at], k, scratch)
        else:
            _round(found[at], counts[at])


@compiled_fast_math
def _add_dense(sums: NDArray[np.float64], rows: Rows, row: int, tiles: Tiles, tile: int) -> None:
    """Set the sums to those of the row's dense columns, four at a time: sums are loaded and stored less often."""
    columns = np.empty(4, dtype=np.int64)
    weights = np.empty(4)
    n = 0
    sums[:] = 0
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        place = tiles.dense_of[rows.columns[entry]]
        if place >= 0:
            columns[n], weights[n] = place, rows.values[entry]
            n += 1
        if n == 4:
            a, b = tiles.dense[tile, columns[0]], tiles.dense[tile, columns[1]]
            c, d = tiles.dense[tile, columns[2]], tiles.dense[tile, columns[3]]
            w, x, y, z = weights
            for at in range(len(sums)):
                sums[at] += w * a[at] + x * b[at] + y * c[at] + z * d[at]
            n = 0
    for left in range(n):
        a, w = tiles.dense[tile, columns[left]], weights[left]
        for at in range(len(sums)):
            sums[at] += w * a[at]


@compiled
def _add_sparse(sums: NDArray[np.float64], rows: Rows, row: int, tiles: Tiles, tile: int) -> None:
    """Add the row's sparse columns. Unsigned places spare the test for negative ones."""
    starts = tiles.starts[tile]
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        column = rows.columns[entry]
        if tiles.dense_of[column] < 0:
            weight = rows.values[entry]
            for at in range(np.uint64(starts[column]), np.uint64(starts[column + 1])):
                sums[np.uint64(tiles.places[at])] += weight * tiles.values[at]


@compiled
def _floor(sums: NDArray[np.float64], k: int, scratch: NDArray[np.float64]) -> float:
    """Return what the k largest sums are above or equal to, 0 if not known: the k-th largest of some blocks' maxima."""
    n_blocks = len(sums)
    while n_blocks >= 5 * k and n_blocks % 2 == 0:
        n_blocks //= 2
    if n_blocks < k:
        return 0.0
    _maxima(sums.reshape(len(sums) // n_blocks, n_blocks), scratch[:n_blocks])
    return max(_kth_largest(scratch, n_blocks, k) - _MARGIN, 0.0)


@compiled_fast_math
def _maxima(sums: NDArray[np.float64], tops: NDArray[np.float64]) -> None:
    """Write the maximum of each column: columns are blocks of sums as good as any, and neighbours share a vector."""
    tops[:] = sums[0]
    for line in range(1, sums.shape[0]):
        for block in range(sums.shape[1]):
            tops[block] = max(tops[block], sums[line, block])


@compiled
def _collect(
    sums: NDArray[np.float64],
    first: int,
    floor: float,
    kept: tuple[NDArray[np.float64], NDArray[np.int32], int],
    k: int,
    scratch: NDArray[np.float64],
) -> tuple[int, float]:
    """Append the sums above the floor to those kept, and return their number and the floor, raised on the way."""
    found, places, n = kept
    low = max(floor, _LEAST)
    blocks = sums.reshape(len(sums) // _STRIDE, _STRIDE)
    for block in range(blocks.shape[0]):
        above = 0
        for at in range(_STRIDE):  # without a jump in it, this loop runs eight sums at a time
            above += blocks[block, at] > low
        if above:
            for at in range(_STRIDE):
                if blocks[block, at] > low:
                    found[n], places[n] = blocks[block, at], first + block * _STRIDE + at
                    n += 1
            if n + _STRIDE > len(found):
                low = max(low, _keep_best(found, places, n, k, scratch) - _MARGIN)
                n = k
    return n, low


@compiled
def _keep_best(
    found: NDArray[np.float64], places: NDArray[np.int32], n: int, k: int, scratch: NDArray[np.float64]
) -> float:
    """Move the k best of n to the front in their order, of equal ones the first, and return the k-th value."""
    _round(found, n)
    scratch[:n] = found[:n]
    worst = _kth_largest(scratch, n, k)
    equal = k
    for at in range(n):
        equal -= found[at] > worst
    kept = 0
    for at in range(n):
        if found[at] > worst or (found[at] == worst and equal > 0):
            equal -= found[at] == worst
            found[kept], places[kept] = found[at], places[at]
            kept += 1
    return worst


@compiled
def _round(found: NDArray[np.float64], n: int) -> None:
    for at in range(n):
        found[at] = min(np.rint(found[at] * _SCALE) / _SCALE, 1.0)


@compiled
def _kth_largest(values: NDArray[np.float64], n: int, k: int) -> float:
    """Return the k-th largest of the first n values, which are reordered: Hoare's selection, median of three."""
    low, high = 0, n - 1
    while low < high:
        one, two, three = values[low], values[(low + high) >> 1], values[high]
        pivot = max(min(one, two), min(max(one, two), three))
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if k - 1 <= right:
            high = right
        elif k - 1 >= left:
            low = left
        else:
            break
    return float(values[k - 1])
