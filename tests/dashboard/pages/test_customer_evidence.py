"""The proof behind each kind of reason, and how it is drawn."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.display.urls import Links
from dashboard.pages.customer.data.evidence import evidence
from dashboard.pages.customer.data.evidence_records import Evidence, Fact
from dashboard.pages.customer.view.evidence import evidence_panel, nothing_known
from dashboard.records.customers import Buyers
from recsys.artifacts.reader import Reader
from recsys.schema.published import RECOMMENDATIONS
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import FORMATS, of_type, prop, with_class, words


def proof(
    repository: Repository, customer_id: str, line: tuple[str, int], viewer: Viewer = EVERYONE
) -> Evidence | None:
    return evidence(context_of(repository, viewer), customer_id, line)


def drawn(found: Evidence | None) -> str:
    assert found is not None
    return words(evidence_panel(found, FORMATS, Links("/")))


def test_what_is_due_again_shows_every_purchase_and_the_days_since(repository: Repository) -> None:
    found = proof(repository, "CAFE1", ("usual", 1))
    assert found is not None
    assert found.dots is not None
    assert found.dots.line.total == 4
    assert found.dots.title == "4 order days, usual gap 14 days"
    assert found.dots.gap == "13 days since the last"
    assert not found.dots.is_late
    assert found.dots.summary == ("4 order days, usual gap 14 days, from 10 Jan 2025 to 15 Nov; 13 days since the last")


def test_more_days_than_usual_are_late(tmp_path: Path) -> None:
    rows = [
        row | ({"reason_gap_days": 12.0} if row["reason_kind"] == "due_again" else {})
        for row in small_rows()["recommendations"]
    ]
    publish_small(tmp_path, changed={"recommendations": rows})
    found = proof(Repository(Reader(tmp_path)), "CAFE1", ("usual", 1))
    assert found is not None
    assert found.dots is not None
    assert found.dots.is_late
    assert with_class(evidence_panel(found, FORMATS, Links("/")), "rp-gap-late")


def test_what_was_bought_once_says_one_order_day(repository: Repository) -> None:
    found = proof(repository, "CAFE1", ("usual", 3))
    assert found is not None
    assert found.dots is not None
    assert (found.dots.title, found.dots.gap) == ("1 order day", "41 days since the last")


def test_the_dots_are_one_picture_that_says_the_same_in_words(repository: Repository) -> None:
    found = proof(repository, "CAFE1", ("usual", 2))
    assert found is not None
    panel = evidence_panel(found, FORMATS, Links("/"))
    picture = with_class(panel, "rp-timeline")[0]
    assert prop(picture, "role") == "img"
    assert prop(picture, "aria-label") == "2 order days, from 5 Oct to 15 Nov; 27 days since the last"
    assert [dot.style for dot in with_class(panel, "rp-dot")] == [{"left": "0.0%"}, {"left": "34.15%"}]


def test_similar_customers_are_a_table_with_links(repository: Repository) -> None:
    found = proof(repository, "CAFE1", ("new", 1))
    assert found is not None
    panel = evidence_panel(found, FORMATS, Links("/"))
    assert [prop(link, "href") for link in of_type(panel, "A")] == ["/customers/CAFE2"]
    assert "|Bean <& Gone>|82\N{NO-BREAK SPACE}%|2|1|2|29 Sept|" in words(panel)
    assert [prop(head, "scope") for head in of_type(panel, "Th")] == ["col"] * 6 + ["row"]


def test_buyers_of_other_reps_are_counted_below_the_table(tmp_path: Path) -> None:
    rows = [row | {"product_id": "P1"} if row["customer_id"] == "CAFE1" and row["list"] == "new" else row
            for row in small_rows()["recommendations"]]  # fmt: skip
    publish_small(tmp_path, changed={"recommendations": rows})
    repository = Repository(Reader(tmp_path))
    assert "Hotel O'Brien" in drawn(proof(repository, "CAFE1", ("new", 1)))
    ann = drawn(proof(repository, "CAFE1", ("new", 1), ANN))
    assert "and 1 customer of other reps" in ann
    assert "Hotel" not in ann


@pytest.mark.parametrize(
    ("others", "sentence"), [(1, "It is a customer of another rep."), (3, "They are customers of other reps.")]
)
def test_where_all_buyers_belong_to_others_no_table_is_drawn(others: int, sentence: str) -> None:
    panel = evidence_panel(Evidence(buyers=Buyers((), others, 5), origin="x"), FORMATS, Links("/"))
    assert words(panel) == f"{sentence}|x"


def test_bought_together_shows_the_counts_and_this_customers_days(repository: Repository) -> None:
    found = proof(repository, "HOTEL1", ("new", 1))
    assert found is not None
    assert found.facts == (
        Fact("Order days with Espresso beans, all customers", "7"),
        Fact("Oat drink on the same day", "4 (57\N{NO-BREAK SPACE}%)"),
        Fact("Bought together", "1.4 times as often as chance would have it"),
    )
    assert found.dots is not None
    assert found.dots.title == "1 order day"
    assert "This customer's order days with Espresso beans:" in drawn(found)


def test_the_days_with_both_add_up_to_the_count_of_the_row(repository: Repository) -> None:
    found = proof(repository, "HOTEL1", ("new", 1))  # on 4 order days
    assert found is not None
    assert sum(len(one.days) for one in found.together) + found.days_of_others == 4
    bobs = proof(repository, "HOTEL1", ("new", 1), BOB)
    assert bobs is not None
    assert (bobs.together, bobs.days_of_others) == ((), 4)
    assert "4 order days with both, of other customers" in drawn(bobs)


def test_what_they_bought_comes_before_the_similar_customers_who_buy_it(tmp_path: Path) -> None:
    near = [row for row in small_rows()["similar_customers"] if row["customer_id"] != "CAFE1"]
    others = ("CAFE2", "HOTEL1", "SCHOOL1")
    facts = {"customer_id": "CAFE1", "similarity": 0.5, "n_shared": 1, "n_products": 2}
    mine = [{**facts, "rank": rank, "neighbour_id": other} for rank, other in enumerate(others, start=1)]
    bought = {"product_id": "P1", "n_baskets": 1, "first_on": date(2026, 10, 1), "last_on": date(2026, 10, 1),
              "usual_quantity": 1.0, "last_price": 1.0, "units": 1.0, "revenue": 1.0, "revenue_12m": 1.0}  # fmt: skip
    rows = [row for row in small_rows()["purchases"] if row["product_id"] != "P1" or row["customer_id"] == "CAFE1"]
    purchases = sorted(
        [*rows, *({**bought, "customer_id": other} for other in others)],
        key=lambda row: (row["customer_id"], row["product_id"]),
    )
    publish_small(tmp_path, changed={"similar_customers": [*mine, *near], "purchases": purchases})
    repository = Repository(Reader(tmp_path))
    panel = drawn(proof(repository, "CAFE1", ("usual", 1)))
    assert panel.index("order days, usual gap") < panel.index("Besides, 3 of the 3 most similar customers buy it:")
    of_school = next(row for row in purchases if (row["customer_id"], row["product_id"]) == ("SCHOOL1", "P1"))
    of_school["last_on"] = date(2025, 11, 15)  # a year before as_of is not within the 12 months
    publish_small(tmp_path, changed={"similar_customers": [*mine, *near], "purchases": purchases})
    assert "Besides" not in drawn(proof(Repository(Reader(tmp_path)), "CAFE1", ("usual", 1)))


def with_reason(root: Path, customer_id: str, line: tuple[str, int], **reason: Any) -> Repository:
    """Return the small version with another reason on one line."""
    blank = {name: None for name in RECOMMENDATIONS.column_names if name.startswith("reason_")}
    rows = [
        row | blank | {f"reason_{name}": value for name, value in reason.items()}
        if (row["customer_id"], (row["list"], row["rank"])) == (customer_id, line)
        else row
        for row in small_rows()["recommendations"]
    ]
    publish_small(root, changed={"recommendations": rows})
    return Repository(Reader(root))


def test_what_sells_more_now_shows_both_counts(tmp_path: Path) -> None:
    repository = with_reason(tmp_path, "CAFE1", ("new", 1), kind="rising", n=2, of=1)
    found = proof(repository, "CAFE1", ("new", 1))
    assert found is not None
    assert found.facts == (
        Fact("Customers who bought it from 19 Oct to 15 Nov", "2"),
        Fact("In the 28 days before, from 21 Sept to 18 Oct", "1"),
    )
    assert (found.recent, found.others) == ((), 2)  # the only buyer bought it on 29 September
    assert "2 customers of other reps" in drawn(found)


def test_who_bought_it_lately_is_named_within_the_viewers_customers(tmp_path: Path) -> None:
    rows = with_reason(tmp_path, "CAFE1", ("usual", 3), kind="rising", n=1, of=0)  # P3
    everyone = proof(rows, "CAFE1", ("usual", 3))
    assert everyone is not None
    assert [one.customer.customer_id for one in everyone.recent] == ["SCHOOL1"]
    assert everyone.others == 0
    assert "|Hill School|1|2|20 Oct|" in drawn(everyone)
    ann = proof(rows, "CAFE1", ("usual", 3), ANN)
    assert ann is not None
    assert (ann.recent, ann.others) == ((), 1)
    assert "1 customer of other reps" in drawn(ann)


def test_what_was_bought_in_these_weeks_of_last_year_shows_its_purchases(tmp_path: Path) -> None:
    season = {"kind": "same_season", "n": 1, "on": date(2025, 1, 10)}
    found = proof(with_reason(tmp_path, "CAFE1", ("usual", 1), **season), "CAFE1", ("usual", 1))
    assert found is not None
    assert found.dots is not None
    assert found.dots.title == "4 order days"
    assert found.facts == (Fact("Bought on 10 Jan 2025", "2 units"),)


def test_what_is_like_a_product_shows_that_products_purchases(tmp_path: Path) -> None:
    like = {"kind": "alike", "n": 4, "product_id": "P1", "attribute": "Drinks"}
    found = proof(with_reason(tmp_path, "CAFE1", ("new", 1), **like), "CAFE1", ("new", 1))
    assert found is not None
    assert found.dots is not None
    assert found.dots.title == "4 order days"
    assert found.facts == (Fact("Category of both", "Drinks"),)
    assert [one.product_name for one in found.alike] == ["Espresso beans", "Oat drink"]
    assert "This customer's order days with Espresso beans:" in drawn(found)
    assert "|They buy of it|Times|Usual|Last|Espresso beans|4|2|2 Nov|Oat drink|2|2|19 Oct|" in drawn(found)


def test_what_is_of_the_same_supplier_says_so(tmp_path: Path) -> None:
    like = {"kind": "alike", "n": 1, "product_id": "P3", "attribute": "Supplier & Sons"}
    found = proof(with_reason(tmp_path, "CAFE1", ("new", 1), **like), "CAFE1", ("new", 1))
    assert found is not None
    assert found.facts == (Fact("Supplier of both", "Supplier & Sons"),)
    assert len(found.alike) == 3


def test_best_sellers_of_a_segments_region_are_named_as_such(tmp_path: Path) -> None:
    local = {"kind": "popular_in_segment", "n": 1, "of": 2, "segment": "cafe", "region": "North"}
    found = proof(with_reason(tmp_path, "NEW1", ("new", 1), **local), "NEW1", ("new", 1))
    assert found is not None
    assert [fact.label for fact in found.facts] == ["Cafe customers in North who ever ordered", "Of them bought it"]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("ranked")
    publish_small(folder, changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return Repository(Reader(folder))


def test_the_shares_of_all_families_are_beside_the_proof(ranked: Repository) -> None:
    found = proof(ranked, "CAFE1", ("new", 1))
    assert found is not None
    panel = evidence_panel(found, FORMATS, Links("/"))
    bars = with_class(panel, "rp-shares")[0]
    assert words(bars) == "Similar customers|58\N{NO-BREAK SPACE}%|Bought together|42\N{NO-BREAK SPACE}%"
    assert [fill.style for fill in with_class(bars, "rp-meter-fill")] == [{"width": "58%"}, {"width": "42%"}]
    assert words(of_type(panel, "H3")) == "What carries this suggestion"


def test_the_chance_comes_with_what_became_of_such_suggestions(ranked: Repository) -> None:
    panel = drawn(proof(ranked, "CAFE1", ("new", 1)))  # 0.125: in the new lists' bin of 0 to 20 %, 75 of 600 bought
    assert "Chance|1 in 8|. Of 600 such suggestions 75 were bought within four weeks.|" in panel
    assert "Such ones: suggestions of new products in four weeks that came after all it was learned from, with" in panel
    usual = drawn(proof(ranked, "CAFE1", ("usual", 1)))  # 0.8: in the usual lists' bin of 50 to 100 %
    assert "Chance|8 in 10|. Of 50 such suggestions 33 were bought within four weeks.|Such ones:" in usual


def test_a_line_that_fills_a_list_says_why_it_has_no_chance(ranked: Repository) -> None:
    panel = drawn(proof(ranked, "NEW1", ("new", 1)))
    assert "No chance: this line fills the list" in panel
    assert "of such suggestions" not in panel


def test_without_calibration_no_chance_is_spoken_of(repository: Repository, tmp_path: Path) -> None:
    assert "chance" not in drawn(proof(repository, "CAFE1", ("new", 1)))
    shared_only = [row | {"chance": None, "expected": None} for row in ranked_recommendations()]
    publish_small(tmp_path, changed={"recommendations": shared_only})
    panel = drawn(proof(Repository(Reader(tmp_path)), "CAFE1", ("new", 1)))
    assert "What carries this suggestion" in panel
    assert "chance" not in panel.lower()


def test_a_chance_between_bins_is_that_of_the_nearest_and_a_narrow_one_has_one_number(tmp_path: Path) -> None:
    measured = figures()
    measured["calibration"]["new"]["bins"] = [
        {"low": 0.02, "high": 0.05, "n": 10, "predicted": 0.03, "bought": 0.1},
        {"low": 0.2, "high": 0.2, "n": 20, "predicted": 0.2, "bought": 0.25},
    ]
    publish_small(tmp_path, changed={"recommendations": ranked_recommendations()}, evaluation=measured)
    drawing = drawn(proof(Repository(Reader(tmp_path)), "CAFE1", ("new", 1)))  # 0.125 is 0.075 from both: the first
    assert "Of 10 such suggestions 1 was bought" in drawing
    low = [
        row | {"chance": 0.13, "expected": 0.13 * row["value"]}
        if row["product_id"] == "P4" and row.get("value")
        else row
        for row in ranked_recommendations()
    ]
    publish_small(tmp_path, changed={"recommendations": low}, evaluation=measured)
    drawing = drawn(proof(Repository(Reader(tmp_path)), "CAFE1", ("new", 1)))
    assert "Of 20 such suggestions 5 were bought" in drawing
    assert drawing.count("with a chance of 2 in 10.") == 1


def test_a_list_that_was_not_calibrated_has_no_counts(tmp_path: Path) -> None:
    measured = figures()
    measured["calibration"]["new"] = {"why_not": "too few"}
    publish_small(tmp_path, changed={"recommendations": ranked_recommendations()}, evaluation=measured)
    found = proof(Repository(Reader(tmp_path)), "CAFE1", ("new", 1))
    assert found is not None
    assert (found.chance, found.no_chance) == (None, "")


def test_best_sellers_of_a_segment_show_their_counts(repository: Repository) -> None:
    found = proof(repository, "NEW1", ("new", 1))
    assert found is not None
    assert found.facts == (
        Fact("Cafe customers who ever ordered", "2"),
        Fact("Of them bought it", "2 (100\N{NO-BREAK SPACE}%)"),
        Fact("Order days with it", "6"),
        Fact("Place among the best sellers", "1"),
    )


def test_a_place_among_the_best_sellers_shows_the_counts_behind_it(tmp_path: Path) -> None:
    place = {"kind": "best_seller", "n": 1, "segment": "cafe"}
    found = proof(with_reason(tmp_path, "NEW1", ("new", 1), **place), "NEW1", ("new", 1))
    assert found is not None
    assert [(fact.label, fact.value[:1]) for fact in found.facts] == [
        ("Cafe customers who ever ordered", "2"),
        ("Of them bought it", "2"),
        ("Order days with it", "6"),
        ("Place among the best sellers", "1"),
    ]


def test_a_place_in_a_region_shows_the_place_alone(tmp_path: Path) -> None:
    place = {"kind": "best_seller", "n": 3, "segment": "cafe", "region": "North"}
    found = proof(with_reason(tmp_path, "NEW1", ("new", 1), **place), "NEW1", ("new", 1))
    assert found is not None
    assert found.facts == (Fact("Place among the best sellers", "3"),)


def test_what_rests_on_all_orders_shows_how_many_there_are(tmp_path: Path) -> None:
    found = proof(with_reason(tmp_path, "CAFE1", ("new", 1), kind="pattern", n=4), "CAFE1", ("new", 1))
    assert found is not None
    assert found.facts == (Fact("Their order days", "4"), Fact("Products they bought", "3"))


def test_best_sellers_of_all_show_their_counts(repository: Repository) -> None:
    found = proof(repository, "NEW1", ("new", 2))
    assert found is not None
    assert found.facts[0] == Fact("Customers who ever ordered", "4")
    assert found.facts[3] == Fact("Place among the best sellers", "2")


def test_a_popular_product_outside_the_published_best_sellers_shows_only_its_reason(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"popular": small_rows()["popular"][:1]})
    found = proof(Repository(Reader(tmp_path)), "NEW1", ("new", 2))
    assert found is not None
    assert len(found.facts) == 2


@pytest.mark.parametrize(
    ("customer_id", "line", "sentence"),
    [
        ("CAFE1", ("usual", 1), "Quantity: the median of their own order days. Price: what they paid last."),
        ("CAFE1", ("new", 1), "Quantity: the median of the similar customers who buy it. Price: the list price."),
        ("NEW1", ("new", 1), "Quantity: the median of all who buy it. Price: what anyone paid last."),
        ("NEW1", ("new", 2), "Quantity: not known. Price: not known."),
    ],
)
def test_the_panel_says_where_quantity_and_price_come_from(
    repository: Repository, customer_id: str, line: tuple[str, int], sentence: str
) -> None:
    assert drawn(proof(repository, customer_id, line)).endswith(sentence)


@pytest.mark.parametrize(("customer_id", "line"), [("CAFE1", ("new", 2)), ("HOTEL1", ("new", 1)), ("NOPE", ("new", 1))])
def test_no_line_has_no_proof(repository: Repository, customer_id: str, line: tuple[str, int]) -> None:
    assert proof(repository, customer_id, line, ANN) is None
    assert "No such line" in words(nothing_known())


def test_more_than_24_order_days_say_that_the_last_are_shown(tmp_path: Path) -> None:
    days = [date.fromordinal(date(2026, 9, 1).toordinal() + at) for at in range(30)]
    lines = [row for row in small_rows()["basket_lines"] if (row["customer_id"], row["product_id"]) != ("CAFE1", "P1")]
    first = small_rows()["basket_lines"][0]
    publish_small(tmp_path, changed={"basket_lines": [first | {"ordered_on": day} for day in days] + lines})
    found = proof(Repository(Reader(tmp_path)), "CAFE1", ("usual", 1))
    assert found is not None
    assert found.dots is not None
    assert found.dots.title == "30 order days, the last 24 shown, usual gap 14 days"
