"""The parts of screens: the data chip, search answers, notices, small ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.components.data_status import age_of, chip_of, new_data
from dashboard.components.elements import attributes, sentence_start
from dashboard.components.empty_states import empty_state, reload_button
from dashboard.components.search import Drawing, answers, count_words, recent_answers, search_box
from dashboard.components.tile_strip import tile_strip
from dashboard.display.tile import Tile
from dashboard.display.urls import Links
from dashboard.records.customers import Customer
from dashboard.records.products import Product
from dashboard.records.recently_viewed import Seen
from dashboard.records.search import Found, Hit, Hits, Piece
from dashboard.records.versions import DataState
from dashboard.settings import Settings
from tests.support.screens import FORMATS, of_type, prop, with_class, words

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SETTINGS = Settings(fresh_hours=24, stale_hours=48)
STATE = DataState("2026-11-20-020000", NOW - timedelta(hours=2), date(2026, 11, 19), 410_429, None, None, None)
AS_OF = date(2026, 11, 20)


# ---- the data chip ----


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(0), "fresh"),
        (timedelta(hours=23, minutes=59), "fresh"),
        (timedelta(hours=24), "ageing"),
        (timedelta(hours=24, seconds=1), "ageing"),
        (timedelta(hours=47, minutes=59), "ageing"),
        (timedelta(hours=48), "old"),
        (timedelta(hours=-1), "fresh"),
    ],
)
def test_data_are_fresh_under_the_first_limit_and_old_from_the_second(age: timedelta, state: str) -> None:
    assert age_of(NOW - age, NOW, SETTINGS) == state


@pytest.mark.parametrize(
    ("hours", "word", "icon"),
    [
        (2, "Fresh", "bi-check-circle-fill"),
        (30, "Ageing", "bi-exclamation-triangle-fill"),
        (60, "Old", "bi-x-octagon-fill"),
    ],
)
def test_the_chip_says_its_state_by_word_and_shape(hours: int, word: str, icon: str) -> None:
    state = replace(STATE, built_at=NOW - timedelta(hours=hours))
    chip = chip_of(state, FORMATS, SETTINGS, NOW).words
    assert words(chip) == f"{word}|Orders up to 19 Nov|built {hours}\N{NO-BREAK SPACE}h ago"
    assert len(with_class(chip, icon)) == 1


def test_the_panel_says_when_from_what_and_which_version() -> None:
    panel = words(chip_of(STATE, FORMATS, SETTINGS, NOW).panel)
    assert panel.startswith(
        "The data shown|Built|20 Nov 2026, 11:00, 2 hours ago|Orders up to|19 Nov 2026|"
        "Order lines|410,429|Version|2026-11-20-020000|"
    )
    assert panel.endswith("Fresh under 24 h|Ageing under 48 h|Old from then on")
    assert "refused" not in panel


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("2026-11-20-030000", "Version 2026-11-20-030000"),
        ("CURRENT", "The file CURRENT, which names the version to show,"),
    ],
)
def test_the_panel_says_what_was_refused_and_why(version: str, name: str) -> None:
    refused = replace(STATE, refused_version=version, refused_why="products has 12 rows", refused_at=NOW)
    assert (
        f"{name} was refused (20 Nov 2026, 13:00): products has 12 rows. Version {STATE.version} is shown instead."
    ) in words(chip_of(refused, FORMATS, SETTINGS, NOW).panel)


def test_data_dated_in_the_future_are_not_called_fresh() -> None:
    chip = chip_of(replace(STATE, built_at=NOW + timedelta(days=400)), FORMATS, SETTINGS, NOW)
    assert words(chip.words) == "Wrong date|Orders up to 19 Nov|dated in the future"
    assert "after now: a clock is wrong" in words(chip.panel)
    assert age_of(NOW + timedelta(hours=3), NOW, SETTINGS) == "fresh"  # two machines' clocks differ


def test_without_data_the_chip_says_so() -> None:
    chip = chip_of(None, FORMATS, SETTINGS, NOW)
    assert words(chip.words) == "No data"
    assert "python -m recsys build" in words(chip.panel)


def test_a_newer_version_is_a_button_that_reloads() -> None:
    offer = new_data("2026-11-20-040000")
    assert offer is not None
    assert (words(offer), prop(offer, "data-rp-reload")) == ("New data, show them", "true")
    assert new_data(None) is None


# ---- search ----


def customer(customer_id: str, **facts: Any) -> Customer:
    none = dict.fromkeys(Customer.__dataclass_fields__, None)
    return Customer(**{**none, "customer_id": customer_id, "name": f"Name {customer_id}", **facts})


def hit(customer_id: str, **facts: Any) -> Hit[Customer]:
    found = customer(customer_id, **facts)
    return Hit(found, (Piece("Na", True), Piece(f"me {customer_id}", False)), (Piece(customer_id, False),))


def product_hit(product_id: str, **facts: Any) -> Hit[Product]:
    none = dict.fromkeys(Product.__dataclass_fields__, None)
    found = Product(**{**none, "product_id": product_id, "name": f"Thing {product_id}", **facts})
    return Hit(found, (Piece(found.name, False),), (Piece(product_id, True),))


DRAWING = Drawing("top", FORMATS, Links("/"), AS_OF)


def drawn(found: Found, viewer: Viewer = EVERYONE, seen: tuple[Seen, ...] = ()) -> Any:
    return answers(found, seen, viewer, DRAWING)


def options(box: Any) -> list[Any]:
    return [one for one in of_type(box, "A") if prop(one, "role") == "option"]


def test_answers_are_options_of_a_listbox_and_the_first_is_chosen() -> None:
    both = (hit("1", segment="cafe", region="Nord", last_order_on=date(2026, 11, 2)), hit("2"))
    tea = product_hit("9", category="Drinks > Hot > Tea", unit_price=4.3, available=False)
    box = drawn(Found(Hits(both, 2), Hits((tea,), 1)))
    listbox = next(one for one in of_type(box, "Div") if prop(one, "role") == "listbox")
    assert listbox.id == "answers-top"
    assert [(one.id, prop(one, "aria-selected"), prop(one, "href")) for one in options(listbox)] == [
        ("answer-top-0", "true", "/customers/1"),
        ("answer-top-1", "false", "/customers/2"),
        ("answer-top-2", "false", "/products/9"),
    ]
    assert [words(one) for one in options(listbox)] == [
        "Na|me 1|Cafe, Nord. Last order 2 Nov|1",
        "Na|me 2|No orders yet|2",
        "Thing 9|Hot, Tea. €4.30, not available|9",
    ]
    assert words(of_type(box, "Mark")) == "Na|Na|9"


def test_answers_are_in_named_groups_the_better_kind_first() -> None:
    found = Found(Hits((hit("1"),), 1), Hits((product_hit("9"),), 34), products_first=True)
    box = drawn(found)
    groups = [one for one in of_type(box, "Div") if prop(one, "role") == "group"]
    assert [words(with_class(one, "rp-answers-head")) for one in groups] == [
        "Products|34 products, the first 1",
        "Customers|1 customer",
    ]
    assert [prop(one, "aria-labelledby") for one in groups] == ["answers-top-products", "answers-top-customers"]
    assert [one.id for one in options(box)] == ["answer-top-0", "answer-top-1"]
    assert count_words(found, FORMATS) == "34 products, the first 1, 1 customer"


def test_what_was_looked_at_last_is_shown_below_as_far_as_it_is_new() -> None:
    seen = (Seen("customer", "1", "Name 1"), Seen("product", "1", "Thing 1"), Seen("customer", "2", "2"))
    box = drawn(Found(Hits((hit("1"),), 1)), seen=seen)
    groups = [one for one in of_type(box, "Div") if prop(one, "role") == "group"]
    assert [words(group) for group in groups] == [
        "Customers|1 customer|Na|me 1|No orders yet|1",
        "Recently viewed|Thing 1|Product|1|2|Customer",
    ]
    assert [(one.id, prop(one, "aria-selected"), prop(one, "href")) for one in options(groups[1])] == [
        ("answer-top-1", "false", "/products/1"),
        ("answer-top-2", "false", "/customers/2"),
    ]


def test_no_more_than_twenty_answers_are_shown_below_each_other() -> None:
    many = Hits(tuple(hit(str(at)) for at in range(19)), 19)
    seen = tuple(Seen("product", str(at), f"Thing {at}") for at in range(5))
    assert len(options(drawn(Found(many), seen=seen))) == 20
    assert len(options(drawn(Found(Hits((hit("1"),), 1)), seen=seen))) == 4


def test_while_nothing_is_typed_only_the_last_ones_are_shown_and_none_is_chosen() -> None:
    box = recent_answers((Seen("product", "P1", "Beans"),), DRAWING)
    assert words(with_class(box, "rp-answers-head")) == "Recently viewed"
    assert [prop(one, "aria-selected") for one in options(box)] == ["false"]
    assert recent_answers((), DRAWING) is None


def test_answers_that_are_only_spelled_like_it_say_so() -> None:
    found = Found(Hits((hit("1"),), 7, is_close=True))
    assert words(with_class(drawn(found), "rp-answers-head")) == "Customers|no exact match, closest first"
    assert count_words(found, FORMATS) == "No exact match, closest first: 1 customer"


@pytest.mark.parametrize(
    ("shown", "total", "text"), [(1, 1, "1 customer"), (2, 2, "2 customers"), (2, 1234, "1,234 customers, the first 2")]
)
def test_the_count_says_how_many_and_whether_all_are_shown(shown: int, total: int, text: str) -> None:
    found = Found(Hits(tuple(hit(str(at)) for at in range(shown)), total))
    assert count_words(found, FORMATS) == text
    assert words(with_class(drawn(found), "rp-answers-head")) == f"Customers|{text}"


def test_the_count_has_a_live_region_that_is_always_there() -> None:
    regions = [(one.id, words(one)) for one in of_type(search_box("top"), "Div") if prop(one, "role") == "status"]
    assert regions == [({"type": "search-count", "place": "top"}, "")]


def test_no_answer_says_whose_customers_were_searched() -> None:
    assert words(drawn(Found())) == "Nothing found|No name and no number is spelled like it."
    ann = words(drawn(Found(), Viewer("Ann Example", "rep")))
    assert ann.startswith("Nothing found|Of the customers, only those of Ann Example are searched.")


def test_the_field_has_a_label_and_its_text_is_kept_nowhere() -> None:
    box = search_box("top")
    field = of_type(box, "Input")[0]
    label = of_type(box, "Label")[0]
    assert words(label) == "Search customers and products"
    assert prop(label, "htmlFor") == '{"place":"top","type":"search-text"}'
    assert (field.autoComplete, getattr(field, "persistence", None)) == ("off", None)


# ---- small parts ----


def test_an_empty_state_says_what_why_and_what_next() -> None:
    state = empty_state("No match", "Because of this.", [reload_button("Look again")])
    assert words(state) == "No match|Because of this.|Look again"
    assert len(of_type(state, "H2")) == 1


def test_a_tile_without_a_trend_has_no_caret() -> None:
    done = tile_strip([Tile("Done", "4 of 15", "11 to go", share=4 / 15)], "Figures")
    assert [fill.style for fill in with_class(done, "rp-meter-fill")] == [{"width": "26.7%"}]
    strip = tile_strip([Tile("Orders", "3", "1 before"), Tile("Revenue", "€9", "on €3", "up")], "Figures")
    assert words(strip) == "Orders|3|1 before|Revenue|€9|up|on €3"
    assert len(with_class(strip, "rp-caret")) == 1


def test_attributes_have_hyphens_and_leave_out_none() -> None:
    assert attributes(aria_label="x", data_rp_page=None) == {"aria-label": "x"}


@pytest.mark.parametrize(("words_", "text"), [("cafe, North", "Cafe, North"), ("", ""), ("öko", "Öko")])
def test_a_sentence_starts_with_a_capital(words_: str, text: str) -> None:
    assert sentence_start(words_) == text


def test_addresses_start_with_the_prefix() -> None:
    links = Links("/repertoire/")
    assert (links.home(), links.customer("0 1 ä")) == ("/repertoire/", "/repertoire/customers/0%201%20%C3%A4")
