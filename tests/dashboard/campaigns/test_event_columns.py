"""Columns by name: ours, Mailchimp's and Brevo's; times, kinds, and what is refused with what to do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.campaigns.event_columns import Said, moment_of, said_in, why_not
from dashboard.campaigns.event_lines import Line, Refused

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
AT = datetime(2026, 11, 3, 9, 12, tzinfo=UTC)
OWN = {"event_id": "e1", "reference": "r1", "kind": "clicked", "at": "2026-11-03T09:12:00Z"}


def said(values: dict[str, object]) -> list[Said | Refused]:
    return list(said_in(Line(2, values), BERLIN, NOW))


def test_our_own_columns_say_an_event() -> None:
    assert said(OWN) == [Said(2, "e1", "r1", "", "clicked", AT)]


@pytest.mark.parametrize(
    "values",
    [
        {"email address": "Ann@Example.com", "action": "click", "timestamp": "2026-11-03T09:12:00+00:00"},
        {"email": "ann@example.com", "event": "click", "ts_event": 1793697120, "date_event": "2026-11-03 10:12:00"},
        {"email": "ann@example.com", "event": "click", "date_event": "2026-11-03 10:12:00", "id": "99"},
    ],
)
def test_mailchimps_and_brevos_columns_say_the_same(values: dict[str, object]) -> None:
    assert said(values) == [Said(2, "", "", "ann@example.com", "clicked", AT)]


@pytest.mark.parametrize(
    ("spelt", "kind"),
    [
        ("unique_opened", "opened"),
        ("uniqueOpened", "opened"),
        ("First Opening", "opened"),
        ("Clicked", "clicked"),
        ("requests", "sent"),
        ("Marked as Spam", "unsubscribed"),
    ],
)
def test_brevo_spells_a_kind_in_three_ways(spelt: str, kind: str) -> None:
    (found,) = said({"email": "ann@example.com", "event": spelt, "ts_event": 1793697120})
    assert isinstance(found, Said)
    assert found.kind == kind


@pytest.mark.parametrize("spelt", ["unique_proxy_open", "loadedByProxy", "Proxy Open", "hardBounces", "Soft Bounced"])
def test_bounces_and_opens_by_a_proxy_are_refused_as_nothing_to_be_done(spelt: str) -> None:
    (found,) = said({"email": "ann@example.com", "event": spelt, "ts_event": 1793697120})
    assert isinstance(found, Refused)
    assert "nothing is to be done" in found.remedy


def test_clicks_on_two_links_at_one_time_are_two() -> None:
    both = [
        said({"email": "ann@example.com", "event": "click", "ts_event": 1793697120, "link": link})[0]
        for link in ("https://shop.example/a", "https://shop.example/b")
    ]
    assert both[0] != both[1]


def test_the_activity_of_mailchimps_api_is_several_events() -> None:
    activity = [{"action": "open", "timestamp": "2026-11-03T09:12:00Z"}, {"action": "bounce", "timestamp": "x"}, 7]
    found = said({"email_address": "ann@example.com", "activity": activity})
    assert found[0] == Said(2, "", "", "ann@example.com", "opened", AT)
    assert [type(one) for one in found[1:]] == [Refused, Refused]


def test_lists_of_who_opened_and_clicked_have_counts_and_no_times() -> None:
    found = said({"email address": "ann@example.com", "opens": "3", "clicks": "1"})
    assert [(one.kind, one.at) for one in found if isinstance(one, Said)] == [("opened", None), ("clicked", None)]
    assert said({"email address": "ann@example.com", "opens": "0", "clicks": ""}) == []


def test_who_unsubscribed_by_mailchimp_has_the_time_of_it() -> None:
    found = said({"email address": "ann@example.com", "unsub_time": "2026-11-03 10:12:00"})
    assert found == [Said(2, "", "", "ann@example.com", "unsubscribed", AT)]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-03T09:12:00Z", AT),
        ("2026-11-03 10:12:00", AT),
        ("1793697120", AT),
        ("1793697120000", AT),
        ("03-11-2026 10:12:00", AT),
        ("Nov 03, 2026 10:12 am", AT),
        ("2026-11-03", datetime(2026, 11, 2, 23, tzinfo=UTC)),
        ("11/03/2026 10:12", None),
        ("yesterday", None),
    ],
)
def test_times_are_read_or_refused_and_never_guessed(text: str, utc: datetime | None) -> None:
    assert moment_of(text, BERLIN) == utc


@pytest.mark.parametrize(
    ("changed", "thing", "remedy"),
    [
        ({"kind": "read"}, "kind", "The kind is one of sent, opened"),
        ({"kind": ""}, "kind", "The kind is one of sent, opened"),
        ({"kind": "soft_bounce"}, "kind", "It is no event that is counted"),
        ({"at": "noon"}, "at", "It is no time; write it as"),
        ({"at": ""}, "at", "It is no time; write it as"),
        ({"at": "2027-11-03T09:12:00Z"}, "at", "It is no time in the past"),
        ({"at": "9999999999999"}, "at", "It is no time in the past"),
        ({"at": "1899-11-03T09:12:00Z"}, "at", "It is no time in the past"),
        ({"reference": ""}, "reference", "There is neither a reference nor an email address"),
        ({"event_id": ""}, "event_id", "Each event needs a number of its own"),
        ({"event_id": "x" * 201}, "event_id", "Each event needs a number of its own"),
    ],
)
def test_what_is_refused_names_thing_value_and_remedy(changed: dict[str, object], thing: str, remedy: str) -> None:
    (found,) = said(OWN | changed)
    assert isinstance(found, Refused)
    assert (found.line, found.thing) == (2, thing)
    assert found.remedy.startswith(remedy)


def test_missing_columns_are_named() -> None:
    assert why_not(["event id", "reference", "kind", "at"]) == ""
    assert why_not(["reference", "kind"]) == "The columns event_id, at are missing; add them."
    assert why_not(["email address", "opens"]) == ""
    assert why_not(["email", "event", "date"]) == ""
    assert why_not(["email", "name"]).startswith("There are email addresses, but no columns with the kind")
    assert why_not(["name"]).startswith("There is no column reference")
