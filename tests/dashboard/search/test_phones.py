from pathlib import Path

import pytest

from dashboard.access.viewer import Viewer, viewer_of
from dashboard.search.phones import of_number, phone_digits
from tests.support.artifacts import publish_small
from tests.support.contexts import ANN, BOB, context_of
from tests.support.viewers import identity


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("030 / 231 25-114", "03023125114"),
        ("+49 (30) 23125114", "493023125114"),
        ("2312", ""),
        ("tea 23125", ""),
        ("", ""),
        ("\u0661\u0662\u0663\u0664\u0665", ""),
    ],
)
def test_a_phone_number_is_digits_and_what_people_put_between_them(text: str, digits: str) -> None:
    assert phone_digits(text) == digits


@pytest.mark.parametrize("typed", ["03023125114", "493023125114", "00493023125114", "23125", "3125114"])
def test_a_number_is_found_with_and_without_the_country(typed: str) -> None:
    phones = {"A": "03023125114", "B": "03099999999"}
    assert of_number(typed, phones, 9) == ["A"]
    assert of_number(typed, phones, 0) == []


def test_who_calls_is_found_by_the_number_as_far_as_it_is_the_viewers_to_see(tmp_path: Path) -> None:
    publish_small(tmp_path)

    def found(viewer: Viewer, text: str) -> list[str]:
        return [hit.what.customer_id for hit in context_of(tmp_path, viewer).snapshot.search(text).customers.shown]

    assert found(ANN, "01632 960001") == ["CAFE1"]
    assert found(ANN, "+44 1632 960001") == ["CAFE1"]
    assert "CAFE1" not in found(BOB, "01632 960001")
    without_phones = viewer_of(identity("director"))
    assert "CAFE1" not in found(without_phones, "01632 960001")
