"""The basket on the customer's page: opened by the address, what its lines say, and lists that are drawn again."""

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.access.roles import DIRECTOR, MARKETER, SUPPORT
from tests.support.artifacts import publish_small
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import Caller, make_app, said
from tests.support.viewers import identity

KEY = "0123456789abcdef"


@pytest.fixture
def app(tmp_path: Path) -> Dash:
    publish_small(tmp_path / "artifacts", changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return make_app(tmp_path / "state", tmp_path / "artifacts")


def put(app: Dash, product: str = "P1", do: str = "put") -> Any:
    asked = {"do": do, "key": f"{KEY}{do}{product}", "product": product, "quantity": "12", "open": False}
    values = {"page-customer.data": "CAFE1", "basket-unknown.data": [], "basket-asked.data": asked}
    return Caller(app).call("basket.children", values).json["response"]


def test_the_card_is_closed_until_the_address_or_a_click_opens_it(app: Dash) -> None:
    put(app)
    closed, opened = (said(Caller(app).page("/customers/CAFE1", search)) for search in ("", "?basket=1"))
    assert '"aria-expanded": "false", "aria-controls": "basket-card"' in closed
    assert "usual 2" not in closed
    assert '"aria-expanded": "true", "aria-controls": "basket-card"' in opened
    assert "usual 2" in opened


def test_a_closed_card_knows_what_is_in_the_basket(app: Dash) -> None:
    put(app)
    page = json.dumps(Caller(app).page("/customers/CAFE1").json)
    assert '"id": "basket-marks", "data": {"P1": "12"}' in page or '"data": {"P1": "12"}, "id": "basket-marks"' in page


def test_each_line_of_the_lists_can_be_added_with_its_quantity(app: Dash) -> None:
    page = said(Caller(app).page("/customers/CAFE1"))
    assert '"data-rp-basket-do": "put", "data-rp-basket-product": "P1", "data-rp-basket-quantity": "2"' in page
    assert '"data-rp-in-basket": "P1", "data-rp-in-words": " in the basket"' in page


def test_support_adds_lines_and_records_no_outcomes(app: Dash) -> None:
    page = said(Caller(app, who=identity(SUPPORT, sees_all=True)).page("/customers/CAFE1"))
    assert '"data-rp-basket-product": "P1"' in page
    assert "Pitched" not in page


@pytest.mark.parametrize("role", [MARKETER, DIRECTOR])
def test_who_may_not_put_orders_together_has_neither_card_nor_buttons(app: Dash, role: str) -> None:
    page = said(Caller(app, who=identity(role, sees_all=True)).page("/customers/CAFE1", "?basket=1"))
    assert "Café Müller" in page
    assert "basket-card" not in page
    assert "data-rp-basket-do" not in page
    assert ("/customers/CAFE1/basket" in page) == (role == DIRECTOR)


def test_once_a_basket_is_ordered_the_lists_are_drawn_without_it(app: Dash) -> None:
    put(app, "P1")
    assert "Marked as ordered" in put(app, do="ordered")["basket-done"]["data"]["text"]
    values = {"page-customer.data": "CAFE1", "lists-asked.data": {"list": "new", "open": ["P4"]}}
    answer = Caller(app).call("lists-drawn", values).json["response"]
    assert answer["lists-drawn"]["data"]
    lists = said(Caller(app).call("lists-drawn", values))
    assert "1 product off the lists" in lists
    assert '"data-list": "new"' in lists
    assert '"aria-expanded": "true"' in lists
    diary = said(Caller(app).call("diary.children", {"page-customer.data": "CAFE1"}))
    assert "Ordered" in diary


def test_lists_of_nobody_are_not_drawn(app: Dash) -> None:
    values = {"page-customer.data": "NOPE", "lists-asked.data": "nonsense"}
    assert set(Caller(app).call("lists-drawn", values).json["response"]) == {"lists-drawn"}
