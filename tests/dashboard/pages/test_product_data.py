"""What the product page puts together: pairs, substitutes, figures, the sentence to say, CSV."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_lists import pitch_list
from dashboard.display.product_pairs import also_bought, substitutes
from dashboard.display.table import table_csv
from dashboard.display.urls import Links
from dashboard.pages.product.data.lists_csv import list_csv
from dashboard.pages.product.data.page import buyer_rows, product_page, prospect_list, units_table
from dashboard.pages.product.data.pair_evidence import proof_of
from dashboard.pages.product.data.sales_sentence import sentence_to_say
from dashboard.records.products import Product
from tests.support import artifacts
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of
from tests.support.screens import FORMATS, plain_csv

NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture
def context(repository: Repository) -> PageContext:
    return context_of(repository)


def changed(folder: Path, viewer: Viewer = EVERYONE, **tables: dict[str, dict[str, Any]]) -> PageContext:
    """Return the small version with values of some rows changed, by product id; of pairs by `product-other`."""

    def key(row: dict[str, Any]) -> str:
        return f"{row['product_id']}-{row['other_id']}" if "other_id" in row else str(row["product_id"])

    rows = {name: [row | facts.get(key(row), {}) for row in small_rows()[name]] for name, facts in tables.items()}
    publish_small(folder, changed=rows)
    return context_of(folder, viewer)


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PageContext:
    """Return the small version with data from the first of the 24 months on."""
    monkeypatch.setattr(artifacts, "FACTS", replace(artifacts.FACTS, first_order_on=date(2024, 11, 1)))
    publish_small(tmp_path)
    return context_of(tmp_path)


def product(context: PageContext, product_id: str) -> Product:
    found = context.products.get(product_id)
    assert found is not None
    return found


def ids(found: Any) -> list[str]:
    return [one.product.product_id for one in found]


# ---- pairs and substitutes ----


def test_what_is_ordered_with_it_more_often_than_by_chance_was_also_bought(context: PageContext) -> None:
    found = also_bought(context.products, product(context, "P1"))
    assert [(one.pair.other.product_id, one.share) for one in found] == [("P2", 4 / 7)]  # P3: once, half of chance
    assert found[0].above_chance == pytest.approx(4 - 4 / (10 / 7))


@pytest.mark.parametrize(
    ("n", "lift", "is_shown"), [(3, 1.2, True), (2, 9.0, False), (3, 1.19, False), (3, None, False)]
)
def test_a_pair_needs_three_days_and_more_than_chance(
    tmp_path: Path, n: int, lift: float | None, is_shown: bool
) -> None:
    context = changed(tmp_path, similar_products={"P1-P3": {"n_baskets": n, "lift": lift}})
    found = also_bought(context.products, product(context, "P1"))
    assert ("P3" in [one.pair.other.product_id for one in found]) is is_shown


def test_pairs_come_by_the_days_above_chance(tmp_path: Path) -> None:
    context = changed(tmp_path, similar_products={"P1-P3": {"n_baskets": 3, "lift": 100.0}})
    found = also_bought(context.products, product(context, "P1"))
    assert [one.pair.other.product_id for one in found] == ["P3", "P2"]  # 2.97 beside 1.2


def test_two_of_one_category_that_are_seldom_ordered_together_are_substitutes(tmp_path: Path) -> None:
    alike = {"category": "Food > Dairy", "n_baskets": 40}
    context = changed(
        tmp_path,
        products={"P1": alike, "P3": alike},
        similar_products={"P1-P3": {"n_baskets": 4, "lift": 3.0}},
    )
    beans = product(context, "P1")
    found = substitutes(context.products, beans)
    assert [(one.product.product_id, one.n_both) for one in found] == [("P3", 2)]
    assert [one.pair.other.product_id for one in also_bought(context.products, beans)] == ["P2"]


def test_two_of_one_category_that_are_often_ordered_together_go_together(tmp_path: Path) -> None:
    alike = {"category": "Food > Dairy", "n_baskets": 40}
    context = changed(
        tmp_path,
        products={"P1": alike, "P3": alike},
        similar_products={"P1-P3": {"n_baskets": 5, "lift": 3.0}},
    )
    beans = product(context, "P1")
    assert substitutes(context.products, beans) == ()
    assert "P3" in [one.pair.other.product_id for one in also_bought(context.products, beans)]


def test_the_successor_is_the_first_substitute_then_who_shares_buyers_then_the_best_seller(tmp_path: Path) -> None:
    same = {"category": "Drinks > Syrup"}
    context = changed(
        tmp_path,
        products={"P1": same | {"replaced_by": "P5"}, "P2": same, "P3": same, "P4": same},
        similar_products={"P1-P3": {"n_baskets": 0, "lift": None}, "P1-P2": {"n_baskets": 0, "lift": None}},
    )
    found = substitutes(context.products, product(context, "P1"))
    assert [(one.product.product_id, one.is_successor, one.n_both) for one in found] == [
        ("P5", True, None),
        ("P2", False, 2),
        ("P3", False, 2),
        ("P4", False, None),
    ]


def test_what_cannot_be_had_is_no_substitute(tmp_path: Path) -> None:
    context = changed(tmp_path, products={"P2": {"category": "Drinks > Syrup", "available": False}})
    assert ids(substitutes(context.products, product(context, "P6"))) == ["P5"]
    unknown = replace(product(context, "P6"), replaced_by="P99")
    assert ids(substitutes(context.products, unknown)) == []


def test_without_categories_only_a_successor_is_a_substitute(tmp_path: Path) -> None:
    none = {"category": None}
    context = changed(tmp_path, products={"P1": none, "P2": none, "P3": none, "P6": none})
    assert substitutes(context.products, product(context, "P1")) == ()
    assert ids(substitutes(context.products, product(context, "P6"))) == ["P5"]
    assert [one.pair.other.product_id for one in also_bought(context.products, product(context, "P1"))] == ["P2"]


# ---- what to say ----


def said(context: PageContext, product_id: str) -> str:
    found = product_page(context, product_id)
    assert found is not None
    return found.say


def test_what_others_take_is_offered_and_nobody_named(context: PageContext) -> None:
    assert (
        said(context, "P1") == "6 times in 10, customers who order Espresso beans also take Oat drink. Shall I add it?"
    )


def test_what_cannot_be_had_is_not_offered(tmp_path: Path) -> None:
    context = changed(tmp_path, products={"P2": {"available": False}})
    assert said(context, "P1") == "Espresso beans, 12 x 1 l: €12.00."
    assert said(context, "P2") == "Oat drink is not available."


def test_a_substitute_is_offered_for_what_cannot_be_had(context: PageContext) -> None:
    assert said(context, "P6") == (
        "Old syrup is not available. There is Brown sugar <1 kg> for €3.00 instead. Shall I send that?"
    )


def test_a_product_of_which_little_is_known_has_a_sentence_all_the_same(context: PageContext) -> None:
    bare = replace(product(context, "P1"), unit_price=None, last_price=None, pack_size=None)
    assert sentence_to_say(bare, (), (), context.speech) == "Espresso beans."
    sold_out = replace(product(context, "P5"), unit_price=None, last_price=None)
    offer = substitutes(context.products, product(context, "P6"))[0]
    assert sentence_to_say(product(context, "P6"), (), (replace(offer, product=sold_out),), context.speech).endswith(
        "There is Brown sugar <1 kg> instead. Shall I send that?"
    )


# ---- the page ----


def test_the_tiles_say_who_how_often_and_for_how_much(older: PageContext) -> None:
    page = product_page(older, "P1")
    assert page is not None
    assert [(tile.label, tile.value, tile.note) for tile in page.tiles] == [
        ("Customers, ever", "3", f"75{NO_BREAK}% of 4 customers"),
        ("Order days", "7", "last 15 Nov"),
        ("Units, 12 months to 15 Nov", "12", f"over 100{NO_BREAK}% on a year before, Nov–Oct"),
        ("Usual quantity", "2", "case, median of 3 buyers"),
        ("List price", "€12.00", "last paid €12.00"),
        ("Revenue, 12 months to 15 Nov", "€144", f"over 100{NO_BREAK}% on a year before, Nov–Oct"),
    ]
    assert page.tiles[2].trend == "up"


def test_units_and_revenue_compare_the_months_that_the_data_hold_of_both_years(context: PageContext) -> None:
    page = product_page(context, "P1")  # the data begin in November 2024, but not on its first day
    assert page is not None
    assert [page.tiles[at].note for at in (2, 5)] == [f"over 100{NO_BREAK}% on a year before, Dec–Oct"] * 2
    assert [page.tiles[at].trend for at in (2, 5)] == ["up", "up"]


def test_the_strip_and_the_chart_agree_on_which_months_there_are(context: PageContext) -> None:
    page = product_page(context, "P1")
    assert page is not None
    with_bar = [month for month, value in zip(page.bars.months, page.bars.before, strict=True) if value is not None]
    assert page.tiles[2].note.endswith(f"{FORMATS.month(with_bar[0])}–{FORMATS.month(with_bar[-1])}")


def test_a_product_that_was_never_sold_says_so(older: PageContext) -> None:
    page = product_page(older, "P5")
    assert page is not None
    assert [tile.note for tile in page.tiles] == [
        "nobody yet",
        "never sold",
        "nothing a year before, Nov–Oct",
        "nobody has bought it",
        "never sold",
        "nothing a year before, Nov–Oct",
    ]


def test_without_a_list_price_the_last_price_is_shown(tmp_path: Path) -> None:
    context = changed(tmp_path, products={"P1": {"unit_price": None}, "P5": {"unit_price": None}})
    for product_id, label, value, note in (("P1", "Price", "€12.00", "paid last"), ("P5", "Price", "–", "not known")):
        page = product_page(context, product_id)
        assert page is not None
        assert (page.tiles[4].label, page.tiles[4].value, page.tiles[4].note) == (label, value, note)


def test_an_unknown_product_has_no_page(context: PageContext) -> None:
    assert product_page(context, "P99") is None


def test_reps_are_shown_only_where_there_are_several(repository: Repository) -> None:
    everyone, ann = (product_page(context_of(repository, viewer), "P1") for viewer in (EVERYONE, ANN))
    assert everyone is not None
    assert ann is not None
    assert (everyone.shows_rep, ann.shows_rep) == (True, False)


def test_prospects_have_their_reason_and_name_nobody_of_others(repository: Repository, context: PageContext) -> None:
    page = product_page(context, "P4")
    assert page is not None
    assert [(one.prospect.customer.name, one.sentence) for one in page.prospects.lines] == [
        ("Café Müller", "A similar customer buys it, Bean <& Gone> on 29 Sept."),
        ("Hotel O'Brien", "2 orders only: 1 of 4 customers has bought it."),
    ]
    bobs = product_page(context_of(repository, BOB), "P4", n_prospects=1)
    assert bobs is not None
    assert (len(bobs.prospects.lines), bobs.prospects.total, bobs.prospects.others) == (1, 1, 1)


def test_a_prospect_hears_what_their_own_page_has(context: PageContext) -> None:
    page = product_page(context, "P4")
    assert page is not None
    for one in page.prospects.lines:
        own = pitch_list(context, one.prospect.customer, one.prospect.line.list)
        assert own is not None
        (line,) = [line for line in own.lines if line.what.product_id == "P4"]
        assert one.say == line.say


def test_what_a_prospect_hears_names_no_customer(context: PageContext) -> None:
    names = {one.prospect.customer.name for one in prospect_list(context, "P1", 99).lines} | {"Bean <& Gone>"}
    heard = [one.say for at in ("P1", "P2", "P3", "P4") for one in prospect_list(context, at, 99).lines]
    assert len(heard) > 3
    assert [sentence for sentence in heard for name in names if name in sentence] == []


# ---- the proof of a pair ----


def test_the_proof_counts_days_and_what_chance_would_give(context: PageContext) -> None:
    proof = proof_of(context, ("P1", "P2"))
    assert proof is not None
    assert proof.facts == (
        ("Order days with Espresso beans, all customers", "7"),
        ("Order days with Oat drink", "4"),
        ("Order days with both", f"4 (57{NO_BREAK}%)"),
        ("Both by chance alone", "2.8"),
        ("Bought together", "1.4 times as often as chance would have it"),
        ("Customers who have bought both", "2"),
    )
    assert [one.customer.name for one in proof.customers] == ["Café Müller", "Bean <& Gone>"]


def test_a_pair_that_were_never_ordered_together_has_no_lift(tmp_path: Path) -> None:
    context = changed(tmp_path, BOB, similar_products={"P1-P3": {"n_baskets": 0, "lift": None}})
    proof = proof_of(context, ("P1", "P3"))
    assert proof is not None
    assert [label for label, _ in proof.facts][2:] == ["Order days with both", "Customers who have bought both"]
    assert proof.nobody == "None of the customers of Bob Sample looked through took both on one day."


@pytest.mark.parametrize("pair", [("P1", "P9"), ("P9", "P1"), ("P5", "P1")])
def test_no_pair_has_no_proof(context: PageContext, pair: tuple[str, str]) -> None:
    assert proof_of(context, pair) is None


# ---- CSV and table ----


def test_the_lists_download_as_on_the_screen_with_raw_values(context: PageContext) -> None:
    beans, syrup = product(context, "P1"), product(context, "P6")
    assert lines_of(context, beans, "also") == [f'Oat drink,P2,4,7,0.5714,1.43,2,15,"{said(context, "P1")}"']
    assert lines_of(context, beans, "should")[0].startswith("Brand New Deli,NEW1,")
    assert list_csv(context, beans, "nonsense", 10) is None
    assert lines_of(context, syrup, "instead") == ["Brown sugar <1 kg>,P5,12 x 1 l,3,,0"]


def test_the_csv_of_a_list_holds_that_list_alone(context: PageContext) -> None:
    beans = product(context, "P1")
    page = product_page(context, "P1")
    assert page is not None
    assert [line.split(",")[1] for line in lines_of(context, beans, "also")] == ["P2"]
    assert lines_of(context, beans, "instead") == []
    assert [line.split(",")[1] for line in lines_of(context, beans, "should")] == [
        one.prospect.customer.customer_id for one in page.prospects.lines
    ]


def test_the_csv_of_who_should_have_it_has_as_many_as_the_screen(context: PageContext) -> None:
    rye = product(context, "P4")
    assert [len(lines_of(context, rye, "should", n)) for n in (1, 10)] == [1, 2]


def test_the_csv_of_the_months_has_the_units_of_the_chart(context: PageContext) -> None:
    page = product_page(context, "P3")
    assert page is not None
    table = units_table(context, "P3")
    assert table.raw_rows() == [
        list(row) for row in zip(page.bars.months, page.bars.now, page.bars.before, strict=True)
    ]
    assert table.raw_rows(["2026-10-01"])[0][:2] == [date(2026, 10, 1), 6.0]


def lines_of(context: PageContext, of: Product, part: str, n: int = 10) -> list[str]:
    """Return the rows of a part's CSV without its head."""
    return plain_csv(list_csv(context, of, part, n) or "").splitlines()[1:]


def test_the_table_of_buyers_leads_to_their_pages(context: PageContext) -> None:
    page = product_page(context, "P1")
    assert page is not None
    table = buyer_rows(page.buyers, FORMATS, Links("/r/"), page.as_of, shows_rep=True)
    assert [column.name for column in table.shown] == [
        "customer",
        "segment",
        "region",
        "rep",
        "times",
        "usual",
        "last",
        "revenue",
    ]
    first = table.rows[0]
    assert [cell.text for cell in first.cells] == [
        "Café Müller",
        "cafe",
        "North",
        "Ann Example",
        "4",
        "2",
        "2 Nov",
        "€72",
    ]
    assert (first.key, first.cells[0].href, first.cells[6].raw) == ("CAFE1", "/r/customers/CAFE1", date(2026, 11, 2))
    assert plain_csv(table_csv(table, ["HOTEL1"])).splitlines()[1].startswith("Hotel O'Brien,")
    narrow = buyer_rows(page.buyers, FORMATS, Links("/"), page.as_of, shows_rep=False)
    assert "rep" not in [column.name for column in narrow.columns]
