"""How good it is to ask for whom a new line fits, in words."""

from dashboard.display.formats import Formats
from recsys.schema.build_report import MeanInterval, NewLineTest

FIRST = "100"
OTHERS = {
    "order days": "of the 100 who order most often",
    "category": "of the 100 who order its category most often",
    "random": "of 100 drawn by lot",
}

_SIMPLE = {
    "order days": "those who order most often",
    "breadth": "those who bought the most different products",
    "category": "those who order its category most often",
}


def new_line_words(test: NewLineTest, formats: Formats) -> str:
    """Return the back-test in one sentence or two; of too few products, that they are; empty if it was not made."""
    profile = test.figure("profile", FIRST)
    if profile is None or profile.hits.mean is None or test.weeks is None:
        return f"Whom a new line fits: too few new products to tell{_why(test)}." if test.why_not else ""
    mean = formats.number(profile.hits.mean, 1)
    others = [
        f"{formats.number(found.hits.mean, 1)} {words}"
        for name, words in OTHERS.items()
        if (found := test.figure(name, FIRST)) is not None and found.n == profile.n
    ]
    weeks = formats.number(test.weeks)
    said = f"Of the first 100 customers by profile {mean} bought a new product within {weeks} weeks"
    return f"{said}{_against(others)} ({_n(test, formats)}).{_unclear(test)}"


def hits_words(found: MeanInterval, formats: Formats) -> str:
    """Return `7.1 (6.2 to 7.9)`: a mean with its 95 % interval."""
    mean, low, high = (formats.number(one, 1) for one in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _why(test: NewLineTest) -> str:
    return f" ({test.products})" if test.products else ""


def _against(others: list[str]) -> str:
    if not others:
        return ""
    return f", against {others[0]}" if len(others) == 1 else f", against {', '.join(others[:-1])} and {others[-1]}"


def _n(test: NewLineTest, formats: Formats) -> str:
    kind = " held out" if test.kind == "held out" else ""
    return f"n {formats.number(test.products)} products{kind}"


def _unclear(test: NewLineTest) -> str:
    """Return which of the others the profile was not seen to beat; empty where there is none."""
    for name, words in _SIMPLE.items():
        gain = test.gain(name, FIRST)
        if gain is not None and gain.hits.low is not None and gain.hits.low <= 0:
            return f" That is not clearly better than {words}."
    return ""
