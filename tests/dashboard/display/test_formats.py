from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from babel import Locale
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from dashboard.display.formats import Formats, PageFormatter
from recsys.reasons import Reason, sentence

EUROS = Formats("en_GB", "EUR", "Europe/Berlin")
POUNDS = Formats("en_GB", "GBP", "Europe/London")
GERMAN = Formats("de_DE", "EUR", "Europe/Berlin")
NARROW = "\N{NO-BREAK SPACE}"


def test_amounts_of_one_axis_have_the_form_of_the_largest() -> None:
    assert EUROS.compacts([0, 5_000, 10_000]) == ["€0", "€5k", "€10k"]
    assert EUROS.compacts([0, 2_500, 7_500]) == ["€0", "€2,500", "€7,500"]
    assert GERMAN.compacts([0, 10_000])[1].startswith("10.000")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1240, "€1,240"),
        (0, "€0"),
        (0.5, "€1"),
        (2.5, "€3"),
        (-0.4, "€0"),
        (-4820.5, "−€4,821"),
        (1234567.49, "€1,234,567"),
        (None, "–"),
    ],
)
def test_money_is_whole_and_rounded_half_up(amount: float | None, text: str) -> None:
    assert EUROS.money(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(4.8, "€4.80"), (1.005, "€1.01"), (2.675, "€2.68"), (1240, "€1,240.00"), (-0.5, "−€0.50"), (None, "–")],
)
def test_prices_have_cents_and_no_float_artefacts(amount: float | None, text: str) -> None:
    assert EUROS.price(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (999, "€999"),
        (9999.4, "€9,999"),
        (9999.5, "€10k"),
        (18649, "€18.6k"),
        (18650, "€18.7k"),
        (470000, "€470k"),
        (999499, "€999k"),
        (999500, "€1m"),
        (3574999, "€3.57m"),
        (-18649, "−€18.6k"),
        (1.2e9, "€1.2bn"),
        (None, "–"),
    ],
)
def test_compact_amounts_have_three_digits_from_ten_thousand_on(amount: float | None, text: str) -> None:
    assert EUROS.compact(amount) == text


def test_pounds_are_pounds() -> None:
    assert [POUNDS.money(1240), POUNDS.price(4.8), POUNDS.compact(18600)] == ["£1,240", "£4.80", "£18.6k"]


def test_german_amounts_are_german() -> None:
    assert GERMAN.money(-1240) == f"−1.240{NARROW}€"
    assert GERMAN.price(4.8) == f"4,80{NARROW}€"
    assert GERMAN.compact(3574999) == f"3,57{NARROW}Mio.{NARROW}€"


def test_a_locale_without_a_short_word_for_thousands_shows_the_whole_amount() -> None:
    assert GERMAN.compact(18649) == f"18.649{NARROW}€"


def test_a_currency_without_cents_has_none() -> None:
    assert Formats("en_GB", "JPY").price(1240) == "JP¥1,240"


@pytest.mark.parametrize(
    ("quantity", "price", "text"),
    [
        (12, 14.9, "12 × €14.90"),
        (2.5, 4, "2.5 × €4.00"),
        (12, None, "12"),
        (None, 14.9, "€14.90"),
        (None, None, "–"),
    ],
)
def test_quantity_and_price_are_shown_together(quantity: float | None, price: float | None, text: str) -> None:
    assert EUROS.quantity_price(quantity, price) == text.replace(" ", NARROW)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (1240, 0, "1,240"),
        (2.5, 0, "3"),
        (2.45, 1, "2.5"),
        (2, 1, "2.0"),
        (-3, 0, "−3"),
        (-0.04, 1, "0.0"),
        (None, 1, "–"),
    ],
)
def test_numbers_have_exactly_so_many_decimals(number: float | None, decimals: int, text: str) -> None:
    assert EUROS.number(number, decimals) == text


def test_german_numbers_are_german() -> None:
    assert GERMAN.number(1234.5, 1) == "1.234,5"


def test_a_decimal_and_its_float_are_shown_alike() -> None:
    assert EUROS.price(Decimal("2.675")) == EUROS.price(2.675)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="cannot be shown as a number"):
        EUROS.number(number)


@pytest.mark.parametrize(
    ("quantity", "text"), [(12.0, "12"), (1200, "1,200"), (2.5, "2.5"), (0.125, "0.13"), (None, "–")]
)
def test_quantities_have_decimals_where_they_need_them(quantity: float | None, text: str) -> None:
    assert EUROS.quantity(quantity) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.06, 0, "6 %"),
        (0.065, 0, "7 %"),
        (0.285, 1, "28.5 %"),
        (0.01, 0, "1 %"),
        (0.0099, 0, "under 1 %"),
        (0.0004, 1, "under 0.1 %"),
        (0, 0, "0 %"),
        (1, 0, "100 %"),
        (None, 0, "–"),
    ],
)
def test_shares_are_percents_with_a_space(share: float | None, decimals: int, text: str) -> None:
    assert EUROS.percent(share, decimals).replace(NARROW, " ") == text


