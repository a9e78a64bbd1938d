"""Customers by the quarter of their first order: who still orders, and what they bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.display.formats import Formats
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.words import counted, quarter_name
from dashboard.records.segments import Cohort, CohortQuarter

MOST_COHORTS = 8  # the newest: more have no room side by side
YEAR = 4  # quarters
TEN = 10


@dataclass(frozen=True)
class CohortCell:
    """A cohort in one of its quarters.

    share       of its customers who ordered in it, 0-1
    revenue     of the cohort in it for each of its customers; None for who may not see it
    is_running  the quarter is not over
    """

    share: float
    n: int
    revenue: float | None
    is_running: bool


@dataclass(frozen=True)
class CohortRow:
    """A cohort: `Q4 2026`, its customers, and a cell for each of its quarters."""

    name: str
    n: int
    cells: tuple[CohortCell, ...]


def cohort_rows(cohorts: Sequence[Cohort], as_of: date, *, has_revenue: bool) -> tuple[CohortRow, ...]:
    """Return the newest cohorts, the oldest of them first."""
    return tuple(
        CohortRow(
            quarter_name(one.first_quarter),
            one.n,
            tuple(
                CohortCell(
                    share=quarter.n_active / one.n,
                    n=quarter.n_active,
                    revenue=quarter.revenue / one.n if has_revenue else None,
                    is_running=is_running(quarter.quarter, as_of),
                )
                for quarter in one.quarters
            ),
        )
        for one in cohorts[-MOST_COHORTS:]
    )


def is_running(quarter: date, as_of: date) -> bool:
    """Return whether the quarter that begins on a day has days left after as_of."""
    month = quarter.month + 3
    following = date(quarter.year + (month > 12), (month - 1) % 12 + 1, 1)
    return as_of < following - timedelta(days=1)


def still_order(cohorts: Sequence[Cohort], after: int, as_of: date) -> tuple[int, int]:
    """Return how many customers ordered in the quarter so many after the first, and of how many; full quarters only."""
    found: list[tuple[CohortQuarter, Cohort]] = [
        (one.quarters[after], one)
        for one in cohorts
        if len(one.quarters) > after and not is_running(one.quarters[after].quarter, as_of)
    ]
    return sum(quarter.n_active for quarter, _ in found), sum(one.n for _, one in found)


def retention_sentence(page: SegmentsPage, formats: Formats) -> tuple[str, str]:
    """Return `Of 10 new customers, 8 still order in the next quarter and 7 a year later`, and of how many that is."""
    spans = [(after, *still_order(page.cohorts, after, page.as_of)) for after in (1, YEAR)]
    known = [(after, n, of) for after, n, of in spans if of]
    if not known:
        return "No new customer is a full quarter old yet.", ""
    ends = {1: "still order in the next quarter", YEAR: "a year later"}
    parts = [f"{formats.number(TEN * n / of)} {ends[after]}" for after, n, of in known]
    if known[0][0] == YEAR:
        parts[0] = f"{parts[0].split(' ')[0]} still order a year later"
    counts = ", ".join(f"{formats.number(n)} of {formats.number(of)}" for _, n, of in known)
    return f"Of 10 new customers, {' and '.join(parts)}", f"({counts}, full quarters only)."


def retention_foot(page: SegmentsPage, formats: Formats) -> str:
    """Return who is left out, and what is dashed."""
    known = page.report.cohorts
    said = []
    if known.from_quarter is not None:
        since = formats.month(known.from_quarter, year=True)
        said.append(f"{counted(known.n_customers, formats)} with a first order since {since}.")
    if known.n_left_out:
        verb = "is" if known.n_left_out == 1 else "are"
        said.append(
            f"{formats.number(known.n_left_out)} from before {verb} left out: the day of their first order may lie "
            "before the data."
        )
    if len(page.cohorts) > MOST_COHORTS:
        said.append(f"Shown are the newest {MOST_COHORTS} quarters.")
    if page.cohorts and is_running(page.cohorts[-1].quarters[-1].quarter, page.as_of):
        running = quarter_name(page.cohorts[-1].quarters[-1].quarter)
        said.append(f"Dashed: {running}, up to {formats.day(page.as_of, page.as_of)}.")
    return " ".join(said)
