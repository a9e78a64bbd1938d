"""The mail: headers, both parts, and names of customers that would break either."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from dashboard.alerts.rules import LOST
from dashboard.digest.content import Digest, Item, Section
from dashboard.digest.html_part import html_part
from dashboard.digest.message import Envelope, NoMailAddress, content_of, message_of, subject_of
from dashboard.digest.text_part import WIDTH, text_part
from tests.dashboard.digest.conftest import Shop

ENDS_AT = "https://sales.example/digest/unsubscribe?who=7&token=ab"
HOME = "https://sales.example/"
NOW = datetime(2026, 11, 17, 5, 30, tzinfo=UTC)


def digest(*items: Item, n: int = 3) -> Digest:
    section = Section(LOST, "Lost products", n, items, "2 more in Alerts", f"{HOME}alerts")
    return Digest(
        day=date(2026, 11, 17),
        as_of=date(2026, 11, 16),
        head="Tuesday 17 November",
        short_day="Tue 17 Nov",
        about="For Jana Brandt. Data up to 16 Nov.",
        summary="3 new alerts, 11 calls",
        sections=(section,),
        calls_at=HOME,
        alerts_at=f"{HOME}alerts",
    )


ITEM = Item("Café Müller", f"{HOME}customers/CAFE1", "Oat drink: every 7 days until 1 Nov.", "€1,240", "a year")


def sent(found: Digest, to: str = "jana@shop.example", ends_at: str = ENDS_AT) -> EmailMessage:
    """Return a mail as it arrives."""
    message = message_of(found, Envelope("repertoire@sales.example", to, NOW, ends_at))
    arrived = message_from_bytes(content_of(message), policy=default)
    assert isinstance(arrived, EmailMessage)
    return arrived


def parts(mail: EmailMessage) -> tuple[str, str]:
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    return text, html


def test_the_headers_say_what_it_is() -> None:
    mail = sent(digest(ITEM))
    assert mail["From"] == "Repertoire <repertoire@sales.example>"
    assert mail["To"] == "jana@shop.example"
    assert mail["Subject"] == "Repertoire, Tue 17 Nov: 3 new alerts, 11 calls"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"].endswith("@sales.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_one_click_is_offered_where_the_address_is_encrypted() -> None:
    mail = sent(digest(ITEM))
    assert mail["List-Unsubscribe"] == f"<{ENDS_AT}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = sent(digest(ITEM), ends_at=ENDS_AT.replace("https", "http"))
    assert plain["List-Unsubscribe"] == f"<{ENDS_AT.replace('https', 'http')}>"
    assert "List-Unsubscribe-Post" not in plain


def test_the_link_that_ends_it_is_in_one_plain_line_as_mail_programs_look_for_it() -> None:
    address = f"https://{'sales.' * 30}example/digest/unsubscribe?who=7&token={'ab' * 16}"
    content = content_of(message_of(digest(ITEM), Envelope("a@b.example", "c@d.example", NOW, address)))
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in content


def test_no_name_of_a_customer_is_in_a_header() -> None:
    mail = sent(digest(replace(ITEM, title="Evil\r\nBcc: all@shop.example")))
    assert mail.keys().count("Bcc") == 0
    assert not any("Evil" in str(value) for value in mail.values())
    assert "Evil\\r\\nBcc" in parts(mail)[0]


@pytest.mark.parametrize(
    "to", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "jürgen@shop.example", ""]
)
def test_what_is_no_address_is_never_a_header(to: str) -> None:
    with pytest.raises(NoMailAddress):
        sent(digest(ITEM), to)


def test_both_parts_say_the_same() -> None:
    for part in parts(sent(digest(replace(ITEM, offer="Offer Rye instead: 6 similar customers buy it.")))):
        for words in (
            "Tuesday 17 November",
            "For Jana Brandt. Data up to 16 Nov.",
            "3 new alerts, 11 calls",
            "Lost products",
            "Café Müller",
            "€1,240",
            "a year",
            "Oat drink: every 7 days until 1 Nov.",
            "Offer Rye instead: 6 similar customers buy it.",
            "2 more in Alerts",
            f"{HOME}customers/CAFE1",
        ):
            assert words in part
    assert ENDS_AT in parts(sent(digest(ITEM)))[0]


def test_names_with_brackets_and_quotes_are_text_in_the_page() -> None:
    evil = replace(ITEM, title="Bean <& Gone>", text='"><script>alert(1)</script>', at='https://x.example/"onclick="x')
    html = html_part(digest(evil), ENDS_AT)
    assert "Bean &lt;&amp; Gone&gt;" in html
    assert "<script" not in html
    assert '"onclick' not in html


def test_marks_that_turn_the_direction_of_writing_are_written_out() -> None:
    evil = replace(ITEM, title="A\u202eB\x1b[1m")
    for part in (html_part(digest(evil), ""), text_part(digest(evil), "")):
        assert r"A\u202eB\x1b[1m" in part


class Tags(HTMLParser):
    """The tags of a page with their attributes, and how many are open at the end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_loads_nothing_and_has_its_styles_in_its_elements() -> None:
    tags = Tags(html_part(digest(ITEM), ENDS_AT))
    assert tags.open == []
    assert {tag for tag, _ in tags.found}.isdisjoint({"img", "link", "script", "style", "iframe", "object", "form"})
    assert not any({"src", "background", "srcset"} & attributes.keys() for _, attributes in tags.found)
    assert "url(" not in html_part(digest(ITEM), ENDS_AT)
    assert {attributes["href"] for tag, attributes in tags.found if tag == "a"} == {
        f"{HOME}customers/CAFE1", f"{HOME}alerts", HOME, ENDS_AT,
    }  # fmt: skip


