"""Who gets a digest, once a day, and what becomes of mails that are not taken."""

import re
import stat
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.activity.database import alerts, digests, notes, people
from dashboard.activity.errors import NotFound
from dashboard.activity.records import Visit
from dashboard.digest.command import CannotSend
from tests.dashboard.digest.conftest import DAY, Shop
from tests.support.activity import NOW

ANN, BOB = "ann@shop.example", "bob@shop.example"


def bodies(shop: Shop, address: str) -> list[str]:
    return [part.get_content().replace("\r\n", "\n") for part in shop.mail.mail_to(address).iter_parts()]


def test_each_rep_gets_their_own_customers_and_no_others(shop: Shop) -> None:
    shop.person(ANN)
    shop.person(BOB, reps=("Bob Sample",))
    assert shop.run().words == f"Digest of {DAY}: 2 sent"
    for body in bodies(shop, ANN):
        assert "CAFE2" in body
        assert not re.search("HOTEL1|SCHOOL1|Brien|Hill School|Bob", body)
    for body in bodies(shop, BOB):
        assert "HOTEL1" in body
        assert not re.search("CAFE|Bean|Müller|Brand New|Ann", body)


@pytest.mark.parametrize("roles", [("support",), ("marketer",), ("data", "admin"), ("procurement",), ()])
def test_who_has_no_alerts_gets_no_digest(shop: Shop, roles: tuple[str, ...]) -> None:
    person = shop.person(ANN, "rep")
    with shop.database.write() as at:
        people.change(at, person.id, roles=roles)
    assert shop.run().words == f"Digest of {DAY}: nobody gets one"
    assert shop.mail.mails == []


def test_what_another_role_would_show_is_not_in_a_reps_mail(shop: Shop) -> None:
    shop.person(ANN, "rep", "support")  # support sees all customers
    shop.run()
    assert all("HOTEL1" not in body for body in bodies(shop, ANN))


def test_who_manages_sales_gets_one_of_all_customers(shop: Shop) -> None:
    shop.person(ANN, "director", reps=())
    shop.run()
    assert all("CAFE2" in body and "HOTEL1" in body for body in bodies(shop, ANN))


def test_a_disabled_account_gets_none(shop: Shop) -> None:
    person = shop.person(ANN)
    with shop.database.write() as at:
        people.change(at, person.id, is_disabled=True)
    shop.run()
    assert shop.mail.mails == []


def test_who_unsubscribed_gets_none_until_they_want_it_again(shop: Shop) -> None:
    person = shop.person(ANN)
    for is_wanted in (False, True):
        with shop.database.write() as at:
            digests.choose(at, person.id, is_wanted=is_wanted, now=NOW)
        words = shop.run().words
        assert words == f"Digest of {DAY}: {'1 sent' if is_wanted else '1 unsubscribed'}"
    assert len(shop.mail.mails) == 1


def test_where_there_is_nothing_to_say_no_mail_is_sent(shop: Shop) -> None:
    shop.person(ANN, reps=("Nobody Here",))
    assert shop.run().words == f"Digest of {DAY}: 1 with nothing to say"
    assert shop.mail.mails == []


# ---- once a day ----


def test_a_second_run_sends_nothing_and_again_sends_all_the_same(shop: Shop) -> None:
    shop.person(ANN)
    shop.run()
    assert shop.run().words == f"Digest of {DAY}: 1 sent before"
    assert len(shop.mail.mails) == 1
    assert shop.run("--again").words == f"Digest of {DAY}: 1 sent"
    assert len(shop.mail.mails) == 2


def test_two_runs_at_once_send_one(shop: Shop) -> None:
    shop.person(ANN)
    second: list[str] = []
    shop.mail.on_data = lambda: None if second else run_another(shop, second)
    assert shop.run().words == f"Digest of {DAY}: 1 sent"
    assert second == [f"Digest of {DAY}: 1 sent before"]
    assert len(shop.mail.mails) == 1


