"""Whose order days bundles are mined from: everybody's, or those of a segment, a region or a named RFM segment."""

from typing import Literal, TypeAlias

BundleGroup = Literal["all", "segment", "region", "rfm"]
BUNDLE_GROUPS: tuple[BundleGroup, ...] = ("all", "segment", "region", "rfm")
Members: TypeAlias = tuple[str, str]  # a group, and the name within it; empty for `all`

EVERYBODY: Members = ("all", "")
_PREFIXES = tuple(f"{group}:" for group in BUNDLE_GROUPS)


def members_key(group: str, name: str) -> str:
    """Return how an address and the build report call some customers: ``, `Cafe`, `region:North`, `rfm:At risk`.

    A segment whose own name begins like another group's key has its group in front, too.
    """
    if group == "all":
        return ""
    is_plain = group == "segment" and not name.startswith(_PREFIXES)
    return name if is_plain else f"{group}:{name}"


def members_of(key: str) -> Members:
    """Return whom a key of `members_key` calls."""
    if not key:
        return EVERYBODY
    group, mark, name = key.partition(":")
    return (group, name) if mark and group in BUNDLE_GROUPS else ("segment", key)
