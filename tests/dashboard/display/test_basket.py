"""A basket as data: lines with what is usual, what goes with them, marks for lists, text, file and order."""

from pathlib import Path

import pytest

from dashboard.access.roles import SUPPORT
from dashboard.activity.database.connect import Database, open_database
from dashboard.data import goes_with
from dashboard.data.desk import Desk
from dashboard.data.goes_with import Evidence
from dashboard.display.basket import (
    Basket,
    basket_csv,
    basket_of,
    basket_text,
    evidence_words,
    marks_now,
    marks_of,
    order_of,
    unknown_of,
)
from dashboard.display.basket_changes import add_order
from dashboard.display.order_text import Typed
from dashboard.display.page_context import PageContext
from dashboard.display.recording import record_outcome
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import BOB, TODAY, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import FORMATS, plain_csv
from tests.support.viewers import viewer

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return folder


@pytest.fixture
def at(artifacts: Path, database: Database) -> PageContext:
    return context_of(artifacts, desk=Desk(database, LostRule(), TODAY, 1))


def filled(at: PageContext, text: str = "P1 3\nP5 2", customer_id: str = "CAFE1") -> Basket:
    add_order(at, customer_id, {"key": KEY, "text": text})
    found = basket_of(at, customer_id)
    assert found is not None
    return found


def test_a_line_has_what_is_usual_and_what_it_costs_this_customer(at: PageContext) -> None:
    basket = filled(at)
    assert [(one.product.product_id, one.quantity, one.usual, one.state, one.price) for one in basket.lines] == [
        ("P1", 3.0, 2.0, "", 12.0), ("P5", 2.0, None, "new", 3.0),
    ]  # fmt: skip
    assert (basket.total, basket.average) == (42.0, pytest.approx(152 / 3))


def test_who_does_not_see_revenue_sees_no_average(artifacts: Path, database: Database) -> None:
    desk = Desk(database, LostRule(), TODAY, 1)
    basket = filled(context_of(artifacts, viewer(SUPPORT, sees_all=True), desk=desk))
    assert (basket.average, basket.total) == (None, 42.0)


def test_another_reps_customer_has_no_basket(artifacts: Path) -> None:
    assert basket_of(context_of(artifacts, BOB), "CAFE1") is None


def test_a_basket_that_cannot_be_read_is_not_an_empty_one(artifacts: Path, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    context = context_of(artifacts, desk=Desk(gone, LostRule(), TODAY))
    basket = basket_of(context, "CAFE1")
    assert basket is not None
    assert not basket.is_readable
    assert marks_now(context, "CAFE1") is None


def test_lists_are_marked_by_how_much_is_in_the_basket(at: PageContext) -> None:
    assert marks_now(at, "CAFE1") == {}
    assert marks_of(filled(at, "P1 2,5\nP5 1200"), FORMATS) == {"P1": "2.5", "P5": "1,200"}
    assert marks_now(at, "CAFE1") == {"P1": "2.5", "P5": "1,200"}


def test_a_line_that_is_no_product_names_the_closest(at: PageContext) -> None:
    basket = basket_of(at, "CAFE1", (Typed("Esprasso beans", 4), Typed("<b>", 1)))
    assert basket is not None
    assert [one.near.product_id if one.near else None for one in basket.unknown] == ["P1", None]


def test_a_suggestion_says_the_customers_rhythm_or_what_order_days_have(
    at: PageContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(goes_with, "LEAST_DAYS", 1)
    by_orders = {one.product.product_id: one.sentence for one in filled(at, "P2 1").suggestions}
    assert by_orders["P1"] == "Of 4 order days with Oat drink, 4 have it."
    monkeypatch.setattr(goes_with, "LEAST_DAYS", 99)
    basket = filled(at, "P4 1")
    beside = {one.product.product_id: (one.state, one.sentence) for one in basket.suggestions}
    assert beside["P1"] == ("due", "Bought every 14 days (4 times); 13 days since the last.")
    assert basket.with_suggestions == basket.total + sum(one.quantity * (one.price or 0) for one in basket.suggestions)


def test_of_an_account_that_is_off_the_lists_nothing_is_suggested(at: PageContext) -> None:
    sent = {"key": KEY, "kind": "not_relevant", "product": ""}
    assert record_outcome(at, "CAFE1", sent, reasons=()).is_done
    basket = filled(at)
    assert (basket.suggestions, basket.is_held) == ((), True)


def test_the_basket_leaves_as_text_as_a_file_and_as_an_order(at: PageContext) -> None:
    basket = filled(at)
    assert basket_text(basket, FORMATS).splitlines() == [
        "Café Müller (CAFE1)",
        "3 \N{MULTIPLICATION SIGN} Espresso beans (P1)",
        "2 \N{MULTIPLICATION SIGN} Brown sugar <1 kg> (P5)",
    ]
    assert plain_csv(basket_csv(basket)).lstrip("\ufeff").splitlines() == [
        "Product number,Product,Quantity,Price,Sum", "P1,Espresso beans,3,12,36", "P5,Brown sugar <1 kg>,2,3,6",
    ]  # fmt: skip
    assert order_of(basket, "Kim") == {
        "customer_id": "CAFE1",
        "handed_over_by": "Kim",
        "lines": [
            {"product_id": "P1", "quantity": 3.0, "price": 12.0},
            {"product_id": "P5", "quantity": 2.0, "price": 3.0},
        ],
    }


def test_evidence_is_a_sentence_with_both_counts(at: PageContext) -> None:
    two = Evidence(("P1", "P2"), 402, 609, "cafe")
    said = "Of 609 cafe order days with Espresso beans and Oat drink, 402 have it."
    assert evidence_words(at, two) == said
    assert evidence_words(at, Evidence(("P1",), 4, 7, "")) == "Of 7 order days with Espresso beans, 4 have it."


def test_what_a_page_kept_of_unknown_lines_is_read_with_care() -> None:
    sent = [{"text": "x", "quantity": 2}, {"text": "", "quantity": 2}, {"text": "y", "quantity": "many"}, 7]
    assert unknown_of(sent) == (Typed("x", 2.0),)
    assert unknown_of("x") == ()
