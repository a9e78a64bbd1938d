"""Whether opens and clicks made the lists better, in one sentence. No Dash."""

from dashboard.display.formats import Formats
from dashboard.records.model_report import Report
from recsys.schema.build_report import Difference, EventsTest

_METRIC = "recall@10"
_PART_WORDS = {"all": "all products", "new": "new ones"}
_PERCENT = 100


def events_words(report: Report, formats: Formats) -> str:
    """Return what opens and clicks changed, and whether the lists were made with them; empty without events.

    Differences are in points, hundredths of recall at 10.
    """
    tested = report.build.events
    if tested is None:
        was_left_out = report.options.get("events") == "never" and report.source_rows.get("events")
        return "Opens and clicks: not used, as asked." if was_left_out else ""
    if tested.why_not:
        why = formats.with_days(tested.why_not)
        return f"Opens and clicks: {_use(tested)}; what they change was not tested, for {why}."
    changes = [
        _change(found, _PART_WORDS[part], formats)
        for part in _PART_WORDS
        if (found := tested.paired.get(part, {}).get(_METRIC)) is not None and found.difference is not None
    ]
    if not changes:
        return ""
    return f"Opens and clicks: recall at 10 {', '.join(changes)}: {_use(tested)}."


def _change(found: Difference, part: str, formats: Formats) -> str:
    points = formats.number_change(_PERCENT * (found.difference or 0.0), 1)
    of = f"n {formats.number(found.n)}"
    if found.low is None or found.high is None:
        return f"{points} points on {part} ({of})"
    low, high = (formats.number(_PERCENT * end, 1) for end in (found.low, found.high))
    return f"{points} points on {part} ({low} to {high}, {of})"


def _use(tested: EventsTest) -> str:
    if tested.asked == "always":
        return "used, as asked"
    if tested.used:
        return "used"
    return "not used" if tested.why_not else "no sure gain, not used"
