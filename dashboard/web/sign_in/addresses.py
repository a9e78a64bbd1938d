"""Where the pages of sign-in are, and where to go on to after it."""

from urllib.parse import quote, urlsplit

from flask import Response

SIGN_IN = "sign-in"
SIGN_OUT = "sign-out"
SET_PASSWORD = "set-password"  # noqa: S105 - an address
ACCOUNT = "account"
PROVIDER = "sign-in/provider"
PROVIDER_ANSWER = "sign-in/answer"


def sign_in_address(prefix: str, wanted: str) -> str:
    """Return the address to sign in at, which then leads on to what was wanted."""
    home = safe_next(wanted, prefix) == prefix
    return f"{prefix}{SIGN_IN}" if home else f"{prefix}{SIGN_IN}?next={quote(wanted, safe='')}"


def safe_next(wanted: str, prefix: str) -> str:
    """Return where to go on to: an address of this app, else its first page. What was wanted came with an address."""
    parts = urlsplit(wanted)
    is_plain = wanted.isprintable() and "\\" not in wanted and not wanted.startswith("//")
    if not is_plain or parts.scheme or parts.netloc or not parts.path.startswith(prefix):
        return prefix
    if parts.path.startswith(tuple(f"{prefix}{page}" for page in (SIGN_IN, SIGN_OUT, SET_PASSWORD))):
        return prefix
    return wanted


def see_other(address: str) -> Response:
    """Return an answer that sends the browser to another address, with a GET whatever it sent."""
    answer = Response(status=303)
    answer.location = address
    return answer
