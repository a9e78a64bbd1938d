"""A customer's rows told apart into due, lost and new."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, SNOOZED, HeldBack
from dashboard.activity.shop_records import Reaction
from dashboard.data.raised import Since, is_due, raised
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import Raised, expected_of
from recsys.reasons import Reason
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import context_of

AS_OF, TODAY = date(2026, 11, 15), date(2026, 11, 17)
RULE = LostRule(purchases=6, gaps=1.5, days=21, worth=200)


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Customer:
    folder: Path = tmp_path_factory.mktemp("small")
    publish_small(folder)
    found = context_of(folder).customers.get("CAFE1")
    assert found is not None
    return found


def line(product_id: str, name: str = "usual", expected: float | None = 1.0, due_in: int | None = 0) -> Recommendation:
    return Recommendation(
        list=name,
        rank=1,
        product_id=product_id,
        product_name=product_id,
        quantity=1,
        quantity_from="own",
        price=1,
        price_from="own_last",
        value=1,
        reason=Reason("bought_before", 2, on=AS_OF, since_days=9),
        expected=expected,
        due_on=None if due_in is None else AS_OF + timedelta(due_in),
    )


def silent(product_id: str, n: int = 6, gap: float = 20, since: int = 30, worth: float | None = 200) -> Recommendation:
    reason = Reason("stopped", n, on=AS_OF - timedelta(since), gap_days=gap, since_days=since)
    return replace(line(product_id, "lost"), reason=reason, worth=worth)


def told_apart(customer: Customer, *lines: Recommendation, held: tuple[HeldBack, ...] = ()) -> Raised:
    by_product = {one.product_id: one for one in held}
    return raised(customer, lines, RULE, Since(by_product), as_of=AS_OF, today=TODAY)


def ids(lines: tuple[Recommendation, ...]) -> list[str]:
    return [one.product_id for one in lines]


def test_a_product_is_in_one_list_only(customer: Customer) -> None:
    found = told_apart(
        customer,
        line("A"),
        line("L"),
        silent("L"),
        line("N", "new"),
        line("S", "seasonal", due_in=None),
        line("W", due_in=8),
    )
    assert ids(found.due) == ["A", "S"]
    assert ids(found.lost) == ["L"]
    assert ids(found.new) == ["N"]
    assert ids(found.later) == ["W"]


@pytest.mark.parametrize(("due_in", "due"), [(-30, True), (7, True), (8, False), (None, True)])
def test_due_is_what_runs_out_within_a_week_or_has_no_known_rhythm(due_in: int | None, due: bool) -> None:
    assert is_due(line("A", due_in=due_in), AS_OF) is due


@pytest.mark.parametrize(
    ("change", "lost"),
    [({}, True), ({"n": 5}, False), ({"since": 29}, False), ({"worth": 199.0}, False), ({"worth": None}, True)],
)
def test_what_is_silent_and_not_lost_by_the_rule_is_where_the_usual_list_has_it(
    customer: Customer, change: dict[str, float], lost: bool
) -> None:
    found = told_apart(customer, line("L"), silent("L", **change))  # type: ignore[arg-type]
    assert (ids(found.lost), ids(found.due)) == ((["L"], []) if lost else ([], ["L"]))


def test_the_highest_expected_value_comes_first_and_unknown_ones_by_rank(customer: Customer) -> None:
    lines = (line("A", expected=1), line("B", expected=None), line("C", expected=9))
    found = told_apart(customer, *lines)
    assert ids(found.due) == ["C", "A", "B"]
    assert found.expected == 10
    assert expected_of((line("B", expected=None),)) is None


def test_without_chances_there_is_no_money_to_name(customer: Customer) -> None:
    assert told_apart(customer, line("B", expected=None)).expected is None


def test_what_is_held_back_is_in_no_list_and_said(customer: Customer) -> None:
    held = (
        HeldBack("CAFE1", "A", SNOOZED, TODAY + timedelta(1), None, None),
        HeldBack("CAFE1", "B", SNOOZED, TODAY, None, None),  # its day is reached
        HeldBack("CAFE1", "L", NOT_RELEVANT, None, None, None),
    )
    found = told_apart(customer, line("A"), line("B"), line("L"), silent("L"), held=held)
    assert ids(found.due) == ["B"]
    assert found.lost == ()
    assert [(one.product_id, why.kind) for one, why in found.held_back] == [("A", SNOOZED), ("L", NOT_RELEVANT)]


def test_what_is_held_back_is_known_where_no_list_has_it(customer: Customer) -> None:
    gone = HeldBack("CAFE1", "GONE", NOT_RELEVANT, None, None, None)
    over = HeldBack("CAFE1", "OVER", SNOOZED, AS_OF, None, None)
    held = {"GONE": gone, "OVER": over}
    assert raised(customer, [], RULE, Since(held), as_of=AS_OF, today=TODAY).held == frozenset({"GONE"})


def test_a_whole_account_that_is_held_back_has_no_lists(customer: Customer) -> None:
    account = HeldBack("CAFE1", ACCOUNT, NOT_RELEVANT, None, None, None)
    found = told_apart(customer, line("A"), silent("L"), held=(account,))
    assert found == Raised(account=account)
    assert not found


def test_what_cannot_be_had_is_in_no_list_and_said(customer: Customer) -> None:
    since = Since(away={"A", "N"})
    rows = (line("A"), line("B"), line("N", "new"))
    found = raised(customer, rows, RULE, since, as_of=AS_OF, today=TODAY)
    assert (ids(found.due), found.new, ids(found.away)) == (["B"], (), ["A", "N"])


def test_what_was_ordered_in_the_shop_leaves_new_alone(customer: Customer) -> None:
    since = Since(shop=Reaction(ordered=frozenset({"A", "N"})))
    rows = (line("A"), line("N", "new"), line("M", "new"))
    found = raised(customer, rows, RULE, since, as_of=AS_OF, today=TODAY)
    assert (ids(found.due), ids(found.new), found.shop) == (["A"], ["M"], since.shop)
