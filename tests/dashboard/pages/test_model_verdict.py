"""The sentence of the model page: the rule of each word at its bounds, and what it says when something is missing."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashboard.data.model_report import report_of
from dashboard.pages.model.data.tiles import tiles
from dashboard.pages.model.data.verdict import Verdict, bounds, verdict
from dashboard.records.model_report import Report
from recsys.artifacts.manifest import BuildFacts, Manifest
from recsys.schema.build_report import BuildReport, ListFigures
from tests.support.figures import figures
from tests.support.screens import FORMATS


def report(evaluation: dict[str, Any]) -> Report:
    day = date(2026, 11, 15)
    facts = BuildFacts(
        as_of=day,
        first_order_on=day,
        last_order_on=day,
        fingerprint="ab",
        source_rows={},
        options={},
        seed=0,
        seconds={},
        evaluation=evaluation,
    )
    return report_of(Manifest(3, "2026-11-16-030000", datetime(2026, 11, 16, tzinfo=UTC), "0.1.0", facts, {}))


def judged(**changed: Any) -> Verdict:
    """Return the verdict of the hand-made figures with changes: lists__new__overlap=... is a path and its value."""
    evaluation = deepcopy(figures())
    for path, value in changed.items():
        *above, last = path.split("__")
        part = evaluation
        for name in above:
            part = part[name]
        part[last] = value
    return verdict(report(evaluation), FORMATS)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def gains(low: float, high: float) -> dict[str, Any]:
    return {"recall@10": {"difference": (low + high) / 2, "low": low, "high": high, "n": 840}}


def test_the_sentence_where_all_three_words_hold() -> None:
    found = judged()
    assert found.tone == "ok"
    assert plain(f"{found.head} {found.body}") == (
        "The lists are good, personal and honest: of 100 products that a customer bought in the 28 days tested, 25 on "
        "average had been among their first ten; two customers\N{RIGHT SINGLE QUOTATION MARK} new lists share about "
        "0.6 of 10 products, and no product is on more than 8 % of them; what was told as 1 in 10 came true 1 in 8 "
        "times"
    )
    assert found.notes == (
        "Tested on 19 Oct to 15 Nov 2026 with what was known before: 840 customers who ordered, 6,940 products bought.",
    )


@pytest.mark.parametrize(
    ("interval", "head", "clause"),
    [
        ((0.001, 0.2), "The lists are good, personal and honest:", "28 days tested, 25 on average"),
        ((0.0, 0.2), "not clearly better than simple rules:", "no clear difference from own favourites (15)"),
        ((-0.3, -0.001), "not clearly better than simple rules:", "fewer than own favourites (15)"),
    ],
)
def test_good_is_ahead_of_own_favourites_by_an_interval_above_zero(
    interval: tuple[float, float], head: str, clause: str
) -> None:
    found = judged(evaluation__paired__ranker__own_frequent__all=gains(*interval))
    assert found.head.endswith(head)
    assert clause in found.body


def test_good_is_ahead_of_best_sellers_on_new_products_too() -> None:
    found = judged(evaluation__paired__ranker__popular__new=gains(-0.01, 0.01))
    assert found.head == "The lists are personal and honest, but not clearly better than simple rules:"
    assert found.body.startswith(
        "of 100 products new to them that a customer bought in the 28 days tested, 13 on average had been among their "
        "first ten, no clear difference from best sellers (5);"
    )


@pytest.mark.parametrize(
    ("overlap", "share", "is_personal"),
    [(0.10, 0.25, True), (0.101, 0.25, False), (0.10, 0.251, False), (0.0, 0.0, True)],
)
def test_personal_is_little_overlap_and_no_product_on_many_lists(
    overlap: float, share: float, is_personal: bool
) -> None:
    found = judged(lists__new__overlap=overlap, lists__new__largest_share=share)
    assert ("not personal" in found.head) is not is_personal
    assert found.tone == ("ok" if is_personal else "warn")


def test_lists_that_are_much_alike_say_how_much() -> None:
    found = judged(lists__new__overlap=0.25, lists__new__largest_share=0.5)
    assert found.head == "The lists are good and honest, but not personal:"
    assert "new lists share about 4.0 of 10 products, and one product is on 50 % of them" in plain(found.body)


def test_the_largest_share_is_rounded_up_where_it_is_a_bound() -> None:
    assert "no product is on more than 9 % of them" in plain(judged(lists__new__largest_share=0.081).body)
    assert "no product is on more than 8 % of them" in plain(judged(lists__new__largest_share=0.08).body)


def test_where_products_are_few_lists_may_share_twice_what_they_would_by_lot() -> None:
    few = ListFigures(products=20, coverage=0.5, overlap=0.1)  # of 40 products, ten by lot: a share of 1 in 4
    assert bounds(few) == pytest.approx((2 * 0.25 / 1.75, 0.5))
    assert bounds(ListFigures(products=400, coverage=0.4)) == (0.10, 0.25)
    assert bounds(ListFigures(products=8, coverage=1.0)) == (1.0, 1.0)


def chances(error: float, predicted: float, bought: float) -> dict[str, Any]:
    one = {"low": 0.0, "high": 1.0, "n": 1_000, "predicted": predicted, "bought": bought}
    return {"n": 1_000, "ece": error, "bins": [one]}


@pytest.mark.parametrize(
    ("error", "told", "is_honest"),
    [(0.02, 0.4, True), (0.021, 0.4, False), (0.0099, 0.03, True), (0.011, 0.03, False)],
)
def test_honest_is_at_most_two_points_and_a_third_of_the_chance(error: float, told: float, is_honest: bool) -> None:
    found = judged(calibration__new=chances(error, told, told - error))
    assert ("not honest" in found.head) is not is_honest


def test_chances_that_did_not_come_true_are_named() -> None:
    found = judged(calibration__new=chances(0.05, 0.1, 0.05))
    assert found.head == "The lists are good and personal, but not honest:"
    assert plain(found.body).endswith("what was told as 1 in 10 came true 1 in 20 times")


def test_the_usual_lists_chances_have_to_hold_as_well() -> None:
    usual = chances(0.05, 0.5, 0.45)
    found = judged(calibration=usual | {"new": chances(0.001, 0.1, 0.1)})
    assert found.head.endswith("but not honest:")
    assert plain(found.body).endswith("of what was told as 50 %, 45 % came true")  # both are 5 in 10


def test_what_an_older_version_did_not_measure_is_not_judged() -> None:
    found = judged(lists={}, evaluation__data={"days": 28})
    assert found.tone == "unknown"
    assert found.head == "The lists are good and honest:"
    assert found.notes == (
        "Tested with what was known before: 840 customers who ordered.",
        "Not measured: whether they are personal.",
    )


def test_something_bad_is_bad_whatever_is_missing() -> None:
    found = judged(lists={}, evaluation__paired={}, calibration__new=chances(0.05, 0.1, 0.05))
    assert (found.tone, found.head) == ("warn", "The lists are not honest:")
    assert found.notes[-1] == "Not measured: whether they are good or personal."


def test_a_version_without_figures_says_that_nothing_was_measured() -> None:
    found = verdict(report({}), FORMATS)
    assert found == Verdict(
        "unknown", "Nothing was measured that says whether the lists are good, personal or honest.", "", ()
    )


def test_one_list_has_nothing_in_common_with_another() -> None:
    found = judged(lists__new={"lists": 1, "rows": 20, "products": 10, "coverage": 0.1, "largest_share": 1.0})
    assert found.notes[-1] == "Not measured: whether they are personal."


def test_the_tiles_show_the_figures_of_each_word() -> None:
    shown = {tile.label: (plain(tile.value), plain(tile.note)) for tile in tiles(report(figures()), FORMATS)}
    assert shown == {
        "Recall at 10": ("25 %", "own favourites 15 %"),
        "New recall at 10": ("13 %", "best sellers 5 %"),
        "Coverage, new lists": ("36 %", "426 of 1,200 products"),
        "Largest share of one": ("8 %", "118 of 1,481 new lists"),
        "Two new lists share": ("0.6 of 10", "products, on average"),
        "Chance error, new": ("0.5 points", "told 10.0, came true 12.5 %"),
    }


def test_the_tiles_of_a_version_without_figures_say_so() -> None:
    assert {tile.note for tile in tiles(report({}), FORMATS)} == {"not measured"}


def test_a_ranker_that_was_compared_with_nothing_has_its_recall_alone() -> None:
    alone = report(figures())
    alone = replace(alone, models=tuple(one for one in alone.models if one.name == "ranker"), build=BuildReport())
    assert tiles(alone, FORMATS)[0].note == "not compared"
