"""A part of the inputs made by chance; `python -m tests.fuzz` imports the others."""

import pytest

from tests.fuzz.inputs import KINDS, make_input
from tests.fuzz.runner import run, table

N = 150


def test_a_number_always_makes_the_same_input() -> None:
    assert [make_input(number) for number in range(8)] == [make_input(number) for number in range(8)]


@pytest.mark.slow
def test_whatever_is_in_the_files_an_import_succeeds_or_is_refused_with_a_message() -> None:
    ended = run(range(N), workers=2)
    assert [(each.number, each.outcome, each.peak_mb, each.message) for each in ended if each.is_bad] == [], table(
        ended
    )
    assert {each.kind for each in ended if each.outcome == "refused"} == set(KINDS)
    assert {each.kind for each in ended if each.outcome == "imported"} == set(KINDS)
    assert all(each.message for each in ended if each.outcome == "refused")
