"""The customer page as a tree of components: words, roles, addresses."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.components.outcome_actions import outcome_area
from dashboard.data.repository import Repository
from dashboard.display.diary import Diary, diary
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.customer.data.history import history
from dashboard.pages.customer.data.page import CustomerPage, customer_page
from dashboard.pages.customer.view.lists import Shown
from dashboard.pages.customer.view.page import Parts, customer_view
from dashboard.pages.customer.view.unknown import unknown_customer_view
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, TODAY, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import ids, of_type, prop, with_class, words


def view(
    repository: Repository,
    customer_id: str,
    viewer: Viewer = EVERYONE,
    chosen: str = "",
    opened: dict[str, Component] | None = None,
) -> Component:
    context = context_of(repository, viewer)
    page = customer_page(context, customer_id)
    assert page is not None
    written = diary(context, customer_id)
    return drawn(context, page, chosen, opened or {}, written)


def drawn(
    context: PageContext,
    page: CustomerPage,
    chosen: str = "",
    opened: dict[str, Component] | None = None,
    written: Diary | None = None,
    *,
    records: bool = False,
) -> Component:
    past = history(context, page.customer.customer_id)
    area = outcome_area(("Too expensive",), TODAY, context.formats)
    parts = Parts(chosen, past, (TableState(), TableState()), written or Diary(), area)
    return customer_view(page, parts, Shown(context.formats, context.links, opened or {}, {}, records))


def changed_customer(folder: Path, **facts: Any) -> Repository:
    rows = [row | facts if row["customer_id"] == "CAFE1" else row for row in small_rows()["customers"]]
    publish_small(folder, changed={"customers": rows})
    return Repository(Reader(folder))


def test_the_header_says_who_where_and_since_when(repository: Repository) -> None:
    page = view(repository, "CAFE1")
    assert [words(title) for title in of_type(page, "H1")] == ["Café Müller"]
    assert words(with_class(page, "rp-subtitle")) == (
        "CAFE1|Cafe, North. Rep Ann Example. First order 10 Jan 2025, last 2 Nov. orders@cafe-mueller.example."
    )


def test_the_phone_is_a_link_that_dials(repository: Repository) -> None:
    calls = with_class(view(repository, "CAFE1"), "rp-call")
    assert [(prop(call, "href"), words(call)) for call in calls] == [
        ("tel:01632960001", "01632 960001"),
        ("tel:01632960001", "Call|01632 960001"),
    ]


def test_a_plus_stays_in_what_is_dialled(tmp_path: Path) -> None:
    page = view(changed_customer(tmp_path, phone="+44 (1632) 960-001"), "CAFE1")
    assert prop(with_class(page, "rp-call")[0], "href") == "tel:+441632960001"


def test_a_customer_of_whom_little_is_known_has_a_page_all_the_same(tmp_path: Path) -> None:
    bare = changed_customer(
        tmp_path,
        name="CAFE1",
        segment=None,
        region=None,
        rep=None,
        phone=None,
        email=None,
        status=None,
        top_category=None,
    )
    page = view(bare, "CAFE1")
    assert words(with_class(page, "rp-title-line")) == "CAFE1"
    assert words(with_class(page, "rp-subtitle")) == "First order 10 Jan 2025, last 2 Nov."
    assert with_class(page, "rp-call") == []
    assert len(with_class(page, "rp-line")) == 4


def test_the_tiles_are_a_group_that_can_be_focused(repository: Repository) -> None:
    strip = with_class(view(repository, "CAFE1"), "rp-tile-strip")[0]
    assert (prop(strip, "role"), prop(strip, "tabIndex"), prop(strip, "aria-label")) == (
        "group",
        "0",
        "Figures of this customer",
    )
    assert words(with_class(strip, "rp-tile")[0]) == "Revenue, 12 months to 15 Nov|€152|up|from €24"


def test_each_list_is_a_card_with_count_meaning_and_sum(repository: Repository) -> None:
    page = view(repository, "CAFE1")
    assert [words(link) for link in with_class(page, "rp-switch-link")] == ["Due|3|€74", "Lost|0", "New|1|€8"]
    assert [words(head) for head in with_class(page, "rp-paper-head")] == [
        "Due 3|€74 if ordered",
        "New 1|€8 if ordered",
    ]
    heads = [words(with_class(card, "rp-line-heads")) for card in with_class(page, "rp-list")]
    assert heads == [
        "Due: reorder now, usual quantity|Quantity × price|If ordered",
        "New: never bought|Quantity × price|If ordered",
    ]


def test_a_line_says_what_how_many_what_it_is_worth_and_why(repository: Repository) -> None:
    line = with_class(view(repository, "CAFE1"), "rp-line")[-1]
    assert words(line) == (
        "Rye bread|P4|2\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}€4.00|If ordered|€8|"
        "A business like yours has Rye bread from us. Would you like to try 2, at €4.00 each?|"
        "Copy|what to say about Rye bread|"
        "A similar customer buys it, Bean <& Gone> on 29|Sept."
    )


def test_a_line_without_quantity_and_price_says_nothing_false(repository: Repository) -> None:
    line = with_class(view(repository, "CAFE2"), "rp-line")[-1]
    assert words(line).startswith("Crème fraîche|P3|–|If ordered|–|")


def test_a_reason_is_a_button_that_controls_its_proof(repository: Repository) -> None:
    page = view(repository, "CAFE1")
    button = with_class(page, "rp-reason")[-1]
    proof = with_class(page, "rp-proof")[-1]
    assert (prop(button, "type"), prop(button, "aria-expanded")) == ("button", "false")
    assert prop(button, "aria-controls") == '{"list":"new","rank":1,"type":"proof"}'
    assert proof.id == {"type": "proof", "list": "new", "rank": 1}


def test_a_reason_that_the_address_opens_is_open_with_its_proof(repository: Repository) -> None:
    page = view(repository, "CAFE1", opened={"P2": html.P("the proof")})
    opened = [prop(button, "data-rp-reason") for button in with_class(page, "rp-reason")
              if prop(button, "aria-expanded") == "true"]  # fmt: skip
    assert opened == ["P2"]
    assert [words(proof) for proof in with_class(page, "rp-proof")] == ["", "the proof", "", ""]


@pytest.mark.parametrize(("chosen", "shown"), [("", "due"), ("new", "new"), ("lost", "due"), ("nonsense", "due")])
def test_the_switch_shows_the_list_that_the_address_names(repository: Repository, chosen: str, shown: str) -> None:
    page = view(repository, "CAFE1", chosen=chosen)
    current = [prop(link, "data-rp-list") for link in with_class(page, "rp-switch-link") if prop(link, "aria-current")]
    assert current == [shown]
    assert prop(with_class(page, "rp-lists-shown")[0], "data-list") == shown


def test_a_list_without_a_product_cannot_be_chosen(repository: Repository) -> None:
    links = with_class(view(repository, "HOTEL1"), "rp-switch-link")
    assert [(words(link), prop(link, "href")) for link in links] == [
        ("Due|0", None),
        ("Lost|0", None),
        ("New|2|€45", "?list=new"),
    ]


def test_similar_customers_are_linked_with_what_they_share(repository: Repository) -> None:
    card = with_class(view(repository, "CAFE1"), "rp-aside")[0]
    match = "82\N{NO-BREAK SPACE}%|2 shared|Hotel O'Brien|60\N{NO-BREAK SPACE}%|2 shared|Match, which orders them:"
    assert f"Most similar customers|of 3 products|Bean <& Gone>|{match}" in words(card)
    assert [prop(link, "href") for link in of_type(card, "A")] == ["/customers/CAFE2", "/customers/HOTEL1"]
    assert with_class(card, "rp-meter-fill")[0].style == {"width": "82%"}


def test_a_similar_customer_with_one_order_day_is_labelled(tmp_path: Path) -> None:
    rows = [row | ({"n_order_days": 1} if row["customer_id"] == "CAFE2" else {}) for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": rows})
    repository = Repository(Reader(tmp_path))
    assert "|Bean <& Gone>|one order day|82" in words(with_class(view(repository, "CAFE1"), "rp-aside"))
    assert "Found by one order day of Bean <& Gone>. Match" in words(with_class(view(repository, "CAFE2"), "rp-aside"))


def test_a_line_has_its_sentence_to_say_with_a_button_that_the_key_presses(repository: Repository) -> None:
    line = with_class(view(repository, "CAFE1"), "rp-line")[-1]
    sentence, button = with_class(line, "rp-say-sentence")[0], with_class(line, "rp-copy")[0]
    assert prop(button, "data-rp-copy") == words(sentence)
    assert (prop(button, "data-rp-key"), prop(button, "aria-keyshortcuts")) == ("c", "c")
    assert prop(sentence, "lang") is None


def test_a_sentence_in_another_language_than_the_screen_is_named_as_such(tmp_path: Path) -> None:
    publish_small(tmp_path)
    german = replace(context_of(tmp_path), formats=Formats("de_DE", "EUR"))
    page = customer_page(german, "CAFE1")
    assert page is not None
    sentence = with_class(drawn(german, page), "rp-say-sentence")[-1]
    assert (prop(sentence, "lang"), words(sentence)) == (
        "de",
        "Ein Betrieb wie Ihrer hat Rye bread von uns. Möchten Sie 2 probieren, zu je 4,00\N{NO-BREAK SPACE}€?",
    )


def test_similar_customers_of_other_reps_are_counted(repository: Repository) -> None:
    ann = words(with_class(view(repository, "CAFE1", ANN), "rp-aside"))
    assert "|Bean <& Gone>|82\N{NO-BREAK SPACE}%|2 shared|and 1 customer of other reps|Match" in ann
    assert words(with_class(view(repository, "HOTEL1", BOB), "rp-aside")).endswith("1 customer of other reps")


def test_nobody_similar_says_why(repository: Repository) -> None:
    assert words(with_class(view(repository, "NEW1"), "rp-aside")).endswith("None: no orders to compare yet.")
    assert words(with_class(view(repository, "SCHOOL1"), "rp-aside")).endswith(
        "None: nobody shares a product with this customer."
    )


def test_a_customer_without_orders_has_a_word_on_what_the_list_is(repository: Repository) -> None:
    page = view(repository, "NEW1")
    assert "No orders yet" in words(with_class(page, "rp-subtitle"))
    assert words(with_class(page, "rp-hint")) == "No orders yet: these are best sellers among all customers."
    assert len(with_class(page, "rp-line")) == 2


def test_best_sellers_of_one_segment_are_named_as_such(tmp_path: Path) -> None:
    rows = [row for row in small_rows()["recommendations"] if (row["customer_id"], row["rank"]) != ("NEW1", 2)]
    publish_small(tmp_path, changed={"recommendations": rows})
    page = view(Repository(Reader(tmp_path)), "NEW1")
    assert words(with_class(page, "rp-hint")) == "No orders yet: these are best sellers among cafe customers."


@pytest.mark.parametrize(("status", "word"), [("blocked", "Blocked"), ("closed", "Closed")])
def test_a_blocked_or_closed_customer_has_no_lists_and_reads_why(tmp_path: Path, status: str, word: str) -> None:
    page = view(changed_customer(tmp_path, status=status), "CAFE1")
    assert words(with_class(page, "rp-tag")) == word
    assert with_class(page, "rp-list") == []
    assert f"This customer is {status}, so nothing is pitched to them." in words(with_class(page, "rp-empty"))


def test_an_active_customer_without_any_line_has_a_page_that_says_why(tmp_path: Path) -> None:
    rows = [row for row in small_rows()["recommendations"] if row["customer_id"] != "CAFE1"]
    publish_small(tmp_path, changed={"recommendations": rows})
    page = view(Repository(Reader(tmp_path)), "CAFE1")
    assert words(with_class(page, "rp-empty")).startswith("Nothing to pitch|No product has a reason to be pitched")


def test_the_page_carries_its_version_and_customer(repository: Repository) -> None:
    stores = {
        store.id: getattr(store, "data", None)
        for store in of_type(view(repository, "CAFE1"), "Store")
        if isinstance(store.id, str)
    }
    asked = dict.fromkeys(("outcome-asked", "outcome", "note-asked", "note", "outcome-said"))
    asked |= dict.fromkeys(("lists-asked", "lists-drawn"))
    assert stores == {"page-version": repository.newest(), "page-customer": "CAFE1", **asked}


def test_no_id_occurs_twice(repository: Repository) -> None:
    found = [str(one) for one in ids(view(repository, "CAFE1"))]
    assert len(found) == len(set(found))


def test_names_that_look_like_markup_stay_text(tmp_path: Path) -> None:
    name = '<img src=x onerror="alert(1)"> & Söhne'
    page = view(changed_customer(tmp_path, name=name), "CAFE1")
    assert words(of_type(page, "H1")) == name


def test_the_unknown_view_offers_what_is_spelled_most_like_it(repository: Repository) -> None:
    near = context_of(repository, ANN).customers.nearest("CAFE9")
    page = unknown_customer_view("CAFE9", near, ANN, "v1", Links("/r/"))
    assert [words(title) for title in of_type(page, "H1")] == ["Unknown customer"]
    assert "Ann Example has no customer with the number “CAFE9”." in words(page)
    assert [prop(link, "href") for link in with_class(page, "rp-link")] == ["/r/customers/CAFE2", "/r/customers/CAFE1"]


def test_the_unknown_view_without_anything_near_only_leads_to_all_customers() -> None:
    page = unknown_customer_view("x" * 100, (), EVERYONE, "v1", Links("/"))
    assert f"There is no customer with the number “{'x' * 60}…”." in words(page)
    assert [prop(link, "href") for link in of_type(page, "A")] == ["/customers"]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("ranked")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return Repository(Reader(folder))


def test_a_calibrated_line_says_its_chance_and_what_is_expected(ranked: Repository) -> None:
    lines = with_class(view(ranked, "CAFE1"), "rp-line")
    assert words(lines[3]).startswith("Rye bread|P4|2\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}€4.00|If ordered|€8|")
    assert "|chance|1 in 8|expected|€1.00|" in words(lines[3])
    assert "|chance|under 1 in 100|expected|–|" in words(lines[4])
    assert "|chance|8 in 10|expected|€24|" in words(lines[0])
    assert "|chance|8 in 10|expected|€19|" in words(lines[1])


def test_a_calibrated_list_is_headed_by_the_sum_of_what_is_expected(ranked: Repository) -> None:
    page = view(ranked, "CAFE1")
    cards = with_class(page, "rp-list")
    assert [words(one) for one in with_class(page, "rp-switch-sum")] == ["€48", "€1.00"]
    assert [words(head) for head in with_class(page, "rp-paper-head")] == ["Due 3|€48 expected", "New 2|€1.00 expected"]
    assert words(with_class(cards[0], "rp-line-heads")).endswith("If ordered|Chance|Expected")
    assert all(with_class(card, "rp-list-chance") for card in cards)


def test_without_chances_a_list_ranks_and_shows_no_money_but_if_ordered(repository: Repository) -> None:
    page = view(repository, "CAFE1")
    assert with_class(page, "rp-line-chance") + with_class(page, "rp-line-expected") == []
    assert words(with_class(page, "rp-footnotes")).startswith("Ranked only, as no chances were calibrated.")


def test_what_the_season_brings_back_is_among_the_due(ranked: Repository) -> None:
    page = view(ranked, "CAFE1")
    assert [words(link) for link in with_class(page, "rp-switch-link")] == ["Due|3|€48", "Lost|0", "New|2|€1.00"]
    assert '{"list":"seasonal"' in prop(with_class(page, "rp-reason")[2], "aria-controls")


def test_why_there_is_no_seasonal_list_is_said_below_the_lists(ranked: Repository) -> None:
    assert words(with_class(view(ranked, "CAFE2"), "rp-footnotes")).startswith(
        "Nothing seasonal among the due: they miss nothing"
    )
