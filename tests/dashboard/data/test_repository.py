"""The repository's answers on the small version, and that they end at the viewer's customers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from recsys.artifacts.open_version import VersionGone
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError
from tests.support.artifacts import AS_OF, FACTS, publish_small, small_rows

ANN = Viewer("Ann Example", "rep")
BOB = Viewer("Bob Sample", "rep")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return folder


@pytest.fixture(scope="module")
def repository(root: Path) -> Repository:
    return Repository(Reader(root))


def changed(folder: Path, table: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Repository:
    publish_small(folder, changed={table: [change(row) for row in small_rows()[table]]})
    return Repository(Reader(folder))


# ---- which data ----


def test_the_state_says_what_is_served(repository: Repository) -> None:
    state = repository.data_state()
    assert (state.version, state.as_of, state.n_lines) == (repository.newest(), AS_OF, 15)
    assert (state.refused_version, state.refused_why, state.refused_at) == (None, None, None)


def test_the_state_names_a_version_that_was_refused(tmp_path: Path) -> None:
    first = publish_small(tmp_path)
    reader = Reader(tmp_path)
    reader.poll()
    second = publish_small(tmp_path)
    (tmp_path / second / "products.parquet").write_bytes(b"cut")
    reader.poll()
    state = Repository(reader).data_state()
    assert (state.version, state.refused_version) == (first, second)
    assert "products" in str(state.refused_why)
    assert state.refused_at is not None


def test_without_artifacts_every_question_says_so(tmp_path: Path) -> None:
    empty = Repository(Reader(tmp_path))
    with pytest.raises(ArtifactError):
        empty.newest()
    with pytest.raises(ArtifactError):
        empty.customer(EVERYONE, "CAFE1")


def test_an_older_version_answers_for_the_page_that_was_drawn_from_it(tmp_path: Path) -> None:
    first = publish_small(tmp_path)
    reader = Reader(tmp_path)
    repository = Repository(reader)
    rows = [row | {"name": "Renamed"} for row in small_rows()["customers"]]
    second = publish_small(tmp_path, changed={"customers": rows})
    reader.poll()
    assert repository.customer_name(EVERYONE, "CAFE1", first) == "Café Müller"
    assert repository.customer_name(EVERYONE, "CAFE1") == "Renamed"
    assert repository.newest() == second


def test_a_version_that_is_not_kept_is_gone(repository: Repository) -> None:
    with pytest.raises(VersionGone):
        repository.customer(EVERYONE, "CAFE1", "2020-01-01-000000")


def test_a_search_is_prepared_of_a_kept_version_and_of_none_that_is_gone(tmp_path: Path) -> None:
    kept = publish_small(tmp_path)
    repository = Repository(Reader(tmp_path))
    repository.prepare_search("2020-01-01-000000")
    repository.prepare_search(kept)
    (tmp_path / kept / "customers.parquet").unlink()  # what was prepared is not read again
    assert repository.search(EVERYONE, "nobody by this name", kept).customers.total == 0


@pytest.mark.parametrize(
    ("first", "as_of", "has"),
    [
        (date(2024, 11, 15), AS_OF, True),
        (date(2024, 11, 29), AS_OF, True),
        (date(2024, 11, 30), AS_OF, False),
        (date(2026, 3, 14), date(2028, 2, 29), True),
        (date(2026, 3, 15), date(2028, 2, 29), False),
    ],
)
def test_there_is_a_year_before_if_the_data_begin_within_two_weeks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: date, as_of: date, has: bool
) -> None:
    monkeypatch.setattr("tests.support.artifacts.FACTS", replace(FACTS, first_order_on=first, as_of=as_of))
    publish_small(tmp_path)
    assert Repository(Reader(tmp_path)).has_year_before() is has


def test_reps_come_by_name_with_the_number_of_their_customers(repository: Repository) -> None:
    assert [(rep.name, rep.n_customers) for rep in repository.reps()] == [("Ann Example", 3), ("Bob Sample", 2)]


def test_data_without_reps_have_none(tmp_path: Path) -> None:
    assert changed(tmp_path, "customers", lambda row: row | {"rep": None}).reps() == ()


# ---- customers ----


def test_a_customer_comes_with_the_published_facts(repository: Repository) -> None:
    customer = repository.customer(ANN, "CAFE1")
    assert customer is not None
    assert (customer.name, customer.revenue_12m, customer.last_order_on) == ("Café Müller", 152.0, date(2026, 11, 2))


@pytest.mark.parametrize("customer_id", ["HOTEL1", "NOPE", "", "cafe1"])
def test_another_reps_customer_is_as_unknown_as_one_that_does_not_exist(
    repository: Repository, customer_id: str
) -> None:
    assert repository.customer(ANN, customer_id) is None
    assert repository.customer_name(ANN, customer_id) is None
    assert repository.recommendations(ANN, customer_id) == ()
    assert repository.similar_customers(ANN, customer_id, 5).shown == ()
    assert repository.buyers_among_similar(ANN, customer_id, "P2", 5).shown == ()
    assert repository.purchases(ANN, customer_id, "P1") == ()


def test_only_an_active_customer_is_pitched_to(repository: Repository) -> None:
    school, cafe = repository.customer(BOB, "SCHOOL1"), repository.customer(ANN, "CAFE1")
    assert school is not None
    assert cafe is not None
    assert (school.is_pitched_to, cafe.is_pitched_to) == (False, True)


def test_a_customer_without_a_status_is_pitched_to(tmp_path: Path) -> None:
    found = changed(tmp_path, "customers", lambda row: row | {"status": None}).customer(EVERYONE, "SCHOOL1")
    assert found is not None
    assert found.is_pitched_to


def test_the_largest_customers_come_by_revenue_within_the_viewers(repository: Repository) -> None:
    everyone = repository.largest_customers(EVERYONE, 3)
    assert [customer.customer_id for customer in everyone.customers] == ["CAFE1", "CAFE2", "HOTEL1"]
    assert everyone.total == 5
    bob = repository.largest_customers(BOB, 3)
    assert ([customer.customer_id for customer in bob.customers], bob.total) == (["HOTEL1", "SCHOOL1"], 2)


def test_equal_revenues_come_by_name_then_number(tmp_path: Path) -> None:
    same = changed(tmp_path, "customers", lambda row: row | {"revenue_12m": 1.0, "name": row["name"][:1]})
    found = same.largest_customers(EVERYONE, 5).customers
    assert [(one.name, one.customer_id) for one in found] == [
        ("B", "CAFE2"),
        ("B", "NEW1"),
        ("C", "CAFE1"),
        ("H", "HOTEL1"),
        ("H", "SCHOOL1"),
    ]


def test_a_product_without_a_name_in_the_version_is_told_by_its_number(repository: Repository) -> None:
    assert (repository.product_name("P3"), repository.product_name("P99")) == ("Crème fraîche", "P99")


# ---- search ----


def customers_found(repository: Repository, viewer: Viewer, text: str) -> list[str]:
    return [hit.what.customer_id for hit in repository.search(viewer, text).customers.shown]


def products_found(repository: Repository, text: str) -> list[str]:
    return [hit.what.product_id for hit in repository.search(EVERYONE, text).products.shown]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("muller", ["CAFE1"]),
        ("mueller", ["CAFE1"]),
        ("MÜLL café", ["CAFE1"]),
        ("cafe1", ["CAFE1"]),
        ("cafe", ["CAFE1", "CAFE2"]),
        ("o'brien", ["HOTEL1"]),
        ("<&", ["CAFE2"]),
        ("zzz", []),
        ("   ", []),
        ("", []),
    ],
)
def test_search_finds_names_and_numbers_without_case_and_accents(
    repository: Repository, text: str, found: list[str]
) -> None:
    assert customers_found(repository, EVERYONE, text) == found


@pytest.mark.parametrize(
    ("text", "found"), [("espreso", ["P1"]), ("oat drnik", ["P2"]), ("p4", ["P4"]), ("drink", ["P2"]), ("xyz", [])]
)
def test_search_finds_products_also_with_typing_errors(repository: Repository, text: str, found: list[str]) -> None:
    assert products_found(repository, text) == found


def test_a_product_comes_with_the_published_facts(repository: Repository) -> None:
    beans, syrup = repository.product("P1"), repository.product("P6")
    assert beans is not None
    assert syrup is not None
    assert (beans.name, beans.n_baskets, beans.price, beans.can_be_sold) == ("Espresso beans", 7, 12.0, True)
    assert (syrup.can_be_sold, syrup.replaced_by) == (False, "P5")
    assert repository.product("P99") is None


def test_a_number_typed_whole_comes_before_names(tmp_path: Path) -> None:
    named = changed(
        tmp_path, "customers", lambda row: row | ({"name": "NEW1 opening"} if row["customer_id"] == "CAFE1" else {})
    )
    assert customers_found(named, EVERYONE, "new1") == ["NEW1", "CAFE1"]


def test_search_counts_all_hits_and_says_that_they_hold_every_word(repository: Repository) -> None:
    found = repository.search(EVERYONE, "e")
    assert (found.customers.total, found.customers.is_close) == (4, False)
    assert (found.products.total, found.products.is_close) == (3, False)


def test_search_ends_at_the_viewers_customers(repository: Repository) -> None:
    assert customers_found(repository, ANN, "hotel") == []
    assert customers_found(repository, BOB, "hotel") == ["HOTEL1"]
    assert customers_found(repository, ANN, "hotl obrien") == []
    assert customers_found(repository, BOB, "hotl obrien") == ["HOTEL1"]


def test_hits_mark_what_was_typed(repository: Repository) -> None:
    hit = repository.search(EVERYONE, "cafe").customers.shown[0]
    assert [(piece.text, piece.found) for piece in hit.name] == [("Café", True), (" Müller", False)]
    assert [(piece.text, piece.found) for piece in hit.number] == [("CAFE", True), ("1", False)]


def test_the_nearest_are_spelled_most_like_it(repository: Repository) -> None:
    assert {customer.customer_id for customer in repository.nearest_customers(EVERYONE, "CAFE3")} == {"CAFE1", "CAFE2"}
    assert [customer.customer_id for customer in repository.nearest_customers(EVERYONE, "hill schol")] == ["SCHOOL1"]
    assert repository.nearest_customers(BOB, "CAFE3") == ()
    assert [product.product_id for product in repository.nearest_products("rye braed")] == ["P4"]


def test_lists_come_with_product_names_and_reasons(repository: Repository) -> None:
    lines = repository.recommendations(ANN, "CAFE1")
    assert [(line.list, line.rank, line.product_name) for line in lines] == [
        ("new", 1, "Rye bread"),
        ("usual", 1, "Espresso beans"),
        ("usual", 2, "Oat drink"),
        ("usual", 3, "Crème fraîche"),
    ]
    assert (lines[0].reason.kind, lines[0].reason.customer_id, lines[0].value) == ("similar_customers", "CAFE2", 8.0)


def test_one_line_is_named_by_list_and_rank(repository: Repository) -> None:
    line = repository.recommendation(ANN, "CAFE1", ("usual", 2))
    assert line is not None
    assert line.product_id == "P2"
    assert repository.recommendation(ANN, "CAFE1", ("usual", 4)) is None
    assert repository.recommendation(BOB, "CAFE1", ("usual", 2)) is None


def test_similar_customers_of_other_reps_are_counted_and_not_named(repository: Repository) -> None:
    everyone, ann = (repository.similar_customers(viewer, "CAFE1", 5) for viewer in (EVERYONE, ANN))
    assert [(one.customer_id, one.name, one.n_shared) for one in everyone.shown] == [
        ("CAFE2", "Bean <& Gone>", 2),
        ("HOTEL1", "Hotel O'Brien", 2),
    ]
    assert ([one.customer_id for one in ann.shown], ann.others, ann.of_products) == (["CAFE2"], 1, 3)


def test_only_the_nearest_n_count(repository: Repository) -> None:
    nearest = repository.similar_customers(ANN, "CAFE1", 1)
    assert (len(nearest.shown), nearest.others) == (1, 0)


def test_buyers_are_the_similar_customers_who_bought_it(repository: Repository) -> None:
    buyers = repository.buyers_among_similar(EVERYONE, "CAFE1", "P4", 2)
    assert [(one.name, one.n_shared, one.n_baskets, one.usual_quantity, one.last_on) for one in buyers.shown] == [
        ("Bean <& Gone>", 2, 1, 2.0, date(2026, 9, 29))
    ]
    assert (buyers.others, buyers.of_products) == (0, 3)


def test_buyers_of_other_reps_are_counted_and_not_named(repository: Repository) -> None:
    buyers = repository.buyers_among_similar(ANN, "CAFE1", "P1", 2)
    assert ([one.customer_id for one in buyers.shown], buyers.others) == (["CAFE2"], 1)


def test_purchases_are_the_order_days_with_one_product(repository: Repository) -> None:
    bought = repository.purchases(ANN, "CAFE1", "P2")
    assert [(one.on, one.quantity) for one in bought] == [(date(2026, 10, 5), 2.0), (date(2026, 10, 19), 2.0)]


def test_a_best_seller_is_looked_up_in_its_segment(repository: Repository) -> None:
    seller = repository.best_seller("P3", "cafe")
    assert seller is not None
    assert (seller.rank, seller.n_customers, seller.of_customers, seller.n_baskets) == (3, 1, 2, 1)
    assert repository.best_seller("P6", "cafe") is None
    assert repository.best_seller("P3", "no such segment") is None