def run_another(shop: Shop, words: list[str]) -> None:
    """Run the command once more, while the mail of the first run is being taken."""
    words.append("")
    other = threading.Thread(target=lambda: words.__setitem__(0, shop.run().words))
    other.start()
    other.join()


def test_one_person_alone_can_be_named(shop: Shop) -> None:
    shop.person(ANN)
    shop.person(BOB, reps=("Bob Sample",))
    assert shop.run("--person", BOB.upper()).words == f"Digest of {DAY}: 1 sent"
    assert shop.mail.recipients == [BOB]


def test_a_person_who_is_unknown_or_gets_none_is_a_mistake(shop: Shop) -> None:
    person = shop.person(ANN, "support")
    with pytest.raises(NotFound, match="nobody has the address x@y"):
        shop.run("--person", "x@y")
    with pytest.raises(CannotSend, match=f"person {person.id} is disabled or has no role that the digest is for"):
        shop.run("--person", ANN)


# ---- what is new ----


def test_what_the_digest_before_had_is_not_new(shop: Shop) -> None:
    shop.person(ANN)
    shop.run(day="2026-11-16")
    shop.run("--again", day="2026-11-17")
    first, second = (mail["Subject"] for mail in shop.mail.mails)
    assert first == "Repertoire, Mon 16 Nov: 1 new alert, 2 calls"
    assert second == "Repertoire, Tue 17 Nov: 2 calls"


def test_before_the_first_digest_what_was_seen_at_the_last_visit_is_not_new(shop: Shop) -> None:
    person = shop.person(ANN)
    with shop.database.write() as at:
        alerts.record_visit(at, person.id, as_of=date(2026, 11, 15), day=date(2026, 11, 16), now=NOW)
    shop.run()
    assert "alert" not in shop.mail.mails[0]["Subject"]


def test_a_digest_is_no_visit_of_the_alerts(shop: Shop) -> None:
    person = shop.person(ANN)
    with shop.database.write() as at:
        before: Visit = alerts.record_visit(at, person.id, as_of=date(2026, 11, 1), day=date(2026, 11, 2), now=NOW)
    shop.run()
    with shop.database.read() as at:
        assert alerts.visit_of(at, person.id) == before


def test_next_steps_are_those_due_today_or_late(shop: Shop) -> None:
    person, day = shop.person(ANN), date.fromisoformat(DAY)
    for text, due in (("Ring again", 0), ("Send prices", -3), ("Next week", 7)):
        with shop.database.write() as at:
            step = {"customer_id": "CAFE1", "person_id": person.id, "due_on": day + timedelta(days=due)}
            notes.add_next_step(at, key=text, text=text, now=NOW, **step)
    shop.run()
    text, _ = bodies(shop, ANN)
    said = text.partition("Next steps (2)")[2]
    assert "Café Müller, 3 days late\n  Send prices\n" in said
    assert "Café Müller, Today\n  Ring again\n" in said
    assert "Next week" not in text


# ---- failures ----


def test_an_address_that_is_refused_does_not_stop_the_others_and_is_tried_again(shop: Shop) -> None:
    ann, _ = shop.person(ANN), shop.person(BOB, reps=("Bob Sample",))
    shop.mail.refused[ANN] = f"550 no such user {ANN}"
    report = shop.run()
    assert report.words == f"Digest of {DAY}: 1 sent, 1 failed"
    assert report.failures == [
        f"person {ann.id}: the mail server 127.0.0.1:{shop.mail.port} refused the address (550); is it right, and "
        "does it still exist?"
    ]
    shop.mail.refused.clear()
    assert shop.run().words == f"Digest of {DAY}: 1 sent, 1 sent before"
    assert shop.mail.recipients == [BOB, ANN]


@pytest.mark.parametrize("email", ["jürgen@shop.example", "a\tb@shop.example", "a<b@shop.example", "@@shop"])
def test_an_address_that_no_mail_can_go_to_is_said_by_the_persons_number(shop: Shop, email: str) -> None:
    person = shop.person(email)
    report = shop.run()
    assert report.words == f"Digest of {DAY}: 1 failed"
    [failure] = report.failures
    assert failure.startswith(f"person {person.id}: the address ")
    assert email not in failure


