"""The shop's parts that need no server: amounts, pictures, baskets, visits, and when Repertoire is left alone."""

import re
from pathlib import Path

import pytest

from examples.client import Problem
from examples.shop import words
from examples.shop.asking import REST_SECONDS, Asking, NotThere, Rest
from examples.shop.shelves import Catalogue
from examples.shop.visits import MOST_LINES, MOST_QUANTITY, Product, Visit, Visits

SHOP = Path(words.__file__).parent
BEANS, OATS = Product("P1", "Beans", price=12.0), Product("P2", "Oats", price=None)


# ---- words ----


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("Drinks > Coffee", "bag"),
        ("Dairy > Plant drinks > Oat drink", "carton"),
        ("Oils and sauces > Oils > Olive oil", "bottle"),
        ("Disposables and packaging > Kitchen > Aluminium foil", "roll"),  # no oil
        ("Disposables and packaging > Containers > Menu boxes", "box"),  # no gin
        ("Frozen > Ice cream > Ice lollies", "snow"),
        ("", "box"),
        (None, "box"),
    ],
)
def test_a_category_has_a_picture(category: str | None, expected: str) -> None:
    assert words.picture(category) == expected


def test_every_picture_is_drawn() -> None:
    drawn = re.findall(r'<symbol id="(\w+)"', (SHOP / "static" / "pictures.svg").read_text(encoding="utf-8"))
    assert {"box", *(name for name, _ in words._PICTURES)} == set(drawn)


def test_amounts_have_two_decimals_and_none_says_so() -> None:
    assert [words.money(one, "€") for one in (1234.5, 0, None)] == ["€1,234.50", "€0.00", "Price on request"]


def test_one_is_no_several() -> None:
    assert [words.count(n, "time", "times") for n in (0, 1, 2)] == ["0 times", "1 time", "2 times"]


# ---- baskets ----


def test_a_basket_adds_up_what_has_a_price() -> None:
    visit = Visit()
    visit.add(BEANS, 2)
    visit.add(OATS, 1)
    line = visit.add(BEANS, 1)
    assert line is not None
    assert (line.quantity, visit.total, visit.product_ids) == (3, 36.0, {"P1", "P2"})


def test_a_line_is_changed_and_taken_out() -> None:
    visit = Visit()
    visit.add(BEANS, 2)
    visit.change("P1", 5)
    assert [one.quantity for one in visit.lines] == [5]
    visit.change("P1", 0)
    assert visit.lines == ()
    assert visit.change("P1", 1) is None


def test_a_basket_has_an_end() -> None:
    visit = Visit()
    for n in range(MOST_LINES):
        assert visit.add(Product(str(n), "A thing"), 1)
    assert visit.add(BEANS, 1) is None
    again = visit.add(Product("0", "A thing"), MOST_QUANTITY)
    assert again is not None
    assert again.quantity == MOST_QUANTITY


def test_of_two_orders_at_once_the_second_has_nothing() -> None:
    visit = Visit()
    visit.add(BEANS, 2)
    assert [len(visit.take_all()) for _ in range(2)] == [1, 0]


# ---- visits ----


def test_a_visit_is_found_by_its_cookie_alone() -> None:
    visits = Visits()
    cookie, visit = visits.begin("CAFE1")
    assert visits.find(cookie) is visit
    assert visits.find(visit.session) is None
    visits.end(cookie)
    assert visits.find(cookie) is None


def test_who_was_away_longest_goes_first() -> None:
    visits = Visits(most=2)
    first, second = visits.begin(""), visits.begin("")
    visits.find(first[0])
    visits.begin("")
    assert visits.find(first[0]) is first[1]
    assert visits.find(second[0]) is None


# ---- the catalogue ----


def test_a_product_keeps_facts_that_a_later_answer_does_not_have() -> None:
    catalogue = Catalogue()
    catalogue.remember({"product_id": "P1", "name": "Beans", "price": 12.0, "unit": "bag", "version": "v"})
    known = catalogue.remember({"product_id": "P1", "name": "Beans, whole"})
    assert (known.name, known.price, known.unit) == ("Beans, whole", 12.0, "bag")
    assert catalogue.find("P1") == known


def test_the_catalogue_has_an_end() -> None:
    catalogue = Catalogue(most=2)
    for one in ("P1", "P2", "P1", "P3"):
        catalogue.remember({"product_id": one, "name": one})
    assert [catalogue.find(one) is not None for one in ("P1", "P2", "P3")] == [True, False, True]


# ---- asking ----


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def failing(status: int, retry_seconds: float | None = None) -> Problem:
    return Problem(status, "no", retry_seconds)


@pytest.mark.parametrize(
    ("problem", "rest"),
    [(failing(0), REST_SECONDS), (failing(401), REST_SECONDS), (failing(503, 30.0), 30.0), (failing(429, 9.0), 9.0)],
    ids=str,
)
def test_without_an_answer_repertoire_is_left_alone_for_a_while(problem: Problem, rest: float) -> None:
    clock = Clock()
    shared = Rest(clock)

    def fail() -> str:
        raise problem

    assert Asking(shared)("products/P1", fail) is None
    clock.now = rest - 0.1
    resting = Asking(shared)
    assert resting("products/P1", lambda: "answer") is None
    assert (resting.is_away, resting.asked) == (True, [])
    clock.now = rest
    awake = Asking(shared)
    assert awake("products/P1", lambda: "answer") == "answer"
    assert ([one.what for one in awake.asked], awake.is_away) == (["products/P1"], False)


@pytest.mark.parametrize("status", [404, 422])
def test_what_is_not_there_is_no_reason_to_leave_repertoire_alone(status: int) -> None:
    asking = Asking(Rest())

    def fail() -> str:
        raise failing(status)

    with pytest.raises(NotThere):
        asking("products/P9", fail)
    assert asking("products/P1", lambda: "answer") == "answer"
    assert [one.what for one in asking.asked] == ["products/P9", "products/P1"]


# ---- the script ----


def test_a_page_asks_again_for_its_list_within_five_seconds() -> None:
    script = (SHOP / "static" / "shop.js").read_text(encoding="utf-8")
    soon = re.search(r"SOON_MS = \[([\d, ]+)\]", script)
    assert soon
    times = [int(one) for one in soon[1].split(",")]
    assert len(times) == 3
    assert max(times) < 5000
