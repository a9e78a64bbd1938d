"""Lower bounds of shares: what a count of few cases still says for certain."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recsys.schema.intervals import Z_95


def wilson_low(n: ArrayLike, of: ArrayLike) -> NDArray[np.float64]:
    """Return the lower end of the 95 % interval of the share n / of, 0 to 1; 0 for none of none.

    Source: Wilson (1927). Of 20 customers 3 are a share of at least .05, and of 2,000 customers 300 one of .13.
    """
    cases = np.asarray(of, dtype=float)
    share = np.divide(n, cases, out=np.zeros(np.broadcast(n, cases).shape), where=cases > 0)
    room = np.divide(Z_95**2, cases, out=np.full(share.shape, np.inf), where=cases > 0)
    known = np.isfinite(room)
    room = np.where(known, room, 0)
    low = (share + room / 2 - np.sqrt(room * (share * (1 - share) + room / 4))) / (1 + room)
    return np.asarray(np.where(known, np.maximum(low, 0), 0.0))


def ratio_low(n: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Return the lower end of the 95 % interval of n / other, two counts of equal spans; infinite at most for n > 0."""
    low = wilson_low(n, np.add(n, other))
    return np.asarray(np.divide(low, 1 - low, out=np.full(low.shape, np.inf), where=low < 1))
