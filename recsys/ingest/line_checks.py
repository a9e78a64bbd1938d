"""Looks for what is possible and yet improbable in order lines, in compiled loops; warnings.py says it in sentences."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.ingest.line_sort import LineKeys, compare_order_ids, hash_order_id
from recsys.runtime.jit import compiled

FAR_YEARS = 5  # years without any order on one side
SMALL_BLOCK = 0.05  # share of the lines up to which years that are far away are suspicious
LOW_MONTH = 0.5  # of what a month before had, a day
FEWEST_MONTHS = 4
FEWEST_DAYS = 7  # of the last month
SHIFTED = 500  # times the median price: a decimal that is three places off, with some room
FAR_DAYS = 60  # an order number that comes again after so many days is another order
_MEAN_SHIFTED = np.log(20)  # one price among few shifts the mean as well, so the first look is a wide one
_EPOCH = date(1970, 1, 1)


class OrderNumbers(NamedTuple):
    """What the order ids say.

    n           number of different ids
    again       of them those that come again for another customer, or after FAR_DAYS or more
    same_year, same_customer, same_both  of them those that do so within a year, for a customer, or both
    first, other  two lines of the first such id, -1 without one
    """

    n: int
    again: int
    same_year: int
    same_customer: int
    same_both: int
    first: int
    other: int


@compiled
def count_order_numbers(  # noqa: C901 - one compiled loop
    keys: LineKeys, order: NDArray[np.int64]
) -> tuple[int, int, int, int, int, int, int]:
    """Return the fields of OrderNumbers; fast if the lines of an order mostly follow each other.

    An id that differs from the one before is looked up in a hash table of the ids found so far.
    """
    runs = 0
    for at in range(len(order)):
        runs += at == 0 or compare_order_ids(keys, order[at], order[at - 1]) != 0
    slots = 1
    while slots < 2 * runs:
        slots *= 2
    found = np.full(slots, -1, dtype=np.int32)
    seen = np.zeros(slots, dtype=np.uint8)
    n, example, other = 0, -1, -1
    counts = np.zeros(4, dtype=np.int64)
    for at in range(len(order)):
        line = order[at]
        # Another customer's order of the same number may follow at once.
        same_run = (
            at > 0
            and compare_order_ids(keys, line, order[at - 1]) == 0
            and keys.customers[line] == keys.customers[order[at - 1]]
            and keys.days[line] - keys.days[order[at - 1]] < FAR_DAYS
        )
        if same_run:
            continue
        slot = hash_order_id(keys, line) & (slots - 1)
        while found[slot] >= 0 and compare_order_ids(keys, line, found[slot]) != 0:
            slot = (slot + 1) & (slots - 1)
        if found[slot] < 0:
            found[slot] = line
            n += 1
            continue
        first = found[slot]
        is_customer = keys.customers[line] == keys.customers[first]
        if is_customer and abs(keys.days[line] - keys.days[first]) < FAR_DAYS:
            continue
        is_year = _year(keys.days[line]) == _year(keys.days[first])
        bits = 1 + 2 * is_year + 4 * is_customer + 8 * (is_year and is_customer)
        for bit in range(4):
            if bits >> bit & 1 and not seen[slot] >> bit & 1:
                counts[bit] += 1
        seen[slot] |= bits
        if example < 0:
            example, other = first, line
    return n, counts[0], counts[1], counts[2], counts[3], example, other


@compiled
def _year(day: int) -> int:
    """Return the year of a day since 1970 (the civil calendar's usual arithmetic)."""
    z = day + 719468
    era = z // 146097
    rest = z - era * 146097
    years = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    in_year = rest - (365 * years + years // 4 - years // 100)
    return years + era * 400 + (1 if in_year >= 306 else 0)


class Repeated(NamedTuple):
    """Lines that equal the one before in all columns: how many, and the first of them (-1 without one).

    n_orders, n_whole  orders that have such lines, and those of them of which every line is there twice or more
    """

    n: int
    first: int
    n_orders: int
    n_whole: int


@compiled
def count_repeated(keys: LineKeys, order: NDArray[np.int64]) -> tuple[int, int, int, int]:
    """Return the fields of Repeated."""
    n, first, n_orders, n_whole, looked_at = 0, -1, 0, 0, 0
    for at in range(1, len(order)):
        line, before = order[at], order[at - 1]
        # Written out: a call for each line takes ten times as long.
        if (
            keys.days[line] == keys.days[before]
            and keys.products[line] == keys.products[before]
            and keys.customers[line] == keys.customers[before]
            and keys.quantities[line] == keys.quantities[before]
            and keys.revenues[line] == keys.revenues[before]
            and compare_order_ids(keys, line, before) == 0
        ):
            n += 1
            first = line if first < 0 else first
            if at >= looked_at:
                is_whole, looked_at = _look_at_order(keys, order, at)
                n_orders += 1
                n_whole += is_whole
    return n, first, n_orders, n_whole


@compiled
def _look_at_order(keys: LineKeys, order: NDArray[np.int64], at: int) -> tuple[bool, int]:
    """Return whether every line of an order is there twice or more, and where the order ends."""
    start = at
    while start > 0 and _is_same_order(keys, order[start - 1], order[at]):
        start -= 1
    end, times, is_whole = start + 1, 1, True
    while end < len(order) and _is_same_order(keys, order[end], order[at]):
        if _is_alike(keys, order[end], order[end - 1]):
            times += 1
        else:
            is_whole &= times > 1
            times = 1
        end += 1
    return bool(is_whole and times > 1), end


@compiled
def _is_alike(keys: LineKeys, line: int, other: int) -> bool:
    """Return whether two lines of an order are alike."""
    return bool(
        keys.products[line] == keys.products[other]
        and keys.quantities[line] == keys.quantities[other]
        and keys.revenues[line] == keys.revenues[other]
    )


@compiled
def _is_same_order(keys: LineKeys, line: int, other: int) -> bool:
    return bool(
        keys.days[line] == keys.days[other]
        and keys.customers[line] == keys.customers[other]
        and compare_order_ids(keys, line, other) == 0
    )


@compiled
def _month_totals(
    days: NDArray[np.int32], revenues: NDArray[np.float64], months: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return lines and revenue of each month; `months` has the month of each day from the first one on."""
    first = days.min()
    lines = np.zeros(months[-1] + 1, dtype=np.int64)
    amounts = np.zeros(months[-1] + 1)
    for at in range(len(days)):
        month = months[days[at] - first]
        lines[month] += 1
        amounts[month] += revenues[at]
    return lines, amounts


@compiled
def _mean_log_prices(keys: LineKeys, n_products: int) -> NDArray[np.float64]:
    sums, times = np.zeros(n_products), np.zeros(n_products)
    for at in range(len(keys.products)):
        if keys.revenues[at] > 0:
            sums[keys.products[at]] += np.log(keys.revenues[at] / keys.quantities[at])
            times[keys.products[at]] += 1
    return sums / np.maximum(times, 1)


@compiled
def _far_from_mean(keys: LineKeys, means: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    """Return the products that have a line whose price is far from their mean price."""
    far = np.zeros(len(means), dtype=np.bool_)
    for at in range(len(keys.products)):
        if keys.revenues[at] > 0:
            product = keys.products[at]
            if abs(np.log(keys.revenues[at] / keys.quantities[at]) - means[product]) > limit:
                far[product] = True
    return far


class ShiftedPrice(NamedTuple):
    """Lines whose price is far from their product's median; `line` is the earliest of them."""

    n: int
    line: int
    price: float
    median: float


def shifted_prices(keys: LineKeys, n_products: int) -> ShiftedPrice | None:
    """Return the lines whose price is SHIFTED times their product's median, or as much below; None without one.

    A product with less than three lines has no usual price.
    """
    far = _far_from_mean(keys, _mean_log_prices(keys, n_products), _MEAN_SHIFTED)
    if not far.any():
        return None
    lines = np.flatnonzero(far[keys.products] & (keys.revenues > 0))
    prices = keys.revenues[lines] / keys.quantities[lines]
    usual = median_prices(keys, lines, n_products, least=3)[keys.products[lines]]
    ratio = prices / usual
    found = np.flatnonzero((ratio >= SHIFTED) | (ratio <= 1 / SHIFTED))
    if not len(found):
        return None
    of_found = [column[lines[found]] for column in (keys.revenues, keys.products, keys.customers, keys.days)]
    at = found[np.lexsort(of_found)[0]]  # the earliest, in whatever order the lines are
    return ShiftedPrice(len(found), int(lines[at]), float(prices[at]), float(usual[at]))


def median_prices(keys: LineKeys, lines: NDArray[np.int64], n_products: int, *, least: int) -> NDArray[np.float64]:
    """Return each product's median price in some lines; NaN for one with less than `least` of them."""
    products, prices = keys.products[lines], keys.revenues[lines] / keys.quantities[lines]
    order = np.lexsort((prices, products))
    starts = np.flatnonzero(np.diff(products[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    medians = prices[order][starts + sizes // 2]
    usual = np.full(n_products, np.nan)
    usual[products[order][starts]] = np.where(sizes >= least, medians, np.nan)
    return usual


def day(number: int) -> date:
    """Return the date of a day since 1970."""
    return _EPOCH + timedelta(int(number))


def months_of(keys: LineKeys) -> tuple[list[tuple[int, int]], NDArray[np.int64], NDArray[np.float64]]:
    """Return the months from the first line to the last as (year, month), with their lines and revenue."""
    first = day(keys.days.min())
    numbers = np.arange(int(keys.days.min()), int(keys.days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]")
    from_first = (numbers - numbers[0]).astype(np.int32)
    lines, amounts = _month_totals(keys.days, keys.revenues, from_first)
    start = first.year * 12 + first.month - 1
    months = [((start + at) // 12, (start + at) % 12 + 1) for at in range(len(lines))]
    return months, lines, amounts


def far_years(months: list[tuple[int, int]], lines: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int]]:
    """Yield years that are far from all others and have few lines: first and last year, lines, years between."""
    years = np.array([year for year, _ in months])
    there = np.unique(years[lines > 0])
    blocks = np.split(there, np.flatnonzero(np.diff(there) > FAR_YEARS) + 1)
    if len(blocks) == 1:
        return
    counts = [int(lines[(years >= block[0]) & (years <= block[-1])].sum()) for block in blocks]
    main = blocks[int(np.argmax(counts))]
    for block, n in zip(blocks, counts, strict=True):
        if n <= SMALL_BLOCK * sum(counts):
            away = int(main[0] - block[-1] if block[-1] < main[0] else block[0] - main[-1])
            yield int(block[0]), int(block[-1]), n, away


def low_last_month(months: list[tuple[int, int]], lines: NDArray[np.int64], last: date) -> tuple[int, float] | None:
    """Return the lines of the last month and what is usual, if a day has far fewer.

    Usual is the median of up to 12 months before, or the same month of the year before, if that was weaker. In the
    first days of a month a Sunday or a holiday would count too much.
    """
    before = lines[:-1][-12:]
    if len(before) < FEWEST_MONTHS or last.day < FEWEST_DAYS:
        return None
    usual = float(np.median(before))
    if len(before) == 12 and before[0]:
        usual = min(usual, float(before[0]))
    share = last.day / monthrange(last.year, last.month)[1]
    return (int(lines[-1]), usual) if lines[-1] < LOW_MONTH * usual * share else None