@pytest.mark.parametrize(("number", "text"), [(3, "+3"), (-2, "−2"), (0, "0"), (None, "–")])
def test_changes_of_numbers_have_a_sign(number: float | None, text: str) -> None:
    assert EUROS.number_change(number) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(112, 100, "+12 %"), (92, 100, "−8 %"), (100, 100, "0 %"), (5, 0, "–"), (None, 5, "–"), (5, None, "–")],
)
def test_changes_in_percent_count_from_what_was_before(now: float | None, before: float | None, text: str) -> None:
    assert EUROS.percent_change(now, before).replace(NARROW, " ") == text


def test_a_day_of_the_reference_year_has_no_year() -> None:
    assert EUROS.day(date(2026, 10, 27), date(2026, 11, 16)) == "27 Oct"


def test_a_day_of_another_year_has_it() -> None:
    assert EUROS.day(date(2024, 11, 4), date(2026, 11, 16)) == "4 Nov 2024"
    assert EUROS.day(date(2026, 12, 31), date(2027, 1, 1)) == "31 Dec 2026"


def test_a_day_without_a_reference_has_its_year() -> None:
    assert EUROS.day(date(2026, 10, 27)) == "27 Oct 2026"


def test_no_day_is_a_dash() -> None:
    assert EUROS.day(None) == "–"
    assert EUROS.moment(None) == "–"


def test_german_days_are_german() -> None:
    assert GERMAN.day(date(2024, 11, 4)) == "4. Nov. 2024"


def test_a_day_with_its_name_in_short_has_its_year() -> None:
    day = date(2026, 11, 17)
    assert EUROS.weekday_and_date(day) == "Tue 17 Nov 2026"
    assert Formats("en_US").weekday_and_date(day) == "Tue Nov 17, 2026"
    assert GERMAN.weekday_and_date(day) == "Di. 17. Nov. 2026"


def test_a_moment_is_shown_in_the_time_zone_set() -> None:
    moment = datetime(2026, 11, 16, 2, 10, tzinfo=UTC)
    assert EUROS.moment(moment) == "16 Nov 2026, 03:10"
    assert POUNDS.moment(moment) == "16 Nov 2026, 02:10"


def test_a_moment_may_fall_on_another_day_there() -> None:
    moment = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert EUROS.moment(moment) == "1 Aug 2026, 00:30"
    assert EUROS.today(moment) == date(2026, 8, 1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        EUROS.moment(datetime(2026, 11, 16, 2, 10))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize(("days", "text"), [(1, "1 day"), (9, "9 days"), (8.5, "9 days"), (0, "0 days"), (None, "–")])
def test_days_are_counted(days: float | None, text: str) -> None:
    assert EUROS.days(days) == text


@pytest.mark.parametrize(
    ("age", "text", "short"),
    [
        (timedelta(minutes=59), "under 1 hour", "under 1 h"),
        (timedelta(hours=-1), "under 1 hour", "under 1 h"),
        (timedelta(hours=1), "1 hour", "1 h"),
        (timedelta(hours=31, minutes=59), "31 hours", "31 h"),
        (timedelta(hours=71), "71 hours", "71 h"),
        (timedelta(hours=72), "3 days", "3 days"),
        (timedelta(days=1200), "1,200 days", "1,200 days"),
    ],
)
def test_ages_are_whole_hours_then_whole_days(age: timedelta, text: str, short: str) -> None:
    assert EUROS.age(age) == text
    assert EUROS.age(age, short=True).replace(NARROW, " ") == short


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_no_amount_breaks_a_format(amount: float) -> None:
    for formats in (EUROS, POUNDS, GERMAN):
        for text in (formats.money(amount), formats.price(amount), formats.compact(amount)):
            assert "-" not in text
            assert ("−" in text) <= (amount < 0)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_whole_numbers_lose_nothing(number: int) -> None:
    assert int(EUROS.number(number).replace(",", "").replace("−", "-")) == number


NAMES = {"C1": "Café Morgenrot", "C2": None}


@pytest.mark.parametrize(
    ("customer_id", "text"),
    [
        ("C1", "7 of the 20 most similar customers buy it, Café Morgenrot on 4 Nov."),
        ("C2", "7 of the 20 most similar customers buy it."),
    ],
)
def test_a_reason_names_a_customer_only_to_who_sees_it(customer_id: str, text: str) -> None:
    formatter = PageFormatter(EUROS, date(2026, 11, 16), NAMES.__getitem__, str)
    reason = Reason("similar_customers", 7, of=20, on=date(2026, 11, 4), customer_id=customer_id)
    assert sentence(reason, formatter) == text


def test_a_reason_names_products_and_rounds_numbers() -> None:
    formatter = PageFormatter(EUROS, date(2026, 11, 16), NAMES.__getitem__, {"P1": "Oat drink 1 l"}.__getitem__)
    reason = Reason("bought_together", 1200, of=3400, lift=2.45, product_id="P1")
    assert sentence(reason, formatter) == (
        "On 1,200 of 3,400 order days with Oat drink 1 l: bought together 2.5 times as often as chance would have it."
    )


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (None, "–"),
        (0, "under 1 in 100"),
        (0.00999, "under 1 in 100"),
        (0.01, "1 in 100"),
        (0.0105, "1 in 100"),
        (0.0106, "1 in 90"),
        (0.0445, "1 in 20"),  # 1 in 22.5
        (0.0488, "1 in 20"),  # 1 in 20.49
        (0.0625, "1 in 16"),
        (0.1, "1 in 10"),
        (0.118, "1 in 8"),  # 1 in 8.47
        (0.125, "1 in 8"),
        (0.1666, "1 in 6"),
        (0.1818, "1 in 6"),  # 1 in 5.5005
        (0.1819, "2 in 10"),
        (0.2499, "2 in 10"),
        (0.25, "3 in 10"),
        (0.8, "8 in 10"),
        (0.9499, "9 in 10"),
        (0.95, "over 9 in 10"),
        (1, "over 9 in 10"),
    ],
)
def test_a_chance_is_shown_in_words(chance: float | None, text: str) -> None:
    assert EUROS.chance(chance) == text


