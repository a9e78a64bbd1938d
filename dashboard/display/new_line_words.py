"""How good it is to ask for whom a new line fits, in words."""

from dashboard.display.formats import Formats
from recsys.schema.build_report import MeanInterval, NewLineTest

FIRST = "100"
_SIMPLE = {
    "order days": "who order most often",
    "breadth": "who bought the most different products",
    "category": "who order its category most often",
}


def new_line_words(test: NewLineTest, formats: Formats) -> str:
    """Return the back-test in one sentence or two; of too few products, that they are; empty if it was not made."""
    profile, by_days = test.figure("profile", FIRST), test.figure("order days", FIRST)
    if profile is None or by_days is None or test.weeks is None:
        n = f" ({test.products})" if test.products else ""
        return f"Whom a new line fits: too few new products to tell{n}." if test.why_not else ""
    mean, other = (formats.number(one.hits.mean, 1) for one in (profile, by_days))
    kind = " held out" if test.kind == "held out" else ""
    return (
        f"Of the first 100 customers by profile {mean} bought a new product within {test.weeks} weeks, {other} of the "
        f"100 {_SIMPLE['order days']} (n {formats.number(test.products)} products{kind}).{_as_good(test, formats)}"
    )


def hits_words(found: MeanInterval, formats: Formats) -> str:
    """Return `7.1 (6.2 to 7.9)`: a mean with its 95 % interval."""
    mean, low, high = (formats.number(one, 1) for one in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _as_good(test: NewLineTest, formats: Formats) -> str:
    """Return which simple choice the profile was not seen to beat; empty where it beats all."""
    for name, words in _SIMPLE.items():
        gain, figure = test.gain(name, FIRST), test.figure(name, FIRST)
        if figure is not None and gain is not None and gain.hits.low is not None and gain.hits.low <= 0:
            return f" The 100 {words} are no clearly worse choice ({formats.number(figure.hits.mean, 1)})."
    return ""
