"""What is told as a warning after an import: possible, and yet so improbable that someone should look."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.ingest.exchanged_days import ExchangedDays, exchanged_days
from recsys.ingest.line_checks import (
    FAR_DAYS,
    OrderNumbers,
    Repeated,
    day,
    far_years,
    low_last_month,
    months_of,
    shifted_prices,
)
from recsys.ingest.order_lines import Lines, Values, Written

_RARE = 0.01  # share of order numbers; where numbers restart, most come again
_FEW_RIGHT = 0.05  # days that fit by chance in a file whose days are all exchanged


def line_warnings(name: str, lines: Lines, written: Written) -> Iterator[str]:
    """Yield a sentence for each finding in the lines of a table, with an example."""
    if not lines.n:
        return
    yield from _days(name, lines)
    if written.numbers.again:
        yield _numbers(name, lines, written.numbers)
    if written.repeated.n:
        yield _repeated(name, lines, written.repeated)
    shifted = shifted_prices(lines.keys, len(lines.known.products))
    if shifted is not None:
        yield (
            f"{name}: {_times(shifted.n, 'line has', 'lines have')} a price hundreds of times above or below the "
            f"median of their product, such as {_line(lines, shifted.line)}: {shifted.price:,.4g} a unit, the median "
            f"is {shifted.median:,.4g}; is a decimal mark in another place, or is it no product but a fee?"
        )


def _days(name: str, lines: Lines) -> Iterator[str]:
    months, n, _ = months_of(lines.keys)
    for first, last, times, away in far_years(months, n):
        days = lines.keys.days
        years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        at = int(np.flatnonzero((years >= first) & (years <= last))[0])
        yield (
            f"{name}: {_times(times, 'line is', 'lines are')} {away} years away from all others, in "
            f"{first if first == last else f'{first} to {last}'}, such as {_line(lines, at)}; is the year mistyped?"
        )
    exchanged = exchanged_days(lines)
    if exchanged is not None:
        yield _exchanged(name, lines, exchanged)
    low = low_last_month(months, n, lines.span[1])
    if low is not None:
        year, month = months[-1]
        yield (
            f"{name}: the last month, {year}-{month:02d}, has {_times(low[0], 'line', 'lines')} up to "
            f"{lines.span[1]}, {low[1]:,.0f} are usual in a whole month; is the export cut off, or a day mistyped?"
        )


def _exchanged(name: str, lines: Lines, found: ExchangedDays) -> str:
    if found.n_right > _FEW_RIGHT * found.n:
        remedy = "export the file again, and do not open it in one before the import"
    else:
        remedy = (
            "export the file again, or have them read so in the map file, for dates such as 13/01/2026: "
            f'[{name}] date_format = ["%m/%d/%Y", "%d/%m/%Y"]'
        )
    return (
        f"{name}: {found.n:,} lines on {found.n_days:,} days up to the 12th of a month lie among orders of another, "
        f"where they belong if day and month are exchanged, such as {_line(lines, found.line)}, between lines of "
        f"{day(found.before)} and {day(found.after)}: is it {day(found.meant)}? A spreadsheet may have read the dates "
        f"month first; {remedy}"
    )


def _numbers(name: str, lines: Lines, numbers: OrderNumbers) -> str:
    parts = ["year"] if not numbers.same_year else ["customer_id"]
    if numbers.same_year and numbers.same_customer:
        parts.append("ordered_on" if numbers.same_both else "year")
    listed = ", ".join(f'"{part}"' for part in parts)
    is_rare = numbers.again <= _RARE * numbers.n
    come = "comes" if numbers.again == 1 else "come"
    return (
        f"{name}: {numbers.again:,} of {numbers.n:,} order numbers {come} again for "
        f"another customer or {FAR_DAYS} days later, such as {_line(lines, numbers.first)} and "
        f"{_line(lines, numbers.other)}; {'is a customer or a number mistyped there? If' if is_rare else 'if'} numbers "
        f"restart, say in the map file what makes them unique: [{name}] order_id_parts = [{listed}]"
    )


def _repeated(name: str, lines: Lines, found: Repeated) -> str:
    if 2 * found.n_whole >= found.n_orders:
        what = f"; all lines of {_times(found.n_whole, 'order', 'orders')} are: was a file exported or added twice?"
    else:
        what = (
            ". Other lines of their orders are there once, so that it is no file that was added twice; they stay, as "
            "two lines may be meant; if the source writes lines twice, remove them there"
        )
    return (
        f"{name}: {found.n:,} of {lines.n:,} lines {'is' if found.n == 1 else 'are'} there before already, alike in "
        f"all columns, such as {_line(lines, found.first)}{what}"
    )


def _line(lines: Lines, at: int) -> str:
    keys = lines.keys
    customer = lines.known.customers[int(keys.customers[at])].as_py()
    product = lines.known.products[int(keys.products[at])].as_py()
    return f"order {lines.order_id(at)} of {customer} on {day(keys.days[at])} ({product})"


def id_warnings(name: str, ids: Values, written: str) -> Iterator[str]:
    """Yield a sentence for ids that differ only in case, and for ids with the `.0` of a spreadsheet.

    written  how a map's expression writes the column of the ids
    """
    lower: Values = pc.utf8_lower(ids)
    counted: Values = pc.value_counts(lower)
    several: Values = pc.filter(counted.field("values"), pc.greater(counted.field("counts"), pa.scalar(1)))
    if len(several):
        is_alike: Values = pc.is_in(lower, value_set=several.slice(0, 1))
        alike = pc.filter(ids, is_alike).to_pylist()
        yield (
            f"{name}: {_times(len(several), 'id is', 'ids are')} there in capital and in small letters, such as "
            f"{' and '.join(map(repr, alike[:2]))}; are they one?"
        )
    ends: Values = pc.match_substring_regex(ids, r"^[0-9]+\.0$")
    n = ends.to_pylist().count(True)
    if n:
        first = pc.filter(ids, ends)[0].as_py()
        yield (
            f"{name}: {_times(n, 'id ends', 'ids end')} in .0, such as {first!r}, as a spreadsheet writes numbers; "
            f"if other files have {first.removesuffix('.0')!r}, say in the map file "
            f"[{name}.computed] {name[:-1]}_id = \"part({written}, '.', 1)\""
        )


def _times(n: int, one: str, several: str) -> str:
    return f"{n:,} {one if n == 1 else several}"
