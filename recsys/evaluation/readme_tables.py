"""An evaluation's figures as a part of a Markdown file that a command writes again."""

from pathlib import Path
from typing import Any

from recsys.errors import RecsysError
from recsys.evaluation.baselines import REFERENCES
from recsys.evaluation.evaluate import PARTS

_SHOWN = ("recall@10", "ndcg@10", "hr@10", "mrr", "coverage@10")
_END = "<!-- end of figures -->"


def rewrite(path: Path, told: dict[str, Any]) -> None:
    """Write the figures of `as_json` between their marks in a file, and nothing else.

    The marks are `<!-- figures: calendar 2011-11-11 -->`, with the protocol and the cut if it has one, and
    `<!-- end of figures -->`. Raises RecsysError if the file cannot be read, or has no such marks.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecsysError(f"{path} cannot be read ({error.strerror}); name a Markdown file that is there") from error
    mark = _mark(told)
    before, found, rest = text.partition(mark)
    _, end, after = rest.partition(_END)
    if not found or not end:
        raise RecsysError(f"{path} has no place for these figures; add the lines {mark} and {_END} to it")
    path.write_text(f"{before}{mark}\n{block(told)}\n{_END}{after}", encoding="utf-8")


def block(told: dict[str, Any]) -> str:
    """Return the figures of `as_json` as Markdown: a table a part, what the last model gains, and for whom."""
    return "\n\n".join([*(_table(told, part) for part in PARTS), _gains(told), _groups(told)])


def _mark(told: dict[str, Any]) -> str:
    cut = told["data"]["cut"]
    return f"<!-- figures: {told['protocol']}{f' {cut}' if cut else ''} -->"


def _table(told: dict[str, Any], part: str) -> str:
    n = next(iter(told["models"].values()))[part]["n"]
    lines = [f"| {told['protocol']}, {part}, n {n:,} | {' | '.join(_SHOWN)} |", "|---" * (len(_SHOWN) + 1) + "|"]
    for name, model in told["models"].items():
        figures = (_figure(model[part][metric], told["intervals"][name][part].get(metric)) for metric in _SHOWN)
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _gains(told: dict[str, Any]) -> str:
    last = list(told["models"])[-1]
    lines = [f"| {last} above, recall@10 / NDCG@10 | all | new |", "|---|---|---|"]
    for reference in REFERENCES:
        if reference in told["paired"][last]:
            parts = told["paired"][last][reference]
            gains = (f"{_gain(parts[part]['recall@10'])} / {_gain(parts[part]['ndcg@10'])}" for part in PARTS)
            lines.append(f"| {reference} | {' | '.join(gains)} |")
    return "\n".join(lines)


def _groups(told: dict[str, Any]) -> str:
    """Recall and n of the last model by activity and segment."""
    last = list(told["models"])[-1]
    names = list(told["bands"]["all"]) + list(told["segments"]["all"])
    lines = [f"| {last}, recall@10 (n) | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for part in PARTS:
        groups = told["bands"][part] | told["segments"][part]
        figures = (f"{_figure(groups[name][last]['recall@10'], None)} ({groups[name][last]['n']:,})" for name in names)
        lines.append(f"| {part} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _figure(mean: float | None, interval: list[float | None] | None) -> str:
    if mean is None:
        return "-"
    high = interval[1] if interval else None
    return _short(mean) if high is None else f"{_short(mean)} ± {_short(high - mean)}"


def _gain(difference: dict[str, Any]) -> str:
    if difference["difference"] is None:
        return "-"
    sign = "-" if difference["difference"] < 0 else "+"
    shown = f"{sign}{_short(abs(difference['difference']))}"
    return shown if difference["high"] is None else f"{shown} ± {_short(difference['high'] - difference['difference'])}"


def _short(number: float) -> str:
    """Return a share with three digits and without the zero before the point."""
    return f"{number:.3f}".removeprefix("0") if number < 1 else f"{number:.3f}"
