"""The basket's card as it is drawn, and what a browser that changes it is answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component

from dashboard.access.roles import SUPPORT
from dashboard.activity.database.connect import Database, open_database
from dashboard.components.basket_card import Shown, basket_card, in_basket, lines_of
from dashboard.data.desk import Desk
from dashboard.display.basket import Basket, basket_of
from dashboard.display.basket_changes import add_order
from dashboard.display.order_text import Typed
from dashboard.display.page_context import PageContext
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import TODAY, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import FORMATS, Caller, make_app, of_type, prop, said, with_class, words
from tests.support.viewers import identity

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return folder


@pytest.fixture
def at(artifacts: Path, database: Database) -> PageContext:
    return context_of(artifacts, desk=Desk(database, LostRule(), TODAY, 1))


def filled(at: PageContext, text: str = "P1 3\nP5 2") -> Basket:
    add_order(at, "CAFE1", {"key": KEY, "text": text})
    found = basket_of(at, "CAFE1")
    assert found is not None
    return found


def shown(at: PageContext, *, may_change: bool = True, hands_over: bool = True) -> Shown:
    return Shown(FORMATS, at.links, may_change, hands_over)


def card(at: PageContext, basket: Basket | None, **how: Any) -> list[Component]:
    return basket_card(basket, {}, shown(at, **how))


def test_the_card_has_lines_sum_and_what_an_order_is_usually_worth(at: PageContext) -> None:
    text = words(card(at, filled(at)))
    assert "2 products, €42.00" in text
    assert "usual 2" in text
    assert "first time" in text
    assert "average order €51" in text
    assert "net of VAT" in text


def test_a_closed_card_is_hidden_and_holds_nothing_but_its_form(at: PageContext) -> None:
    drawn = card(at, None)
    section = of_type(drawn, "Section")[0]
    assert section.hidden is True
    assert "Number or name" in words(section)
    assert "Goes with it" not in words(section)


def test_a_card_can_be_closed_where_the_page_goes_on_without_it(at: PageContext) -> None:
    assert with_class(card(at, None), "rp-basket-close") == []
    assert len(with_class(basket_card(None, {}, shown(at), closes=True), "rp-basket-close")) == 1


def test_an_empty_basket_says_how_to_begin(at: PageContext) -> None:
    text = words(card(at, basket_of(at, "CAFE1")))
    assert "Type or paste numbers above, or take what they had last time." in text
    assert "Nothing yet: the basket is empty." in text
    assert "Mark as ordered" not in text


def test_a_line_that_is_no_product_can_be_taken_for_the_closest(at: PageContext) -> None:
    filled(at)
    basket = basket_of(at, "CAFE1", (Typed("Esprasso beans", 4), Typed("<b>", 1), Typed("Oat drunk", 2)))
    drawn = with_class(lines_of(basket, shown(at)), "rp-basket-unknown")
    first, second, third = (words(one).replace("|", " ") for one in drawn)
    assert "Esprasso beans \N{MULTIPLICATION SIGN} 4 is not a product number." in first
    assert "Closest: P1 Espresso beans, already in the basket." in first
    assert "Add 4 to it" in first
    assert "Leave out" in second
    assert "Add 2 of it" in third


def test_who_may_only_look_has_no_buttons(at: PageContext) -> None:
    drawn = card(at, filled(at), may_change=False)
    assert "€42.00" in words(drawn)
    assert [words(one) for one in of_type(drawn, "Button")] == ["CSV|of the basket", "Copy as text"]
    assert of_type(drawn, "Input") == []
    assert "Hand over" not in words(card(at, filled(at), hands_over=False))


def test_without_a_database_the_card_says_so(artifacts: Path, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    context = context_of(artifacts, desk=Desk(gone, LostRule(), TODAY))
    assert "The basket cannot be read now" in words(card(context, basket_of(context, "CAFE1")))


def test_a_field_holds_a_quantity_in_full(at: PageContext) -> None:
    drawn = lines_of(filled(at, "P1 1000000\nP5 2,125"), shown(at))
    assert [field.value for field in of_type(drawn, "Input")] == ["1000000", "2.125"]


def test_a_mark_is_written_by_the_script_alone() -> None:
    mark = in_basket("P1", " in the basket")
    assert (prop(mark, "data-rp-in-basket"), prop(mark, "data-rp-in-words")) == ("P1", " in the basket")
    assert words(mark) == ""


# ---- what a browser is answered ----


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


def body(do: str, unknown: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "page-customer.data": "CAFE1",
        "basket-unknown.data": unknown or [],
        "basket-asked.data": {"do": do, "key": f"{KEY}{do}", "open": True, **more},
    }


def asked(app: Dash, do: str, unknown: Any = None, **more: Any) -> Any:
    """Return the answer to a click, by output."""
    return Caller(app).call("basket.children", body(do, unknown, **more))


def test_a_click_is_answered_with_the_whole_basket(app: Dash) -> None:
    answer = asked(app, "add", text="P1 3\nnonsense 2").json["response"]
    assert answer["basket-said"]["children"] == "Added 3 of Espresso beans."
    assert answer["basket-note"]["children"] == "1 product, €36.00"
    assert answer["basket-unknown"]["data"] == [{"text": "nonsense", "quantity": 2.0}]
    assert (answer["basket-done"]["data"]["done"], answer["basket-marks"]["data"]) == (True, {"P1": "3"})
    left = [{"text": "nonsense", "quantity": 2}, {"text": "more", "quantity": 1}]
    answer = asked(app, "leave", left, at="0").json["response"]
    assert answer["basket-unknown"]["data"] == [{"text": "more", "quantity": 1.0}]
    answer = asked(app, "accept", left, at="1", product="P2", quantity="1").json["response"]
    assert answer["basket-unknown"]["data"] == [{"text": "nonsense", "quantity": 2.0}]
    answer = asked(app, "put", product="P5", quantity="2").json["response"]
    assert answer["basket-said"]["children"] == "Added 2 of Brown sugar <1 kg>."
    answer = asked(app, "set", product="P5", quantity="9").json["response"]
    assert "€27.00" in json.dumps(answer["basket"], ensure_ascii=False)
    answer = asked(app, "send").json["response"]  # there is no order system
    assert answer["basket-done"]["data"]["done"] is False
    assert "Added" in asked(app, "last").json["response"]["basket-said"]["children"]
    values = {"n_clicks": 1, "page-customer.data": "CAFE1"}
    assert "Espresso beans" in said(Caller(app).call("basket-file", values))
    answer = asked(app, "empty", left).json["response"]
    assert answer["basket-said"]["children"] == "The basket is empty."
    assert (answer["basket-unknown"]["data"], answer["basket-marks"]["data"]) == ([], {})
    assert Caller(app).call("basket-file", values).status_code == 204


def test_while_the_card_is_closed_the_marks_alone_are_answered(app: Dash) -> None:
    answer = asked(app, "put", product="P2", quantity="12", open=False).json["response"]
    assert set(answer) == {"basket-gone", "basket-unknown", "basket-done", "basket-marks"}
    assert answer["basket-marks"]["data"]["P2"] == "12"
    assert answer["basket-done"]["data"]["text"] == "Added 12 of Oat drink."
    asked(app, "empty")


def test_what_is_opened_is_as_it_is_now(app: Dash) -> None:
    asked(app, "put", product="P1", quantity="2", open=False)
    assert asked(app, "open").json["response"]["basket-note"]["children"] == "1 product, €24.00"
    asked(app, "empty")


def test_what_nobody_can_have_asked_for_is_not_answered(app: Dash) -> None:
    assert asked(app, "dance").status_code == 204
    for is_open in (True, False):
        values = {"page-customer.data": "NOPE", "basket-asked.data": {"do": "empty", "open": is_open}}
        assert Caller(app).call("basket.children", values).status_code == 204


@pytest.mark.parametrize("do", ["add", "put"])
@pytest.mark.parametrize("quantity", ["many", "-3", "0", "1e99", "nan"])
def test_a_quantity_that_is_none_adds_nothing_and_says_so(app: Dash, do: str, quantity: str) -> None:
    answer = asked(app, do, text="P1", product="P1", quantity=quantity).json["response"]
    assert answer["basket-said"]["children"] == "Not added: a quantity is a number up to 1,000,000."
    assert answer["basket-marks"]["data"] == {}


def test_a_page_of_a_version_that_is_gone_says_so_beside_the_card(app: Dash) -> None:
    for is_open in (True, False):
        values = {**body("put", product="P1"), "page-version.data": "2020-01-01-000000"}
        values["basket-asked.data"]["open"] = is_open
        answer = Caller(app).call("basket.children", values).json["response"]
        assert set(answer) == {"basket-gone"}
        assert "This page shows older data" in json.dumps(answer)


def test_another_reps_customer_has_no_basket_for_a_rep(app: Dash) -> None:
    values = {**body("add", text="P1 3"), "page-customer.data": "HOTEL1"}
    assert Caller(app, "Ann Example").call("basket.children", values).status_code == 204
    page = Caller(app, "Ann Example").page("/customers/HOTEL1/basket")
    assert "Unknown customer" in said(page)


def test_support_puts_orders_together_and_is_answered_without_revenue(app: Dash) -> None:
    support = Caller(app, who=identity(SUPPORT, sees_all=True))
    everyone = Caller(app)
    secret = ["€152", "average order", "Average order", "€51"]
    assert all(any(one in said(everyone.page(path)) for one in secret) for path in PATHS)
    answers = [support.page(path) for path in PATHS]
    answers += [
        support.call("basket.children", body("add", text="P1 3\nP5 2")),
        support.page("/customers/CAFE1/basket"),
    ]
    assert "Added 2 products." in said(answers[-2])
    assert [one for answer in answers for one in secret if one in said(answer)] == []


PATHS = ("/customers/CAFE1", "/customers/CAFE1/orders")
