"""The ways to a mail server, and what is said where one does not lead there."""

import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from dashboard.digest.mail_server import MailRefused, MailServer, MailServerAway
from dashboard.settings import Settings
from tests.support.mail import (
    HOST,
    MAIL_PASSWORD,
    USER,
    Certificate,
    MailBox,
    free_port,
    mail_server,
    make_certificate,
    only_with_password,
)

TO = "ann@shop.example"
SIGNED_IN = {"smtp_user": USER, "smtp_password": MAIL_PASSWORD}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def settings_of(port: int, security: str, **more: Any) -> Settings:
    given = {"smtp_host": HOST, "smtp_port": port, "smtp_security": security, **more}
    return Settings.model_validate({"public_url": "https://sales.example", "smtp_from": "r@sales.example", **given})


def mail(text: str = "Grüße\n") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "r@sales.example", TO, "Hello"
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()


def send(settings: Settings, context: ssl.SSLContext | None = None, n: int = 1, seconds: float = 10.0) -> None:
    with MailServer(settings, context, seconds=seconds) as server:
        for _ in range(n):
            server.send(mail(), TO)


@pytest.fixture
def starttls(certificate: Certificate) -> Iterator[MailBox]:
    """Yield a server that takes mail over STARTTLS from who has the password, and from nobody else."""
    context = certificate.of_server
    with mail_server(tls_context=context, require_starttls=True, **only_with_password()) as box:
        yield box


def test_starttls_with_a_password(starttls: MailBox, certificate: Certificate) -> None:
    send(settings_of(starttls.port, "starttls", **SIGNED_IN), certificate.trusted)
    assert starttls.recipients == [TO]
    assert starttls.was_encrypted == [True]


def test_an_authority_can_be_named_in_the_environment(
    starttls: MailBox, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    send(settings_of(starttls.port, "starttls", **SIGNED_IN))
    assert starttls.was_encrypted == [True]


def test_several_mails_go_through_one_connection_and_dots_stay(certificate: Certificate) -> None:
    with mail_server() as box:
        with MailServer(settings_of(box.port, "none")) as server:
            server.send(mail(".\n..two\n"), TO)
            server.send(mail(), TO)
        assert [one.get_content().replace("\r\n", "\n") for one in box.mails] == [".\n..two\n", "Grüße\n"]


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    with mail_server(timeout=0.2) as box, MailServer(settings_of(box.port, "none")) as server:
        server.send(mail(), TO)
        threading.Event().wait(0.6)
        server.send(mail(), TO)
        assert len(box.mails) == 2


def test_an_address_refused_after_one_that_was_not() -> None:
    with mail_server() as box, MailServer(settings_of(box.port, "none")) as server:
        box.refused["x@shop.example"] = "550 no"
        with pytest.raises(MailRefused, match=r"refused the address \(550\)"):
            server.send(mail(), "x@shop.example")
        server.send(mail(), TO)
        assert box.recipients == [TO]


def test_a_certificate_that_nobody_trusts(starttls: MailBox) -> None:
    with pytest.raises(MailServerAway, match=r"is not trusted \(self-signed certificate\).*SSL_CERT_FILE"):
        send(settings_of(starttls.port, "starttls", **SIGNED_IN))
    assert starttls.mails == []


def test_a_wrong_password_is_not_repeated(starttls: MailBox, certificate: Certificate) -> None:
    wrong = {"smtp_user": USER, "smtp_password": "battery staple"}
    with pytest.raises(MailServerAway, match=r"refused user and password \(535\); look at") as said:
        send(settings_of(starttls.port, "starttls", **wrong), certificate.trusted)
    assert "battery" not in str(said.value)


def test_no_password_where_one_is_wanted(starttls: MailBox, certificate: Certificate) -> None:
    with pytest.raises(MailServerAway, match="refused the sender .530."):
        send(settings_of(starttls.port, "starttls"), certificate.trusted)


def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    with mail_server() as box:
        with pytest.raises(MailServerAway, match="offers no STARTTLS, and nothing is sent in clear"):
            send(settings_of(box.port, "starttls", **SIGNED_IN))
        assert box.mails == []


def test_tls_where_the_server_begins_in_clear() -> None:
    with mail_server() as box, pytest.raises(MailServerAway, match="does not speak TLS as expected.*tls for port 465"):
        send(settings_of(box.port, "tls"))


def test_a_password_where_the_server_takes_none() -> None:
    with mail_server() as box, pytest.raises(MailServerAway, match="takes no sign-in over this connection"):
        send(settings_of(box.port, "none", **SIGNED_IN))


def test_a_sender_that_is_refused_is_nobodys_fault_but_the_settings() -> None:
    with mail_server() as box:
        box.refused["sender"] = "553 who"
        with pytest.raises(MailServerAway, match=r"refused the sender \(553\); look at REPERTOIRE_SMTP_FROM"):
            send(settings_of(box.port, "none"))


def test_nobody_listens() -> None:
    with pytest.raises(MailServerAway, match="does not answer there; look at REPERTOIRE_SMTP_HOST"):
        send(settings_of(free_port(), "none"))


def test_an_unknown_name() -> None:
    with pytest.raises(MailServerAway, match=r"no-such-host.invalid:25 is not known by that name"):
        send(settings_of(25, "starttls", smtp_host="no-such-host.invalid"))


def test_a_server_that_says_nothing() -> None:
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailServerAway, match="did not answer within 0.2 seconds"):
            send(settings_of(port, "none"), seconds=0.2)


def test_tls_from_the_first_byte(certificate: Certificate) -> None:
    with mail_server(ssl_context=certificate.of_server) as box:
        send(settings_of(box.port, "tls"), certificate.trusted)
        assert box.was_encrypted == [True]