@pytest.mark.parametrize(
    ("amount", "cents", "text"),
    [
        (None, True, "–"),
        (142.5, False, "€143"),
        (0.4, False, "under €1"),
        (0.5, False, "€1"),
        (0.004, True, "under €0.01"),
        (1.2, True, "€1.20"),
        (0, True, "€0.00"),
        (0.0, False, "€0"),
    ],
)
def test_what_is_expected_is_shown_as_nothing_only_where_it_is_nothing(
    amount: float | None, cents: bool, text: str
) -> None:
    assert EUROS.expected(amount, cents=cents) == text


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_chance_is_never_shown_as_less_likely(one: float, other: float) -> None:
    def worth(text: str) -> float:
        if text.startswith(("under", "over")):
            return 0.0 if text.startswith("under") else 1.0
        n, of = text.split(" in ")
        return int(n) / int(of)

    low, high = sorted((one, other))
    assert worth(EUROS.chance(low)) <= worth(EUROS.chance(high))


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ((0.58, 0.22, 0.13, 0.07), ("58 %", "22 %", "13 %", "7 %")),
        ((1 / 3, 1 / 3, 1 / 3), ("34 %", "33 %", "33 %")),
        ((0.996, 0.004, 0.0), ("100 %", "under 1 %", "0 %")),
        ((0.006, 0.497, 0.497), ("under 1 %", "50 %", "50 %")),
        ((), ()),
    ],
)
def test_shares_of_a_whole_are_shown_as_percents_that_add_up(shares: tuple[float, ...], text: tuple[str, ...]) -> None:
    assert tuple(one.replace("\N{NO-BREAK SPACE}", " ") for one in EUROS.whole_percents(shares)) == text


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=7))
def test_percents_of_a_whole_add_up_to_a_hundred(parts: list[float]) -> None:
    text = EUROS.whole_percents([part / sum(parts) for part in parts])
    assert sum(0 if "under" in one else int(one.split("\N{NO-BREAK SPACE}")[0]) for one in text) == 100


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (110.0, 100.0, "10\N{NO-BREAK SPACE}% on €100"),
        (92.0, 100.0, "8\N{NO-BREAK SPACE}% on €100"),
        (200.0, 100.0, "100\N{NO-BREAK SPACE}% on €100"),
        (201.0, 100.0, "from €100"),
        (191.0, 19.0, "from €19"),
    ],
)
def test_what_is_compared_is_a_percentage_up_to_twice_as_much(now: float, before: float, words: str) -> None:
    assert EUROS.compared(now, before, EUROS.money) == words


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (200.0, 100.0, "+100\N{NO-BREAK SPACE}%"),
        (203.0, 100.0, "over +100\N{NO-BREAK SPACE}%"),
        (0.0, 100.0, "−100\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_change_of_more_than_twice_as_much_has_no_figure(now: float, before: float, shown: str) -> None:
    assert EUROS.percent_change(now, before) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the orders begin on 2010-12-01, and", "the orders begin on 1 Dec 2010, and"),
        ("version 2026-11-26-151551", "version 2026-11-26-151551"),
        ("on 2026-13-40", "on 2026-13-40"),
        ("none", "none"),
    ],
)
def test_days_in_a_text_of_a_build_are_written_as_on_screens(text: str, shown: str) -> None:
    assert EUROS.with_days(text) == shown


@pytest.mark.parametrize(
    "locale", ["en_GB", "de_DE", "de_CH", "fr_FR", "es_ES", "en_IN", "ar_EG", "pl_PL", "ja_JP", "he_IL"]
)
@pytest.mark.parametrize("currency", ["EUR", "GBP", "JPY", "CHF"])
def test_whole_amounts_are_written_as_babel_writes_them(locale: str, currency: str) -> None:
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).split(";")[0]
    lots = np.random.default_rng(7).integers(0, np.repeat(10 ** np.arange(1, 12), 10))
    for amount in (0, 1, 999, 1_000, *lots.tolist()):
        expected = format_currency(amount, currency, pattern.replace("0.00", "0"), locale=locale, currency_digits=False)
        assert Formats(locale, currency).money(amount) == expected
