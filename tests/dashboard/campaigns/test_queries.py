"""Campaigns of the small version: who is found, left out, drawn; what is saved, what came of it, the files."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from dashboard.access.roles import DIRECTOR, MARKETER
from dashboard.access.viewer import EVERYONE
from dashboard.activity.campaign_records import CampaignEvent
from dashboard.activity.database import audit, campaign_events
from dashboard.activity.database.connect import Database
from dashboard.activity.database.outcomes import record
from dashboard.activity.records import NewOutcome
from dashboard.campaigns.candidates import find
from dashboard.campaigns.draw import REASONS, Draw, DrawOptions
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.files import Sheet, as_csv, as_workbook, held_sheet, mailing_sheet, result_sheet
from dashboard.campaigns.offers import offers_of
from dashboard.campaigns.queries import CampaignQueries, CampaignState
from dashboard.campaigns.sources import source_of
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.display.page_context import PageContext
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small, small_rows
from tests.support.campaigns import make_campaign
from tests.support.contexts import BOB, TODAY, context_of
from tests.support.figures import figures
from tests.support.viewers import viewer

ContextOf = Callable[..., PageContext]
NOW = datetime(2026, 11, 17, 8, tzinfo=UTC)
OATS, CREAM = "from=bundle&bundle=/1", "from=bundle&bundle=/2"  # HOTEL1 lacks P2; CAFE2 lacks P3, SCHOOL1 P1


def drawn(context: PageContext, query: str, **options: object) -> Draw:
    held_share = {"held_share": 0.0, "seed": 1} | options
    return CampaignQueries(context).draw(source_of(query), DrawOptions(**held_share))  # type: ignore[arg-type]


def ids(found: Draw) -> list[str]:
    return [one.customer.customer_id for one in found.drawn]


def left_out(found: Draw) -> dict[str, int]:
    return {reason: n for reason, n in found.left_out if n}


def saved(context: PageContext, query: str = OATS, **options: object) -> CampaignState:
    queries = CampaignQueries(context)
    sent_on = options.pop("sent_on", None)
    number = queries.make(drawn(context, query, **options), name="Oat & co", key=query, sent_on=sent_on)  # type: ignore[arg-type]
    found = queries.state(number)
    assert found is not None
    return found


def add_event(database: Database, number: int, who: str, kind: str, at: datetime = NOW, product: str = "") -> None:
    with database.write() as writing:
        batch = campaign_events.begin(writing, file="e.csv", person_id=1, now=NOW)
        event = CampaignEvent(f"{number}{who}{kind}{at}", number, who, product, kind, at)
        campaign_events.add(writing, batch, [event])


# ---- who ----


def test_a_bundle_finds_who_lacks_one_of_its_products(context: ContextOf) -> None:
    found = drawn(context(), OATS)
    assert [(one.customer.customer_id, one.products, one.expected) for one in found.drawn] == [
        ("HOTEL1", ("P2",), 11.25)
    ]
    assert (found.found.words, found.found.product_ids) == ("customers who miss one (1)", ("P1", "P2"))
    assert found.expected == 11.25


def test_blocked_customers_are_found_and_left_out(context: ContextOf) -> None:
    found = drawn(context(), CREAM)
    assert (ids(found), left_out(found), len(found.found.candidates)) == (["CAFE2"], {"blocked": 1}, 2)


def test_groups_cells_moves_and_products_find_their_customers(context: ContextOf) -> None:
    assert ids(drawn(context(), "from=segment&rfm=At+risk&products=P3")) == ["CAFE2"]
    assert ids(drawn(context(), "from=segment&segment=cafe&region=North")) == ["CAFE1", "CAFE2"]
    assert ids(drawn(context(), "from=cells&cells=R2F3,R1F5&products=P3")) == ["CAFE2"]
    assert ids(drawn(context(), "from=moved&rfm=At+risk&products=P3")) == ["CAFE2"]
    assert ids(drawn(context(), "from=moved&rfm=At+risk&was=New&products=P3")) == []
    assert ids(drawn(context(), "from=segment&cluster=2&products=P2")) == ["HOTEL1"]
    assert ids(drawn(context(), "from=product&product=P2")) == ["HOTEL1"]


def test_moves_since_a_version_compare_with_its_segments(context: ContextOf) -> None:
    at = context()
    assert ids(drawn(at, f"from=moved&rfm=At+risk&since={at.version.id}&products=P3")) == []
    with pytest.raises(CampaignError, match="Version 2001-01-01-000000 is not kept any more"):
        drawn(at, "from=moved&rfm=At+risk&since=2001-01-01-000000")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=bundle&bundle=/99", "There is no bundle /99"),
        ("from=product&product=P99", "There is no product P99"),
        ("from=segment&rfm=Lost&products=P1,P99", "There is no product P99"),
    ],
)
def test_what_is_not_there_is_said(context: ContextOf, query: str, message: str) -> None:
    with pytest.raises(CampaignError, match=message):
        drawn(context(), query)


def test_new_line_is_for_those_whom_it_fits_by_profile_best_first(context: ContextOf) -> None:
    found = drawn(context(), "from=product&product=P5", size=1)
    assert (found.found.is_by_profile, found.found.words) == (True, "customers who buy what is most like it")
    # The rye bread's CAFE2 is first, though CAFE1 has brought more revenue.
    assert [(one.customer.customer_id, one.fit.rank, one.fit.share) for one in found.drawn if one.fit] == [
        ("CAFE2", 1, 0.75)
    ]
    (offer,) = offers_of(context(), found)
    assert offer.reason == "Ordered Rye bread, which is like it, on 1 day."


def test_version_without_fits_finds_those_whose_lists_hold_the_product(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"profile_fits": []})
    found = find(context_of(tmp_path), source_of("from=product&product=P5"))
    assert (found.is_by_profile, [one.fit for one in found.candidates if one.fit]) == (False, [])


@pytest.mark.parametrize(
    "options", [{"held_share": 0.6}, {"size": 0}, {"window_days": 0}, {"rest_days": -1}, {"seed": -1}]
)
def test_options_out_of_bounds_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(CampaignError):
        DrawOptions(**({"seed": 1} | options))  # type: ignore[arg-type]


# ---- who is left out ----


def test_who_unsubscribed_or_rests_is_left_out(context: ContextOf, database: Database) -> None:
    other = make_campaign(database, ["HOTEL1"], ["CAFE2"], sent_on=date(2026, 10, 21))
    found = drawn(context(), OATS)
    assert (left_out(found), found.resting_until) == ({"in_campaign": 1}, date(2026, 11, 18))
    assert left_out(drawn(context(today=date(2026, 11, 18)), OATS)) == {}
    assert left_out(drawn(context(), OATS, rest_days=0)) == {}
    assert left_out(drawn(context(), CREAM)) == {"blocked": 1, "in_campaign": 1}  # who was held out rests, too
    add_event(database, other, "HOTEL1", "unsubscribed")
    assert left_out(drawn(context(), OATS)) == {"unsubscribed": 1}  # each counts once, under the first reason


def test_who_is_drawn_of_a_group_follows_each_change_of_what_is_kept_of_it(
    context: ContextOf, database: Database
) -> None:
    query = "from=segment&segment=cafe"
    assert ids(drawn(context(), query)) == ["CAFE1", "CAFE2"]
    assert ids(drawn(context(), query, size=1)) == ["CAFE1"]
    assert ids(drawn(context(), f"{query}&rfm=At+risk")) == ["CAFE2"]
    assert ids(drawn(context(BOB), query)) == []
    other = make_campaign(database, ["CAFE1"], [], sent_on=date(2026, 11, 10))
    assert ids(drawn(context(), query)) == ["CAFE2"]
    assert ids(drawn(context(), query, rest_days=7)) == ["CAFE1", "CAFE2"]
    assert drawn(context(), query).resting_until == date(2026, 12, 8)
    add_event(database, other, "CAFE2", "unsubscribed")
    assert ids(drawn(context(), query)) == []
    record_of = NewOutcome("k2", "CAFE1", "P2", "not_relevant", "new", "v1", TODAY)
    with database.write() as at:
        record(at, record_of, person_id=1, now=NOW)
    assert left_out(drawn(context(), query)) == {"unsubscribed": 1, "in_campaign": 1, "no_email": 1}


def test_who_has_no_address_or_nothing_to_be_offered_is_left_out(context: ContextOf, database: Database) -> None:
    found = drawn(context(), "from=segment&segment=cafe&products=P1,P4")
    assert (ids(found), left_out(found)) == (["CAFE1"], {"no_email": 1, "no_offer": 1})
    held = NewOutcome("k", "CAFE1", "P4", "not_relevant", "new", "v1", TODAY)
    with database.write() as at:
        record(at, held, person_id=1, now=NOW)
    assert left_out(drawn(context(), "from=segment&segment=cafe&products=P1,P4")) == {"no_email": 1, "no_offer": 2}
    assert [reason for reason, _ in found.left_out] == list(REASONS)


def test_where_the_data_have_no_addresses_at_all_nobody_is_left_out_for_it(tmp_path: Path, database: Database) -> None:
    bare = [row | {"email": None} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": bare}, evaluation=figures())
    desk = Desk(database, LostRule(), TODAY, 1)
    context = context_of(Repository(Reader(tmp_path)), EVERYONE, desk=desk)
    found = drawn(context, "from=segment&segment=cafe&products=P1,P4")
    assert not found.has_addresses
    assert "no_email" not in left_out(found)
    assert set(ids(found)) > {"CAFE1"}


def test_the_first_rows_of_a_list_are_of_whom_most_is_expected_and_nobody_held_out(context: ContextOf) -> None:
    whole = drawn(context(), "from=segment&segment=cafe", held_share=0.0)
    order = sorted(whole.drawn, key=lambda one: one.place)
    assert list(whole.first) == order
    assert len(order) == 2
    half = drawn(context(), "from=segment&segment=cafe", held_share=0.5)
    assert half.held
    assert list(half.first) == [one for one in order if one.customer.customer_id not in half.held]
    assert drawn(context(), "from=segment&segment=cafe", size=1).first == tuple(order[:1])


def test_a_size_takes_those_of_whom_most_is_expected(context: ContextOf) -> None:
    found = drawn(context(), "from=segment&region=North&products=P3,P4", size=1)
    assert (ids(found), found.n_not_drawn) == (["CAFE1"], 1)


def test_equal_draws_are_equal_and_another_seed_is_another_lot(context: ContextOf) -> None:
    query = "from=segment&segment=cafe&products=P3,P4"
    lots = [drawn(context(), query, held_share=0.5, seed=seed).held for seed in range(12)]
    assert lots == [drawn(context(), query, held_share=0.5, seed=seed).held for seed in range(12)]
    assert set(map(len, lots)) == {1}
    assert len(set(lots)) == 2


# ---- saving ----


def test_what_is_saved_is_what_was_drawn(context: ContextOf, database: Database) -> None:
    state = saved(context())
    campaign = state.campaign
    assert (campaign.name, campaign.source, campaign.product_ids) == ("Oat & co", OATS, ("P1", "P2"))
    assert (campaign.n_found, campaign.n_left_out, campaign.version) == (1, 0, context().version.id)
    (offer,) = state.offers
    assert (offer.customer_id, offer.product_id, offer.chance, offer.value, offer.expected) == (
        *("HOTEL1", "P2", 0.25),
        *(45.0, 11.25),
    )
    assert offer.reason == "Buys Espresso beans. 4 orders have it together with Oat drink."
    assert offer.reference is not None
    assert len(offer.reference) == 16
    assert "HOTEL1" not in offer.reference
    assert (state.n_sent, state.n_held, state.effects, state.credits) == (1, 0, None, None)
    with database.read() as at:
        (line,) = audit.entries(at, limit=9)
    assert (line.kind, line.subject_ids, line.row_count, line.filter) == ("campaign-made", ("campaign 1",), 1, None)


def test_each_customers_own_offers_have_reasons_that_name_nobody(context: ContextOf) -> None:
    state = saved(context(), "from=segment&segment=cafe")
    assert [(one.customer_id, one.rank, one.product_id) for one in state.offers] == [
        ("CAFE1", 1, "P4"),
        ("CAFE1", 2, "P5"),
        ("CAFE2", 1, "P3"),
    ]
    assert all("Bean" not in one.reason for one in state.offers)
    assert state.campaign.product_ids == ()


def test_one_order_is_said_as_one(context: ContextOf) -> None:
    assert (
        saved(context(), CREAM).offers[0].reason == "Buys Espresso beans. 1 order has it together with Crème fraîche."
    )


def test_a_campaign_needs_a_name_and_somebody_to_send_to(context: ContextOf) -> None:
    queries = CampaignQueries(context())
    with pytest.raises(CampaignError, match="needs a name"):
        queries.make(drawn(context(), OATS), name="  ", key="k")
    nobody = drawn(context(), "from=segment&rfm=Champions")
    with pytest.raises(CampaignError, match="Nobody is left to send to"):
        queries.make(nobody, name="x", key="k")


def test_a_campaign_is_listed_changed_and_removed_until_it_is_sent(context: ContextOf) -> None:
    queries = CampaignQueries(context())
    number = saved(context()).campaign.id
    assert queries.rename(number, name=" Oat\n drink ", text="Dear all")
    (line,) = queries.everything()
    assert (line.campaign.name, line.campaign.text, line.n_sent, line.window) == ("Oat drink", "Dear all", 1, None)
    assert queries.send_on(number, TODAY)
    assert not queries.remove(number)
    assert CampaignQueries(context()).state(99) is None
    other = queries.make(drawn(context(), CREAM), name="Cream", key="other")
    assert queries.remove(other)
    assert queries.get(other) is None


# ---- what came of it ----


def test_orders_of_what_was_offered_count_from_the_sending(context: ContextOf, database: Database) -> None:
    number = make_campaign(database, ["CAFE1", "CAFE2"], ["HOTEL1"], sent_on=date(2026, 10, 19), window_days=9)
    state = CampaignQueries(context()).state(number)
    assert state is not None
    assert state.effects is not None
    assert state.credits is not None
    overall = state.effects.overall
    assert (overall.sent.ordered, overall.sent.revenue, overall.held.ordered) == (2, 60.0, 0)
    assert (state.window.day, state.window.is_final) == (9, True) if state.window else False
    assert state.credits.first.revenue == 60.0
    later = make_campaign(database, ["CAFE1"], [], key="k2", sent_on=date(2026, 10, 20))
    again = CampaignQueries(context()).state(later)
    assert again is not None
    assert again.effects is not None
    assert again.effects.overall.sent.ordered == 0


def test_who_clicked_and_did_not_order_is_put_on_call_lists_and_taken_back(
    context: ContextOf, database: Database
) -> None:
    number = make_campaign(database, ["CAFE1", "HOTEL1", "SCHOOL1"], ["CAFE2"], sent_on=date(2026, 11, 3))
    for who in ("CAFE1", "HOTEL1", "SCHOOL1", "CAFE2"):
        add_event(database, number, who, "clicked", datetime(2026, 11, 4, tzinfo=UTC))
    add_event(database, number, "HOTEL1", "clicked", datetime(2026, 11, 5, tzinfo=UTC), "P4")
    queries = CampaignQueries(context())
    state = queries.state(number)
    assert state is not None
    assert state.to_call == {"CAFE1": "P2", "HOTEL1": "P4"}  # SCHOOL1 is blocked, CAFE2 was held out
    before = queries.revision(number)
    assert queries.put_on_calls(number, "c1") == 2
    assert queries.put_on_calls(number, "c2") == 0
    assert queries.revision(number) != before
    again = queries.state(number)
    assert again is not None
    assert (again.to_call, set(again.calls)) == ({}, {"CAFE1", "HOTEL1"})
    assert again.calls["CAFE1"].until == date(2026, 12, 1)
    assert queries.take_off_calls(number, "c1") == 2
    with pytest.raises(CampaignError, match="not there any more, or was not sent"):
        queries.put_on_calls(99, "c")


def test_nobody_is_put_on_a_list_once_the_window_is_over(context: ContextOf, database: Database) -> None:
    number = make_campaign(database, ["CAFE1"], [], sent_on=date(2026, 11, 3))
    add_event(database, number, "CAFE1", "clicked")
    state = CampaignQueries(context(today=date(2026, 12, 1))).state(number)
    assert state is not None
    assert state.to_call == {}


# ---- files ----


def cells(sheet: Sheet, *heads: str) -> list[tuple[object, ...]]:
    places = [sheet.heads.index(head) for head in heads]
    return [tuple(row[at] for at in places) for row in sheet.rows]


def test_the_mailing_file_has_all_that_a_mailing_needs(context: ContextOf) -> None:
    state = saved(context(), sent_on=date(2026, 11, 3))
    sheet = mailing_sheet(context(), state)
    assert sheet.name == "Oat-co-2026-11-03"
    what = (
        "Customer number",
        "Email",
        "Phone",
        "Rep",
        "Product to offer",
        "Product number",
        "Bundle",
        "Price",
        "Chance",
    )
    assert cells(sheet, *what) == [
        ("HOTEL1", "hotel1@example.com", "01632 960003", "Bob Sample", "Oat drink", "P2", "Espresso beans + Oat drink")
        + (15, 0.25)
    ]
    assert cells(sheet, "Reference") == [(state.offers[0].reference,)]


def test_who_was_held_out_is_in_no_mailing_file_but_in_one_for_the_record(context: ContextOf) -> None:
    state = saved(context(), "from=segment&segment=cafe&products=P3,P4", held_share=0.5)
    sent, held = mailing_sheet(context(), state), held_sheet(context(), state)
    (of_sent,), (of_held,) = (set(cells(one, "Customer number")) for one in (sent, held))
    assert {of_sent, of_held} == {("CAFE1",), ("CAFE2",)}
    assert not {"Email", "Phone", "Reference"} & set(held.heads)
    assert held.name.endswith("-held-out")


def test_who_may_not_get_mail_any_more_is_left_out_of_the_file(context: ContextOf, database: Database) -> None:
    state = saved(context())
    add_event(database, state.campaign.id, "HOTEL1", "unsubscribed")
    sheet = mailing_sheet(context(), state)
    assert (sheet.rows, sheet.n_left_out) == ((), 1)


def test_a_role_finds_in_the_file_what_it_may_see(context: ContextOf) -> None:
    state = saved(context())
    assert "Email" in mailing_sheet(context(viewer(MARKETER)), state).heads
    assert "Phone" not in mailing_sheet(context(viewer(MARKETER)), state).heads
    assert "Email" not in mailing_sheet(context(viewer(DIRECTOR)), state).heads


def test_texts_are_no_formulas_in_either_form(context: ContextOf) -> None:
    sheet = Sheet("x", ("Customer", "Chance"), (("=1+1", 0.25), ("https://example.com", None), ("00123", 3)))
    assert '"\'=1+1",0.25' in as_csv(sheet)
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(sheet)))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert rows == [["Customer", "Chance"], ["=1+1", 0.25], ["https://example.com", None], ["00123", 3]]
    assert book.active["A2"].data_type == "s"
    assert book.active["A3"].hyperlink is None
    assert as_workbook(sheet) == as_workbook(sheet)


def test_the_result_file_has_the_rows_of_the_page(context: ContextOf, database: Database) -> None:
    number = make_campaign(database, ["CAFE1", "CAFE2"], ["HOTEL1"], sent_on=date(2026, 10, 19))
    state = CampaignQueries(context()).state(number)
    assert state is not None
    found = result_sheet(context(), state)
    assert cells(found, "Of", "Name", "Sent", "Ordered of sent", "Told", "Revenue of sent") == [
        ("product", "Oat drink", 2, 2, "Too few to tell", 60),
        ("segment", "cafe", 2, 2, "Too few to tell", 60),
        ("all", "All customers", 2, 2, "Too few to tell", 60),
    ]
    with pytest.raises(CampaignError, match="was not sent yet"):
        result_sheet(context(), replace(state, effects=None))


def test_what_leaves_is_in_the_audit_trail_by_number(context: ContextOf, database: Database) -> None:
    CampaignQueries(context()).note_export(4, "campaign", 7)
    with database.read() as at:
        (line,) = audit.entries(at, limit=1)
    assert (line.kind, line.subject_ids, line.row_count, line.person_id) == ("export", ("campaign 4",), 7, 1)


def test_credits_of_an_unsent_campaign_are_unknown_and_of_a_sent_one_both_touches(
    context: ContextOf, database: Database
) -> None:
    first = make_campaign(database, ["CAFE1"], [], sent_on=date(2026, 10, 1))
    second = make_campaign(database, ["CAFE1"], [], key="k2", sent_on=date(2026, 10, 15))
    found = [CampaignQueries(context()).state(one) for one in (first, second)]
    credits = [one.credits for one in found if one and one.credits]
    assert [(one.first.revenue, one.last.revenue, one.shared) for one in credits] == [(60.0, 30.0, 1), (0, 30.0, 1)]
