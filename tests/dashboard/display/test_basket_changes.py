"""A basket as a browser changes it: what is typed, what a click puts in, and what is refused in words."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.data.desk import Desk
from dashboard.display import basket_changes
from dashboard.display.basket_changes import (
    add_order,
    basket_items,
    change_quantity,
    empty_basket,
    mark_ordered,
    put,
    put_order_day,
    read_order,
)
from dashboard.display.page_context import PageContext
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import BOB, TODAY, context_of
from tests.support.figures import figures, ranked_recommendations

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("ranked")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return folder


@pytest.fixture
def at(artifacts: Path, database: Database) -> PageContext:
    return context(artifacts, database)


def context(artifacts: Path, database: Database, viewer: Viewer = EVERYONE) -> PageContext:
    return context_of(artifacts, viewer, desk=Desk(database, LostRule(), TODAY, 1))


def inside(at: PageContext) -> list[tuple[str, float]]:
    return [tuple(one) for one in basket_items(at, "CAFE1") or ()]


def add(at: PageContext, text: str, **more: Any) -> Any:
    return add_order(at, "CAFE1", {"key": KEY, "text": text, **more})


@pytest.mark.parametrize(
    ("text", "product_id"),
    [("P1", "P1"), ("oat DRINK", "P2"), ("creme fraiche", "P3"), ("Brown sugar <1 kg>", "P5"), ("p-1", "P1")],
)
def test_a_product_is_found_by_number_or_name(at: PageContext, text: str, product_id: str) -> None:
    assert [tuple(one) for one in read_order(at, f"{text};3").items] == [(product_id, 3.0)]


def test_what_was_typed_is_added_and_what_is_no_product_comes_back(at: PageContext) -> None:
    answer, unknown = add(at, "P1 12\nxyz 4\nP2\nP1;1")
    assert (answer.is_done, answer.text) == (True, "Added 3 products.")
    assert [tuple(one) for one in unknown] == [("xyz", 4.0)]
    assert inside(at) == [("P1", 13.0), ("P2", 1.0)]
    answer, _ = add(at, "P1 12\nP2\nP1;1")  # the same click once more
    assert inside(at) == [("P1", 13.0), ("P2", 1.0)]


def test_a_quantity_beside_is_of_a_single_line_without_one(at: PageContext) -> None:
    add(at, "P1", quantity="7")
    add(at, "P2 3", key=f"{KEY}2", quantity="7")
    assert inside(at) == [("P1", 7.0), ("P2", 3.0)]


def test_nothing_typed_or_only_what_nobody_knows_adds_nothing(at: PageContext) -> None:
    answer, unknown = add(at, "  \n")
    assert (answer.text, unknown) == ("Not added: nothing was typed.", ())
    answer, unknown = add(at, "what is this")
    assert (answer.is_done, answer.text, len(unknown)) == (True, "", 1)
    assert inside(at) == []


def test_the_last_order_or_one_of_a_day_goes_in_whole(at: PageContext) -> None:
    assert put_order_day(at, "CAFE1", {"key": KEY}).text == "Added 2 of Espresso beans."
    assert inside(at) == [("P1", 2.0)]
    answer = put_order_day(at, "CAFE1", {"key": f"{KEY}2", "day": "2026-10-05"})
    assert answer.text == "Added 3 products."
    assert inside(at) == [("P1", 4.0), ("P2", 2.0), ("P3", 2.0)]
    assert put_order_day(at, "CAFE1", {"key": KEY, "day": "2020-01-01"}).text == "Not added: there is no such order."


def test_a_quantity_is_set_and_none_takes_it_out(at: PageContext) -> None:
    add(at, "P1 2")
    assert change_quantity(at, "CAFE1", {"product": "P1", "quantity": "2,5"}).is_done
    assert inside(at) == [("P1", 2.5)]
    answer = change_quantity(at, "CAFE1", {"product": "P1", "quantity": "many"})
    assert answer.text == "Not saved: a quantity is a number up to 1,000,000."
    assert change_quantity(at, "CAFE1", {"product": "P1", "quantity": 0}).text == "Espresso beans taken out."
    answer = change_quantity(at, "CAFE1", {"product": "P1", "quantity": 3})
    assert answer.text == "Not saved: the product is not in the basket any more."


@pytest.mark.parametrize("sent", [None, [], {"key": KEY}, {"key": KEY, "product": "NO"}, {"key": "x", "product": "P1"}])
def test_what_cannot_be_put_in_is_refused_in_words(at: PageContext, sent: Any) -> None:
    answer = put(at, "CAFE1", sent)
    assert not answer.is_done
    assert answer.text.startswith("Not saved: ")
    assert inside(at) == []


def test_another_reps_customer_has_no_basket_of_mine(artifacts: Path, database: Database) -> None:
    theirs = context(artifacts, database, BOB)
    for answer in (
        put(theirs, "CAFE1", {"key": KEY, "product": "P1"}),
        change_quantity(theirs, "CAFE1", {"product": "P1", "quantity": 1}),
        empty_basket(theirs, "CAFE1"),
        mark_ordered(theirs, "CAFE1", {"key": KEY}),
    ):
        assert answer.text == "Not saved: this customer is not yours, or there is none with this number."
    assert put_order_day(theirs, "CAFE1", {"key": KEY}).text == "Not added: there is no such order."


def test_a_basket_is_bounded(at: PageContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basket_changes, "MOST_ITEMS", 1)
    answer, _ = add(at, "P1\nP2")
    assert answer.text == "Not saved: a basket has at most 1 products."


def test_marked_as_ordered_is_recorded_of_what_is_on_the_lists_and_emptied(at: PageContext, database: Database) -> None:
    add(at, "P1 3\nP5 1")
    answer = mark_ordered(at, "CAFE1", {"key": KEY})
    assert answer.is_done
    assert inside(at) == []
    with database.read() as reading:
        found = outcomes.of_customer(reading, "CAFE1", limit=9)
    listed = {line.product_id for line in at.customers.recommendations("CAFE1")}
    assert {one.product_id for one in found} == {"P1", "P5"} & listed
    assert {(one.kind, one.value) for one in found if one.product_id == "P1"} == {("ordered", 36.0)}
    assert mark_ordered(at, "CAFE1", {"key": f"{KEY}2"}).text == "Not saved: the basket is empty."


def test_without_a_database_nothing_is_known(artifacts: Path, tmp_path: Path) -> None:
    gone = context(artifacts, open_database(Settings(state=tmp_path / "nowhere")))
    assert basket_items(gone, "CAFE1") is None
    assert put(gone, "CAFE1", {"key": KEY, "product": "P1"}).text.startswith("Not saved: the database")
