from datetime import date

from recsys.cli.plain_text import PlainFormatter, plain_chance, plain_day, plain_number, plain_quantity


def test_numbers_are_rounded_half_up() -> None:
    assert [plain_number(number) for number in (0.5, 1.5, 2.5, 1234.4)] == ["1", "2", "3", "1,234"]
    assert plain_number(2.45, 1) == "2.5"
    assert plain_number(14.9, 2) == "14.90"


def test_quantities_have_the_decimals_that_they_have() -> None:
    assert [plain_quantity(quantity) for quantity in (2.0, 2.5, 1200.0, 0.125)] == ["2", "2.5", "1,200", "0.125"]


def test_chances_are_one_in_so_many_or_tenths() -> None:
    texts = {0.97: "over 9 in 10", 0.8: "8 in 10", 0.25: "3 in 10", 0.125: "1 in 8", 1 / 33: "1 in 30",
            0.01: "1 in 100", 0.004: "under 1 in 100", 0.0: "under 1 in 100", 1.0: "over 9 in 10"}  # fmt: skip
    assert {chance: plain_chance(chance) for chance in texts} == texts


def test_what_is_not_known_is_a_dash() -> None:
    assert plain_number(None) == plain_chance(None) == plain_quantity(None) == plain_day(None) == "-"


def test_a_day_has_its_year() -> None:
    assert plain_day(date(2026, 10, 7)) == "7 Oct 2026"


def test_a_formatter_returns_names_of_customers_and_products() -> None:
    formatter = PlainFormatter({"C": "Rossi"}.__getitem__, {"P": "Oil"}.__getitem__)
    assert (formatter.customer("C"), formatter.product("P")) == ("Rossi", "Oil")