def test_a_mail_that_is_refused_is_tried_again_by_the_next_run(shop: Shop) -> None:
    shop.person(ANN)
    shop.mail.answer = "452 too much mail"
    assert "refused the mail (452)" in shop.run().failures[0]
    shop.mail.answer = "250 OK"
    assert shop.run().words == f"Digest of {DAY}: 1 sent"


def test_a_mail_that_was_perhaps_taken_is_not_sent_again(shop: Shop) -> None:
    shop.person(ANN)
    shop.mail.answer = ""  # the server hangs up when all is there
    assert "did not say whether it took the mail" in shop.run().failures[0]
    shop.mail.answer = "250 OK"
    assert shop.run().words == f"Digest of {DAY}: 1 sent before"


def test_a_mail_server_that_is_away_is_said_once_for_all(shop: Shop) -> None:
    for number in range(3):
        shop.person(f"{number}@shop.example")
    report = shop.run(smtp_port=1)
    assert report.words == f"Digest of {DAY}: 3 failed"
    assert report.failures == [
        "nothing more is sent: the mail server 127.0.0.1:1 does not answer there; look at REPERTOIRE_SMTP_HOST and "
        "REPERTOIRE_SMTP_PORT"
    ]
    assert shop.run().words == f"Digest of {DAY}: 3 sent"


# ---- files ----


def test_files_are_for_their_owner_alone_and_count_as_nothing_sent(shop: Shop, tmp_path: Path) -> None:
    person = shop.person(ANN)
    assert shop.run("--file", str(tmp_path / "out"), smtp_host="").words == f"Digest of {DAY}: 1 written"
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [f"{person.id}-{DAY}.html", f"{person.id}-{DAY}.txt"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all("CAFE2" in file.read_text(encoding="utf-8") for file in files)
    assert shop.run().words == f"Digest of {DAY}: 1 sent"


def test_where_nobody_signs_in_a_reps_digest_is_a_file(shop: Shop, tmp_path: Path) -> None:
    nobody = {"sign_in": "open", "smtp_host": ""}
    assert shop.run("--rep", "Ann Example", "--file", str(tmp_path), **nobody).words.endswith("1 written")
    text = (tmp_path / f"rep-Ann-Example-{DAY}.txt").read_text(encoding="utf-8")
    assert "CAFE2" in text
    assert "HOTEL1" not in text
    assert "unsubscribe" not in text
    with pytest.raises(CannotSend, match="no customer has the rep 'Ann'; there are Ann Example, Bob Sample"):
        shop.run("--rep", "Ann", "--file", str(tmp_path), **nobody)


@pytest.mark.parametrize(
    ("options", "settings", "why"),
    [
        ((), {"sign_in": "open"}, "nobody signs in here"),
        ((), {"smtp_host": ""}, "REPERTOIRE_SMTP_HOST is not set"),
        (("--rep", "Ann Example"), {}, "it goes with --file DIR"),
    ],
)
def test_what_cannot_be_sent_is_said_before_anything_is_done(
    shop: Shop, options: tuple[str, ...], settings: dict[str, str], why: str
) -> None:
    shop.person(ANN)
    with pytest.raises(CannotSend, match=why):
        shop.run(*options, **settings)


def test_without_data_there_is_one_sentence(shop: Shop, tmp_path: Path) -> None:
    shop.person(ANN)
    report = shop.run(artifacts=tmp_path / "none")
    assert report.words == f"Digest of {DAY}: 1 failed"
    assert "build" in report.failures[0]


def test_a_folder_that_cannot_be_written_is_named(shop: Shop, tmp_path: Path) -> None:
    shop.person(ANN)
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match="cannot be written"):
        shop.run("--file", str(tmp_path / "file" / "out"))
