"""From what and how a version was built, and what its lists are made of. No Dash."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows, table_of_rows
from dashboard.records.model_report import Report
from recsys.schema.build_report import AnswerEffect, ListFloor

STEPS = "steps"
STEP_COLUMNS = (
    TableColumn("step", "Step", width=220, grow=4),
    TableColumn("seconds", "Seconds", "number", 96, on_phone="value", meaning=MEANINGS["Seconds"], decimals=1),
    TableColumn("share", "Share", "number", 96, meaning=MEANINGS["Share of time"], decimals=4),
)


def step_table(report: Report, formats: Formats) -> TableRows:
    """Return the steps of the build in their order; publishing itself is not among them."""
    total = sum(report.seconds.values())
    rows = [
        TableRow(
            str(at),
            (
                TableCell(step, step),
                TableCell(seconds, formats.number(seconds, 1)),
                TableCell(seconds / total if total else None, formats.percent(seconds / total if total else None)),
            ),
        )
        for at, (step, seconds) in enumerate(report.seconds.items())
    ]
    return table_of_rows((STEPS, "Build time", ("step", "steps")), STEP_COLUMNS, tuple(rows))


def duration_text(seconds: float, formats: Formats) -> str:
    """Return `42 s`, `3 min 20 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{formats.number(seconds, 1 if seconds < 10 else 0)} s"
    return f"{formats.number(whole // 60)} min {whole % 60} s"


def data_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return what the version was built from, label by label."""
    rows = report.source_rows
    names = (
        ("order_lines", "Order lines"),
        ("customers", "Customers"),
        ("products", "Products"),
        ("returns", "Returns"),
        ("stock", "Counts of stock"),
        ("promotions", "Promotions"),
        ("events", "Events"),
        ("outcomes", "Outcomes"),
    )
    span = (report.last_order_on - report.first_order_on).days + 1
    return (
        *((label, formats.number(rows[name])) for name, label in names if name in rows),
        ("First order", formats.day(report.first_order_on)),
        ("Last order", formats.day(report.last_order_on)),
        ("Days from first to last", formats.number(span)),
        ("Counted from", formats.day(report.as_of)),
        ("Data fingerprint", report.fingerprint[:12]),
        ("Built", formats.moment(report.built_at)),
        ("Built in", duration_text(sum(report.seconds.values()), formats)),
        ("Version", report.version),
        ("Program", report.code_version),
        ("Seed", formats.number(report.seed)),
    )


def option_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return the options of the build, label by label."""
    return tuple(
        (name.replace("_", " ").capitalize(), formats.with_days(_option_text(value)))
        for name, value in report.options.items()
    )


LIST_WORDS = {"new": "New", "usual": "Usual", "seasonal": "Seasonal", "lost": "Silent"}


def held_back_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return how many products each list held back: not available, replaced, of low priority or out of season."""
    facts = [
        (f"Held back from {LIST_WORDS.get(name, name)}", formats.number(n))
        for name, n in report.build.held_back.items()
    ]
    if report.build.not_sellable is not None:
        facts.append(("Products in no list", formats.number(report.build.not_sellable)))
    if report.build.out_of_season is not None:
        facts.append(("Out of season, in no list now", formats.number(report.build.out_of_season)))
    if report.build.services is not None:
        facts.append(("Services and fees, offered to nobody", formats.number(report.build.services)))
    facts.extend(_floor_facts(report, formats))
    return tuple(facts)


def _floor_facts(report: Report, formats: Formats) -> list[tuple[str, str]]:
    """Return by list where it ends, its least chance and least expected value, and how many rows are left out."""
    return [
        (f"{LIST_WORDS.get(name, name)}: rows below {_below(floor, formats)} left out", formats.number(floor.left_out))
        for name, floor in report.build.floors.items()
        if floor.left_out is not None and (floor.chance or floor.expected)
    ]


def _below(floor: ListFloor, formats: Formats) -> str:
    chance = [formats.percent(floor.chance, 1)] if floor.chance else []
    expected = [f"{formats.price(floor.expected)} expected"] if floor.expected else []
    return " or ".join([*chance, *expected])


_ANSWERS = {
    "no answer": "Pitched in the last four weeks, no order",
    "no answer for four weeks": "Pitched before that, no order",
    "snoozed": "Snoozed",
}


def answer_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return what pitches without an order taught; nothing for a version that was built without outcomes."""
    taught = report.build.answers
    facts = [
        (
            _ANSWERS.get(one.answer, one.answer),
            f"{formats.number(one.bought)} of {formats.number(one.pitches)} bought, {formats.number(one.expected, 1)} "
            f"expected: {_odds(one, formats)}",
        )
        for one in taught.effects
    ]
    if taught.hits_before is not None and taught.hits_after is not None:
        met = f"{formats.number(taught.hits_after)}, without it {formats.number(taught.hits_before)}"
        facts.append(("First ten new ones that were bought, tested", met))
    return tuple(facts)


def _odds(effect: AnswerEffect, formats: Formats) -> str:
    if effect.odds is None or effect.odds == 1:
        return "too few to count"
    return f"odds times {formats.number(effect.odds, 2 if effect.odds < 1 else 1)}"


def exposure_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return the exposure cap of the new lists, its effect and its cost; what is unknown is left out."""
    known = report.build.breadth.model_dump(exclude_none=True)
    return tuple(
        (words, formats.percent(known[name], 1) if as_percent else formats.number(known[name], decimals))
        for name, words, as_percent, decimals in _EXPOSURE
        if name in known
    )


_EXPOSURE = (
    ("popularity_discount", "Discount on what scores high for everybody", False, 2),
    ("max_share", "New lists that one product may be in", True, 1),
    ("widest_share", "New lists that the most frequent one is in, all rows", True, 1),
    ("products", "Products on new lists, all rows", False, 0),
    ("lists", "New lists", False, 0),
    ("recall", "Recall at 10 without both", False, 3),
    ("recall_cost", "Recall at 10 that both cost", False, 3),
    ("n", "Customers whom that was measured on", False, 0),
)


def _option_text(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_option_text(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _joined(value)
    return str(value)


def _joined(values: Iterable[object]) -> str:
    return ", ".join(_option_text(value) for value in values) or "none"
