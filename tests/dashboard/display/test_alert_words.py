"""Rules and back-tests in words."""

from datetime import date

import pytest

from dashboard.alerts.backtest import Backtest
from dashboard.alerts.rules import BOUNDS, DUE, KINDS, LOST, SEASON, SLOWING, STOCK, default_rule
from dashboard.display.alert_words import BOUND_NAMES, NAMES, backtest_words, rule_parts, rule_words
from recsys.schema.reorder_rules import LostRule
from tests.support.screens import FORMATS


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            LOST,
            "Raise it when a product was bought at least 6 times, nothing came for at least 1.5 times the usual gap "
            "and for at least 21 days, and it was worth at least €200 a year.",
        ),
        (
            SLOWING,
            "Raise it when a customer with at least 6 order days comes at 1.75 times the usual gap or more, or "
            "when the last 90 days had at most 50\N{NO-BREAK SPACE}% of the order days of the 90 before, which "
            "were at least 6.",
        ),
        (
            DUE,
            "Raise it when a product that was bought at least 3 times is overdue for at least 3 days, and at least "
            "€100 is expected of it in the next 4 weeks.",
        ),
        ("missed", "Raise it when a next step is at least 1 day late."),
        (
            SEASON,
            "Raise it when a product was bought at least 1 time in these weeks of last year and not since, and the "
            "usual order of it is worth at least €150.",
        ),
        (
            STOCK,
            "Raise it when less is left than 100\N{NO-BREAK SPACE}% of what all open lists would take in 4 weeks, and "
            "at least 1 are missing.",
        ),
    ],
)
def test_a_rule_is_one_sentence(kind: str, words: str) -> None:
    assert rule_words(default_rule(kind, LostRule()), FORMATS) == words


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_rule_is_in_its_sentence_once_and_has_a_name(kind: str) -> None:
    said = [part.bound for part in rule_parts(default_rule(kind, LostRule()), FORMATS) if part.bound]
    assert sorted(said) == sorted(BOUNDS[kind])
    assert all(BOUND_NAMES[bound.name] for bound in said)
    assert NAMES[kind]


def a_test(kind: str, alerts: int, right: int, true: int, n: int = 1482) -> Backtest:
    return Backtest(kind, date(2026, 8, 1), 90, alerts, right, true, n, 1482)


def test_a_back_test_says_how_often_these_values_were_right() -> None:
    assert backtest_words(a_test(LOST, 186, 121, 168), FORMATS) == (
        "Back-test of these values on 1 Aug 2026, all 1,482 customers.",
        "Of 186 alerts, 121 stayed without an order for 90 days: precision 65\N{NO-BREAK SPACE}% (58 to "
        "72\N{NO-BREAK SPACE}%).",
        "Of 168 products that did stop, 121 were raised: recall 72\N{NO-BREAK SPACE}% (65 to 78\N{NO-BREAK SPACE}%).",
    )


def test_of_few_no_percentage_is_said_and_of_a_sample_that_it_is_one() -> None:
    head, alerts, stops = backtest_words(a_test(SLOWING, 29, 20, 30, n=500), FORMATS)
    assert head == "Back-test of these values on 1 Aug 2026, 500 of 1,482 customers, drawn by lot."
    assert alerts == "Of 29 alerts, 20 came at most half as often in the 90 days after, too few to tell."
    assert stops.startswith("Of 30 customers who did slow down, 20 were raised: recall 67")


def test_without_alerts_no_share_is_said() -> None:
    assert backtest_words(a_test(LOST, 0, 0, 0), FORMATS)[1] == "Of 0 alerts, 0 stayed without an order for 90 days."
    assert backtest_words(None, FORMATS) == ()
