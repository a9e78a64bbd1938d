"""Two groups of customers side by side: the sets of the first, and of whom they are more typical."""

from dataclasses import dataclass

from dashboard.data.bundle_compare import Compared, Reading, compared
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.pages.bundles.data.whose import whose
from recsys.schema.bundle_groups import EVERYBODY, Members, members_of

COMPARED = "compared"
NOBODY = "none"  # the choice of nobody to compare with
MOST_SHOWN = 300  # sets, those that differ most for certain: writing thousands takes a tenth of a second


@dataclass(frozen=True)
class Comparison:
    """The sets of `own` beside those of `other`. `least`: order days below which a set of the other is not known."""

    own: Members
    other: Members
    rows: tuple[Compared, ...]
    least: int | None

    @property
    def may_share_customers(self) -> bool:
        """Return whether a customer can be in both: those of one group are apart."""
        return self.own[0] != self.other[0] or EVERYBODY in (self.own, self.other)


def comparison(context: PageContext, own: Members, said: object) -> Comparison | None:
    """Return the comparison with those whom an address or a control names; None for nobody, or for the same."""
    other = members_of(said) if isinstance(said, str) and said not in ("", NOBODY) else None
    if said in ("all", "*"):
        other = EVERYBODY
    if other is None or other == own or not context.bundles.of(other) or not context.bundles.of(own):
        return None
    rows = compared(context.bundles.of(own), context.bundles.of(other))
    return Comparison(own, other, rows, context.bundles.least_baskets(other))


def comparison_table(context: PageContext, found: Comparison) -> TableRows:
    """Return the table of a comparison: what differs most for certain, MOST_SHOWN sets at most."""
    formats, address = context.formats, context.links.bundle_of(found.own)
    own, other = whose(found.own), whose(found.other)
    words: dict[Reading, str] = {
        "here": f"more typical of {own}",
        "there": f"more typical of {other}",
        "alike": "no clear difference",
        "too few": "too few to tell",
    }
    cells: dict[str, CellOf[Compared]] = {
        "products": CellOf(lambda one: one.own.name, lambda one: one.own.name, lambda one: address(one.own.key)),
        "numbers": CellOf(lambda one: " + ".join(one.own.product_ids)),
        "here": CellOf(lambda one: one.own.lift, lambda one: formats.number(one.own.lift, 1)),
        "here_days": CellOf(lambda one: one.own.n_baskets),
        "there": CellOf(
            lambda one: one.other.lift if one.other else None,
            lambda one: formats.number(one.other.lift if one.other else None, 1),
        ),
        "there_days": CellOf(lambda one: one.other.n_baskets if one.other else None),
        "ratio": CellOf(lambda one: one.ratio, lambda one: formats.number(one.ratio, 2)),
        "low": CellOf(lambda one: one.low, lambda one: formats.number(one.low, 2)),
        "high": CellOf(lambda one: one.high, lambda one: formats.number(one.high, 2)),
        "reading": CellOf(lambda one: words[one.reading]),
    }
    about = (COMPARED, f"{own[0].upper()}{own[1:]} beside {other}", ("bundle", "bundles"))
    return table_of(about, _columns(own, other), found.rows[:MOST_SHOWN], lambda one: one.own.key, cells)


def comparison_sentence(found: Comparison, context: PageContext) -> str:
    """Return how many sets are more typical of whom, and what the interval does not know."""
    n = {reading: 0 for reading in ("here", "there", "alike", "too few")}
    for one in found.rows:
        n[one.reading] += 1
    number = context.formats.number
    least = f"fewer than {number(found.least)}" if found.least else "too few"
    parts = [
        f"Of {number(len(found.rows))} bundles, {number(n['here'])} are more typical of {whose(found.own)}, "
        f"{number(n['there'])} of {whose(found.other)}; of {number(n['alike'])} there is no clear difference.",
        f"{number(n['too few'])} {'is' if n['too few'] == 1 else 'are'} on {least} order days of {whose(found.other)}: "
        "too few to tell."
        if n["too few"]
        else "",
        f"The {number(MOST_SHOWN)} that differ most for certain are shown." if len(found.rows) > MOST_SHOWN else "",
        "A customer may be among both, so the intervals are rather too wide." if found.may_share_customers else "",
    ]
    return " ".join(part for part in parts if part)


def _columns(own: str, other: str) -> tuple[TableColumn, ...]:
    return (
        TableColumn("products", "Products", width=220, grow=6),
        TableColumn("numbers", "Product numbers", in_file_only=True),
        TableColumn(
            "here", "Lift here", "number", 88, meaning=MEANINGS["Lift here"], file_label=f"Lift, {own}", decimals=2
        ),
        TableColumn("here_days", f"Order days, {own}", "number", in_file_only=True, decimals=0),
        TableColumn(
            "there", "Lift there", "number", 92, meaning=MEANINGS["Lift there"], file_label=f"Lift, {other}", decimals=2
        ),
        TableColumn("there_days", f"Order days, {other}", "number", in_file_only=True, decimals=0),
        TableColumn("ratio", "Ratio", "number", 80, on_phone="value", meaning=MEANINGS["Ratio of lifts"], decimals=3),
        TableColumn("low", "From", "number", 76, on_phone="hidden", meaning=MEANINGS["Ratio from"], decimals=3),
        TableColumn("high", "To", "number", 76, on_phone="hidden", meaning=MEANINGS["Ratio to"], decimals=3),
        TableColumn("reading", "Reading", width=200, grow=3, on_phone="plain", meaning=MEANINGS["Reading of a ratio"]),
    )


COMPARED_COLUMNS = _columns("", "")  # as an address names them
