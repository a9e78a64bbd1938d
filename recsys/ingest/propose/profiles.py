"""What the columns of a table hold: how many values, keys, numbers, dates, marks; and how the table writes them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from babel.numbers import list_currencies

from recsys.ingest.propose.given import Given
from recsys.ingest.sources.format_detection import DATE_FORMATS
from recsys.ingest.sources.month_names import month_names
from recsys.ingest.sources.raw_files import Format
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.value_parsing import EARLIEST, Field, number, parsed, typed

_VALUES = 3_000  # different values of a column that are tried, the most frequent first
_AT_ONCE = 50  # columns that are counted in one query
_POOL = '"values of columns"'
_CURRENCIES = frozenset(list_currencies())
_TOP = 40
_MONTH_VALUES = 200
_TRIED = 0.7  # share of values that have to look like dates for all formats to be tried
_READS = 0.97  # share of values that a format has to read
_NUMBERS = tuple(
    Format(decimal=decimal, thousands=mark)
    for decimal, mark in ((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "'"))
)
ISO = "iso"
_SERIALS = {"excel": (20_000, 80_000), "unix": (6e8, 5e9), "unix_ms": (6e11, 5e12)}  # numbers that may be days
_TWELVE_HOURS = tuple(f"{day} {time}" for day in ("%m/%d/%Y", "%d/%m/%Y") for time in ("%I:%M %p", "%I:%M:%S %p"))
_MONTH_NAMES = ("%d %b %Y", "%d. %b %Y", "%b %d, %Y", "%d-%b-%y", "%d-%b-%Y", "%d %b %y", "%d de %b de %Y")
_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "cs", "tr")
_FORMATS = (*DATE_FORMATS, *_TWELVE_HOURS)


@dataclass(frozen=True)
class Profile:
    """What a column holds.

    name        of the column in its file
    n_rows      rows of the table
    n_filled    rows with a value
    n_values    different values
    n_tried     rows with a value that was tried
    n_letters   of these rows: those whose value has letters, and so on
    reads       of these rows: how many each way of writing numbers reads
    dates       date format -> rows that it reads; `iso` needs none
    top         the most frequent values, with the number of their rows
    locale      the language of the names of months in the dates
    """

    name: str
    n_rows: int
    n_filled: int
    n_values: int
    n_tried: int = 0
    n_letters: int = 0
    n_emails: int = 0
    n_phones: int = 0
    n_currencies: int = 0
    n_negative: int = 0
    n_whole: int = 0
    n_marked: int = 0
    n_any_mark: int = 0
    n_thousandths: int = 0
    least: float | None = None
    most: float | None = None
    length: float = 0.0
    reads: tuple[int, ...] = ()
    dates: dict[str, int] = field(default_factory=dict)
    top: tuple[tuple[str, int], ...] = ()
    locale: str = ""

    @property
    def filled(self) -> float:
        """Share of the rows that have a value."""
        return self.n_filled / self.n_rows if self.n_rows else 0.0

    @property
    def is_key(self) -> bool:
        """Whether no value comes twice."""
        return self.n_values > 0 and self.n_values == self.n_filled

    @property
    def uniqueness(self) -> float:
        """Different values for each filled row."""
        return self.n_values / self.n_filled if self.n_filled else 0.0

    def share(self, count: int) -> float:
        """Return a count of tried values as a share."""
        return count / self.n_tried if self.n_tried else 0.0

    @cached_property
    def numbers(self) -> float:
        """Share of the values that are numbers in the way that reads most."""
        return self.share(max(self.reads, default=0))

    @property
    def whole(self) -> float:
        """Share of its numbers that are whole ones."""
        n = max(self.reads, default=0)
        return self.n_whole / n if n else 0.0

    @property
    def serial(self) -> str:
        """The date format of numbers that lie where days as numbers do; empty for others."""
        if self.least is None or self.most is None:
            return ""
        within = (form for form, (first, last) in _SERIALS.items() if self.least > first and self.most < last)
        return next(within, "")

    @cached_property
    def date_formats(self) -> tuple[str, ...]:
        """The date formats that read nearly all values; two or more if day and month cannot be told apart."""
        best = max(self.dates.values(), default=0)
        if not best or self.share(best) < _READS:
            return ()
        return tuple(form for form, times in self.dates.items() if times == best)

    @property
    def values(self) -> tuple[str, ...]:
        """The most frequent values."""
        return tuple(value for value, _ in self.top)


@dataclass(frozen=True)
class Described:
    """A table and the profiles of its columns, written as `form` says."""

    given: Given
    profiles: dict[str, Profile]
    form: Format

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.given.name

    def is_doubtful(self, column: str) -> bool:
        """Whether all marks in a column of numbers have three digits behind them, and no other column says more.

        Then 1.234 may be 1234.
        """
        profile = self.profiles[column]
        if not 0 < profile.n_any_mark == profile.n_thousandths or profile.numbers < _READS:
            return False
        numeric = (other for other in self.profiles.values() if other.numbers >= _READS and not other.date_formats)
        return all(other.n_any_mark == other.n_thousandths for other in numeric)


def described(session: ImportSession, given: Given) -> Described:
    """Return a table with the profiles of its columns, and with how it writes numbers."""
    filled = _filled(session, given)
    _pool(session, given, filled)
    first = _profiles(session, given, filled, _NUMBERS[0])
    form = _number_form(first.values())
    if (form.decimal, form.thousands) != (".", ""):
        first = _profiles(session, given, filled, form)
    session.run(f"DROP TABLE {_POOL}")
    return Described(given, first, replace(given.form, decimal=form.decimal, thousands=form.thousands))


def _number_form(profiles: Collection[Profile]) -> Format:
    """Return the way of writing numbers that reads most values of the columns that are numbers in some way.

    Of `90,000` alone nobody knows what the mark is: where all marks have three digits behind them, two ways read as
    much, and the comma counts as one of thousands; is_doubtful says so.
    """
    numeric = [profile for profile in profiles if profile.numbers >= _READS and not profile.date_formats]
    totals = [sum(profile.reads[way] for profile in numeric) for way in range(len(_NUMBERS))]
    if not numeric:
        return _NUMBERS[0]
    best = [way for way, total in zip(_NUMBERS, totals, strict=True) if total == max(totals)]
    marked = [profile for profile in numeric if profile.n_marked]
    if all(profile.n_marked == profile.n_thousandths for profile in marked):
        return next((way for way in best if (way.decimal, way.thousands) in ((".", ""), (".", ","))), best[0])
    return best[0]


def _filled(session: ImportSession, given: Given) -> dict[str, tuple[int, int]]:
    """Return how many rows of each column are filled, and with how many values.

    Several columns in one query: a header that was torn has hundreds, and each query reads the file.
    """
    found: dict[str, tuple[int, int]] = {}
    columns = list(given.columns)
    for first in range(0, len(columns), _AT_ONCE):
        names = [identifier(column) for column in columns[first : first + _AT_ONCE]]
        counts = ", ".join(f"count({name}), count(DISTINCT {name})" for name in names)
        [row] = session.rows(f"SELECT {counts} FROM {identifier(given.relation)}")
        pairs = zip(row[::2], row[1::2], strict=True)
        found.update(zip(columns[first : first + _AT_ONCE], pairs, strict=True))
    return found


def _pool(session: ImportSession, given: Given, filled: Mapping[str, tuple[int, int]]) -> None:
    """Put the values of all filled columns into one table, so that each figure is asked of all of them at once."""
    session.run(f"CREATE OR REPLACE TEMP TABLE {_POOL} (c INTEGER, v VARCHAR, n BIGINT)")
    columns = [(at, identifier(column)) for at, column in enumerate(given.columns) if filled[column][0]]
    for first in range(0, len(columns), _AT_ONCE):
        parts = [
            f"SELECT {at}, v, n FROM (SELECT {name} AS v, count(*) AS n FROM {identifier(given.relation)} "
            f"WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY n DESC, hash(v) LIMIT {_VALUES})"
            for at, name in columns[first : first + _AT_ONCE]
        ]
        session.run(f"INSERT INTO {_POOL} {' UNION ALL '.join(parts)}")


def _profiles(
    session: ImportSession, given: Given, filled: Mapping[str, tuple[int, int]], form: Format
) -> dict[str, Profile]:
    """Return the profiles of all columns, from what is in the pool."""
    names, rows = _figures(session, form)
    tops: dict[int, list[tuple[str, int]]] = {}
    for at, value, n in session.rows(
        f"SELECT c, v, n FROM {_POOL} QUALIFY row_number() OVER (PARTITION BY c ORDER BY n DESC, v) <= {_TOP} "
        "ORDER BY c, n DESC, v"
    ):
        tops.setdefault(at, []).append((value, n))
    return {
        column: _profile(session, given, (at, column), filled[column], (names, rows[at], tops[at]))
        if filled[column][0]
        else Profile(column, given.n_rows, 0, 0)
        for at, column in enumerate(given.columns)
    }


def _figures(session: ImportSession, form: Format) -> tuple[list[str], dict[int, tuple[Any, ...]]]:
    """Return the names of the figures of a column, and by its place their values, those of each way of writing last."""
    read = number("v", form)
    counts = {
        "n_letters": r"regexp_matches(v, '\p{L}')",
        "n_emails": r"regexp_matches(v, '^[^@\s]+@[^@\s]+\.[^@\s]+$')",
        "n_phones": r"regexp_matches(v, '^\+?[\d\s()/.-]{6,20}$') AND regexp_matches(v, '[ ()/+-]')",
        "n_negative": f"{read} < 0",
        "n_whole": f"{read} = trunc({read})",
        "n_marked": r"regexp_matches(v, '^-?\d+[.,]\d+$')",
        "n_any_mark": r"regexp_matches(v, '\d[.,]\d')",
        "n_thousandths": r"regexp_matches(v, '^-?[1-9]\d{0,2}[.,]\d{3}$')",
        "n_dated": r"regexp_matches(v, '^\d{1,4}[-./ ]\s?\d|^\d{8}$')",
        "n_month_named": r"regexp_matches(v, '^(\d.*\p{L}{3}.*\d|\p{L}{3}.*\d.*\d)') AND length(v) < 32",
    }
    figures = {"least": f"min({read})", "most": f"max({read})", "length": "avg(length(v))", "n_tried": "sum(n)"}
    ways = [f"{number('v', way)} IS NOT NULL" for way in _NUMBERS]
    wanted = [*figures.values(), *(f"coalesce(sum(n) FILTER ({claim}), 0)" for claim in [*counts.values(), *ways])]
    rows = session.rows(f"SELECT c, {', '.join(wanted)} FROM {_POOL} GROUP BY c")
    return [*figures, *counts], {at: tuple(row) for at, *row in rows}


def _profile(
    session: ImportSession,
    given: Given,
    placed: tuple[int, str],
    filled: tuple[int, int],
    found: tuple[list[str], tuple[Any, ...], list[tuple[str, int]]],
) -> Profile:
    """Return the profile of a filled column.

    placed  its place and name
    found   names of figures, their values, and its most frequent values
    """
    (at, column), (names, row, top) = placed, found
    values = f"(SELECT v, n FROM {_POOL} WHERE c = {at})"
    counted = dict(zip(names, row, strict=False))
    counted["n_currencies"] = sum(n for value, n in top if value.upper() in _CURRENCIES)
    n_dated, n_month_named = counted.pop("n_dated"), counted.pop("n_month_named")
    dates: dict[str, int] = {}
    locale = ""
    if n_dated >= _TRIED * counted["n_tried"]:
        dates = _dates(session, values)
    elif n_month_named >= _TRIED * counted["n_tried"]:
        dates, locale = _month_names(session, values)
    return Profile(
        column, given.n_rows, *filled, reads=tuple(row[-len(_NUMBERS) :]), dates=dates, top=tuple(top), locale=locale,
        **counted,
    )  # fmt: skip


def _dates(session: ImportSession, values: str) -> dict[str, int]:
    """Return the number of rows that each date format reads; formats that read none are left out."""
    formats = {ISO: "try_cast(v AS TIMESTAMP)"} | {text: parsed("v", text) for text in _FORMATS}
    reads = [
        f"coalesce(sum(n) FILTER ({sql} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '2099-12-31'), 0)"
        for sql in formats.values()
    ]
    counted = zip(formats, session.rows(f"SELECT {', '.join(reads)} FROM {values}")[0], strict=True)
    return _without_shadows({text: n for text, n in counted if n})


def _month_names(session: ImportSession, values: str) -> tuple[dict[str, int], str]:
    """Return the formats that read texts with names of months, and the language of the names."""
    raw = f"(SELECT v AS {identifier('raw v')}, n FROM {values} LIMIT {_MONTH_VALUES})"
    texts = [row[0] for row in session.rows(f"SELECT {identifier('raw v')} FROM {raw}")]
    locale = _language(texts)
    if not locale:
        return {}, ""
    field = Field("v", "date", "v")
    reads = [
        f"coalesce(sum(n) FILTER ({typed(field, {'v': 'VARCHAR'}, form)} IS NOT NULL), 0)"
        for form in (Format(date_format=(text,), locale=locale) for text in _MONTH_NAMES)
    ]
    counted = zip(_MONTH_NAMES, session.rows(f"SELECT {', '.join(reads)} FROM {raw}")[0], strict=True)
    return {text: n for text, n in counted if n}, locale


def _language(texts: list[str]) -> str:
    """Return the language in which most texts have the name of a month, English before others; empty if few have."""
    words = [set(re.findall(r"[^\W\d_]+", text.lower())) for text in texts]
    named = {locale: sum(bool(each & month_names(locale).keys()) for each in words) for locale in _LOCALES}
    best = max(_LOCALES, key=lambda locale: named[locale])
    return best if named[best] >= _TRIED * len(texts) else ""


def _without_shadows(dates: dict[str, int]) -> dict[str, int]:
    """Return date formats without those that read the same days as a plainer one: ISO before %Y-%m-%d."""
    if ISO in dates:
        return {text: n for text, n in dates.items() if text == ISO or n > dates[ISO]}
    return dates
