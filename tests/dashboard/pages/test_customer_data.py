"""The customer page's records, by hand-worked rows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE
from dashboard.activity.shop_records import Reaction, Stock
from dashboard.data.repository import Repository
from dashboard.display.customer_figures import Years, tiles
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_lists import PitchList, end_of_list, few_orders_words, pitch_list, pitch_lists
from dashboard.display.reason_text import few_orders
from dashboard.display.tile import Tile
from dashboard.display.year_bars import year_bars
from dashboard.pages.customer.data.evidence import origin
from dashboard.pages.customer.data.page import customer_page, list_csv
from dashboard.records.customers import Customer
from recsys.artifacts.reader import Reader
from tests.support.artifacts import AS_OF, publish_small, small_rows
from tests.support.contexts import ANN, BOB, Said, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import FORMATS, plain_csv


@pytest.fixture
def cafe(repository: Repository) -> Customer:
    found = context_of(repository, ANN).customers.get("CAFE1")
    assert found is not None
    return found


def lists_of(context: PageContext, customer_id: str) -> tuple[PitchList, ...]:
    customer = context.customers.get(customer_id)
    assert customer is not None
    return pitch_lists(context, customer, context.raised(customer))


BEGIN = date(2025, 1, 10)  # of the small data


def tiles_of(
    customer: Customer, revenue: dict[date, float] | None = None, *, has_year_before: bool = True, begin: date = BEGIN
) -> tuple[Tile, ...]:
    years = Years(year_bars(revenue or {}, AS_OF, begin), begin, has_year_before)
    return tiles(customer, years, AS_OF, FORMATS)


def shown_on_tiles(customer: Customer) -> dict[str, tuple[str, str]]:
    return {tile.label: (tile.value, tile.note) for tile in tiles_of(customer)}


def test_the_six_tiles_say_figure_and_comparison(cafe: Customer) -> None:
    assert shown_on_tiles(cafe) == {
        "Revenue, 12 months to 15 Nov": ("€152", "from €24"),
        "Orders, 12 months": ("3", "1 the year before"),
        "Average order": ("€51", "€24 the year before"),
        "Days since last order": ("13", "usual 14, longest before 633"),
        "Active products": ("3", "median of similar: 3"),
        "Largest category": ("87\N{NO-BREAK SPACE}%", "Drinks"),
    }


@pytest.mark.parametrize(("before", "trend"), [(24.0, "up"), (152.0, None), (200.0, "down")])
def test_a_caret_says_whether_revenue_went_up_or_down(cafe: Customer, before: float, trend: str | None) -> None:
    assert tiles_of(replace(cafe, revenue_12m_before=before))[0].trend == trend


def test_a_change_is_a_percentage_up_to_twice_as_much(cafe: Customer) -> None:
    notes = [tiles_of(replace(cafe, revenue_12m_before=before))[0].note for before in (160.0, 76.0, 75.0)]
    assert notes == ["5\N{NO-BREAK SPACE}% on €160", "100\N{NO-BREAK SPACE}% on €76", "from €75"]


def test_without_a_full_year_before_revenue_compares_the_months_that_both_years_have(cafe: Customer) -> None:
    months = {date(2026, 9, 1): 50.0, date(2026, 10, 1): 70.0, date(2025, 9, 1): 9.0, date(2025, 10, 1): 100.0}
    shown = tiles_of(cafe, months, has_year_before=False, begin=date(2025, 9, 10))
    assert [(tile.value, tile.note, tile.trend) for tile in shown[:3]] == [
        (
            "€152",
            "30\N{NO-BREAK SPACE}% on a year before, Oct",
            "down",
        ),  # 70 beside 100; September is no whole one
        ("3", "data from 10 Sept 2025", None),
        ("€51", "data from 10 Sept 2025", None),
    ]
    assert shown[3].note == "usual 14, longest before 633"


def test_without_a_month_of_the_year_before_the_tiles_say_when_the_data_begin(cafe: Customer) -> None:
    shown = tiles_of(cafe, has_year_before=False, begin=date(2025, 12, 1))
    assert {tile.note for tile in shown[:3]} == {"data from 1 Dec 2025"}


def test_a_customer_without_orders_gets_tiles_that_say_why_they_are_empty(repository: Repository) -> None:
    new = context_of(repository, ANN).customers.get("NEW1")
    assert new is not None
    assert shown_on_tiles(new) == {
        "Revenue, 12 months to 15 Nov": ("€0", "nothing the year before"),
        "Orders, 12 months": ("0", "0 the year before"),
        "Average order": ("–", "nothing the year before"),
        "Days since last order": ("–", "no orders yet"),
        "Active products": ("0", "no similar customers"),
        "Largest category": ("–", "nothing in 12 months"),
    }


def test_data_without_categories_say_so(cafe: Customer) -> None:
    assert shown_on_tiles(replace(cafe, top_category=None, top_category_share=None))["Largest category"] == (
        "–",
        "no categories in the data",
    )


def test_a_single_order_day_has_no_gap_to_compare_with(cafe: Customer) -> None:
    single = replace(cafe, usual_gap_days=None, longest_gap_days=None)
    assert shown_on_tiles(single)["Days since last order"] == ("13", "one order day only")


def test_the_lists_come_in_the_order_of_the_page_with_their_sums(repository: Repository) -> None:
    page = customer_page(context_of(repository, ANN), "CAFE1")
    assert page is not None
    assert [(pitches.name, len(pitches.lines), pitches.total) for pitches in page.lists] == [
        ("due", 3, 74.0),
        ("lost", 0, None),
        ("new", 1, 8.0),
    ]


def test_a_list_without_any_known_value_has_no_sum(repository: Repository) -> None:
    lists = lists_of(context_of(repository, ANN), "CAFE2")
    assert [(pitches.name, pitches.total) for pitches in lists] == [("due", 24.0), ("lost", None), ("new", None)]


@pytest.mark.parametrize(
    ("customer_id", "sentence"),
    [
        ("CAFE1", "A similar customer buys it, Bean <& Gone> on 29 Sept."),
        (
            "HOTEL1",
            "On 4 of 7 order days with Espresso beans: bought together 1.4 times as often as chance would have it.",
        ),
        ("NEW1", "2 of 2 cafe customers have bought it."),
    ],
)
def test_each_line_says_its_reason(repository: Repository, customer_id: str, sentence: str) -> None:
    page = customer_page(context_of(repository), customer_id)
    assert page is not None
    assert page.lists[2].lines[0].sentence == sentence


def test_a_reason_does_not_name_a_customer_of_another_rep(tmp_path: Path) -> None:
    rows = small_rows()["recommendations"]
    publish_small(tmp_path, changed={"recommendations": [rows[0] | {"reason_customer_id": "HOTEL1"}, *rows[1:]]})
    other = Repository(Reader(tmp_path))
    sentences = {
        viewer: lists_of(context_of(other, viewer), "CAFE1")[2].lines[0].sentence for viewer in (EVERYONE, ANN)
    }
    assert sentences[EVERYONE] == "A similar customer buys it, Hotel O'Brien on 29 Sept."
    assert sentences[ANN] == "A similar customer buys it."


def test_a_blocked_customer_has_no_lists(repository: Repository) -> None:
    page = customer_page(context_of(repository, BOB), "SCHOOL1")
    assert page is not None
    assert page.lists == ()


@pytest.mark.parametrize("customer_id", ["HOTEL1", "NOPE"])
def test_an_unknown_customer_has_no_page(repository: Repository, customer_id: str) -> None:
    assert customer_page(context_of(repository, ANN), customer_id) is None


def test_the_csv_has_the_rows_of_the_list_with_raw_values(repository: Repository) -> None:
    page = customer_page(context_of(repository, ANN), "CAFE1")
    assert page is not None
    assert plain_csv(list_csv(page.lists[0])) == CSV_OF_DUE


CSV_OF_DUE = (
    "\ufeffProduct,Product number,Quantity,Price,If ordered,To say,Reason\r\n"
    'Espresso beans,P1,2,12,24,"You take Espresso beans about every 2 weeks, and the last order was on 2 November. '
    'Shall I put you down for 2 again?",Bought every 14 days (4 times); 13 days since the last.\r\n'
    'Oat drink,P2,2,15,30,"You have had Oat drink before, most recently 4 weeks ago. Would you like another 2?",'
    '"Bought twice, last on 19 Oct."\r\n'
    "Crème fraîche,P3,2,10,20,You ordered Crème fraîche 6 weeks ago. How did you get on? Would you like another 2?,"
    '"Bought once, on 5 Oct."\r\n'
)


@pytest.mark.parametrize(("name", "at"), [("due", 0), ("lost", 1), ("new", 2)])
def test_a_list_asked_for_alone_is_the_one_of_the_page(
    repository: Repository, cafe: Customer, name: str, at: int
) -> None:
    context = context_of(repository, ANN)
    assert pitch_list(context, cafe, name) == lists_of(context, "CAFE1")[at]


def test_the_csv_of_a_list_asked_for_alone_holds_that_list_alone(repository: Repository, cafe: Customer) -> None:
    due = pitch_list(context_of(repository, ANN), cafe, "due")
    assert due is not None
    assert plain_csv(list_csv(due)) == CSV_OF_DUE


@pytest.mark.parametrize("name", ["", "nonsense", "DUE", "usual"])
def test_a_list_that_there_is_not_is_none(repository: Repository, cafe: Customer, name: str) -> None:
    assert pitch_list(context_of(repository, ANN), cafe, name) is None


def test_the_page_counts_from_as_of_and_names_its_version(repository: Repository) -> None:
    page = customer_page(context_of(repository, ANN), "CAFE1")
    assert page is not None
    assert (page.as_of, page.version) == (date(2026, 11, 15), repository.newest())


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("ranked")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return Repository(Reader(folder))


def test_what_is_expected_of_a_list_is_the_sum_of_its_rows(ranked: Repository) -> None:
    page = customer_page(context_of(ranked, ANN), "CAFE1")
    assert page is not None
    # due: 8 in 10 of 24.00 and of 30.00, and of the season 1/4 of 20.00; new: 1/8 of 8.00, and P5 of unknown value
    expected = [(pitches.name, pitches.has_chances, pitches.expected) for pitches in page.lists]
    assert expected == [("due", True, pytest.approx(48.2)), ("lost", False, None), ("new", True, 1.0)]
    assert [line.what.list for line in page.lists[0].lines] == ["usual", "usual", "seasonal"]
    assert [line.what.rank for line in page.lists[2].lines] == [1, 2]


def test_a_list_without_chances_expects_nothing(ranked: Repository) -> None:
    page = customer_page(context_of(ranked, ANN), "NEW1")
    assert page is not None
    assert (page.lists[2].has_chances, page.lists[2].expected) == (False, None)


def test_the_csv_of_a_calibrated_list_has_chance_and_expected(ranked: Repository) -> None:
    page = customer_page(context_of(ranked, ANN), "CAFE1")
    assert page is not None
    assert plain_csv(list_csv(page.lists[2])).splitlines()[:2] == [
        '\ufeffProduct,Product number,Quantity,Price,If ordered,Chance,"Expected, 4 weeks",To say,Reason',
        'Rye bread,P4,2,4,8,0.125,1,"A business like yours has Rye bread from us. '
        'Would you like to try 2, at €4.00 each?",'
        '"A similar customer buys it, Bean <& Gone> on 29 Sept."',
    ]


def test_what_chances_mean_is_said_with_n(ranked: Repository, repository: Repository, tmp_path: Path) -> None:
    calibrated = customer_page(context_of(ranked, ANN), "CAFE1")
    assert calibrated is not None
    assert calibrated.about_chances.endswith("bought within 4 weeks (1,000 due, 600 new suggestions, held out).")
    new = customer_page(context_of(ranked, ANN), "NEW1")
    assert new is not None
    assert new.about_chances.endswith(" Without chances, as they were not calibrated: new.")
    plain = customer_page(context_of(repository, ANN), "CAFE1")
    assert plain is not None
    assert plain.about_chances.startswith("Ranked only, as no chances were calibrated. If ordered = quantity × price")
    publish_small(tmp_path, evaluation={"calibration": {"why_not": "there are 4 customers, 50 are needed."}})
    why = customer_page(context_of(tmp_path, ANN), "CAFE1")
    assert why is not None
    assert "no chances were calibrated: there are 4 customers, 50 are needed. If ordered" in why.about_chances


@pytest.mark.parametrize(
    ("customer_id", "seasonal", "why"),
    [
        ("CAFE2", {"customers": 3}, "Nothing seasonal among the due: they miss nothing that they bought in these"),
        (
            "CAFE2",
            {"why_not": "9 months of orders, 13 are needed."},
            "Nothing seasonal among the due: 9 months",
        ),
        (
            "CAFE2",
            {"why_not": "the orders begin on 2025-12-01."},
            "Nothing seasonal among the due: the",
        ),
        ("CAFE2", None, ""),
        ("CAFE1", {"why_not": "of whatever"}, ""),  # it has one
        ("NEW1", {"why_not": "9 months"}, ""),  # has never bought anything
    ],
)
def test_why_there_is_no_seasonal_list_is_one_sentence(
    tmp_path: Path, customer_id: str, seasonal: dict[str, Any] | None, why: str
) -> None:
    publish_small(tmp_path, changed={"recommendations": ranked_recommendations()}, evaluation={"seasonal": seasonal})
    page = customer_page(context_of(tmp_path, ANN), customer_id)
    assert page is not None
    assert page.no_season.startswith(why)
    assert bool(page.no_season) == bool(why)


@pytest.mark.parametrize(
    ("n", "sentence"), [(0, "No orders yet: "), (1, "1 order only: "), (2, "2 orders only: "), (3, "")]
)
def test_few_orders_are_counted(n: int, sentence: str) -> None:
    assert few_orders(n) == sentence


def test_a_list_that_ends_early_says_how_many_products_are_left_out(cafe: Customer) -> None:
    assert (cafe.left_out("new"), cafe.left_out("seasonal")) == (0, 0)
    known = replace(cafe, new_left_out=12, usual_left_out=1)
    ends = [end_of_list(PitchList(name, (), known.left_out(name)), FORMATS) for name in ("new", "usual", "seasonal")]
    assert ends == [
        "Nothing more worth pitching (12 unlikely to sell).",
        "Nothing more worth pitching (1 unlikely to sell).",
        "",
    ]
    later = PitchList("due", (), 1, later=3)
    assert end_of_list(later, FORMATS) == "Nothing more worth pitching (3 due later, 1 unlikely to sell)."


def test_a_quantity_that_was_cut_says_what_it_was(cafe: Customer, repository: Repository) -> None:
    line = lists_of(context_of(repository, ANN), cafe.customer_id)[0].lines[0].what
    cut = replace(line, quantity_from="own", quantity_before_cap=74_215.0, price_from=None)
    assert origin(cut, FORMATS) == (
        "Quantity: the most that is usual for the product, not the median of their own order days (74,215). "
        "Price: not known."
    )


@pytest.mark.parametrize(
    ("kinds", "n_orders", "said"),
    [
        (["popular_in_segment"], 0, "No orders yet: these are best sellers among cafe customers."),
        (["popular_in_segment", "popular"], 0, "No orders yet: these are best sellers among all customers."),
        (
            ["popular_in_segment", "bought_before"],
            2,
            "2 orders only: rows without a reason of their own are best sellers among cafe",
        ),
        (["bought_before"], 2, ""),
        (["popular_in_segment"], 3, ""),
    ],
)
def test_what_fills_the_lists_of_a_customer_with_few_orders_is_said_once(
    repository: Repository, cafe: Customer, kinds: list[str], n_orders: int, said: str
) -> None:
    line = lists_of(context_of(repository, ANN), "NEW1")[2].lines[0]
    reasons = [replace(line.what.reason, kind=kind, segment="cafe" if "segment" in kind else None) for kind in kinds]
    lines = tuple(replace(line, what=replace(line.what, reason=reason)) for reason in reasons)
    words = few_orders_words([PitchList("new", lines)], replace(cafe, n_orders=n_orders))
    assert words.startswith(said)
    assert bool(words) == bool(said)


def test_a_line_says_first_what_its_customer_did_in_the_shop(repository: Repository) -> None:
    context = context_of(repository)
    customer = context.customers.get("CAFE1")
    assert customer is not None
    at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    shop = Reaction(in_cart={"P2": at}, looked_at={"P1": (3, at), "P2": (1, at)})
    lines = pitch_lists(context, customer, replace(context.raised(customer), shop=shop))[0].lines
    said = {line.what.product_id: line.sentence for line in lines}
    plain = {line.what.product_id: line.sentence for line in lists_of(context, "CAFE1")[0].lines}
    assert said["P1"] == f"Looked at 3 times this week. {plain['P1']}"
    seen = "Looked at once this week. In the shop's basket since 16 Nov, not ordered."
    assert said["P2"] == f"{seen} {plain['P2']}"
    assert said["P3"] == plain["P3"]


def test_a_list_says_how_many_of_it_cannot_be_had(repository: Repository) -> None:
    context = context_of(repository)
    at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    desk = replace(context.desk, availability=Said(Stock("P1", False, at), Stock("P4", False, at)))
    due, _, new = lists_of(replace(context, desk=desk), "CAFE1")
    assert (due.away, new.away, new.lines) == (1, 1, ())
    assert "P1" not in [line.what.product_id for line in due.lines]
    assert end_of_list(new, FORMATS) == "Nothing more worth pitching (1 not in stock now)."
