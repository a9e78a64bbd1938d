"""What a discount on a set costs, worked by hand: a set of 10.00 that costs 6.00."""

from typing import Any

import pytest

from dashboard.display.bundle_offer import Offer, discount_of, offer_sentence
from tests.support.screens import FORMATS

SPACE = "\N{NO-BREAK SPACE}"


def test_a_tenth_off_takes_a_quarter_of_a_margin_of_four() -> None:
    offer = Offer(10.0, 6.0, 10)
    assert (offer.given_away, offer.margin) == (1, 3)
    assert offer.for_each_100 == pytest.approx(100 * 4 / 3)


def test_without_a_cost_it_is_about_revenue() -> None:
    assert Offer(10.0, None, 20).for_each_100 == 125
    assert Offer(10.0, None, 20).margin is None


def test_what_earns_nothing_cannot_be_made_up_for() -> None:
    assert Offer(10.0, 6.0, 40).for_each_100 is None
    assert Offer(10.0, 6.0, 50).for_each_100 is None
    assert Offer(5.0, 6.0, 10).for_each_100 is None


@pytest.mark.parametrize(
    ("offer", "sentence"),
    [
        (Offer(10.0, 6.0, 0), ""),
        (
            Offer(10.0, 6.0, 10),
            f"10{SPACE}% off takes €1.00 from a set: €3.00 of €4.00 margin is left. "
            "For the same margin 134 must be sold for each 100 sold without it.",
        ),
        (Offer(10.0, 6.0, 40), f"40{SPACE}% off takes €4.00 from a set: nothing is earned."),
        (
            Offer(10.0, 6.0, 50),
            f"50{SPACE}% off takes €5.00 from a set: it would be sold at a loss "
            "(\N{MINUS SIGN}€1.00 of €4.00 margin is left).",
        ),
        (
            Offer(10.0, None, 20),
            f"20{SPACE}% off takes €2.00 from a set: for the same revenue 125 must be sold for each 100 sold without "
            "it. The same margin takes more; your role does not see costs.",
        ),
    ],
)
def test_the_sentence_says_what_must_be_brought_back(offer: Offer, sentence: str) -> None:
    assert offer_sentence(offer, FORMATS) == sentence


@pytest.mark.parametrize(
    ("said", "percent"), [("10", 10), (12.5, 12.5), ("", 0), (None, 0), ("much", 0), ("nan", 0), (-5, 0), (1e9, 90)]
)
def test_a_discount_is_a_number_from_0_to_90(said: Any, percent: float) -> None:
    assert discount_of(said) == percent
