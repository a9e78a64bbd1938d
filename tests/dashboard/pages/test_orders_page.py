"""Past orders of a customer, on visible rows: days, distances, what is in most of them, categories that lack."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dash import html

from dashboard.access.roles import SUPPORT
from dashboard.data import customer_queries
from dashboard.data.repository import Repository
from dashboard.pages.orders.data import OrdersPage, orders_csv, orders_page, wanted_orders
from dashboard.pages.orders.view import Parts, orders_view
from dashboard.records.customers import CategoryGap
from recsys.artifacts.reader import Reader
from tests.support.artifacts import AS_OF, publish_small
from tests.support.contexts import BOB, context_of
from tests.support.screens import FORMATS, Caller, make_app, plain_csv, prop, with_class, words
from tests.support.viewers import viewer


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return Repository(Reader(folder))


ADDS, LOOKS = Parts((html.Div(),)), Parts(())  # who may put orders into a basket, and who may not


def page(repository: Repository, **query: str) -> OrdersPage:
    found = orders_page(context_of(repository), "CAFE1", query)
    assert found is not None
    return found


def test_orders_come_newest_first_with_what_is_between_them(repository: Repository) -> None:
    found = page(repository)
    assert [(order.on, order.gap_days, len(order.lines)) for order in found.shown] == [
        (date(2026, 11, 2), 14, 1),
        (date(2026, 10, 19), 14, 2),
        (date(2026, 10, 5), 633, 3),
    ]
    assert (found.total, found.revenue) == (3, 152.0)
    assert (found.distances, found.longest, found.n_gaps) == (((14, 2), (633, 1)), 633, 3)
    assert found.often[0] == ("Espresso beans", "P1", 3)
    first = found.shown[2].lines
    assert [(line.product_id, line.quantity, line.price, line.is_first) for line in first] == [
        ("P2", 2.0, 15.0, True), ("P1", 2.0, 12.0, False), ("P3", 2.0, 10.0, True),
    ]  # fmt: skip


def test_filters_are_of_products_and_of_time(repository: Repository) -> None:
    assert [order.on.month for order in page(repository, contains="oat").shown] == [10, 10]
    assert [order.on.month for order in page(repository, contains="p3").shown] == [10]
    assert page(repository, contains="nothing").shown == ()
    assert page(repository, since="all").total == 4
    assert page(repository, since="other").span == ""
    orders = context_of(repository).customers.order_days("CAFE1")
    assert len(wanted_orders(orders, "", "3", AS_OF)) == 3


def test_another_reps_customer_has_no_page_and_support_sees_no_sums(repository: Repository) -> None:
    assert orders_page(context_of(repository, BOB), "CAFE1", {}) is None
    supporting = context_of(repository, viewer(SUPPORT, sees_all=True))
    seen = orders_page(supporting, "CAFE1", {})
    assert seen is not None
    assert (seen.revenue, seen.gaps, seen.shown[0].lines[0].revenue) == (None, (), None)
    shown = words(orders_view(seen, ADDS, FORMATS, supporting.links))
    assert "2 \N{MULTIPLICATION SIGN}|€12.00" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "€24" not in shown
    assert "Sum" not in orders_csv(seen).splitlines()[0]
    text = words(orders_view(page(repository), ADDS, FORMATS, context_of(repository).links))
    assert "3 order days" in text
    assert "€24.00" in text
    assert "14 days|after the one before" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "first time" in text
    assert "Now 13 days. The longest of the 3 gaps was 633." in text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_order_and_each_of_its_lines_can_be_put_into_the_basket(repository: Repository) -> None:
    drawn = orders_view(page(repository), ADDS, FORMATS, context_of(repository).links)
    assert [words(one) for one in with_class(drawn, "rp-order-put")] == [
        f"Put in basket|what they ordered on {day}" for day in ("2 Nov", "19 Oct", "5 Oct")
    ]
    foot = [words(one) for one in with_class(drawn, "rp-order-foot")]
    assert foot == ["Put it in the basket", "Put these 2 in the basket", "Put these 3 in the basket"]
    first = with_class(drawn, "rp-order-lines")[0]
    assert words(with_class(first, "rp-order-add")) == "Add 2|Espresso beans"
    assert [prop(one, "data-rp-in-basket") for one in with_class(first, "rp-in-basket")] == ["P1"]


def test_a_line_says_what_is_usual_or_that_it_was_the_first_time(repository: Repository) -> None:
    drawn = orders_view(page(repository), ADDS, FORMATS, context_of(repository).links)
    oldest = with_class(drawn, "rp-order-lines")[2]
    assert [words(one) for one in with_class(oldest, "rp-order-usual")] == ["2"]
    assert [words(one) for one in with_class(oldest, "rp-order-first")] == ["first time", "first time"]


def test_who_may_not_change_a_basket_sees_no_button_for_it(repository: Repository) -> None:
    links = context_of(repository).links
    assert "Put in basket" in words(orders_view(page(repository), ADDS, FORMATS, links))
    assert "basket" not in words(orders_view(page(repository), LOOKS, FORMATS, links)).lower()


def test_the_file_has_all_lines_that_fit(repository: Repository) -> None:
    lines = plain_csv(orders_csv(page(repository, contains="oat"))).lstrip("\ufeff").splitlines()
    assert lines[0] == "Date,Product number,Product,Quantity,Price,Sum"
    assert lines[1] == "2026-10-19,P2,Oat drink,2,15,30"
    assert len(lines) == 6


def test_a_category_that_similar_customers_buy_and_this_one_does_not(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = context_of(repository).customers
    assert queries.category_gaps("CAFE1", 20) == ()
    monkeypatch.setattr(customer_queries, "SMALL_SHARE", 10.0)
    # CAFE1 spent 132 on drinks and 20 on food, its neighbours 108 and 24 on drinks, 8 and 20 on food.
    assert queries.category_gaps("CAFE1", 20, 1) == (
        CategoryGap("Food", 2, 2, 14.0, 20.0),
        CategoryGap("Drinks", 2, 2, 66.0, 132.0),
    )
    assert context_of(repository, BOB).customers.category_gaps("CAFE1", 20) == ()


def test_without_orders_the_page_says_so(repository: Repository) -> None:
    found = orders_page(context_of(repository), "NEW1", {})
    assert found is not None
    drawn = orders_view(found, ADDS, FORMATS, context_of(repository).links)
    assert "No order in the last 12 months." in words(drawn)
    assert with_class(drawn, "rp-aside")


def test_clicks_put_an_order_into_the_basket_and_fetch_the_file(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    app = make_app(tmp_path / "state", tmp_path / "artifacts")
    values = {"page-customer.data": "CAFE1", "n_clicks": 1, "basket-unknown.data": []}
    sent = {"do": "last", "key": "0123456789abcdef", "day": "2026-10-19", "open": False}
    answer = Caller(app).call("basket.children", {**values, "basket-asked.data": sent}).json["response"]
    assert answer["basket-done"]["data"]["text"] == "Added 2 products."
    assert answer["basket-marks"]["data"] == {"P1": "2", "P2": "2"}
    page = Caller(app).page("/customers/CAFE1/orders").json["response"]["_pages_content"]
    assert {"P1": "2", "P2": "2"} in [store.get("data") for store in stores(page)]
    refused = Caller(app).call("basket.children", {**values, "basket-asked.data": {**sent, "day": "2020-01-01"}})
    assert refused.json["response"]["basket-done"]["data"]["text"] == "Not added: there is no such order."
    file = Caller(app).call("orders-file", {**values, "orders-filters.data": {"contains": "oat", "since": ""}})
    assert "Oat drink" in file.text
    assert Caller(app).call("orders-file", {**values, "page-customer.data": "NOPE"}).status_code == 204


def test_the_address_opens_the_basket(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    app = make_app(tmp_path / "state", tmp_path / "artifacts")
    closed, opened = (Caller(app).page("/customers/CAFE1/orders", search).text for search in ("", "?basket=1"))
    assert "Type or paste numbers above" not in closed
    assert "Type or paste numbers above" in opened


def stores(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the properties of every store of a page as it is sent."""
    if isinstance(part, list):
        for one in part:
            yield from stores(one)
    elif isinstance(part, dict):
        if part.get("type") == "Store":
            yield part["props"]
        for one in part.values():
            yield from stores(one)
