"""Whether the lists are good, personal and honest, in one sentence made from the version's figures. No Dash.

Each word has a rule of its own, and each rule needs a figure: a version that lacks it is not judged by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Literal

from dashboard.display.formats import SPACE, Formats
from dashboard.records.model_report import RANKER, Gain, Report
from recsys.schema.build_report import PARTS, Bin, ListFigures, Reliability

Tone = Literal["ok", "warn", "unknown"]

PLACES = 10  # of a list that breadth is measured on
MAX_OVERLAP = 0.10  # Jaccard: not quite two of two customers' first ten are the same
MAX_SHARE = 0.25  # of the lists that one product is among the first ten of
TIMES_BY_LOT = 2  # both bounds are at least so many times what lists drawn by lot have, where products are few
MAX_ERROR = 0.02  # mean difference of chance and what was bought
MAX_RELATIVE_ERROR = 1 / 3  # the same over the mean chance: 3 % that are 1 % in truth are no honest 3 %

# What the ranker has to be ahead of: part of the products, model, its words.
_RIVALS = (
    ("all", "own_frequent", "own favourites"),
    ("all", "popular", "best sellers"),
    ("new", "popular", "best sellers"),
)


@dataclass(frozen=True)
class Finding:
    """One word of the verdict.

    holds    None: not measured
    unmet    what the lists are where the word does not hold      clause  the figures behind it; empty if not measured
    """

    word: str
    unmet: str
    holds: bool | None
    clause: str = ""


@dataclass(frozen=True)
class Verdict:
    """The sentence: its first words, then the figures; notes say on what it was measured, and what was not."""

    tone: Tone
    head: str
    body: str
    notes: tuple[str, ...]


def verdict(report: Report, formats: Formats) -> Verdict:
    """Return what a version's figures say of its lists."""
    findings = (good(report, formats), personal(report, formats), honest(report, formats))
    met = [one.word for one in findings if one.holds]
    unmet = [one.unmet for one in findings if one.holds is False]
    unknown = [one.word for one in findings if one.holds is None]
    notes = [_tested(report, formats)] if report.models else []
    if unknown and (met or unmet):
        notes.append(f"Not measured: whether they are {_joined(unknown, 'or')}.")
    return Verdict(
        "warn" if unmet else "unknown" if unknown else "ok",
        _head(met, unmet),
        "; ".join(one.clause for one in findings if one.clause),
        tuple(notes),
    )


def _head(met: Sequence[str], unmet: Sequence[str]) -> str:
    if not met and not unmet:
        return "Nothing was measured that says whether the lists are good, personal or honest."
    if not unmet:
        return f"The lists are {_joined(met)}:"
    return f"The lists are {f'{_joined(met)}, but ' if met else ''}{_joined(unmet)}:"


# ---- good: more of what is bought is on the lists than on those of simple rules ----


def good(report: Report, formats: Formats) -> Finding:
    """Return whether recall at 10 is ahead of own favourites and best sellers by intervals that exclude 0."""
    word, unmet = "good", "not clearly better than simple rules"
    gains = {(one.part, one.reference): one for one in report.gains}
    leads = [_lead(gains.get((part, rival))) for part, rival, _ in _RIVALS]
    if None in leads:
        return Finding(word, unmet, None)
    first_behind = next((at for at, lead in enumerate(leads) if lead != "ahead"), None)
    part, rival, words = _RIVALS[first_behind or 0]
    own, theirs = (_of_hundred(report, model, part, formats) for model in (RANKER, rival))
    bought = "products new to them that a customer" if part == "new" else "products that a customer"
    clause = f"of 100 {bought} bought {_when(report, formats)}, {own} on average had been among their first ten"
    if first_behind is None:
        return Finding(word, unmet, True, clause)
    how = "fewer than" if leads[first_behind] == "behind" else "no clear difference from"
    return Finding(word, unmet, False, f"{clause}, {how} {words} ({theirs})")


def _lead(gain: Gain | None) -> Literal["ahead", "level", "behind"] | None:
    recall = gain.metrics.get("recall@10") if gain else None
    if recall is None or recall.low is None or recall.high is None:
        return None
    return "ahead" if recall.low > 0 else "behind" if recall.high < 0 else "level"


def _of_hundred(report: Report, model: str, part: str, formats: Formats) -> str:
    found = report.figures(model, part)
    recall = found.metrics.get("recall@10") if found else None
    return formats.number(recall.mean * 100 if recall else None)


