"""Every number, amount and date that is shown: rounded half up, in the locale, currency and time zone set.

Numbers that belong to their unit are held together by a no-break space (`6 %`, `12 × €14.90`), as Babel does.
None is shown as an en dash.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_compact_currency, format_currency, format_decimal, get_currency_precision

from recsys.reasons import odds

Number = int | float | Decimal

NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
TIMES = "\N{MULTIPLICATION SIGN}"
THOUSAND = 1_000
COMPACT_FROM = 10_000  # below it a whole amount is as short
CENTS_BELOW = 10  # a column of expected values that stays under it is shown as prices are
MOST_PERCENT = 100  # of a change that is shown as a percentage
KEPT_TEXTS = 8192
DAYS_OF_WEEK = 7
SIGNIFICANT = 3  # digits of a compact amount
_WRITTEN_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_SHORT_WORDS = {"K": "k", "M": "m", "B": "bn"}


class Formats:
    """One installation's forms of numbers, amounts, dates and times."""

    def __init__(self, locale: str = "en_GB", currency: str = "EUR", time_zone: str = "Europe/Berlin") -> None:
        self.locale = Locale.parse(locale)
        self.currency = currency
        self.time_zone = ZoneInfo(time_zone)
        self._currency_pattern = str(self.locale.currency_formats["standard"].pattern).split(";")[0]

    @property
    def tag(self) -> str:
        """Return the locale as browsers name it: `en-GB`."""
        return str(self.locale).replace("_", "-")

    # ---- amounts ----

    def money(self, amount: Number | None) -> str:
        """Return an amount in whole units of the currency: `€1,240`."""
        return NONE if amount is None else self._amount(_rounded(amount, 0), 0)

    def price(self, amount: Number | None) -> str:
        """Return an amount with the currency's cents: `€4.80`."""
        if amount is None:
            return NONE
        decimals = get_currency_precision(self.currency)
        return self._amount(_rounded(amount, decimals), decimals)

    def expected(self, amount: Number | None, *, cents: bool) -> str:
        """Return an expected value, whole or with the currency's cents: `€143`, `€1.20`.

        What is above nothing, but rounds to it, is `under €1` or `under €0.01`.
        """
        text = self.price(amount) if cents else self.money(amount)
        decimals = get_currency_precision(self.currency) if cents else 0
        if amount and not _rounded(amount, decimals):
            return f"under {self._amount(Decimal(1).scaleb(-decimals), decimals)}"
        return text

    def compact(self, amount: Number | None, least: int = COMPACT_FROM) -> str:
        """Return three digits from 10,000 on: `€18.6k`, `€3.57m`; whole below, or if the locale has no short word.

        least   from which amount on instead; 1,000 or more
        """
        if amount is None:
            return NONE
        whole = _rounded(amount, 0)
        if abs(whole) < least:
            return self._amount(whole, 0)
        short = _rounded(amount, SIGNIFICANT - 1 - _rounded(amount, 0).adjusted())
        if not self._has_short_word(short):
            return self._amount(whole, 0)
        text = format_compact_currency(abs(short), self.currency, locale=self.locale, fraction_digits=2)
        return _signed(short, self._in_house_style(text))

    def compacts(self, amounts: Sequence[float]) -> list[str]:
        """Return the amounts of one axis, all in the form of the largest: `€0`, `€5k`, `€10k`."""
        least = THOUSAND if any(abs(amount) >= COMPACT_FROM for amount in amounts) else COMPACT_FROM
        return [self.compact(amount, least) for amount in amounts]

    def quantity_price(self, quantity: Number | None, price: Number | None) -> str:
        """Return `12 × €14.90`; only the part that is known where one is None."""
        if quantity is None or price is None:
            return self.quantity(quantity) if price is None else self.price(price)
        return f"{self.quantity(quantity)}{SPACE}{TIMES}{SPACE}{self.price(price)}"

    # ---- numbers ----

    def number(self, number: Number | None, decimals: int = 0) -> str:
        """Return a number with separators and exactly `decimals` decimals: `1,240`, `2.5`."""
        return NONE if number is None else self._decimal(_rounded(number, decimals), decimals)

    def quantity(self, quantity: Number | None) -> str:
        """Return units: whole, or with up to two decimals where goods are sold by weight: `12`, `2.5`."""
        if quantity is None:
            return NONE
        shown = _rounded(quantity, 2).normalize()
        return self._decimal(shown, max(0, -int(shown.as_tuple().exponent)))

    def percent(self, share: Number | None, decimals: int = 0) -> str:
        """Return a share of 0-1 in percent: `6 %`; `under 1 %` (at one decimal `under 0.1 %`) for less, but not 0."""
        if share is None:
            return NONE
        least = Decimal(1).scaleb(-decimals)
        percents = _exact(share) * 100
        if 0 < percents < least:
            return f"under {self._decimal(least, decimals)}{SPACE}%"
        return f"{self.number(percents, decimals)}{SPACE}%"

    def chance(self, chance: Number | None) -> str:
        """Return a probability of 0-1 in words: `8 in 10`, `1 in 8`, `under 1 in 100`, `over 9 in 10`."""
        return NONE if chance is None else odds(_exact(chance)).text(self.number)

    def whole_percents(self, shares: Sequence[float]) -> tuple[str, ...]:
        """Return shares that add up to 1 as whole percents that add up to 100: largest remainders are rounded up.

        What is above nothing and gets no percent is shown as `under 1 %`.
        """
        exact = [_exact(share) * 100 for share in shares]
        whole = [int(percents) for percents in exact]
        missing = int(_rounded(sum(exact, Decimal(0)), 0)) - sum(whole)
        for at in sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))[:missing]:
            whole[at] += 1
        return tuple(
            self.percent(Decimal(percents) / 100 if percents else min(share, 0.001))
            for percents, share in zip(whole, shares, strict=True)
        )

    # ---- changes: always with a sign, but for no change ----

    def number_change(self, number: Number | None, decimals: int = 0) -> str:
        """Return a change with its sign: `+3`, `−2`, `0`."""
        return NONE if number is None else _plus(_rounded(number, decimals), self.number(number, decimals))

    def percent_change(self, now: Number | None, before: Number | None) -> str:
        """Return how much more than before: `+12 %`, `−8 %`, `0 %`; an en dash where nothing came before.

        More than twice as much is `over +100 %`: of little, a large percentage says nothing.
        """
        if now is None or before is None or not before:
            return NONE
        percents = _rounded((_exact(now) / _exact(before) - 1) * 100, 0)
        if percents > MOST_PERCENT:
            return f"over +{self._decimal(Decimal(MOST_PERCENT), 0)}{SPACE}%"
        return _plus(percents, f"{self._decimal(percents, 0)}{SPACE}%")

    def change_size(self, now: Number, before: Number) -> str:
        """Return the same without its direction, which a caret shows: `12 %`, `0 %`, `over 100 %`."""
        percents = abs(_rounded((_exact(now) / _exact(before) - 1) * 100, 0))
        over = "over " if percents > MOST_PERCENT else ""
        return f"{over}{self.percent(min(percents, Decimal(MOST_PERCENT)) / 100)}"

    def compared(self, now: Number, before: Number, write: Callable[[Number], str]) -> str:
        """Return what follows a caret: `12 % on €240`; `from €19` where it is more than twice as much."""
        size = self.change_size(now, before)
        return f"from {write(before)}" if size.startswith("over") else f"{size} on {write(before)}"

    # ---- dates, times, spans ----

    def day(self, day: date | None, reference: date | None = None) -> str:
        """Return `27 Oct` in the year of `reference`, `4 Nov 2024` in another one or without a reference."""
        if day is None:
            return NONE
        skeleton = "MMMd" if reference is not None and day.year == reference.year else "yMMMd"
        return _day_text(skeleton, day, self.locale)

    def month(self, day: date, *, year: bool = False) -> str:
        """Return the month of a day: `Nov`, with its year `Nov 2025`."""
        return _day_text("yMMM" if year else "MMM", day.replace(day=1), self.locale)

    def moment(self, moment: datetime | None) -> str:
        """Return `16 Nov 2026, 03:10` in the time zone set. Raises ValueError for a time without a zone."""
        if moment is None:
            return NONE
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        local = moment.astimezone(self.time_zone)
        return f"{self.day(local.date())}, {format_time(local.time(), 'HH:mm', locale=self.locale)}"

    def with_days(self, text: str) -> str:
        """Return a text that a build wrote with its days as screens write them: `1 Dec 2010` for `2010-12-01`.

        What only begins as a day does, as a version's id, is unchanged.
        """
        return _WRITTEN_DAY.sub(lambda found: self._day_of(found[0]), text)

    def _day_of(self, written: str) -> str:
        try:
            return self.day(date.fromisoformat(written))
        except ValueError:
            return written

    def weekday_and_day(self, day: date) -> str:
        """Return a day with its name: `Tuesday, 17 November`."""
        return str(format_skeleton("EEEEMMMMd", day, locale=self.locale))

    def short_weekday_and_day(self, day: date) -> str:
        """Return a day of this year with its name, in short: `Tue 17 Nov`."""
        return f"{format_date(day, 'EEE', locale=self.locale)} {self.day(day, day)}"

    def weekday_and_date(self, day: date) -> str:
        """Return a day with its name in short and its year: `Tue 17 Nov 2026`."""
        return str(format_skeleton("yMMMEd", day, locale=self.locale)).replace(", ", " ", 1)

    def weekday(self, day: date, today: date) -> str:
        """Return a day of the coming week by its name, `Thursday`; any other as a date, `10 Dec`."""
        if 0 < (day - today).days < DAYS_OF_WEEK:
            return str(format_date(day, "EEEE", locale=self.locale))
        return self.day(day, today)

    def today(self, now: datetime) -> date:
        """Return the date of `now` in the time zone set."""
        return now.astimezone(self.time_zone).date()

    def days(self, days: Number | None) -> str:
        """Return `9 days`, `1 day`."""
        return NONE if days is None else self._counted(_rounded(days, 0), "day")

    def age(self, age: timedelta, *, short: bool = False) -> str:
        """Return an age in whole hours: `31 hours`, `under 1 hour`; from 72 hours on `3 days`; short `31 h`."""
        hours = max(age, timedelta(0)) // timedelta(hours=1)
        if hours >= 72:
            return self.days(hours // 24)
        word = f"{SPACE}h" if short else " hour" if hours < 2 else " hours"
        return f"under 1{word}" if hours < 1 else f"{self.number(hours)}{word}"

    # ---- inner ----

    def _amount(self, rounded: Decimal, decimals: int) -> str:
        pattern = self._currency_pattern.replace("0.00", f"0.{'0' * decimals}" if decimals else "0")
        return _signed(rounded, _amount_text(abs(rounded), self.currency, pattern, self.locale))

    def _decimal(self, rounded: Decimal, decimals: int) -> str:
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        return _signed(rounded, _number_text(abs(rounded), pattern, self.locale))

    def _counted(self, whole: Decimal, word: str) -> str:
        return f"{self._decimal(whole, 0)} {word if abs(whole) == 1 else word + 's'}"

    def _has_short_word(self, amount: Decimal) -> bool:
        """Return whether the locale has one for the amount. German has none for a thousand: CLDR's pattern is `0`."""
        patterns = self.locale.compact_decimal_formats["short"]["other"]
        magnitude = max(int(size) for size in patterns if int(size) <= abs(amount))
        return str(patterns[str(magnitude)].pattern) != "0"

    def _in_house_style(self, compact: str) -> str:
        """Return `€18.6k`, `€3.57m`, `€1.2bn` in English, where CLDR writes K, M and B; else the text unchanged."""
        if self.locale.language != "en":
            return compact
        return compact[:-1] + _SHORT_WORDS.get(compact[-1], compact[-1])


@dataclass(frozen=True)
class PageFormatter:
    """A `recsys.reasons.ReasonFormatter` for one viewer's page.

    customer_name   None where the viewer does not see the customer
    product_name    of any product
    reference       days of this one's year are shown without the year; usually the version's `as_of`
    """

    formats: Formats
    reference: date
    customer_name: Callable[[str], str | None]
    product_name: Callable[[str], str]

    def customer(self, customer_id: str) -> str | None:
        return self.customer_name(customer_id)

    def product(self, product_id: str) -> str:
        return self.product_name(product_id)

    def day(self, day: date) -> str:
        return self.formats.day(day, self.reference)

    def number(self, number: float, decimals: int = 0) -> str:
        return self.formats.number(number, decimals)


# Pages show the same small numbers, prices and days again and again: kept, the home page takes 9 ms instead of 37.
# Keys: all that the text depends on.


@lru_cache(maxsize=KEPT_TEXTS)
def _number_text(number: Decimal, pattern: str, locale: Locale) -> str:
    return str(format_decimal(number, pattern, locale=locale))


@lru_cache(maxsize=KEPT_TEXTS)
def _amount_text(amount: Decimal, currency: str, pattern: str, locale: Locale) -> str:
    whole = _whole_amounts(currency, pattern, locale)
    if whole is not None and amount == amount.to_integral_value():
        return whole.text(amount)
    return _babel_amount(amount, currency, pattern, locale)


def _babel_amount(amount: Decimal, currency: str, pattern: str, locale: Locale) -> str:
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


class _WholeAmounts(NamedTuple):
    """How whole amounts are written where only thousands are told apart: what is before, between and after digits."""

    before: str
    between: str
    after: str

    def text(self, amount: Decimal) -> str:
        return f"{self.before}{int(amount):,}{self.after}".replace(",", self.between)


@lru_cache(maxsize=32)
def _whole_amounts(currency: str, pattern: str, locale: Locale) -> _WholeAmounts | None:
    """Return how Babel writes whole amounts, which a list of 200 rows would ask it for 400 times, 70 us each.

    None where some of them show that more goes into it: other groups, other digits, cents.
    """
    begin, mark, end = _babel_amount(Decimal(0), currency, pattern, locale).partition("0")
    found = _WholeAmounts(begin, locale.number_symbols["latn"]["group"], end)
    is_plain = mark and "," not in begin + end
    samples = map(Decimal, (0, 7, 99, 100, 1_234, 10_203, 123_456, 1_234_567, 12_345_678_901))
    written = (_babel_amount(one, currency, pattern, locale) == found.text(one) for one in samples)
    return found if is_plain and all(written) else None


@lru_cache(maxsize=KEPT_TEXTS)
def _day_text(skeleton: str, day: date, locale: Locale) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


def _exact(number: Number) -> Decimal:
    """Return the decimal that a number is shown as: 2.675 is 2.675. Raises ValueError for NaN and infinity."""
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    if not exact.is_finite():
        raise ValueError(f"{number} cannot be shown as a number")
    return exact


def _rounded(number: Number, decimals: int) -> Decimal:
    """Round half away from zero, at `decimals` places; negative `decimals` round to tens, hundreds, and so on."""
    rounded = _exact(number).quantize(_unit(decimals), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


@lru_cache(maxsize=32)
def _unit(decimals: int) -> Decimal:
    """Return 1 at so many decimals: .01 at two."""
    return Decimal(1).scaleb(-decimals)


def _signed(number: Decimal, text: str) -> str:
    return f"{MINUS}{text}" if number < 0 else text


def _plus(number: Decimal, text: str) -> str:
    return f"+{text}" if number > 0 else text
