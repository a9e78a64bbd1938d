"""A digest as an email: HTML and text of the same content, with headers that mail programs know a digest by."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from dashboard.digest.content import Digest
from dashboard.digest.html_part import html_part
from dashboard.digest.text_part import text_part
from recsys.errors import RecsysError

NAME = "Repertoire"
LONGEST_LINE = 998  # RFC 5322


class NoMailAddress(RecsysError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, when, and where the digest is ended."""

    sender: str
    to: str
    now: datetime
    unsubscribe_at: str


def subject_of(digest: Digest) -> str:
    """Return `Repertoire, Tue 17 Nov: 3 new alerts, 11 calls`; no name of a customer is in it."""
    return f"{NAME}, {digest.short_day}: {digest.summary}"


def message_of(digest: Digest, envelope: Envelope) -> EmailMessage:
    """Return the email. Raises NoMailAddress for an address that no header can hold."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(NAME, addr_spec=envelope.sender)
    message["To"] = _address(envelope.to)
    message["Subject"] = subject_of(digest)
    message["Date"] = format_datetime(envelope.now)
    message["Message-ID"] = make_msgid(domain=envelope.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{envelope.unsubscribe_at}>"
    if envelope.unsubscribe_at.startswith("https://"):  # RFC 8058: one click is for these alone
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text_part(digest, envelope.unsubscribe_at), cte="quoted-printable")
    html = html_part(digest, envelope.unsubscribe_at)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def content_of(message: EmailMessage) -> bytes:
    """Return an email as it is sent.

    Headers are not folded: at 78 letters a link without a blank would be encoded, and no mail program would find it.
    """
    return message.as_bytes(policy=SMTP.clone(max_line_length=LONGEST_LINE))


def _address(email: str) -> Address:
    if not (email.isascii() and email.isprintable()):
        raise NoMailAddress("the address has letters that mail servers do not take; write it in ASCII")
    try:
        return Address(addr_spec=email)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise NoMailAddress("the address is none that mail can be sent to; correct it in People") from error
