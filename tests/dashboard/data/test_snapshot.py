"""A version as a viewer may see it: permission is asked once, and no question gets beyond it."""

from collections import Counter
from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.data.snapshot import Snapshot
from dashboard.display.page_context import PageContext
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of
from tests.support.viewers import rep


@pytest.fixture
def everyones(repository: Repository) -> Snapshot:
    return repository.snapshot(EVERYONE)


def customers_found(snapshot: Snapshot, text: str) -> list[str]:
    return [hit.what.customer_id for hit in snapshot.search(text).customers.shown]


def products_found(snapshot: Snapshot, text: str) -> list[str]:
    return [hit.what.product_id for hit in snapshot.search(text).products.shown]


# ---- permission ----


@pytest.mark.parametrize(
    ("viewer", "visible"),
    [
        (EVERYONE, ["CAFE2", "NEW1", "CAFE1", "SCHOOL1", "HOTEL1"]),
        (ANN, ["CAFE2", "NEW1", "CAFE1"]),
        (BOB, ["SCHOOL1", "HOTEL1"]),
        (rep("Nobody Here"), []),
    ],
)
def test_a_snapshot_holds_the_viewers_customers_alone_by_name(
    repository: Repository, viewer: Viewer, visible: list[str]
) -> None:
    snapshot = repository.snapshot(viewer)
    assert list(snapshot.visible) == visible
    assert [customer.customer_id for customer in snapshot.visible.values()] == visible


def test_customers_of_nobody_are_everyones_alone(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"customers": [row | {"rep": None} for row in small_rows()["customers"]]})
    repository = Repository(Reader(tmp_path))
    assert (len(repository.snapshot(EVERYONE).visible), len(repository.snapshot(ANN).visible)) == (5, 0)


def test_permission_is_asked_once_a_customer_however_much_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small(tmp_path)
    repository = Repository(Reader(tmp_path))
    asked: list[str | None] = []
    fields_of = Viewer.fields_of

    def counted(viewer: Viewer, rep: str | None) -> frozenset[str] | None:
        asked.append(rep)
        return fields_of(viewer, rep)

    monkeypatch.setattr(Viewer, "fields_of", counted)
    context = context_of(repository, ANN)
    assert len(context.snapshot.visible) == 3
    assert Counter(asked) == {"Ann Example": 3, "Bob Sample": 2}
    asked.clear()
    assert named_in_all_answers(context) == {"CAFE1", "CAFE2", "NEW1"}
    context_of(repository, ANN)
    assert asked == []


def named_in_all_answers(context: PageContext) -> set[str]:
    """Return the ids of the customers whom the queries name, asked of every customer, product and bundle there is."""
    customers, products, bundles = context.customers, context.products, context.bundles
    named: set[str] = set()
    for row in small_rows()["customers"]:
        named |= {one.customer_id for one in customers.similar(row["customer_id"], 9).shown}
        named |= {one.customer_id for one in customers.buyers_among_similar(row["customer_id"], "P1", 9).shown}
    for row in small_rows()["products"]:
        named |= {one.customer.customer_id for one in products.buyers(row["product_id"]).shown}
        named |= {one.customer.customer_id for one in products.prospects(row["product_id"], 9).shown}
        for pair in products.pairs(row["product_id"]):
            proof = products.pair_proof(row["product_id"], pair.other.product_id)
            named |= {one.customer.customer_id for one in proof.customers} if proof else set()
    for one in bundles.members():
        for bundle in bundles.of(one.members):
            named |= {gap.customer.customer_id for lacks in range(3) for gap in bundles.gaps(bundle, lacks).shown}
    return named


def test_everyone_is_named_to_everyone(repository: Repository) -> None:
    assert named_in_all_answers(context_of(repository)) == {row["customer_id"] for row in small_rows()["customers"]}


# ---- search ----


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
    everyones: Snapshot, text: str, found: list[str]
) -> None:
    assert customers_found(everyones, text) == found


@pytest.mark.parametrize(
    ("text", "found"), [("espreso", ["P1"]), ("oat drnik", ["P2"]), ("p4", ["P4"]), ("drink", ["P2"]), ("xyz", [])]
)
def test_search_finds_products_also_with_typing_errors(everyones: Snapshot, text: str, found: list[str]) -> None:
    assert products_found(everyones, text) == found


def test_a_number_typed_whole_comes_before_names(tmp_path: Path) -> None:
    rows = [
        row | ({"name": "NEW1 opening"} if row["customer_id"] == "CAFE1" else {}) for row in small_rows()["customers"]
    ]
    publish_small(tmp_path, changed={"customers": rows})
    assert customers_found(Repository(Reader(tmp_path)).snapshot(EVERYONE), "new1") == ["NEW1", "CAFE1"]


def test_search_counts_all_hits_and_says_that_they_hold_every_word(everyones: Snapshot) -> None:
    found = everyones.search("e")
    assert (found.customers.total, found.customers.is_close) == (4, False)
    assert (found.products.total, found.products.is_close) == (3, False)


def test_search_ends_at_the_viewers_customers(repository: Repository) -> None:
    anns, bobs = repository.snapshot(ANN), repository.snapshot(BOB)
    assert customers_found(anns, "hotel") == []
    assert customers_found(bobs, "hotel") == ["HOTEL1"]
    assert customers_found(anns, "hotl obrien") == []
    assert customers_found(bobs, "hotl obrien") == ["HOTEL1"]


def test_hits_mark_what_was_typed(everyones: Snapshot) -> None:
    hit = everyones.search("cafe").customers.shown[0]
    assert [(piece.text, piece.found) for piece in hit.name] == [("Café", True), (" Müller", False)]
    assert [(piece.text, piece.found) for piece in hit.number] == [("CAFE", True), ("1", False)]
