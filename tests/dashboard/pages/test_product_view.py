"""The product page as it is drawn."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from dash import html

from dashboard.access.roles import SUPPORT
from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.shop_records import Stock
from dashboard.data.repository import Repository
from dashboard.display.table import table_state
from dashboard.display.urls import Links
from dashboard.pages.product.data.lists_csv import list_csv
from dashboard.pages.product.data.page import BUYERS, buyer_columns, product_page
from dashboard.pages.product.data.pair_evidence import proof_of
from dashboard.pages.product.view.numbers import segments_card
from dashboard.pages.product.view.page import product_view
from dashboard.pages.product.view.pairs import no_pair, proof_panel
from dashboard.pages.product.view.unknown import unknown_product_view
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, Said, context_of
from tests.support.figures import figures, ranked_prospects, ranked_recommendations
from tests.support.screens import FORMATS, ids, of_type, plain_csv, prop, with_class, words
from tests.support.viewers import viewer as viewer_with

STATE = table_state({}, BUYERS, buyer_columns(shows_rep=False))


def view(repository: Repository, product_id: str, viewer: Viewer = EVERYONE, n: int = 10, **opened: Any) -> Any:
    page = product_page(context_of(repository, viewer), product_id, n_prospects=n)
    assert page is not None
    return product_view(page, FORMATS, Links("/"), opened=opened, table=STATE)


def changed_product(folder: Path, product_id: str, **facts: Any) -> Repository:
    rows = [row | (facts if row["product_id"] == product_id else {}) for row in small_rows()["products"]]
    publish_small(folder, changed={"products": rows})
    return Repository(Reader(folder))


def titles(page: Any) -> list[str]:
    return [words(title) for title in of_type(page, "H2")]


def test_the_header_says_what_it_is(repository: Repository) -> None:
    page = view(repository, "P1")
    assert words(of_type(page, "H1")) == "Espresso beans"
    assert words(with_class(page, "rp-subtitle")).endswith(
        "Drinks, Coffee. Case of 12 x 1 l. Supplier Supplier & Sons. First sold 10 Jan 2025. "
        "In stock 140, counted 12 Nov."
    )
    assert prop(with_class(with_class(page, "rp-title-line"), "rp-copy")[0], "data-rp-copy") == "P1"


def test_a_product_of_which_little_is_known_has_a_page_all_the_same(tmp_path: Path) -> None:
    bare = dict.fromkeys(("category", "supplier", "unit", "pack_size", "introduced_on", "first_sold_on", "unit_price"))
    page = view(changed_product(tmp_path, "P5", name="P5", **bare), "P5")
    assert words(with_class(page, "rp-subtitle")) == ""
    assert with_class(page, "rp-number") == []


def test_others_also_bought_come_first_and_substitutes_while_it_cannot_be_had(
    repository: Repository, tmp_path: Path
) -> None:
    assert titles(view(repository, "P1"))[1:3] == ["Others also bought", "Substitutes"]
    assert titles(view(repository, "P6"))[1:3] == ["Substitutes", "Others also bought"]


def test_what_cannot_be_had_says_so_and_leads_to_what_can(repository: Repository) -> None:
    page = view(repository, "P6")
    assert words(with_class(page, "rp-tag")) == "Not available"
    notice = with_class(page, "rp-notice")
    assert words(notice) == "Not available.|Replaced by|Brown sugar <1 kg>|, €3.00."
    assert [prop(link, "href") for link in of_type(notice, "A")] == ["/products/P5"]
    assert with_class(view(repository, "P1"), "rp-notice") == []


def test_a_notice_without_a_successor_offers_the_first_substitute_or_nothing(tmp_path: Path) -> None:
    rows = [row | ({"available": False} if row["product_id"] == "P3" else {}) for row in small_rows()["products"]]
    alike = [row | ({"category": "Food > Dairy"} if row["product_id"] == "P4" else {}) for row in rows]
    for folder, changed, notice in (
        ("a", rows, "Not available."),
        ("b", alike, "Not available.|Offer|Rye bread|, €4.00."),
    ):
        publish_small(tmp_path / folder, changed={"products": changed})
        assert words(with_class(view(Repository(Reader(tmp_path / folder)), "P3"), "rp-notice")) == notice


def test_what_was_never_counted_or_may_not_be_seen_has_no_stock(repository: Repository) -> None:
    assert "In stock" not in words(with_class(view(repository, "P2"), "rp-subtitle"))
    support = viewer_with(SUPPORT)
    assert "In stock" not in words(with_class(view(repository, "P1", support), "rp-subtitle"))


def test_what_is_used_up_says_so_and_leads_to_its_substitute_first(tmp_path: Path) -> None:
    none, dairy = {"stock": 0.0, "stock_on": date(2026, 11, 12)}, {"category": "Food > Dairy"}
    changes = {"P2": none | dairy, "P3": none, "P4": dairy}  # P2, which more customers buy, is used up as well
    rows = [row | changes.get(row["product_id"], {}) for row in small_rows()["products"]]
    publish_small(tmp_path, changed={"products": rows})
    repository = Repository(Reader(tmp_path))
    page = view(repository, "P3")
    assert words(with_class(page, "rp-notice")) == "None left when counted on 12 Nov.|Offer|Rye bread|, €4.00."
    assert titles(page)[1:3] == ["Substitutes", "Others also bought"]
    assert "In stock" not in words(with_class(page, "rp-subtitle"))
    assert with_class(page, "rp-tag") == []  # it is in the lists all the same
    assert with_class(view(repository, "P3", viewer_with(SUPPORT)), "rp-notice") == []


def test_a_line_says_what_how_often_and_why(repository: Repository) -> None:
    line = with_class(with_class(view(repository, "P1"), "rp-lines"), "rp-line-also")[0]
    assert words(line) == (
        "Oat drink|P2|Together|4|Share|57\N{NO-BREAK SPACE}%|Lift|1.4|Price|€15.00|"
        "On 4 of its 7 order days; 2 customers have bought|both."
    )
    button = with_class(line, "rp-reason")[0]
    assert (prop(button, "aria-expanded"), prop(button, "aria-controls")) == (
        "false",
        '{"other":"P2","type":"pair-proof"}',
    )


def test_a_proof_that_the_address_opens_is_open(repository: Repository) -> None:
    page = view(repository, "P1", P2=html.P("the proof"))
    assert [prop(button, "aria-expanded") for button in with_class(page, "rp-reason")] == ["true"]
    assert words(with_class(page, "rp-proof")) == "the proof"


def test_the_proof_has_counts_customers_and_the_sentence_to_say(repository: Repository) -> None:
    proof = proof_of(context_of(repository), ("P1", "P2"))
    assert proof is not None
    panel = proof_panel(proof, FORMATS, Links("/"))
    assert words(of_type(panel, "Tr")[1]) == "Café Müller|2|19 Oct, 5 Oct"
    assert prop(with_class(panel, "rp-copy")[0], "data-rp-copy") == proof.say
    bobs = proof_of(context_of(repository, BOB), ("P1", "P2"))
    assert bobs is not None
    assert "None of the customers of Bob Sample" in words(proof_panel(bobs, FORMATS, Links("/")))
    assert "No such pair" in words(no_pair())


def test_the_sentence_to_say_is_copied_by_button_and_key(repository: Repository) -> None:
    card = with_class(view(repository, "P1"), "rp-say")[0]
    button = with_class(card, "rp-copy")[0]
    sentence = "6 times in 10, customers who order Espresso beans also take Oat drink. Shall I add it?"
    assert words(with_class(card, "rp-say-sentence")) == sentence
    assert (prop(button, "data-rp-copy"), prop(button, "data-rp-key"), prop(button, "aria-keyshortcuts")) == (
        sentence,
        "c",
        "c",
    )


def test_a_page_says_in_one_place_that_something_was_copied(repository: Repository) -> None:
    (place,) = with_class(view(repository, "P1"), "rp-say-done")
    assert prop(place, "role") == "status"


def test_a_substitute_says_why_it_is_one(repository: Repository) -> None:
    line = with_class(with_class(view(repository, "P6"), "rp-lines"), "rp-line-instead")[0]
    assert (
        words(line)
        == "Brown sugar <1 kg>|P5|Pack|12 x 1 l|Price|€3.00|Its successor in the data. 0 customers have bought it."
    )


def test_a_substitute_that_shares_buyers_says_how_many(tmp_path: Path) -> None:
    alike = {"category": "Food > Dairy", "n_baskets": 40}
    products = [row | (alike if row["product_id"] in ("P1", "P3") else {}) for row in small_rows()["products"]]
    publish_small(tmp_path, changed={"products": products})
    line = with_class(with_class(view(Repository(Reader(tmp_path)), "P1"), "rp-lines"), "rp-line-instead")[0]
    assert words(line).endswith("2 of its 3 buyers have bought this one too, seldom together.")


def test_a_category_without_another_product_says_so(repository: Repository) -> None:
    assert "No other product of Coffee can be had." in words(view(repository, "P1"))


def test_without_a_category_the_page_says_that_it_knows_no_substitutes(tmp_path: Path) -> None:
    page = view(changed_product(tmp_path, "P1", category=None), "P1")
    assert "Substitutes" not in titles(page)
    assert "what can stand in for it cannot be distinguished" in words(page)


@pytest.mark.parametrize(
    ("product_id", "why"),
    [
        ("P5", "Nobody has bought it yet."),
        ("P4", "at least 1.2 times as often as by chance; it was bought on 1 order day."),
    ],
)  # fmt: skip
def test_no_pairs_say_which_condition_leaves_them_out(repository: Repository, product_id: str, why: str) -> None:
    assert why in words(view(repository, product_id))


def test_who_should_have_it_comes_with_worth_and_reason(repository: Repository) -> None:
    page = view(repository, "P4")
    lines = with_class(with_class(page, "rp-lines"), "rp-line-should")
    assert words(lines[0]) == (
        "Café Müller|CAFE1|2\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}€4.00|If ordered|€8|"
        "A business like yours has Rye bread from us. Would you like to try 2, at €4.00 each?|"
        "Copy|what to say to Café Müller|"
        "A similar customer buys it, Bean <& Gone> on 29 Sept."
    )
    assert prop(of_type(lines[0], "A")[0], "href") == "/customers/CAFE1?list=new&open=P4"
    assert "2 who never bought it, highest in their lists first" in words(page)


def test_the_rest_of_them_is_a_link(repository: Repository) -> None:
    page = view(repository, "P4", n=1)
    assert "1 of 2 who never bought it" in words(page)
    link = of_type(with_class(page, "rp-list-foot"), "A")[0]
    assert (words(link), prop(link, "href")) == ("Show 2", "/products/P4?all=should")


def test_other_reps_customers_are_counted(repository: Repository) -> None:
    assert words(with_class(view(repository, "P4", ANN), "rp-list-foot")) == "and 1 customer of other reps"
    assert "and 1 of other reps" in words(view(repository, "P1", ANN))
    assert "It is on none of your customers' lists of new products, but on those of 1 customer of other reps." in words(
        view(repository, "P2", ANN)
    )


def test_nobody_who_should_have_it_says_why(repository: Repository) -> None:
    assert "It is on nobody's list of new products" in words(view(repository, "P5"))
    assert "It is not available, so it is on nobody's list" in words(view(repository, "P6"))


def test_nobody_who_bought_it_says_so(repository: Repository) -> None:
    assert "No customer has bought it|No order holds it so far." in words(view(repository, "P5"))
    bobs = words(view(repository, "P4", BOB))
    assert "None of your customers has bought it|1 customer of other reps has." in bobs


def test_units_are_a_chart_with_a_sentence_and_a_table(repository: Repository) -> None:
    page = view(repository, "P3")
    place = with_class(page, "rp-chart-place")[0]
    assert prop(place, "aria-label") == (
        "Units by month: 6 units from Nov 2025 to Oct 2026, most in Oct (6); the data begin on 15 Nov 2024."
    )
    rows = [words(row) for row in of_type(with_class(page, "rp-chart-table"), "Tr")]
    assert (len(rows), rows[-1]) == (13, "Oct 2026|6|0")
    assert rows[1] == "Nov 2025|0|–"


def test_buyers_by_segment_have_count_and_share(repository: Repository) -> None:
    page = product_page(context_of(repository), "P1")
    assert page is not None
    card = segments_card(page, FORMATS)
    assert words(card) == ("Buyers by segment|3 buyers|cafe|2|67\N{NO-BREAK SPACE}%|hotel|1|33\N{NO-BREAK SPACE}%")
    assert [fill.style for fill in with_class(card, "rp-meter-fill")] == [{"width": "100%"}, {"width": "50%"}]


def test_data_without_segments_say_so(tmp_path: Path) -> None:
    rows = [row for row in small_rows()["product_segments"] if row["segment"] == ""]
    publish_small(tmp_path, changed={"product_segments": rows})
    assert "The data have no segments." in words(view(Repository(Reader(tmp_path)), "P1"))


def test_no_id_occurs_twice(repository: Repository) -> None:
    found = [str(one) for one in ids(view(repository, "P1"))]
    assert len(found) == len(set(found))


def test_the_unknown_view_offers_what_is_spelled_most_like_it(repository: Repository) -> None:
    page = unknown_product_view("espreso", context_of(repository).products.nearest("espreso"), "v1", Links("/r/"))
    assert "There is no product with the number “espreso”." in words(page)
    assert [prop(link, "href") for link in with_class(page, "rp-link")] == ["/r/products/P1"]
    bare = unknown_product_view("x" * 100, (), "v1", Links("/"))
    assert f"“{'x' * 60}…”" in words(bare)
    assert [prop(link, "href") for link in of_type(bare, "A")] == ["/products"]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("ranked")
    rows = {"recommendations": ranked_recommendations(), "prospects": ranked_prospects()}
    publish_small(folder, changed=rows, evaluation=figures())
    return Repository(Reader(folder))


def test_those_of_whom_most_is_expected_come_first_with_their_chance(ranked: Repository) -> None:
    page = view(ranked, "P3")  # CAFE2's line is rising, 1 in 20 of 20.00; NEW1 has no orders and nothing is expected
    lines = with_class(page, "rp-line-should")[1:]
    assert [words(with_class(line, "rp-line-title")) for line in lines] == ["Bean <& Gone>", "Brand New Deli"]
    assert "|If ordered|€20|Chance|1 in 20|Expected|€1.00|" in words(lines[0])
    assert "|Chance|–|Expected|–|" in words(lines[1])
    assert words(lines[1]).endswith("|No orders yet: 3 of 4 customers have bought it.")
    card = with_class(page, "rp-list")[-1]
    assert "2 who never bought it, most expected first" in words(card)
    assert words(with_class(card, "rp-line-heads")).endswith("If ordered|Chance|Expected")


def test_the_csv_of_those_who_should_have_it_has_what_is_expected(ranked: Repository) -> None:
    context = context_of(ranked)
    cream = context.products.get("P3")
    assert cream is not None
    lines = plain_csv(list_csv(context, cream, "should", 10) or "").removeprefix("\ufeff").splitlines()
    assert (
        lines[0]
        == 'Customer,Customer number,Segment,Region,Quantity,Price,If ordered,Chance,"Expected, 4 weeks",To say,Reason'
    )
    assert lines[1].startswith('Bean <& Gone>,CAFE2,cafe,North,2,10,20,0.05,1,"Demand for Crème fraîche is growing')
    assert lines[1].endswith('at €10.00 each?","2 customers bought it in the last 4 weeks, 1 in the 4 weeks before."')


def test_those_of_other_reps_are_counted_there_too(ranked: Repository) -> None:
    assert "HOTEL1" not in words(view(ranked, "P4", ANN))
    assert "and 1 customer of other reps" in words(view(ranked, "P4", ANN))


def test_what_the_stock_system_takes_away_says_so_and_is_for_nobody(tmp_path: Path) -> None:
    publish_small(tmp_path)
    context = context_of(Repository(Reader(tmp_path)))
    assert context.products.prospects("P4", 10).total == 2
    said = Stock("P4", False, datetime(2026, 11, 16, 8, 5, tzinfo=UTC))
    away = replace(context, desk=replace(context.desk, availability=Said(said)))
    page = product_page(away, "P4", n_prospects=10)
    assert page is not None
    notice = words(with_class(product_view(page, FORMATS, Links("/"), opened={}, table=STATE), "rp-notice"))
    assert notice.startswith("Cannot be had since 16 Nov 2026, 09:05, the stock system says.")
    assert page.prospects.lines == ()
