"""Exact top-k: the k largest dot products of sparse rows with all rows. Compiled, as it is the hot loop.

All rows are cut into tiles, and rows are multiplied with one tile at a time, so that the tile's sums stay in the core's
cache. Columns with entries in many rows are stored dense: adding a dense column costs a twelfth per entry of
scattering a sparse one. The k-th largest of the maxima of disjoint blocks is a lower bound (floor) of the k-th largest
sum; it is computed first and leaves few sums to compare.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.runtime.jit import compiled, compiled_fast_math

_MAX_TILE_WIDTH = 65_536  # positions in a tile fit 16 bits; half a megabyte of sums fits the L2 cache
_DENSE_SHARE = 0.12  # of the rows: above this, a dense column is faster, measured
_MAX_DENSE_BYTES = 48_000_000
_STRIDE = 64  # sums compared together
_SCALE = 1e12  # cosines that differ by less than its inverse are rounding noise of the same value
_MARGIN = 6e-13  # slightly more than rounding can change a value
_MIN_SUM = 4e-13  # smaller sums round to zero


class Rows(NamedTuple):
    """Sparse rows in CSR form: the entries i of row r are starts[r] <= i < starts[r + 1]."""

    starts: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.float64]


class Tiles(NamedTuple):
    """All rows by column, cut into tiles of `width` rows each.

    dense_of   (n_columns,) the column's position in `dense`, -1 for a sparse column
    dense      (n_tiles, n_dense, width)
    starts     (n_tiles, n_columns + 1) where each column's entries of the tile begin in `positions` and `values`
    positions  (n_entries,) row within its tile
    values     (n_entries,)
    """

    dense_of: NDArray[np.int32]
    dense: NDArray[np.float64]
    starts: NDArray[np.int64]
    positions: NDArray[np.uint16]
    values: NDArray[np.float64]


def rows_of(matrix: csr_matrix) -> Rows:
    """Return the rows of a matrix, not copied."""
    return Rows(matrix.indptr, matrix.indices, matrix.data)


def tiles_of(matrix: csr_matrix) -> Tiles:
    """Return the rows of a float64 matrix by column, cut into tiles."""
    n_rows, n_columns = matrix.shape
    n_tiles = max(1, -(-n_rows // _MAX_TILE_WIDTH))
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


def top_of(
    rows: Rows, queries: NDArray[np.int32], tiles: Tiles, k: int
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the k largest dot products of some rows with all other rows, and the positions of these other rows.

    queries  (m,) positions of the rows      k  at least 1

    Both are (m, k) and ordered by position, with 0 and -1 at the end where fewer than k are above 0. Sums are rounded
    to twelve decimals and at most 1. Among sums equal to the k-th largest, the first rows are taken.
    """
    found = np.zeros((len(queries), 2 * k + 2 * _STRIDE))
    positions = np.full(found.shape, -1, dtype=np.int32)
    _top_of_rows(rows, queries, tiles, k, found, positions)
    sums, positions = found[:, :k], positions[:, :k]
    return sums, np.where(sums > 0, positions, -1)


def _dense_columns(entries: NDArray[np.int64], n_rows: int) -> NDArray[np.int32]:
    """Return (n_columns,) each column's position among the dense columns, -1 for a sparse one.

    If they would exceed _MAX_DENSE_BYTES, only the columns with the most entries are dense.
    """
    max_columns = _MAX_DENSE_BYTES // (8 * max(n_rows, 1))
    dense = np.flatnonzero(entries >= max(1.0, _DENSE_SHARE * n_rows))
    dense = np.sort(dense[np.argsort(-entries[dense], kind="stable")][:max_columns])
    positions = np.full(len(entries), -1, dtype=np.int32)
    positions[dense] = np.arange(len(dense))
    return positions


def _dense_tile(part: csr_matrix, columns: NDArray[np.intp], width: int) -> NDArray[np.float64]:
    tile = np.zeros((len(columns), width))
    tile[:, : part.shape[1]] = part[columns].toarray()
    return tile


