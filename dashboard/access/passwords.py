"""Passwords: kept as argon2id hashes alone, with the parameters that OWASP names (19 MiB, two passes, one lane)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.activity.database.people import email_key

MIN_LENGTH = 12
MAX_LENGTH = 256
MIN_DIFFERENT = 4  # characters
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of nobody's password: checking one against it takes as long as against a real one.
_NOBODYS = _HASHER.hash("nobody")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that is kept. It takes as long where None is kept, and is False."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        _HASHER.verify(kept or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def fault(password: str, email: str) -> str:
    """Return what is wrong with a new password, as a sentence; empty where nothing is."""
    if len(password) < MIN_LENGTH:
        return f"Take at least {MIN_LENGTH} characters; a few words in a row are easy to remember."
    if len(password) > MAX_LENGTH:
        return f"Take at most {MAX_LENGTH} characters."
    if len(set(password)) < MIN_DIFFERENT:
        return "This repeats a few characters; take several words."
    if email_key(password) == email_key(email):
        return "This is your email address; take something else."
    return ""
