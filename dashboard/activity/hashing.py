"""Secrets that are kept only as hashes, and addresses that must be compared and never read."""

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits as text for an address or a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a random token, 64 hex digits. Nothing slower is needed: it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(secret_key: str, value: str) -> str:
    """Return 32 hex digits that are equal for equal values, of which nobody without the key learns the value.

    For what has few possible values, such as IP addresses: a plain hash of these is undone by trying all.
    """
    return hmac.new(secret_key.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]
