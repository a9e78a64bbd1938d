"""What a count of few cases says for certain: the 95 % interval of a share."""

from math import sqrt

Z_95 = 1.959963984540054  # 95 % of the normal distribution lie within


def share_interval(n: int, of: int) -> tuple[float, float]:
    """Return both ends of the 95 % interval of the share n / of, 0 to 1; 0 and 1 for none of none.

    Source: Wilson (1927).
    """
    if not of:
        return 0.0, 1.0
    room, share = Z_95**2 / of, n / of
    half = sqrt(room * (share * (1 - share) + room / 4))
    low, high = ((share + room / 2 + side * half) / (1 + room) for side in (-1, 1))
    return max(low, 0.0), min(high, 1.0)
