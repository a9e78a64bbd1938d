"""Whose bundles they are, in words: all customers, a segment, a region, a named RFM segment."""

from dashboard.display.formats import Formats
from dashboard.records.bundles import MembersOf
from recsys.schema.bundle_groups import Members

HEADINGS = {"segment": "Segments", "region": "Regions", "rfm": "RFM segments"}


def whose(members: Members) -> str:
    """Return `all customers`, `Cafe customers`, `customers in Potsdam`, `“At risk” customers`."""
    group, name = members
    return {
        "all": "all customers",
        "segment": f"{name} customers",
        "region": f"customers in {name}",
        "rfm": f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK} customers",
    }[group]


def of_whose(members: Members) -> str:
    """Return ` of Cafe customers`, to follow `order days`; nothing for all customers."""
    return f" of {whose(members)}" if members[1] else ""


def choice_label(one: MembersOf, formats: Formats) -> str:
    """Return how a choice is called: `All customers (34)`, `Cafe (116)`, `Lost (too few order days)`."""
    n = one.n_bundles + one.n_substitutes
    count = formats.number(one.n_bundles) if n else "none" if not one.n_baskets else "too few order days"
    return f"{one.name or 'All customers'} ({count})"