@compiled
def _top_of_rows(
    rows: Rows,
    queries: NDArray[np.int32],
    tiles: Tiles,
    k: int,
    found: NDArray[np.float64],
    positions: NDArray[np.int32],
) -> None:
    n_tiles, _, width = tiles.dense.shape
    sums = np.empty(width)
    scratch = np.empty(max(found.shape[1], width))
    counts = np.zeros(len(queries), dtype=np.int64)
    floors = np.zeros(len(queries))
    for tile in range(n_tiles):
        for at in range(len(queries)):
            row = queries[at]
            _add_dense(sums, rows, row, tiles, tile)
            _add_sparse(sums, rows, row, tiles, tile)
            if 0 <= row - tile * width < width:
                sums[row - tile * width] = 0
            if floors[at] == 0:
                floors[at] = _floor(sums, k, scratch)
            counts[at], floors[at] = _collect(
                sums, tile * width, floors[at], (found[at], positions[at], counts[at]), k, scratch
            )
    for at in range(len(queries)):
        if counts[at] > k:
            _keep_best(found[at], positions[at], counts[at], k, scratch)
        else:
            _round(found[at], counts[at])


@compiled_fast_math
def _add_dense(sums: NDArray[np.float64], rows: Rows, row: int, tiles: Tiles, tile: int) -> None:
    """Set the sums to those of the row's dense columns, four at a time to load and store the sums less often."""
    columns = np.empty(4, dtype=np.int64)
    weights = np.empty(4)
    n = 0
    sums[:] = 0
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        dense_position = tiles.dense_of[rows.columns[entry]]
        if dense_position >= 0:
            columns[n], weights[n] = dense_position, rows.values[entry]
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
    """Add the row's sparse columns. Unsigned indices save the test for negative ones."""
    starts = tiles.starts[tile]
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        column = rows.columns[entry]
        if tiles.dense_of[column] < 0:
            weight = rows.values[entry]
            for at in range(np.uint64(starts[column]), np.uint64(starts[column + 1])):
                sums[np.uint64(tiles.positions[at])] += weight * tiles.values[at]


@compiled
def _floor(sums: NDArray[np.float64], k: int, scratch: NDArray[np.float64]) -> float:
    """Return a lower bound of the k-th largest sum: the k-th largest of the blocks' maxima, 0 if blocks are too few."""
    n_blocks = len(sums)
    while n_blocks >= 5 * k and n_blocks % 2 == 0:
        n_blocks //= 2
    if n_blocks < k:
        return 0.0
    _maxima(sums.reshape(len(sums) // n_blocks, n_blocks), scratch[:n_blocks])
    return max(_kth_largest(scratch, n_blocks, k) - _MARGIN, 0.0)


@compiled_fast_math
def _maxima(sums: NDArray[np.float64], tops: NDArray[np.float64]) -> None:
    """Write the maximum of each column. Columns are the blocks, as neighbouring columns share a vector register."""
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
    """Append the sums above the floor to those kept; return their number and the new floor."""
    found, positions, n = kept
    low = max(floor, _MIN_SUM)
    blocks = sums.reshape(len(sums) // _STRIDE, _STRIDE)
    for block in range(blocks.shape[0]):
        above = 0
        for at in range(_STRIDE):  # without a branch, this loop is vectorized to eight sums at a time
            above += blocks[block, at] > low
        if above:
            for at in range(_STRIDE):
                if blocks[block, at] > low:
                    found[n], positions[n] = blocks[block, at], first + block * _STRIDE + at
                    n += 1
            if n + _STRIDE > len(found):
                low = max(low, _keep_best(found, positions, n, k, scratch) - _MARGIN)
                n = k
    return n, low


@compiled
def _keep_best(
    found: NDArray[np.float64], positions: NDArray[np.int32], n: int, k: int, scratch: NDArray[np.float64]
) -> float:
    """Move the k largest of n to the front, in their order, of equal ones the first, and return the k-th value."""
    _round(found, n)
    scratch[:n] = found[:n]
    kth = _kth_largest(scratch, n, k)
    equal = k
    for at in range(n):
        equal -= found[at] > kth
    kept = 0
    for at in range(n):
        if found[at] > kth or (found[at] == kth and equal > 0):
            equal -= found[at] == kth
            found[kept], positions[kept] = found[at], positions[at]
            kept += 1
    return kth


@compiled
def _round(found: NDArray[np.float64], n: int) -> None:
    for at in range(n):
        found[at] = min(np.rint(found[at] * _SCALE) / _SCALE, 1.0)


@compiled
def _kth_largest(values: NDArray[np.float64], n: int, k: int) -> float:
    """Return the k-th largest of the first n values and reorder them: Hoare's quickselect, median of three."""
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
