"""An evaluation's figures as tables in a Markdown file, which `evaluate --readme` replaces."""

from collections.abc import Iterator
from pathlib import Path

from recsys.errors import RecsysError
from recsys.evaluation.baselines import REFERENCES
from recsys.evaluation.breadth import BREADTH_MEASURES
from recsys.evaluation.evaluate import BREADTH_AT
from recsys.schema.build_report import PARTS, Difference, EvaluationReport, Spread

_METRICS = ("recall@10", "ndcg@10", "hr@10", "hr@1", "mrr", "precision@10")
_BREADTH = tuple(f"{name}@{BREADTH_AT}" for name in BREADTH_MEASURES)
_SEED_METRICS = ("recall@10", "ndcg@10", "hr@1", "precision@10")
_END = "<!-- end of figures -->"


def rewrite(path: Path, report: EvaluationReport) -> None:
    """Replace the text between the marks of a report in a Markdown file by its tables.

    The marks are `<!-- figures: calendar 2011-11-11 -->`, with the report's protocol and, if there is one, its cut, and
    `<!-- end of figures -->`. Raises RecsysError if the file cannot be read or has no such marks.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecsysError(f"{path} cannot be read ({error.strerror}); name a Markdown file that is there") from error
    mark = _mark(report)
    before, found, rest = text.partition(mark)
    _, end, after = rest.partition(_END)
    if not found or not end:
        raise RecsysError(f"{path} has no place for these figures; add the lines {mark} and {_END} to it")
    path.write_text(f"{before}{mark}\n{block(report)}\n{_END}{after}", encoding="utf-8")


def block(report: EvaluationReport) -> str:
    """Return a report as Markdown tables: metrics and breadth of each part, the last model's gains, recall by group.

    Where they were measured, the spread over seeds and what became of seasonal and unsold products follow.
    """
    tables = [*(_table(report, part) for part in PARTS), *(_breadth(report, part) for part in PARTS)]
    return "\n\n".join([*tables, _gains(report), _groups(report), *_seeds(report), *_hits(report)])


def _mark(report: EvaluationReport) -> str:
    cut = report.data.cut
    return f"<!-- figures: {report.protocol}{f' {cut}' if cut else ''} -->"


def _table(report: EvaluationReport, part: str) -> str:
    n = next(iter(report.models.values())).part(part).n
    lines = [f"| {report.protocol}, {part}, n {n:,} | {' | '.join(_METRICS)} |", "|---" * (len(_METRICS) + 1) + "|"]
    for name, model in report.models.items():
        means, intervals = model.part(part).means, report.intervals[name][part]
        figures = (_figure(means[metric], intervals.get(metric)) for metric in _METRICS)
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _breadth(report: EvaluationReport, part: str) -> str:
    n = max(model.part(part).lists or 0 for model in report.models.values())
    names = " | ".join(name.replace("_", " ") for name in _BREADTH)
    lines = [f"| {report.protocol}, {part}, lists {n:,} | {names} |", "|---" * (len(_BREADTH) + 1) + "|"]
    for name, model in report.models.items():
        figures = (_figure(model.part(part).means[measure], None) for measure in _BREADTH)
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _seeds(report: EvaluationReport) -> Iterator[str]:
    """Yield a table of the ranker's mean over seeds, its standard deviation, the lowest and the highest."""
    if not report.seeds.n:
        return
    names = " | ".join(_SEED_METRICS)
    lines = [f"| ranker, {report.seeds.n} seeds | {names} |", "|---" * (len(_SEED_METRICS) + 1) + "|"]
    for part, spreads in report.seeds.spreads.items():
        found = (spreads.get(metric, Spread()) for metric in _SEED_METRICS)
        lines.append(f"| {part} | {' | '.join(map(_spread, found))} |")
    yield "\n".join(lines)


def _spread(spread: Spread) -> str:
    numbers = (spread.mean, spread.sd, spread.lowest, spread.highest)
    if None in numbers:
        return "-"
    mean, sd, lowest, highest = (f"{number:.4f}".removeprefix("0") for number in numbers)
    return f"{mean} sd {sd} ({lowest} to {highest})"


def _hits(report: EvaluationReport) -> Iterator[str]:
    """Yield a sentence for each kind of list that was tried before the held-out days."""
    for name, found in (("Seasonal", report.seasonal), ("Unsold", report.unsold)):
        if found.why_not:
            yield f"{name}: not measured, {found.why_not}."
        elif found.rows is not None:
            yield (
                f"{name}: {found.bought:,} of {found.rows:,} rows in {found.lists:,} lists were bought, of "
                f"{found.wanted:,} purchases that they could have named."
            )


def _gains(report: EvaluationReport) -> str:
    last = list(report.models)[-1]
    lines = [f"| {last} above, recall@10 / NDCG@10 | all | new |", "|---|---|---|"]
    for reference in REFERENCES:
        if reference in report.paired[last]:
            parts = report.paired[last][reference]
            gains = (f"{_gain(parts[part]['recall@10'])} / {_gain(parts[part]['ndcg@10'])}" for part in PARTS)
            lines.append(f"| {reference} | {' | '.join(gains)} |")
    return "\n".join(lines)


def _groups(report: EvaluationReport) -> str:
    """Return the last model's recall@10 and n by band of activity and by segment."""
    last = list(report.models)[-1]
    names = list(report.bands["all"]) + list(report.segments["all"])
    lines = [f"| {last}, recall@10 (n) | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for part in PARTS:
        groups = report.bands[part] | report.segments[part]
        means = (groups[name][last] for name in names)
        figures = (f"{_figure(one.means['recall@10'], None)} ({one.n:,})" for one in means)
        lines.append(f"| {part} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _figure(mean: float | None, interval: tuple[float | None, float | None] | None) -> str:
    if mean is None:
        return "-"
    high = interval[1] if interval else None
    return _short(mean) if high is None else f"{_short(mean)} ± {_short(high - mean)}"


def _gain(gain: Difference) -> str:
    if gain.difference is None:
        return "-"
    sign = "-" if gain.difference < 0 else "+"
    shown = f"{sign}{_short(abs(gain.difference))}"
    return shown if gain.high is None else f"{shown} ± {_short(gain.high - gain.difference)}"


def _short(number: float) -> str:
    """Return a number as `.123` or `1.234`: three decimals, no zero before the point."""
    return f"{number:.3f}".removeprefix("0") if number < 1 else f"{number:.3f}"
