"""How often each customer orders, and on which days."""

from dataclasses import dataclass

import numpy as np

from recsys.sample.workdays import SATURDAY, Workdays

# Order days in two years at these shares of the customers: half have 16 or fewer, the top tenth orders weekly.
SHARES = (0.0, 0.06, 0.5, 0.89, 1.0)
ORDER_DAYS = (1.0, 2.3, 16.0, 104.0, 210.0)
SLOW_DAYS = 190  # the slow-down begins so many days before the end
SLOW_TIMES = 3
NEWCOMER_DAYS = 84  # newcomers have their first order within so many days before the end, most of them late
STOPPED_DAYS = (35, 100)  # frequent customers who stop do so between these many days before the end
_FREQUENT = 110  # order days in two years of who may be one of them
_DAYS_A_NEWCOMER_ORDER = 28


@dataclass(frozen=True)
class Rhythm:
    """How often and when customers order; one entry for each customer.

    order_days  planned number of order days, 0 for a customer without orders
    first, last half-open span of the order days: [first, last)
    weekday     of most orders, 0 (Monday) to 4
    slow        the customer orders a third as often in the last SLOW_DAYS days
    status      active, blocked or closed
    newcomer    the customer has no order before `first`, in the last NEWCOMER_DAYS days
    stopped     the customer ordered weekly or more often until `last`, and is still active
    """

    order_days: np.ndarray
    first: np.ndarray
    last: np.ndarray
    weekday: np.ndarray
    slow: np.ndarray
    status: np.ndarray
    newcomer: np.ndarray
    stopped: np.ndarray


def make_rhythm(n: int, days: Workdays, rng: np.random.Generator, moves: np.random.Generator) -> Rhythm:
    """Return the rhythm of n customers; order days are distributed as in SHARES and ORDER_DAYS for any n.

    moves  draws newcomers and who stopped
    """
    share = rng.permutation((np.arange(n) + 0.5) / n)
    planned = np.exp(np.interp(share, SHARES, np.log(ORDER_DAYS))).round().astype(int)
    planned[np.argsort(share)[: max(3, n // 250)]] = 0
    slow = _some(rng, (planned >= 45) & (planned <= 95), max(2, n // 50))
    ordinary = (planned >= 3) & (planned <= 60) & ~slow
    closed = _some(rng, ordinary, n // 40 + 1)
    blocked = _some(rng, ordinary & ~closed, n // 60 + 1)
    began_later = (rng.random(n) < 0.25) & (planned <= 60) & ~slow & ~closed & ~blocked
    first = np.where(began_later, rng.integers(0, days.n * 3 // 4, n), 0)
    last = np.where(closed | blocked, days.n - rng.integers(60, 300, n), days.n)
    weekday = rng.integers(0, 5, n)
    newcomer = _some(moves, began_later & (planned > 0), max(6, n // 20))
    stopped = _some(moves, planned >= _FREQUENT, max(2, n // 150))
    first[newcomer] = days.n - _newcomer_ages(int(newcomer.sum()), moves)
    planned[newcomer] = 1 + (days.n - first[newcomer]) // _DAYS_A_NEWCOMER_ORDER
    last[stopped] = days.n - moves.integers(*STOPPED_DAYS, int(stopped.sum()))
    planned[stopped] = planned[stopped] * last[stopped] // days.n
    status = np.where(closed, "closed", np.where(blocked, "blocked", "active"))
    return Rhythm(planned, first, last, weekday, slow, status, newcomer, stopped)


def order_days(
    rhythm: Rhythm, days: Workdays, away: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return (customer, day) of every order day, sorted and unique; the busiest customer orders on the last day.

    away  (n_customers, n_days) True on days on which a customer is on holiday and does not order
    """
    customer = np.repeat(np.arange(len(rhythm.order_days)), rhythm.order_days)
    nth = np.arange(len(customer)) - np.repeat(np.cumsum(rhythm.order_days) - rhythm.order_days, rhythm.order_days)
    gap = ((rhythm.last - rhythm.first) / np.maximum(rhythm.order_days, 1))[customer]
    jitter = np.clip(rng.normal(0, 0.22, len(nth)), -0.45, 0.45)
    day = (rhythm.first[customer] + (nth + 0.5 + jitter) * gap).astype(int)
    kept = ~(rhythm.slow[customer] & (day >= days.n - SLOW_DAYS) & (nth % SLOW_TIMES > 0))
    day = _on_workdays(day, gap, rhythm.weekday[customer], days, rng)
    kept &= ~away[customer, day]
    absent = rhythm.slow | (rhythm.last < days.n) | away[:, -1]
    busiest = int(np.argmax(np.where(absent, 0, rhythm.order_days)))
    code = np.append(customer[kept] * days.n + day[kept], busiest * days.n + days.n - 1)
    code = np.unique(code)
    return code // days.n, code % days.n


def _on_workdays(
    day: np.ndarray, gap: np.ndarray, weekday: np.ndarray, days: Workdays, rng: np.random.Generator
) -> np.ndarray:
    """Return the days, most moved to the customer's weekday, and all moved to workdays, few of them Saturdays."""
    to_weekday = (weekday - days.weekday[day] + 3) % 7 - 3
    moved = np.where((gap >= 5) & (rng.random(len(day)) < 0.7), day + to_weekday, day)
    inside = np.clip(moved, 0, days.n - 1)
    on_saturday = rng.random(len(day)) < 0.1
    friday = np.maximum(inside - (days.weekday[inside] == SATURDAY), 0)
    on_workday: np.ndarray = np.where(
        on_saturday, days.next_open(saturdays=True)[inside], days.next_open(saturdays=False)[friday]
    )
    return on_workday


def _newcomer_ages(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) days before the end, 1 to NEWCOMER_DAYS, the later the more: the wholesaler wins more than before."""
    share = rng.permutation((np.arange(n) + 0.5) / max(n, 1))
    return 1 + (share**2 * (NEWCOMER_DAYS - 1)).astype(int)


def _some(rng: np.random.Generator, among: np.ndarray, n: int) -> np.ndarray:
    """Return a mask of n random positions where `among` is True, or of all if they are fewer."""
    positions = np.flatnonzero(among)
    chosen = np.zeros(len(among), dtype=bool)
    chosen[rng.choice(positions, min(n, len(positions)), replace=False)] = True
    return chosen
