"""The home page: the search, and the viewer's largest customers."""

from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.display.table import TableState, table_csv
from dashboard.display.urls import Links
from dashboard.pages.home.data.page import home_page, largest_table
from dashboard.pages.home.view import home_view
from recsys.artifacts.reader import Reader
from tests.support.artifacts import nothing_of_customers, publish_small, small_rows
from tests.support.contexts import ANN, context_of
from tests.support.screens import FORMATS, of_type, plain_csv, prop, with_class, words


def drawn(repository: Repository, viewer: Viewer) -> object:
    return home_view(home_page(context_of(repository, viewer)), viewer, FORMATS, Links("/"), TableState())


def test_one_title_and_the_search_come_first(repository: Repository) -> None:
    page = drawn(repository, EVERYONE)
    assert words(of_type(page, "H1")) == "Home"
    assert [box.id for box in of_type(page, "Input")][0] == {"type": "search-text", "place": "home"}


@pytest.mark.parametrize(
    ("viewer", "note"),
    [
        (EVERYONE, "All 5, by revenue in the 12 months to 15 Nov"),
        (ANN, "All 3 of Ann Example, by revenue in the 12 months to 15 Nov"),
    ],
)
def test_the_list_says_which_customers_and_in_what_order(repository: Repository, viewer: Viewer, note: str) -> None:
    assert words(with_class(drawn(repository, viewer), "rp-card-note")[-1]) == note


def test_a_row_says_who_where_how_much_and_how_long_ago(repository: Repository) -> None:
    rows = of_type(drawn(repository, ANN), "Tr")
    assert words(rows[0]) == (
        "Customer|Segment and region|Revenue, 12 months|vs year before|Last order|Days since / usual"
    )
    assert words(rows[1]) == (
        "Café Müller|CAFE1|Cafe, North|€152|over +100\N{NO-BREAK SPACE}%|2 Nov|"
        "13|/ 14|13 days since the last order, usual 14"
    )
    assert words(rows[3]) == "Brand New Deli|NEW1|Cafe, North|€0|–|–|No orders yet"


def test_csv_of_the_largest_has_the_rows_of_the_screen_raw(repository: Repository) -> None:
    table = largest_table(context_of(repository, ANN))
    on_screen = [prop(row, "data-rp-key") for row in of_type(drawn(repository, ANN), "Tr")[1:]]
    lines = plain_csv(table_csv(table, on_screen)).splitlines()
    assert lines[0].removeprefix("\ufeff") == (
        'Customer,Customer number,Segment,Region,"Revenue, 12 months","Revenue, year before",'
        'Change against the year before,Last order,Days since the last order,"Usual gap, days"'
    )
    assert lines[1] == "Café Müller,CAFE1,cafe,North,152,24,5.3333,2026-11-02,13,14"
    assert lines[3] == "Brand New Deli,NEW1,cafe,North,0,0,,,,"
    assert len(lines) == 1 + len(home_page(context_of(repository, ANN)).largest)


def test_without_a_year_before_nothing_is_compared(tmp_path: Path) -> None:
    publish_small(tmp_path)
    rows = of_type(drawn(Repository(Reader(tmp_path)), ANN), "Tr")
    assert words(rows[0]) == "Customer|Segment and region|Revenue, 12 months|Last order|Days since / usual"
    assert words(rows[1]).startswith("Café Müller|CAFE1|Cafe, North|€152|2 Nov|")


def test_without_a_usual_gap_none_is_shown(repository: Repository) -> None:
    hotel = of_type(drawn(repository, EVERYONE), "Tr")[3]
    assert words(hotel).endswith("|0|/ –|0 days since the last order")


def test_the_rep_is_shown_only_where_there_are_several(repository: Repository) -> None:
    assert "|Rep|" in words(of_type(drawn(repository, EVERYONE), "Thead"))
    assert "|Rep|" not in words(of_type(drawn(repository, ANN), "Thead"))


def test_data_without_reps_and_names_show_numbers(tmp_path: Path) -> None:
    rows = [
        row | {"name": row["customer_id"], "rep": None, "segment": None, "region": None}
        for row in small_rows()["customers"]
    ]
    publish_small(tmp_path, changed={"customers": rows})
    page = drawn(Repository(Reader(tmp_path)), EVERYONE)
    assert words(of_type(page, "Tr")[1]).startswith("CAFE1|€152|")
    assert "|Rep|" not in words(of_type(page, "Thead"))


def test_only_the_twenty_largest_are_shown(tmp_path: Path) -> None:
    first = small_rows()["customers"][0]
    many = [first | {"customer_id": f"C{at:02}", "revenue_12m": float(at)} for at in range(30)]
    publish_small(
        tmp_path,
        changed={**nothing_of_customers(), "customers": many},
    )
    page = drawn(Repository(Reader(tmp_path)), EVERYONE)
    links = [prop(link, "href") for link in of_type(page, "A")]
    assert (len(links), links[0], links[-2:]) == (21, "/customers/C29", ["/customers/C10", "/customers"])
    assert words(with_class(page, "rp-card-note")).startswith("20 of 30, by revenue")


def test_a_rep_without_customers_reads_what_to_do(repository: Repository) -> None:
    page = drawn(repository, Viewer("Nobody Here", "rep"))
    assert words(with_class(page, "rp-empty")).startswith(
        "No customers|No customer names Nobody Here as their rep in the data shown."
    )


def test_data_without_customers_say_so(tmp_path: Path) -> None:
    empty = {name: [] for name in small_rows()}
    publish_small(tmp_path, changed=empty)
    page = drawn(Repository(Reader(tmp_path)), EVERYONE)
    assert "The data shown hold none." in words(with_class(page, "rp-empty"))
