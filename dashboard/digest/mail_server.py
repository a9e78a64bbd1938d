"""The mail server that the settings name: one connection for all mails, and each of its failures as a sentence."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import gaierror
from typing import Self
from urllib.parse import urlsplit

from dashboard.settings import STARTTLS, TLS, Settings
from recsys.errors import RecsysError

SECONDS = 10.0  # that the server may take for each answer
DONE, START_DATA = 250, 354  # replies
NOT_LOCAL = 251  # it will forward


class MailServerAway(RecsysError):
    """No mail can be sent now, to anybody."""


class MailRefused(RecsysError):
    """The server does not take this mail; it may take others."""


class MailUnsure(RecsysError):
    """The connection broke after the mail was handed over: nobody knows whether it was taken."""


class MailServer:
    """A mail server. Connects with the first mail; a context manager that closes the connection.

    context   whose certificates are trusted; None: as the operating system has it, or the file SSL_CERT_FILE names
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext | None = None, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._seconds = seconds
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def send(self, content: bytes, to: str) -> None:
        """Send one mail, with its headers. Raises MailServerAway, MailRefused, MailUnsure."""
        with self._failures():
            smtp = self._connected()
            code, _ = smtp.mail(self._settings.smtp_from)
            if code != DONE:
                raise MailServerAway(f"{self._name} refused the sender ({code}); look at REPERTOIRE_SMTP_FROM")
            code, _ = smtp.rcpt(to)
            if code not in (DONE, NOT_LOCAL):
                raise MailRefused(f"{self._name} refused the address ({code}); is it right, and does it still exist?")
            code, _ = smtp.docmd("DATA")
            if code != START_DATA:
                raise MailRefused(f"{self._name} refused the mail ({code}); the next run tries again")
        self._hand_over(smtp, content)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> None:
        lines = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        try:
            smtp.send(lines.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, _ = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailUnsure(
                f"{self._name} did not say whether it took the mail; it is not sent again by itself: add --again"
            ) from error
        if code != DONE:
            raise MailRefused(f"{self._name} refused the mail ({code}); the next run tries again")

    # ---- the connection ----

    @property
    def _name(self) -> str:
        return f"the mail server {self._settings.smtp_host}:{self._settings.smtp_port}"

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that is ready for a mail: the one there is, else a new one."""
        if self._smtp is not None and not _is_ready(self._smtp):
            self._drop()
        if self._smtp is None:
            self._smtp = self._open()
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        at, us = self._settings, urlsplit(self._settings.public_url).hostname or "localhost"
        host, port = at.smtp_host, at.smtp_port
        smtp: smtplib.SMTP
        if at.smtp_security == TLS:
            smtp = smtplib.SMTP_SSL(host, port, us, timeout=self._seconds, context=self._context)
        else:
            smtp = smtplib.SMTP(host, port, us, timeout=self._seconds)
        try:
            if at.smtp_security == STARTTLS:
                self._start_tls(smtp)
            if at.smtp_user:
                smtp.login(at.smtp_user, at.smtp_password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _start_tls(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not smtp.has_extn("starttls"):
            raise MailServerAway(
                f"{self._name} offers no STARTTLS, and nothing is sent in clear; set REPERTOIRE_SMTP_SECURITY to tls "
                f"with its port, mostly 465"
            )
        smtp.starttls(context=self._context)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what goes wrong before a mail is handed over into a sentence; what the server said is not repeated."""
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailServerAway(f"{self._name} {self._remedy(error)}") from error

    def _remedy(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
            error = error.__context__  # smtplib hides it
        for kinds, words in _REMEDIES:
            if isinstance(error, kinds):
                code = getattr(error, "smtp_code", "")
                return words.format(code=code, seconds=f"{self._seconds:g}", why=_why(error))
        return f"cannot be reached: {_why(error)}; look at REPERTOIRE_SMTP_HOST and REPERTOIRE_SMTP_PORT"


# The first that fits is said.
_REMEDIES: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], str]] = (
    (
        smtplib.SMTPAuthenticationError,
        "refused user and password ({code}); look at REPERTOIRE_SMTP_USER and REPERTOIRE_SMTP_PASSWORD",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "takes no sign-in over this connection; leave REPERTOIRE_SMTP_USER empty, or set REPERTOIRE_SMTP_SECURITY",
    ),
    (
        ssl.SSLCertVerificationError,
        "has a certificate that is not trusted ({why}); name the one of its authority in SSL_CERT_FILE, or mend "
        "REPERTOIRE_SMTP_HOST",
    ),
    (
        ssl.SSLError,
        "does not speak TLS as expected ({why}); REPERTOIRE_SMTP_SECURITY is starttls for port 587, tls for port 465",
    ),
    (
        TimeoutError,
        "did not answer within {seconds} seconds; look at REPERTOIRE_SMTP_HOST, REPERTOIRE_SMTP_PORT, and whether a "
        "firewall is between",
    ),
    (gaierror, "is not known by that name; look at REPERTOIRE_SMTP_HOST"),
    (ConnectionRefusedError, "does not answer there; look at REPERTOIRE_SMTP_HOST and REPERTOIRE_SMTP_PORT"),
    (
        smtplib.SMTPResponseException,
        "refused the connection ({code}); is this machine allowed to send through it?",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "closed the connection; REPERTOIRE_SMTP_SECURITY is starttls for port 587, tls for port 465",
    ),
)


def _why(error: Exception) -> str:
    """Return the reason in a few words of Python's or the system's, never of the server's."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return (error.reason or "").replace("_", " ").lower() or "no reason was given"
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else type(error).__name__


def _is_ready(smtp: smtplib.SMTP) -> bool:
    """Return whether a connection still answers, and forgets what was begun before."""
    try:
        return smtp.rset()[0] == DONE
    except (smtplib.SMTPException, OSError):
        return False
