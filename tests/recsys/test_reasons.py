from dataclasses import asdict, replace
from datetime import date

import pytest

from recsys.cli.plain_text import PlainFormatter
from recsys.errors import ArtifactError
from recsys.reasons import Reason, sentence
from recsys.schema.published import REASON_KINDS, RECOMMENDATIONS

NAMES = {"C1": "Hotel Rossi", "P1": "Oat drink 1 l"}


class Discreet(PlainFormatter):
    """Withholds every customer."""

    def customer(self, customer_id: str) -> None:  # type: ignore[override]
        return None


FORMATTER = PlainFormatter(NAMES.__getitem__, NAMES.__getitem__)
DUE = Reason("due_again", 7, on=date(2026, 10, 27), gap_days=13.5, since_days=12)
SIMILAR = Reason("similar_customers", 7, of=20, on=date(2026, 10, 27), customer_id="C1")
TOGETHER = Reason("bought_together", 12, of=1_088, lift=3.44, product_id="P1")
RISING = Reason("rising", 19, of=7)
SEASON = Reason("same_season", 3, on=date(2026, 10, 27))
ALIKE = Reason("alike", 2, product_id="P1", attribute="Drinks > Plant-based")


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (DUE, "Bought every 14 days (7 times); 12 days since the last."),
        (replace(DUE, gap_days=1.0, since_days=1), "Bought every day (7 times); 1 day since the last."),
        (replace(DUE, since_days=0), "Bought every 14 days (7 times), last on 27 Oct 2026."),
        (Reason("bought_before", 1, on=date(2026, 10, 27)), "Bought once, on 27 Oct 2026."),
        (Reason("bought_before", 2, on=date(2026, 10, 27)), "Bought twice, last on 27 Oct 2026."),
        (SIMILAR, "7 of the 20 most similar customers buy it, Hotel Rossi on 27 Oct 2026."),
        (replace(SIMILAR, n=2), "2 similar customers buy it, Hotel Rossi on 27 Oct 2026."),
        (replace(SIMILAR, n=1), "A similar customer buys it, Hotel Rossi on 27 Oct 2026."),
        (replace(SIMILAR, n=1, of=1), "The most similar customer buys it, Hotel Rossi on 27 Oct 2026."),
        (
            TOGETHER,
            "On 12 of 1,088 order days with Oat drink 1 l: bought together 3.4 times as often as chance would have it.",
        ),
        (
            replace(TOGETHER, lift=15.6),
            "On 12 of 1,088 order days with Oat drink 1 l: bought together 16 times as often as chance would have it.",
        ),
        (Reason("popular_in_segment", 9, of=145, segment="Bar"), "9 of 145 Bar customers have bought it."),
        (Reason("popular_in_segment", 1, of=145, segment="Bar"), "1 of 145 Bar customers has bought it."),
        (
            Reason("popular_in_segment", 9, of=45, segment="Bar", region="York"),
            "9 of 45 Bar customers in York have bought it.",
        ),
        (RISING, "19 customers bought it in the last 4 weeks, 7 in the 4 weeks before."),
        (replace(RISING, n=1, of=0), "1 customer bought it in the last 4 weeks, none in the 4 weeks before."),
        (SEASON, "Bought 3 times in these weeks of last year, last on 27 Oct 2026."),
        (replace(SEASON, n=1), "Bought in these weeks of last year, on 27 Oct 2026."),
        (ALIKE, "Like Oat drink 1 l, bought twice: both Drinks > Plant-based."),
        (Reason("popular", 2_009, of=4_145), "2,009 of 4,145 customers have bought it."),
        (Reason("best_seller", 12), "Number 12 of the best sellers."),
        (Reason("best_seller", 3, segment="Bar"), "Number 3 of the best sellers among Bar customers."),
        (
            Reason("best_seller", 3, segment="Bar", region="York"),
            "Number 3 of the best sellers among Bar customers in York.",
        ),
        (Reason("pattern", 14), "Fits their 14 order days as a whole; no single fact stands out."),
        (Reason("pattern", 1), "A first guess from their one order day."),
    ],
)
def test_a_reason_is_one_sentence(reason: Reason, text: str) -> None:
    assert sentence(reason, FORMATTER) == text


def test_a_pair_below_another_one_is_often_with_it_if_it_is_on_a_fifth_of_the_order_days() -> None:
    often = replace(TOGETHER, n=218)
    assert sentence(often, FORMATTER, brief=True) == "Often with Oat drink 1 l, on 218 of 1,088 order days."
    seldom = replace(TOGETHER, n=217)
    assert sentence(seldom, FORMATTER, brief=True) == sentence(seldom, FORMATTER)


def test_a_customer_whom_the_reader_may_not_see_is_not_named() -> None:
    discreet = Discreet(NAMES.__getitem__, NAMES.__getitem__)
    assert sentence(SIMILAR, discreet) == "7 of the 20 most similar customers buy it."
    assert sentence(replace(SIMILAR, n=1, of=1), discreet) == "The most similar customer buys it."


def test_a_day_that_ends_with_a_point_ends_the_sentence() -> None:
    class German(PlainFormatter):
        def day(self, day: date) -> str:
            return f"{day.day}. Nov."

    german = German(NAMES.__getitem__, NAMES.__getitem__)
    assert sentence(Reason("bought_before", 1, on=date(2026, 11, 16)), german) == "Bought once, on 16. Nov."


def test_every_kind_has_a_sentence() -> None:
    full = replace(DUE, of=9, lift=2.0, customer_id="C1", product_id="P1", segment="Bar", attribute="Drinks")
    for kind in REASON_KINDS:
        assert sentence(replace(full, kind=kind), FORMATTER).endswith(".")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ArtifactError, match="reason kind 'mood' is unknown; known are due_again"):
        Reason("mood", 1)


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        (replace(DUE, gap_days=None), "gap_days"),
        (replace(DUE, since_days=None), "since_days"),
        (replace(DUE, since_days=0, on=None), "on"),
        (replace(SIMILAR, of=None), "of"),
        (replace(SIMILAR, customer_id=None), "customer_id"),
        (replace(TOGETHER, lift=None), "lift"),
        (Reason("popular_in_segment", 1, of=2), "segment"),
        (replace(RISING, of=None), "of"),
        (replace(SEASON, on=None), "on"),
        (replace(ALIKE, product_id=None), "product_id"),
        (replace(ALIKE, attribute=None), "attribute"),
    ],
)
def test_a_reason_that_lacks_what_its_sentence_says_is_refused(reason: Reason, missing: str) -> None:
    with pytest.raises(ArtifactError, match=f"a reason has no {missing}; build the artifacts again"):
        sentence(reason, FORMATTER)


def test_a_reason_is_read_from_the_columns_of_its_row() -> None:
    row = {f"reason_{name}": value for name, value in asdict(SIMILAR).items()} | {"rank": 1}
    assert set(row) - {"rank"} == {name for name in RECOMMENDATIONS.column_names if name.startswith("reason_")}
    assert Reason.from_row(row) == SIMILAR
