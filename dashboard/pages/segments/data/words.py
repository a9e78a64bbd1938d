"""What the page of segments says in words."""

from collections.abc import Sequence
from datetime import date
from math import floor

from dashboard.display.formats import NONE, Formats
from dashboard.pages.segments.data.filters import SegmentFilters
from dashboard.pages.segments.data.page import OPPORTUNITY, SegmentsPage
from dashboard.records.segments import Move, Moves
from recsys.schema.segments import RFM_CELLS, RFM_SEGMENTS, SCORES, Cell

NO_ORDER = "No order"
NO_ORDER_BEFORE, NO_ORDER_SINCE = f"{NO_ORDER} before", f"{NO_ORDER} in 12 months"
EN_DASH = "\N{EN DASH}"
_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MOST_NAMED = 4  # moves that the sentence names


def counted(n: int, formats: Formats, one: str = "customer", many: str = "customers") -> str:
    """Return `1 customer`, `1,482 customers`."""
    return f"{formats.number(n)} {one if n == 1 else many}"


def segment_name(by: str, name: str) -> str:
    """Return what a segment is called: `At risk`, `Group 1`."""
    return name if by == "rfm" else f"Group {name}"


def subtitle(page: SegmentsPage, formats: Formats) -> str:
    """Return `1,482 customers with orders, 12 months to 16 Nov 2026`."""
    n = counted(page.summary.whole.n, formats)
    return f"{n} with orders, 12 months to {formats.day(page.as_of)}"


def day_of(page: SegmentsPage, formats: Formats) -> str:
    """Return the day of the version that is compared with."""
    return formats.day(page.compared.as_of, page.as_of)


# ---- scores ----


def score_spans(bounds: Sequence[float] | None, *, low_is_best: bool) -> dict[int, str]:
    """Return from where to where each score goes, in whole numbers: `33-90`, `91+`; empty where bounds are unknown."""
    if not bounds:
        return dict.fromkeys(SCORES, "")
    edges = [floor(bound) for bound in bounds]
    least = 0 if low_is_best else 1
    spans = [_span(low, high) for low, high in zip([least, *(edge + 1 for edge in edges)], edges, strict=False)]
    spans.append(f"{edges[-1] + 1}+")
    return dict(zip(reversed(SCORES) if low_is_best else SCORES, spans, strict=True))


def _span(low: int, high: int) -> str:
    return NONE if high < low else str(low) if low == high else f"{low}{EN_DASH}{high}"


def cell_name(cell: Cell) -> str:
    return f"R{cell[0]} F{cell[1]}"


def cell_label(cell: Cell, n: int, formats: Formats) -> str:
    """Return what a cell of the grid is called aloud: `R2 F3, At risk, 61 customers`."""
    return f"{cell_name(cell)}, {RFM_CELLS[cell]}, {counted(n, formats)}"


def outlined(filters: SegmentFilters) -> str:
    """Return what is outlined in the grid: `Outlined: the four cells of At risk. A cell or a tile selects.`"""
    how = "A cell or a tile selects."
    n = len(filters.chosen)
    if not n:
        return how
    cells = f"{_WORDS[n]} cell{'' if n == 1 else 's'}" if n < len(_WORDS) else f"{n} cells"
    of = f"the {cells} of {filters.segment}" if filters.segment else f"{cells}"
    return f"Outlined: {of}. {how}"


def rules(page: SegmentsPage, formats: Formats) -> list[str]:
    """Return how scores and segments come about, with the bounds of this version."""
    bounds = page.report.bounds
    recency = score_spans(bounds.recency, low_is_best=True)
    frequency = score_spans(bounds.frequency, low_is_best=False)
    said = [
        "Each customer with an order in the 12 months has a score from 1 to 5 for how lately (R), how often (F) and "
        "for how much (M) they ordered; 5 is best. Each score is a fifth of them, as far as equal ones allow."
    ]
    if bounds.recency and bounds.frequency:
        said.append(f"R, days since the last order: {_spans(recency)}.")
        said.append(f"F, order days in the 12 months: {_spans(frequency)}.")
    if bounds.monetary:
        amounts = ", ".join(formats.money(amount) for amount in bounds.monetary)
        said.append(f"M, revenue in the 12 months: bounds at {amounts}.")
    if page.report.bounds_on:
        said.append(f"These bounds were set on {formats.day(page.report.bounds_on)}.")
    said.append("A named segment is some cells of R and F; M has no part in it.")
    return said


