"""The catalogues are complete, and say the same in every language."""

import re
from collections import defaultdict
from decimal import Decimal
from string import Formatter

import pytest
from babel import Locale

from dashboard.display.spoken.catalogue import Catalogue, catalogue, languages, spoken_locale
from recsys.schema.published import REASON_KINDS

ENGLISH = catalogue(Locale("en", "GB"))
GERMAN = catalogue(Locale("de", "DE"))


def placeholders(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def groups(of: Catalogue) -> dict[str, set[str]]:
    """Return by what is said the names that are filled in, in any of the ways to say it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, forms in of.templates.items():
        found[re.sub(r"\.\d+$", "", name)] |= placeholders(forms)
    return found


def test_there_are_an_english_and_a_german_catalogue() -> None:
    assert languages() == ["de", "en"]


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_says_everything_that_english_says_with_the_same_placeholders(language: str) -> None:
    other = catalogue(Locale(language))
    assert groups(other) == groups(ENGLISH)
    for name, forms in ENGLISH.templates.items():
        assert placeholders(other.templates[name]) == placeholders(forms), name
        assert len(other.templates[name]) == len(forms), name


@pytest.mark.parametrize("language", languages())
def test_no_template_is_empty_or_without_an_end(language: str) -> None:
    parts = {"ago", "every.day", "every.span", "times.two", "times.many", "odds", "odds.nearly_all"}
    for name, forms in catalogue(Locale(language)).templates.items():
        for form in forms:
            assert form.strip() == form != ""
            assert form.endswith((".", "?")) or name in parts, name


@pytest.mark.parametrize("language", languages())
def test_two_ways_to_say_a_thing_are_not_the_same(language: str) -> None:
    of = catalogue(Locale(language))
    assert len(set(of.templates.values())) == len(of.templates)


def test_german_sentences_are_not_left_in_english() -> None:
    same = {name for name, forms in GERMAN.templates.items() if forms == ENGLISH.templates[name]}
    assert same == {"priced", "bare"}  # a name and a price


def test_every_kind_of_reason_can_be_said() -> None:
    said = {
        "due_again": "due",
        "bought_before": "before",
        "similar_customers": "similar_some",
        "bought_together": "together_some",
        "same_season": "season",
        "popular_in_segment": "trade",
    }
    assert [kind for kind in REASON_KINDS if not ENGLISH.ways(said.get(kind, kind))] == []


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "Shall I add one again?"),
        (2, "Shall I add 7 again?"),
        (Decimal("1.5"), "Shall I add 7 again?"),
        (0, "Shall I add 7 again?"),
    ],
)
def test_one_has_its_own_form(count: Decimal | int, text: str) -> None:
    assert ENGLISH.text("ask_again.1", count, quantity="7") == text


@pytest.mark.parametrize(
    ("locale", "spoken"), [("de_AT", "de_AT"), ("en_US", "en_US"), ("fr_FR", "en_GB"), ("zh_Hant_TW", "en_GB")]
)
def test_a_language_without_a_catalogue_is_english(locale: str, spoken: str) -> None:
    assert str(spoken_locale(Locale.parse(locale))) == spoken


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        ENGLISH.text("nothing")
