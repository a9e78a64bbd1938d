"""What a customer's call sheet says, and what is left out where not all fits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.roles import DIRECTOR, REP, SUPPORT
from dashboard.activity.database import notes, outcomes, people
from dashboard.activity.database.connect import open_database
from dashboard.activity.records import NewOutcome
from dashboard.data.desk import Desk
from dashboard.display.formats import Formats
from dashboard.display.pitch_lists import Line, PitchList
from dashboard.paper.call_sheet import MOST_LINES, CallSheet, Cut, call_sheet, cuts
from dashboard.records.customers import Recommendation
from dashboard.records.raised import DUE, LOST, NEW
from dashboard.settings import Settings
from recsys.reasons import Reason
from tests.support.artifacts import AS_OF, publish_small, small_rows
from tests.support.contexts import ANN, BOB, context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import FORMATS
from tests.support.viewers import viewer

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


def sheet_of(artifacts: Path, customer_id: str = "CAFE1", person: str = "", **given: Any) -> CallSheet:
    sheet = call_sheet(context_of(artifacts, **given), customer_id, person)
    assert sheet is not None
    return sheet


def with_facts(folder: Path, customer_id: str, **facts: Any) -> Path:
    """Publish the small version with other facts of one customer."""
    rows = [row | (facts if row["customer_id"] == customer_id else {}) for row in small_rows()["customers"]]
    publish_small(
        folder, changed={"customers": rows, "recommendations": ranked_recommendations()}, evaluation=figures()
    )
    return folder


# ---- head and figures ----


def test_the_head_says_who_it_is_whose_sheet_and_of_which_day(artifacts: Path) -> None:
    sheet = sheet_of(artifacts, person="Jana Brandt")
    assert (sheet.name, sheet.number, sheet.where) == ("Café Müller", "CAFE1", "Cafe, North")
    assert (sheet.phone, sheet.made) == ("01632 960001", "Call sheet of Jana Brandt, Tue 17 Nov 2026")
    assert sheet.source == "Repertoire, orders up to 15 Nov"


def test_without_a_sign_in_the_sheet_is_nobodys(artifacts: Path) -> None:
    assert sheet_of(artifacts).made == "Call sheet, Tue 17 Nov 2026"


def test_five_figures_are_those_of_the_page(artifacts: Path) -> None:
    labels = [tile.label for tile in sheet_of(artifacts).tiles]
    assert labels == [
        "Revenue, 12 months to 15 Nov",
        "Orders, 12 months",
        "Average order",
        "Days since last order",
        "Active products",
    ]


def test_a_customer_of_another_rep_is_as_unknown_as_one_that_is_not_there(artifacts: Path) -> None:
    assert call_sheet(context_of(artifacts, BOB), "CAFE1") is None
    assert call_sheet(context_of(artifacts, ANN), "NOPE") is None


def test_a_director_gets_no_phone_number(artifacts: Path) -> None:
    assert sheet_of(artifacts, viewer=viewer(DIRECTOR)).phone == ""


def test_support_reads_nothing_that_is_made_of_revenue(artifacts: Path) -> None:
    sheet = sheet_of(artifacts, viewer=viewer(SUPPORT))
    assert [tile.label for tile in sheet.tiles if "Revenue" in tile.label or "Average" in tile.label] == []
    assert sheet.months is None
    assert sheet.last == (("2 Nov", "Ordered 1 product."),)
    assert sheet_of(artifacts).last == (("2 Nov", "Ordered 1 product, €24.00."),)


# ---- what to say, and the lists ----


def test_what_is_said_is_the_first_line_of_each_list(artifacts: Path) -> None:
    said = sheet_of(artifacts).say
    assert [(state, word) for state, word, _ in said] == [("due", "Due"), ("new", "New")]
    assert said[0][2].startswith("You have had Oat drink before")


def test_german_is_said_where_the_locale_is_german(artifacts: Path) -> None:
    context = replace(context_of(artifacts), formats=Formats("de_DE", "EUR", "Europe/Berlin"))
    sheet = call_sheet(context, "CAFE1")
    assert sheet is not None
    assert sheet.language == "de"
    assert "Oat drink" in sheet.say[0][2]
    assert "Sie" in sheet.say[0][2]
    assert sheet.order_sum == "Order in all €"


def test_lists_have_quantity_price_chance_and_reason(artifacts: Path) -> None:
    due, new = sheet_of(artifacts).lists
    assert (due.state, due.chance_head, due.titles[-1]) == (
        "due",
        "Chance",
        ("Due 3", "Reorder now, usual quantity, expected €48"),
    )
    first = due.lines[0]
    assert (first.name, first.number, first.amount.replace("\N{NO-BREAK SPACE}", " "), first.chance, first.reason) == (
        "Oat drink",
        "P2",
        "2 × €15.00",
        "8 in 10",
        "Bought twice, last on 19 Oct.",
    )
    assert new.lines[1].amount == "\N{EN DASH}"  # P5: neither quantity nor price is known


def test_no_reason_names_another_customer(artifacts: Path) -> None:
    page = context_of(artifacts)
    named = [line.reason for one in sheet_of(artifacts).lists for line in one.lines]
    assert "The most similar customer buys it." in named or "A similar customer buys it." in named
    others = {one.name for one in page.customers.everyone() if one.customer_id != "CAFE1"}
    assert [(name, reason) for name in others for reason in named if name in reason] == []


def test_without_chances_a_line_has_what_it_is_worth_if_ordered(artifacts: Path) -> None:
    sheet = sheet_of(artifacts, "NEW1")
    [new] = sheet.lists
    assert (new.chance_head, new.lines[0].chance) == ("If ordered", "€36")
    assert new.titles[-1] == ("New 2", "Never bought, if ordered €36")
    assert sheet.about == "Ranked only, without chances. If ordered = quantity × price, net of VAT."


def test_a_new_customer_has_no_months_and_a_word_on_what_the_lists_are(artifacts: Path) -> None:
    sheet = sheet_of(artifacts, "NEW1")
    assert (sheet.months, sheet.last) == (None, ())
    assert sheet.hint == "No orders yet: these are best sellers among all customers."


def test_a_blocked_customer_has_no_lists_and_says_why(artifacts: Path) -> None:
    sheet = sheet_of(artifacts, "SCHOOL1")
    assert (sheet.tag, sheet.nothing) == ("Blocked", "This customer is blocked, so nothing is pitched to them.")
    assert (sheet.lists, sheet.say, sheet.about, sheet.phone) == ((), (), "", "")


def test_a_name_that_is_the_number_stands_once(tmp_path: Path) -> None:
    assert sheet_of(with_facts(tmp_path, "CAFE1", name="CAFE1")).number == ""


# ---- months ----


def test_months_are_twelve_with_the_year_before(artifacts: Path) -> None:
    months = sheet_of(artifacts).months
    assert months is not None
    assert months.letters == tuple("NDJFMAMJJASO")
    assert (len(months.now), len(months.before)) == (12, 12)
    assert months.key == "Dark: 12 months to Oct. White: the year before. Highest €128 in Oct."


# ---- last time ----


def write(desk: Desk, *, note: str = "", by: int = 7) -> None:
    with desk.database.write() as at:
        if note:
            notes.add_note(at, key="note-1-of-it", customer_id="CAFE1", person_id=by, text=note, now=NOW)


def outcome(desk: Desk, kind: str, product: str, by: int, **facts: Any) -> None:
    new = NewOutcome(f"key-{kind}-{product}", "CAFE1", product, kind, "usual", "v", AS_OF, **facts)
    with desk.database.write() as at:
        outcomes.record(at, new, person_id=by, now=NOW)


def two_people(desk: Desk) -> tuple[int, int]:
    with desk.database.write() as at:
        jana = people.add(at, email="jana@example.com", name="Jana Brandt", roles=[REP], now=NOW)
        tim = people.add(at, email="tim@example.com", name="Tim Kowalski", roles=[REP], now=NOW)
    return jana.id, tim.id


def test_last_time_says_what_came_of_it_and_who_wrote_it_unless_oneself(artifacts: Path, desk: Desk) -> None:
    jana, tim = two_people(desk)
    outcome(desk, "pitched", "P4", tim, note="ask again in autumn")
    write(desk, note="In before\n11.", by=jana)
    last = sheet_of(artifacts, person="Jana Brandt", desk=desk).last
    assert last == (
        ("17 Nov", "In before 11."),
        ("17 Nov", "Tim Kowalski: Pitched Rye bread: “ask again in autumn”."),
        ("2 Nov", "Ordered 1 product, €24.00."),
    )


@pytest.mark.parametrize(
    ("role", "words"),
    [(DIRECTOR, "Jana Brandt: Ordered Oat drink (€79)."), (SUPPORT, "Jana Brandt: Ordered Oat drink.")],
)
def test_what_was_ordered_has_its_value_for_who_sees_revenue(
    artifacts: Path, desk: Desk, role: str, words: str
) -> None:
    outcome(desk, "ordered", "P2", two_people(desk)[0], value=79.0)
    assert sheet_of(artifacts, desk=desk, viewer=viewer(role)).last[0] == ("17 Nov", words)


def test_open_next_steps_say_when_they_are_due(artifacts: Path, desk: Desk) -> None:
    with desk.database.write() as at:
        for key, day, text in (("a", date(2026, 11, 14), "Send prices"), ("b", date(2026, 12, 3), "Ask about milk")):
            step = {"text": text, "customer_id": "CAFE1", "due_on": day}
            notes.add_next_step(at, key=f"step-{key}-of-it", person_id=7, now=NOW, **step)
    assert sheet_of(artifacts, desk=desk).steps == (
        ("14 Nov, 3 days late", True, "Send prices"),
        ("3 Dec", False, "Ask about milk"),
    )


def test_a_snoozed_account_has_no_lists_and_says_until_when(artifacts: Path, desk: Desk) -> None:
    outcome(desk, "snoozed", "", 7, until=date(2026, 12, 1))
    sheet = sheet_of(artifacts, desk=desk)
    assert (sheet.lists, sheet.nothing) == ((), "The whole account is off the lists: snoozed until 1 Dec.")


def test_a_product_that_is_held_back_is_not_printed(artifacts: Path, desk: Desk) -> None:
    outcome(desk, "not_relevant", "P2", 7)
    names = [line.name for one in sheet_of(artifacts, desk=desk).lists for line in one.lines]
    assert "Oat drink" not in names


def test_without_the_database_the_sheet_says_that_notes_cannot_be_read(artifacts: Path, desk: Desk) -> None:
    nowhere = replace(desk, database=open_database(Settings(state=Path("/proc/nowhere"))))
    sheet = sheet_of(artifacts, desk=nowhere)
    assert sheet.last[0] == ("", "Notes and outcomes cannot be read now: the database does not answer.")
    assert sheet.lists


def test_a_long_note_is_cut(artifacts: Path, desk: Desk) -> None:
    write(desk, note="word " * 400)
    [(_, text), *_] = sheet_of(artifacts, desk=desk).last
    assert len(text) < 300
    assert text.endswith("\N{HORIZONTAL ELLIPSIS}")


# ---- what does not fit ----


def line(expected: float | None) -> Line:
    reason = Reason("popular", 3, of=4)
    what = Recommendation(
        "usual", 1, "P1", "Beans", 1.0, "own", 2.0, "list", 2.0, reason, expected=expected, chance=0.5
    )
    return Line(what, "Because.", "Say.")


def pitches(state: str, *expected: float | None) -> PitchList:
    return PitchList(state, tuple(map(line, expected)))


def counts(found: Sequence[Cut]) -> list[tuple[int, int, int]]:
    return [(cut.due, cut.lost, cut.new) for cut in found]


def test_the_least_expected_line_goes_first_and_each_list_keeps_two() -> None:
    lists = [pitches(DUE, 9.0, 8.0, 4.0), pitches(LOST, 7.0), pitches(NEW, 6.0, 5.0, 1.0)]
    found = list(cuts(lists, 0, 0, FORMATS))
    assert counts(found)[:3] == [(3, 1, 3), (3, 1, 2), (2, 1, 2)]  # then to one of each: 5, then 8
    assert counts(found)[3:5] == [(2, 1, 2), (2, 1, 1)]


def test_in_the_end_there_is_no_line_and_each_cut_has_less() -> None:
    found = list(cuts([pitches(DUE, 3.0, 2.0, 1.0), pitches(NEW, 2.0)], 3, 3, FORMATS))
    sizes = [(cut.due + cut.lost + cut.new, cut.last, cut.steps, cut.lines) for cut in found]
    assert sizes[-1] == (0, 1, 1, 1)
    assert all(later[at] <= earlier[at] for earlier, later in zip(sizes, sizes[1:], strict=False) for at in range(4))


def test_what_is_left_out_is_counted() -> None:
    found = list(cuts([pitches(DUE, 3.0, 2.0, 1.0)], 0, 0, FORMATS))
    assert [cut.others for cut in found[:2]] == ["", "1 other left out."]
    assert found[-1].others == "3 others left out."


def test_lines_without_a_known_value_go_before_all_others() -> None:
    found = counts(list(cuts([pitches(DUE, 1.0, 1.0, 1.0), pitches(NEW, None, None, None)], 0, 0, FORMATS)))
    assert found[:3] == [(3, 0, 3), (3, 0, 2), (2, 0, 2)]


def test_no_more_lines_are_tried_than_a_page_can_hold() -> None:
    [first, *_] = cuts([pitches(DUE, *[1.0] * 40), pitches(NEW, *[0.5] * 20)], 0, 0, FORMATS)
    assert first.due + first.new == MOST_LINES


def test_a_list_that_is_printed_in_part_says_so_with_its_own_sum(tmp_path: Path) -> None:
    sheet = sheet_of(with_facts(tmp_path, "CAFE1"))
    assert sheet.lists[0].titles[2] == ("Due 2 of 3", "Reorder now, usual quantity, expected €43")


@pytest.mark.parametrize("customer_id", ["CAFE1", "CAFE2", "NEW1", "SCHOOL1", "HOTEL1"])
def test_every_customer_of_the_small_version_has_a_sheet(artifacts: Path, customer_id: str) -> None:
    assert sheet_of(artifacts, customer_id).cuts