def _spans(spans: dict[int, str]) -> str:
    return ", ".join(f"{score} is {spans[score]}" for score in reversed(SCORES))


def segment_rules() -> tuple[tuple[str, str, str], ...]:
    """Return each named segment, its cells and who is in it in words."""
    return tuple((one.name, one.rule.replace("-", EN_DASH), one.words) for one in RFM_SEGMENTS)


# ---- what there is to win back ----


def opportunity(page: SegmentsPage, formats: Formats) -> tuple[str, str] | None:
    """Return what At risk and Cannot lose spent in the year before: the head of a sentence, and the rest of it.

    None where nobody is in them, or what customers spend is not the viewer's to see.
    """
    found = [one for one in page.summary.segments if one.name in OPPORTUNITY]
    n = sum(one.n for one in found)
    if page.filters.by != "rfm" or not n or any(one.revenue is None or one.revenue_before is None for one in found):
        return None
    now = formats.compact(sum(one.revenue or 0 for one in found))
    who = f"{counted(n, formats)} of {OPPORTUNITY[0]} and {OPPORTUNITY[1]}"
    if not page.has_year_before:
        begin = formats.day(page.data_begin_on)
        return f"{who} spent {now} in the last 12 months.", f"The year before is not whole: the data begin on {begin}."
    before = formats.compact(sum(one.revenue_before or 0 for one in found))
    return f"{who} spent {before} in the year before,", f"and {now} in the last 12 months."


# ---- moves ----


def moves_sentence(page: SegmentsPage, moves: Moves, formats: Formats) -> tuple[str, str]:
    """Return who moved between two versions: the head of the sentence, and the rest of it."""
    n, of = moves.n_moved, moves.n_moved + moves.n_stayed
    span = f"between {day_of(page, formats)} and {formats.day(page.as_of, page.as_of)}"
    if not n:
        return f"None of {counted(of, formats)} moved", f"{span}."
    head = f"{formats.number(n)} of {counted(of, formats)} moved"
    share = formats.percent(moves.n_stayed / of)
    rest = f"{span}; {formats.number(moves.n_stayed)} stayed ({share})."
    return head, f"{rest} {_largest(page.filters.by, moves, formats)}"


def _largest(by: str, moves: Moves, formats: Formats) -> str:
    named = [
        f"{_from_name(by, move)} to {_to_name(by, move)} ({formats.number(move.n)})"
        for move in moves.moves[:MOST_NAMED]
    ]
    if len(named) == 1:
        return f"All of them went from {named[0].rpartition(' (')[0]}."
    return f"The largest moves are {', '.join(named[:-1])} and {named[-1]}."


def _from_name(by: str, move: Move) -> str:
    return segment_name(by, move.came_from) if move.came_from else NO_ORDER_BEFORE


def _to_name(by: str, move: Move) -> str:
    return segment_name(by, move.went_to) if move.went_to else NO_ORDER_SINCE


def move_names(by: str, move: Move) -> tuple[str, str]:
    """Return from where and to where: the two names as they are shown."""
    return _from_name(by, move), _to_name(by, move)


def money_change(amount: float | None, formats: Formats) -> str:
    """Return a change of an amount with its sign: `+€41,200`."""
    if amount is None:
        return NONE
    text = formats.money(amount)
    return f"+{text}" if amount > 0 and text != formats.money(0) else text


# ---- cohorts ----


def quarter_name(day: date) -> str:
    """Return `Q4 2026`."""
    return f"Q{(day.month + 2) // 3} {day.year}"
