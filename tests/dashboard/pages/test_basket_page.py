"""The basket page: lines with what is usual, what goes with them, and what is said of changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.activity.database.connect import Database, open_database
from dashboard.data.desk import Desk
from dashboard.data.goes_with import Evidence
from dashboard.display.basket_changes import add_order
from dashboard.display.order_text import Typed
from dashboard.display.page_context import PageContext
from dashboard.pages.basket.data import (
    BasketPage,
    basket_csv,
    basket_page,
    basket_text,
    evidence_words,
    order_of,
    unknown_of,
)
from dashboard.pages.basket.view import Shown, basket_body, basket_view
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import BOB, TODAY, context_of
from tests.support.screens import FORMATS, Caller, make_app, plain_csv, with_class, words

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return folder


@pytest.fixture
def at(artifacts: Path, database: Database) -> PageContext:
    return context_of(artifacts, desk=Desk(database, LostRule(), TODAY, 1))


def filled(at: PageContext, text: str = "P1 3\nP5 2") -> BasketPage:
    add_order(at, "CAFE1", {"key": KEY, "text": text})
    found = basket_page(at, "CAFE1")
    assert found is not None
    return found


def shown(at: PageContext, *, may_change: bool = True, hands_over: bool = True) -> Shown:
    return Shown(FORMATS, at.links, may_change, hands_over)


def test_a_line_has_what_is_usual_and_what_it_costs_this_customer(at: PageContext) -> None:
    page = filled(at)
    assert [(one.product.product_id, one.quantity, one.usual, one.state, one.price) for one in page.lines] == [
        ("P1", 3.0, 2.0, "", 12.0), ("P5", 2.0, None, "new", 3.0),
    ]  # fmt: skip
    assert (page.total, page.average) == (42.0, pytest.approx(152 / 3))
    text = words(basket_view(page, shown(at)))
    assert "2 products, €42.00" in text
    assert "usual 2" in text
    assert "first time" in text


def test_an_empty_basket_says_how_to_begin(at: PageContext) -> None:
    page = basket_page(at, "CAFE1")
    assert page is not None
    text = words(basket_view(page, shown(at)))
    assert "Type or paste numbers above, or take what they had last time." in text
    assert "Nothing yet: the basket is empty." in text
    assert "Mark as ordered" not in text


def test_a_line_that_is_no_product_names_the_closest(at: PageContext) -> None:
    filled(at)
    page = basket_page(at, "CAFE1", (Typed("Esprasso beans", 4), Typed("<b>", 1)), "Added 2 products.")
    assert page is not None
    first, second = (
        words(one).replace("|", " ") for one in with_class(basket_body(page, shown(at))[0], "rp-basket-unknown")
    )
    assert "Esprasso beans \N{MULTIPLICATION SIGN} 4 is not a product number." in first
    assert "Closest: P1 Espresso beans, already in the basket." in first
    assert "Add 4 of it" in first
    assert "Leave out" in second
    assert "Added 2 products." in words(basket_body(page, shown(at))[0])


def test_who_may_only_look_has_no_buttons(at: PageContext) -> None:
    text = words(basket_view(filled(at), shown(at, may_change=False)))
    assert "€42.00" in text
    for button in ("Add", "Empty", "Mark as ordered", "Hand over", "Same as last time"):
        assert button not in text
    assert "Hand over" not in words(basket_view(filled(at), shown(at, hands_over=False)))


def test_another_reps_customer_has_no_page(artifacts: Path) -> None:
    assert basket_page(context_of(artifacts, BOB), "CAFE1") is None


def test_without_a_database_the_page_says_so(artifacts: Path, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    context = context_of(artifacts, desk=Desk(gone, LostRule(), TODAY))
    page = basket_page(context, "CAFE1")
    assert page is not None
    assert "The basket cannot be read now" in words(basket_view(page, shown(context)))


def test_the_basket_leaves_as_text_as_a_file_and_as_an_order(at: PageContext) -> None:
    page = filled(at)
    assert basket_text(page, FORMATS).splitlines() == [
        "Café Müller (CAFE1)",
        "3 \N{MULTIPLICATION SIGN} Espresso beans (P1)",
        "2 \N{MULTIPLICATION SIGN} Brown sugar <1 kg> (P5)",
    ]
    assert plain_csv(basket_csv(page)).lstrip("\ufeff").splitlines() == [
        "Product number,Product,Quantity,Price,Sum", "P1,Espresso beans,3,12,36", "P5,Brown sugar <1 kg>,2,3,6",
    ]  # fmt: skip
    assert order_of(page, "Kim") == {
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
    assert evidence_words(at, None) == ""


def test_what_a_page_kept_of_unknown_lines_is_read_with_care() -> None:
    sent = [{"text": "x", "quantity": 2}, {"text": "", "quantity": 2}, {"text": "y", "quantity": "many"}, 7]
    assert unknown_of(sent) == (Typed("x", 2.0),)
    assert unknown_of("x") == ()


# ---- what a browser is answered ----


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


def asked(app: Dash, do: str, unknown: Any = None, **more: Any) -> Any:
    """Return the answer to a click, by output."""
    values = {
        "page-customer.data": "CAFE1",
        "basket-unknown.data": unknown or [],
        "basket-asked.data": {"do": do, "key": f"{KEY}{do}", **more},
    }
    return Caller(app).call("basket.children", values)


def test_a_click_is_answered_with_the_whole_basket(app: Dash) -> None:
    answer = asked(app, "add", text="P1 3\nnonsense 2").json["response"]
    assert "Added 3 of Espresso beans." in json.dumps(answer["basket"])
    assert answer["basket-unknown"]["data"] == [{"text": "nonsense", "quantity": 2.0}]
    assert answer["basket-done"]["data"]["done"] is True
    left = [{"text": "nonsense", "quantity": 2}, {"text": "more", "quantity": 1}]
    answer = asked(app, "leave", left, at="0").json["response"]
    assert answer["basket-unknown"]["data"] == [{"text": "more", "quantity": 1.0}]
    answer = asked(app, "accept", left, at="1", product="P2", quantity="1").json["response"]
    assert answer["basket-unknown"]["data"] == [{"text": "nonsense", "quantity": 2.0}]
    answer = asked(app, "put", product="P5", quantity="2").json["response"]
    assert "Added 2 of Brown sugar" in json.dumps(answer["basket"])
    answer = asked(app, "set", product="P5", quantity="9").json["response"]
    assert "€27.00" in json.dumps(answer["basket"], ensure_ascii=False)
    answer = asked(app, "send").json["response"]  # there is no order system
    assert answer["basket-done"]["data"]["done"] is False
    assert "Added" in json.dumps(asked(app, "last").json["response"]["basket"])
    values = {"n_clicks": 1, "page-customer.data": "CAFE1"}
    file = json.dumps(Caller(app).call("basket-file", values).json["response"])
    assert "Espresso beans" in file
    assert "The basket is empty." in json.dumps(asked(app, "empty").json["response"]["basket"])
    assert Caller(app).call("basket-file", values).status_code == 204
    assert asked(app, "dance").status_code == 204
    answer = Caller(app).call("basket.children", {"page-customer.data": "NOPE", "basket-asked.data": {"do": "empty"}})
    assert answer.status_code == 204
