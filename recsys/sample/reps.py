"""The sales reps and the regions that they serve."""

import numpy as np

from recsys.sample.names import QUARTERS, plain_letters

REGIONS = tuple(QUARTERS)
REGION_SHARES = (0.14, 0.13, 0.13, 0.12, 0.2, 0.08, 0.05, 0.05, 0.05, 0.05)
REPS = (
    "Ayşe Karagöz",
    "Björn Lindqvist",
    "Chiara Moretti",
    "Daniel Okonkwo",
    "Franziska Höhne",
    "Minh Tran",
    "Oksana Kovalenko",
    "Tom O'Brien",
)
# Who serves each region, by position; Berlin Mitte has two.
REP_OF_REGION = (0, 1, 2, 3, 4, 6, 5, 5, 6, 6)
SECOND_IN_MITTE = 7


def regions_and_reps(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of n customers' regions in REGIONS and reps in REPS."""
    region = rng.choice(len(REGIONS), n, p=REGION_SHARES)
    rep = np.where(rng.random(n) < 0.1, rng.integers(0, len(REPS), n), np.array(REP_OF_REGION)[region])
    second = (region == REGIONS.index("Berlin Mitte")) & (rng.random(n) < 0.4)
    return region, np.where(second, SECOND_IN_MITTE, rep)


def user_ids() -> list[str]:
    """Return what each of REPS is called as a user: `bjoern.lindqvist`."""
    return [plain_letters(name) for name in REPS]
