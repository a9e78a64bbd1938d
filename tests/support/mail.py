"""A mail server for tests on a free port of this machine, which keeps what it takes and can be made to refuse."""

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

HOST = "127.0.0.1"
USER, MAIL_PASSWORD = "repertoire", "correct horse"
TAKEN = "250 OK"


@dataclass
class MailBox:
    """What a mail server took, in order; and how it answers: a text in the place of 250, by address and for data."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answer: str = TAKEN
    on_data: Callable[[], None] = lambda: None

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if "sender" in self.refused:
            return self.refused["sender"]
        envelope.mail_from = address
        return TAKEN

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.on_data()
        if self.answer == TAKEN:
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            self.recipients += envelope.rcpt_tos
            self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        elif self.answer == "":
            server.transport.abort()
        return self.answer

    def mail_to(self, address: str) -> EmailMessage:
        """Return the one mail to an address."""
        [found] = [mail for mail, to in zip(self.mails, self.recipients, strict=True) if to == address]
        return found


@contextmanager
def mail_server(**options: Any) -> Iterator[MailBox]:
    """Serve until the end; options are those of aiosmtpd's SMTP."""
    box = MailBox(port=free_port())
    controller = Controller(box, hostname=HOST, port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def only_with_password() -> dict[str, Any]:
    """Return the options of a server that asks for USER and MAIL_PASSWORD."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: object) -> AuthResult:
        is_right = data == LoginPassword(USER.encode(), MAIL_PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    return {"authenticator": check, "auth_required": True}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Certificate:
    """A certificate made here for 127.0.0.1, in a file that is its own authority."""

    file: Path

    @property
    def of_server(self) -> ssl.SSLContext:
        """Return what a server needs."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file)
        return context

    @property
    def trusted(self) -> ssl.SSLContext:
        """Return what a client needs to trust it."""
        return ssl.create_default_context(cafile=str(self.file))


def make_certificate(folder: Path) -> Certificate:
    """Return a new certificate in a folder."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail in tests")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return Certificate(file)
