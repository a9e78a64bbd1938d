"""What is said of a line and of a product, in English and German."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.data.repository import Repository
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_lists import Line, pitch_lists
from dashboard.display.spoken.sentences import Speech, argument, spoken_name
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.products import Product
from recsys.artifacts.reader import Reader
from recsys.reasons import Reason
from recsys.schema.published import REASON_KINDS
from tests.support.artifacts import publish_small
from tests.support.contexts import context_of

OAT = Product("P1", "Oat drink Barista, 6 x 1 l", "Drinks > Plant", "Havel", "case", "6 x 1 l", 11.4, True, None, None,
              None, None, 3, 100, 11.0, 9.0, 99.0)  # fmt: skip
BEANS = replace(OAT, product_id="P2", name="ESPRESSO BEANS, 1 KG", pack_size="1 kg", n_baskets=50)
SHOP = {"P1": OAT, "P2": BEANS}
ENGLISH = Speech(Formats("en_GB", "EUR"), SHOP.get)
GERMAN = Speech(Formats("de_DE", "EUR"), SHOP.get)

DUE = Reason("due_again", 9, on=date(2026, 10, 27), gap_days=14.0, since_days=20)
FULL = Reason(
    "popular", 7, of=20, lift=3.0, on=date(2026, 10, 27), gap_days=14.0, since_days=21, customer_id="C9",
    product_id="P2", segment="Cafe", attribute="Drinks > Plant",
)  # fmt: skip


def line(reason: Reason, listed: str = "usual", quantity: float | None = 8.0) -> Recommendation:
    return Recommendation(listed, 1, "P1", OAT.name, quantity, "own", 11.4, "own_last", None, reason)


@pytest.mark.parametrize(
    ("what", "english", "german"),
    [
        (
            line(DUE),
            "Your last order of Oat drink Barista was 3 weeks ago. Shall I put you down for 8 again?",
            "Ihre letzte Bestellung von Oat drink Barista war vor 3 Wochen. Darf ich wieder 8 notieren?",
        ),
        (
            line(replace(DUE, since_days=3), quantity=1.0),
            "You take Oat drink Barista about every 2 weeks. Shall I put you down for one again?",
            "Sie nehmen Oat drink Barista etwa alle 2 Wochen. Darf ich das wieder notieren?",
        ),
        (
            line(replace(DUE, since_days=35)),
            "You used to take Oat drink Barista about every 2 weeks, and the last order was 5 weeks ago. "
            "Shall I put you down for 8 again?",
            "Früher haben Sie Oat drink Barista etwa alle 2 Wochen bestellt, zuletzt vor 5 Wochen. "
            "Darf ich wieder 8 notieren?",
        ),
        (
            line(Reason("bought_before", 2, on=date(2026, 10, 27), since_days=4)),  # twice is not yet usual
            "You have ordered Oat drink Barista twice, most recently on 27 October. Shall I add 8 again?",
            "Sie haben Oat drink Barista zweimal bestellt, zuletzt am 27. Oktober. Soll ich wieder 8 dazunehmen?",
        ),
        (
            line(Reason("bought_before", 1, on=date(2026, 1, 27), since_days=300)),
            "You had Oat drink Barista once, 10 months ago. Shall I add 8 again?",
            "Sie hatten einmal Oat drink Barista, vor 10 Monaten. Soll ich wieder 8 dazunehmen?",
        ),
        (
            line(replace(FULL, kind="bought_together", n=8), "new", 2.5),
            "4 times in 10, customers who order Espresso Beans also take Oat drink Barista. "
            "Would you like to try 2.5, at €11.40 each?",
            "Wer Espresso Beans bestellt, nimmt in 4 von 10 Fällen auch Oat drink Barista dazu. "
            "Möchten Sie 2,5 probieren, zu je 11,40\N{NO-BREAK SPACE}€?",
        ),
        (
            line(replace(FULL, kind="alike", attribute="Havel"), "new", None),
            "From the same supplier as Espresso Beans we also have Oat drink Barista. Shall I add it to the order?",
            "Vom selben Lieferanten wie Espresso Beans haben wir auch Oat drink Barista. "
            "Soll ich es auf die Bestellung setzen?",
        ),
    ],
)
def test_a_line_is_said_in_both_languages(what: Recommendation, english: str, german: str) -> None:
    assert ENGLISH.of_line(what) == english
    assert GERMAN.of_line(what) == german


@pytest.mark.parametrize("kind", REASON_KINDS)
@pytest.mark.parametrize("speech", [ENGLISH, GERMAN], ids=["en", "de"])
def test_every_kind_has_a_statement_and_a_question_without_a_gap(kind: str, speech: Speech) -> None:
    for place in range(6):
        sentence = speech.of_line(line(replace(FULL, kind=kind), "new"), place)
        assert sentence.endswith("?")
        assert "Oat drink Barista" in sentence
        assert not {"{", "}", "None"} & set(sentence.split())


def test_neighbouring_lines_sound_different_and_a_line_always_the_same() -> None:
    said = [ENGLISH.of_line(line(DUE), place) for place in range(12)]
    assert all(one != other for one, other in zip(said, said[1:], strict=False))
    assert len(set(said)) > 6
    assert said == [ENGLISH.of_line(line(DUE), place) for place in range(12)]


@pytest.mark.parametrize(
    ("reason", "group"),
    [
        (replace(DUE, since_days=11), "early"),
        (replace(DUE, since_days=12), "due"),
        (replace(DUE, since_days=20), "due"),
        (replace(DUE, since_days=21), "late"),
        (replace(FULL, kind="similar_customers"), "similar_many"),
        (replace(FULL, kind="similar_customers", n=6), "similar_some"),
        (replace(FULL, kind="similar_customers", n=1), "similar_one"),
        (replace(FULL, kind="bought_together", n=6), "together_some"),
    ],
)
def test_what_is_said_depends_on_how_strong_the_reason_is(reason: Reason, group: str) -> None:
    assert argument(reason) == group


@pytest.mark.parametrize(
    ("name", "size", "spoken"),
    [
        ("Oat drink Barista, 6 x 1 l", "6 x 1 l", "Oat drink Barista"),
        ("Oat drink Barista, 6 x 1 l", None, "Oat drink Barista, 6 x 1 l"),
        ("KEY FOB , FRONT  DOOR", None, "Key Fob, Front Door"),
        ("PLAYING CARDS KEEP CALM & CARRY ON", None, "Playing Cards Keep Calm & Carry on"),
        ("SET OF 3 CAKE TINS", None, "Set of 3 Cake Tins"),
        (", 1 kg", "1 kg", ", 1 kg"),
    ],
)
def test_a_name_is_said_without_its_pack_size_and_not_shouted(name: str, size: str | None, spoken: str) -> None:
    assert spoken_name(replace(OAT, name=name, pack_size=size)) == spoken


@pytest.mark.parametrize(
    ("n_together", "english", "german"),
    [
        (97, "Nearly always, customers who order Oat", "nimmt fast immer auch Espresso Beans dazu"),
        (60, "6 times in 10, customers who order Oat", "nimmt in 6 von 10 Fällen auch Espresso Beans dazu"),
        (12, "1 time in 8, customers who order Oat", "nimmt in 1 von 8 Fällen auch Espresso Beans dazu"),
        (9, "Oat drink Barista and Espresso Beans together 9 times.", "schon 9-mal zusammen bestellt."),
    ],
)
def test_what_others_also_took_is_said_by_the_rule_of_the_chances(n_together: int, english: str, german: str) -> None:
    assert english in ENGLISH.add_on(OAT, BEANS, n_together)
    assert german in GERMAN.add_on(OAT, BEANS, n_together)


def test_no_sentence_holds_the_name_of_another_customer(tmp_path: Path) -> None:
    publish_small(tmp_path)
    context = context_of(Repository(Reader(tmp_path)))
    customers = context.customers.everyone()
    named = [one for one in customers if any(one.name in item.sentence for item in _lines(context, customers))]
    assert named  # the reasons for the rep do
    said = [item.say for item in _lines(context, customers)]
    assert len(said) == 10
    assert [(one.name, text) for one in customers for text in said if one.name in text or one.customer_id in text] == []


def _lines(context: PageContext, customers: Sequence[Customer]) -> list[Line]:
    lists = [pitches for one in customers for pitches in pitch_lists(context, one, context.raised(one))]
    return [item for pitches in lists for item in pitches.lines]