def test_the_text_has_lines_of_78_letters_but_for_addresses() -> None:
    long = replace(ITEM, title="Wirtshaus " * 20, text="L" * 200, at=f"{HOME}customers/{'9' * 90}")
    text = text_part(digest(long), ENDS_AT)
    too_long = [line for line in text.split("\n") if len(line) > WIDTH]
    assert too_long == [f"  {long.at}"]


def test_every_line_of_the_mail_is_short_enough_for_any_server(shop: Shop) -> None:
    message = message_of(digest(replace(ITEM, text="ü" * 3_000)), Envelope("a@b.example", "c@d.example", NOW, ENDS_AT))
    content = content_of(message)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_amounts_and_days_are_those_of_the_locale(shop: Shop) -> None:
    shop.person("ann@shop.example")
    shop.run(locale="de_DE")
    [mail] = shop.mail.mails
    text, html = parts(mail)
    assert mail["Subject"].startswith("Repertoire, Di. 17. Nov.: 1 new alert")
    for part in (text, html):
        assert "1.900\N{NO-BREAK SPACE}€" in part
        assert "17. November" in part
        assert ".." not in part


def test_what_a_lost_product_says(shop: Shop) -> None:
    shop.person("ann@shop.example", name="Ann Example")
    shop.run()
    text, _ = parts(shop.mail.mails[0])
    assert "For Ann Example. Data up to 15 Nov." in text
    lost = text.partition("Lost products (1)")[2].partition("Today")[0]
    assert re.sub(r"\n+", "\n", lost).strip().split("\n")[1:] == [
        "Bean <& Gone>, €1,900 a year",
        "  Espresso beans: every 10 days (9 times) until 24 Oct.",
        "  Offer Rye bread instead: 3 similar customers buy it.",
        "  https://sales.example/customers/CAFE2?list=lost&open=P1",
    ]


def test_data_that_are_old_are_said_to_be(shop: Shop) -> None:
    shop.person("ann@shop.example")
    shop.run(day="2026-11-19")
    assert "Data up to 15 Nov, 4 days ago." in parts(shop.mail.mails[0])[0]


def test_the_subject_has_no_line_break() -> None:
    assert "\n" not in subject_of(digest(ITEM))
