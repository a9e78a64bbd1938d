"""How good it is to ask for whom a new line fits, as pages say it."""

from dashboard.display.new_line_words import new_line_words
from recsys.schema.build_report import NewLineTest
from tests.support.figures import new_lines
from tests.support.screens import FORMATS


def words(**changed: object) -> str:
    return new_line_words(NewLineTest.read(new_lines() | changed), FORMATS)


def test_it_says_how_many_of_the_first_bought_against_the_simple_choices_and_of_how_many_products() -> None:
    assert words() == (
        "Of the first 100 customers by profile 7.1 bought a new product within 8 weeks, 4.4 of the 100 who order "
        "most often (n 269 products)."
    )


def test_products_that_were_held_out_are_called_so() -> None:
    assert words(kind="held out").endswith("(n 269 products held out).")


def test_gain_whose_interval_holds_nothing_gained_is_said() -> None:
    found = new_line_words(NewLineTest.read(new_lines(gain=0.4)), FORMATS)
    assert found.endswith(" The 100 who order most often are no clearly worse choice (6.7).")


def test_too_few_products_are_said_to_be_too_few() -> None:
    few = NewLineTest(why_not="only 3 products could be tested; fewer than 20 say nothing", products=3)
    assert new_line_words(few, FORMATS) == "Whom a new line fits: too few new products to tell (3)."


def test_version_without_the_test_says_nothing() -> None:
    assert new_line_words(NewLineTest(), FORMATS) == ""
