"""The six figures behind the verdict; where one is not known the line below says so. No Dash."""

from dashboard.display.formats import NONE, SPACE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.tile import Tile
from dashboard.pages.model.data.verdict import in_common_text, told_and_came
from dashboard.records.model_report import RANKER, Report
from recsys.schema.build_report import ListFigures

NOT_MEASURED = "not measured"


def tiles(report: Report, formats: Formats) -> tuple[Tile, ...]:
    """Return two figures for good, three for personal, one for honest."""
    new = report.build.lists.get("new", ListFigures())
    return (
        _recall(report, ("all", "Recall at 10"), ("own_frequent", "own favourites"), formats),
        _recall(report, ("new", "New recall at 10"), ("popular", "best sellers"), formats),
        _coverage(new, formats),
        _largest_share(new, formats),
        _in_common(new, formats),
        _chance_error(report, formats),
    )


def _recall(report: Report, of: tuple[str, str], rival: tuple[str, str], formats: Formats) -> Tile:
    (part, label), (name, words) = of, rival
    meaning = MEANINGS["Recall of new products" if part == "new" else "Recall"]
    own, theirs = (_recall_of(report, model, part) for model in (RANKER, name))
    if own is None:
        return Tile(label, NONE, NOT_MEASURED, meaning=meaning)
    compared = f"{words} {formats.percent(theirs)}" if theirs is not None else "not compared"
    return Tile(label, formats.percent(own), compared, meaning=meaning)


def _recall_of(report: Report, model: str, part: str) -> float | None:
    found = report.figures(model, part)
    recall = found.metrics.get("recall@10") if found else None
    return recall.mean if recall else None


def _coverage(new: ListFigures, formats: Formats) -> Tile:
    label, meaning = "Coverage, new lists", MEANINGS["Coverage"]
    if new.coverage is None or new.products is None:
        return Tile(label, NONE, NOT_MEASURED, meaning=meaning)
    of = formats.number(new.products / new.coverage if new.coverage else None)
    return Tile(
        label, formats.percent(new.coverage), f"{formats.number(new.products)} of {of} products", meaning=meaning
    )


def _largest_share(new: ListFigures, formats: Formats) -> Tile:
    label, meaning = "Largest share of one", MEANINGS["Largest share"]
    if new.largest_share is None:
        return Tile(label, NONE, NOT_MEASURED, meaning=meaning)
    n = formats.number(new.largest_share * new.lists)
    return Tile(
        label, formats.percent(new.largest_share), f"{n} of {formats.number(new.lists)} new lists", meaning=meaning
    )


def _in_common(new: ListFigures, formats: Formats) -> Tile:
    label, meaning = "Two new lists share", MEANINGS["In common"]
    if new.overlap is None:
        return Tile(label, NONE, NOT_MEASURED, meaning=meaning)
    return Tile(label, in_common_text(new.overlap, formats), "products, on average", meaning=meaning)


def _chance_error(report: Report, formats: Formats) -> Tile:
    label, meaning = "Chance error, new", MEANINGS["Chance error"]
    known = report.calibrations.get("new")
    if known is None or known.ece is None:
        return Tile(label, NONE, NOT_MEASURED, meaning=meaning)
    told, came = (formats.number(share * 100, 1) for share in told_and_came(known))
    return Tile(
        label, f"{formats.number(known.ece * 100, 1)} points", f"told {told}, came true {came}{SPACE}%", meaning=meaning
    )