def _when(report: Report, formats: Formats) -> str:
    days = report.build.evaluation.data.days
    return f"in the {formats.days(days)} tested" if days is not None else "in the orders tested"


# ---- personal: two customers' lists of new products differ, and no product is on most of them ----


def personal(report: Report, formats: Formats) -> Finding:
    """Return whether the first ten of the lists of new products overlap little, and no product is on many of them."""
    word, unmet = "personal", "not personal"
    new = report.build.lists.get("new", ListFigures())
    if new.overlap is None or new.largest_share is None:
        return Finding(word, unmet, None)
    shared = in_common_text(new.overlap, formats)
    common = f"two customers\N{RIGHT SINGLE QUOTATION MARK} new lists share about {shared} products"
    most_overlap, most_share = bounds(new)
    if new.overlap <= most_overlap and new.largest_share <= most_share:
        share = formats.percent(ceil(round(new.largest_share * 100, 6)) / 100)
        return Finding(word, unmet, True, f"{common}, and no product is on more than {share} of them")
    return Finding(word, unmet, False, f"{common}, and one product is on {formats.percent(new.largest_share)} of them")


def bounds(lists: ListFigures) -> tuple[float, float]:
    """Return the overlap and the largest share up to which lists count as personal.

    Where products are few even lists drawn by lot have much in common: then twice that is allowed.
    """
    n = lists.products / lists.coverage if lists.products and lists.coverage else 0
    if n <= PLACES:
        return 1.0, 1.0
    by_lot = PLACES / n
    return max(MAX_OVERLAP, TIMES_BY_LOT * by_lot / (2 - by_lot)), max(MAX_SHARE, TIMES_BY_LOT * by_lot)


def in_common_text(overlap: float, formats: Formats) -> str:
    """Return an overlap as products of the first ten that two lists share: `1.2 of 10`."""
    return f"{formats.number(PLACES * 2 * overlap / (1 + overlap), 1)}{SPACE}of{SPACE}{PLACES}"


# ---- honest: what was told came true ----


def honest(report: Report, formats: Formats) -> Finding:
    """Return whether the chances of every list that has some came true closely enough."""
    word, unmet = "honest", "not honest"
    errors = {name: one for name, one in report.calibrations.items() if one.ece is not None}
    if not errors:
        return Finding(word, unmet, None)
    failed = [one for one in errors.values() if not _holds(one)]
    shown = max(failed, key=_excess) if failed else errors.get("new", next(iter(errors.values())))
    example = max(shown.bins, key=_gap) if failed else shown.bins[-1]
    told, came = (formats.chance(each).replace(" ", SPACE) for each in (example.predicted, example.bought))
    clause = f"what was told as {told} came true {came} times"
    if failed and told == came:  # equal words would deny what they are to show
        told, came = (formats.percent(each) for each in (example.predicted, example.bought))
        clause = f"of what was told as {told}, {came} came true"
    return Finding(word, unmet, not failed, clause)


def told_and_came(known: Reliability) -> tuple[float, float]:
    """Return the mean chance of all suggestions, and the share of them that was bought. Raises ValueError for none."""
    n = sum(one.n for one in known.bins)
    if not n:
        raise ValueError("a reliability without bins has no mean chance")
    return sum(one.n * one.predicted for one in known.bins) / n, sum(one.n * one.bought for one in known.bins) / n


def _holds(known: Reliability) -> bool:
    return _excess(known) <= 1


def _excess(known: Reliability) -> float:
    """Return the error over what is allowed: the lower of the two bounds."""
    told, _ = told_and_came(known)
    return (known.ece or 0.0) / max(min(MAX_ERROR, MAX_RELATIVE_ERROR * told), 1e-9)


def _gap(one: Bin) -> float:
    return one.n * abs(one.predicted - one.bought)


# ---- on what ----


def _tested(report: Report, formats: Formats) -> str:
    """Return on which days and orders it was measured; what an older version does not know is left out."""
    data = report.build.evaluation.data
    when = "Tested with what was known before"
    if data.cut is not None and data.days is not None:
        last = data.cut + timedelta(data.days - 1)
        when = f"Tested on {formats.day(data.cut, last)} to {formats.day(last)} with what was known before"
    customers = data.tested.get("all", max((one.n for one in report.models if one.part in PARTS), default=0))
    bought = data.bought.get("all")
    products = f", {formats.number(bought)} products bought" if bought is not None else ""
    return f"{when}: {formats.number(customers)} customers who ordered{products}."


def _joined(words: Sequence[str], last: str = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
