"""Days and months that were exchanged in a part of the orders, as a spreadsheet does that reads 02/01 month first.

Days after the 12th cannot be exchanged, nor can the 3rd of March: they are anchors. Where orders follow each other in
time, by row or by number, a day between two anchors that are near each other lies between them too. One that does so
only with day and month exchanged was exchanged.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recsys.ingest.order_lines import Lines, Values
from recsys.runtime.jit import compiled

_NEAR = 25  # days between two anchors; a month before or after is further
_ROOM = 3  # days that orders may be out of their order
_LEAST_LINES, _LEAST_DAYS = 10, 3
_TIMES_NEITHER = 5  # as many lines have to fit exchanged as fit neither way: orders in no order at all fit by chance
_SAMPLE = 50_000  # lines of which the order of the numbers is looked at; any part of what ascends does so too


class ExchangedDays(NamedTuple):
    """Lines whose day fits only with day and month exchanged.

    n, n_days      lines, and different days that they have
    n_right        lines with a day up to the 12th that fits as it is
    line           one of them
    meant          its day, exchanged, since 1970
    before, after  the days around it that cannot be exchanged
    """

    n: int
    n_days: int
    n_right: int
    line: int
    meant: int
    before: int
    after: int


def exchanged_days(lines: Lines) -> ExchangedDays | None:
    """Return the lines whose days were exchanged, by the order of the rows, else by that of the numbers; or None."""
    found, n_between = _found(lines.keys.days)
    if found is not None or 2 * n_between >= lines.n:
        return found
    at = np.linspace(0, lines.n - 1, min(lines.n, _SAMPLE)).astype(np.int64)
    ids = lines.order_ids(at)
    lengths: Values = pc.binary_length(ids)
    # Of ids that start alike, 99 is before 100.
    by_number = pc.sort_indices(
        pa.table({"length": lengths, "id": ids}), [("length", "ascending"), ("id", "ascending")]
    )
    order = np.asarray(by_number)
    found, _ = _found(lines.keys.days[at[order]])
    return None if found is None else found._replace(line=int(at[order][found.line]))


def _found(days: NDArray[np.int32]) -> tuple[ExchangedDays | None, int]:
    """Return what is exchanged in days that follow each other, and how many lines lie between anchors that are near."""
    first = int(days.min())
    counts = _count(days, first, _exchanged(first, int(days.max())))
    n_between, n_right, n, n_neither, n_days, line, meant, before, after = map(int, counts)
    is_strong = n >= _LEAST_LINES and n_days >= _LEAST_DAYS and n >= _TIMES_NEITHER * n_neither
    return ExchangedDays(n, n_days, n_right, line, meant, before, after) if is_strong else None, n_between


def _exchanged(first: int, last: int) -> NDArray[np.int32]:
    """Return each day from the first to the last with day and month exchanged; itself, if it cannot be."""
    days = np.arange(first, last + 1).astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    day, month = (days - months).astype(np.int64), (months - years.astype("datetime64[M]")).astype(np.int64)
    exchanged = (years.astype("datetime64[M]") + np.minimum(day, 11)).astype("datetime64[D]") + month
    return np.where(day < 12, exchanged, days).astype(np.int32)


@compiled
def _count(
    days: NDArray[np.int32], first: int, exchanged: NDArray[np.int32]
) -> tuple[int, int, int, int, int, int, int, int, int]:
    n_between, n_right, n, n_neither, n_days = 0, 0, 0, 0, 0
    line, meant, before, after = -1, 0, 0, 0
    seen = np.zeros(len(exchanged), dtype=np.bool_)
    last = -1  # the anchor before
    for at in range(len(days)):
        if exchanged[days[at] - first] != days[at]:
            continue
        if last >= 0 and abs(days[at] - days[last]) <= _NEAR:
            n_between += at - last
            low, high = min(days[last], days[at]) - _ROOM, max(days[last], days[at]) + _ROOM
            for between in range(last + 1, at):
                day = days[between]
                other = exchanged[day - first]
                if low <= day <= high:
                    n_right += 1
                elif low <= other <= high:
                    n += 1
                    n_days += not seen[day - first]
                    seen[day - first] = True
                    if line < 0:
                        line, meant, before, after = between, other, days[last], days[at]
                else:
                    n_neither += 1
        last = at
    return n_between, n_right, n, n_neither, n_days, line, meant, before, after
