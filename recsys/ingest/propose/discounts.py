"""A discount of a line: a share, a percentage or an amount, told apart by arithmetic, by name and by values."""

from collections.abc import Iterator
from dataclasses import dataclass

from recsys.ingest.propose.profiles import Profile
from recsys.ingest.propose.views import Found, View
from recsys.ingest.propose.vocabulary import vocabulary

HOLDS = 0.9  # share of rows for which an equation holds
_ROUNDING = 0.011  # of an amount in cents
_RELATIVE = 0.002
_KINDS = {
    "share": "a share",
    "percent": "a percentage",
    "amount": "an amount of the line",
    "unclear": "an amount of the line",
}


@dataclass(frozen=True)
class Discount:
    """A discount of a line.

    factor  what is left, as an expression of the map, for a share or percentage; empty for an amount
    less    what is taken off, as an expression, for an amount; empty else
    """

    found: Found
    kind: str
    factor: str
    less: str
    confidence: float
    evidence: str


def discount_of(view: View, quantity: Found | None, price: Found | None, revenue: Found | None) -> Discount | None:
    """Return a discount that is more than zeros, and whether it is a share, a percentage or an amount."""
    found = view.find("discount", of="")
    if found is None or found.profile.numbers < 0.9 or not found.profile.most:
        return None
    if revenue is not None and quantity is not None and price is not None:
        among = f"{revenue.number} <> 0 AND {found.number} <> 0"
        whole = view.share(_equals(revenue.number, f"{quantity.number} * {price.number}"), among)
        for kind in ("share", "percent", "amount") if whole < HOLDS else ():
            share = view.share(_equals(revenue.number, _discounted(quantity, price, found, kind)), among)
            if share >= HOLDS:
                why = f"with {found.label} as {_KINDS[kind]} it comes out in {share:.0%} of the rows that have one"
                return _as(found, kind, 0.97, why)
    return next(_by_values(found, price))


def _by_values(found: Found, price: Found | None) -> Iterator[Discount]:
    profile, most = found.profile, found.profile.most or 0.0
    words = set(vocabulary().words(found.match.column))
    nonzero = [
        float(value.replace(",", "."))
        for value in profile.values
        if value.replace(",", ".").replace(".", "", 1).isdigit()
    ]
    nonzero = [value for value in nonzero if value]
    if most <= 1 and any(value < 1 for value in nonzero):
        yield _as(found, "share", 0.95, f"{found.label} is a share from 0 to {most:g}")
    if words & {"%", "percent", "pct", "prozent"} or most <= 100 and "rate" in words:
        yield _as(found, "percent", 0.93, f"{found.label} is a percentage up to {most:g}")
    if most > 100 or (price is not None and _decimals(found.profile) == _decimals(price.profile) == 2):
        yield _as(found, "amount", 0.7, f"{found.label} is written like an amount, up to {most:g}")
    yield _as(found, "unclear", 0.5, f"{found.label} goes up to {most:g}")


def _decimals(profile: Profile) -> int:
    """Return the digits behind the mark that nearly all values have; 0 where they differ."""
    digits = {
        len(value.replace(",", ".").rpartition(".")[2]) if "." in value.replace(",", ".") else 0
        for value in profile.values
    }
    return digits.pop() if len(digits) == 1 else 0


def _as(found: Found, kind: str, confidence: float, evidence: str) -> Discount:
    off = found.expression if found.profile.filled == 1 else f"coalesce({found.expression}, 0)"
    factor = {"share": f"(1 - {off})", "percent": f"(1 - {off} / 100)"}.get(kind, "")
    return Discount(found, kind, factor, "" if factor else off, confidence, evidence)


def discounted_share(view: View, total: Found, quantity: Found, price: Found, discount: Discount | None) -> float:
    plain = product_share(view, total, quantity, price)
    if discount is None or plain >= HOLDS:
        return plain
    return view.share(
        _equals(total.number, _discounted(quantity, price, discount.found, discount.kind)), f"{total.number} <> 0"
    )


def product_share(view: View, total: Found, quantity: Found, price: Found) -> float:
    claim = _equals(total.number, f"{quantity.number} * {price.number}")
    # One unit proves nothing: there total and price are equal.
    return view.share(claim, f"{quantity.number} NOT IN (0, 1) AND {total.number} <> 0")


def _discounted(quantity: Found, price: Found, discount: Found, kind: str) -> str:
    whole, off = f"{quantity.number} * {price.number}", f"coalesce({discount.number}, 0)"
    return {"share": f"{whole} * (1 - {off})", "percent": f"{whole} * (1 - {off} / 100)"}.get(kind, f"{whole} - {off}")


def _equals(left: str, right: str) -> str:
    return f"abs({left} - ({right})) <= {_ROUNDING} + {_RELATIVE} * abs({left})"
