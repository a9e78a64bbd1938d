"""python -m recsys evaluate: metrics of the lists on held-out orders, beside published methods."""

import json
from datetime import datetime
from enum import StrEnum
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.cli.console import BarProgress, out
from recsys.cli.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recsys.dataset.interactions import Interactions
    from recsys.evaluation.catalogue import Catalogue
    from recsys.evaluation.evaluate import Evaluation
    from recsys.evaluation.intervals import Estimate
    from recsys.evaluation.order_history import ProductTexts
    from recsys.evaluation.served_version import ServedVersion
    from recsys.evaluation.split import Split
    from recsys.models.base import Model
    from recsys.schema.build_report import AlertRule, EvaluationReport, MeanInterval, NewLineTest, ServedReport
    from recsys.schema.reorder_rules import LostRule

_WHY_NOTHING = {
    "all": "no tested customer bought anything in what is held out",
    "new": "no tested customer bought anything new in what is held out",
}


class Protocol(StrEnum):
    """How orders are held out."""

    calendar = "calendar"
    last_basket = "last-basket"


def evaluate(
    data: Annotated[Path, typer.Option(help="Folder of clean tables; who, what and when is enough.")],
    protocol: Annotated[
        Protocol, typer.Option(help="calendar: all orders from a day on; last-basket: everyone's last basket.")
    ] = Protocol.calendar,
    cut: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="calendar: first day held out. Default: the last `days` days."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="calendar: how many days are held out, and learned from.")] = 28,
    products: Annotated[str | None, typer.Option(help="Only products whose id holds this regular expression.")] = None,
    models: Annotated[str | None, typer.Option(help="Names, separated by commas. Default: all.")] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(
            help="Compare with the version that this folder serves: with its lists if it was built from orders "
            "before the cut, else with its options."
        ),
    ] = None,
    readme: Annotated[
        Path | None,
        typer.Option(help="Also write the figures into this Markdown file, between the marks for them."),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="From how many seeds the ranker learns, to show their spread; 1: no spread.")
    ] = 5,
    alerts: Annotated[
        bool,
        typer.Option(
            "--alerts",
            help="Ask the rules for lost products and slowing customers 90 days before the last order instead, and "
            "count how often they were right, beside naive rules.",
        ),
    ] = False,
    lost: Annotated[
        str,
        typer.Option(
            help="--alerts: the rule for lost products: least order days, usual gaps since the last, days since the "
            "last, revenue in the year up to it."
        ),
    ] = "6,1.5,21,200",
    new_lines: Annotated[
        bool,
        typer.Option(
            "--new-lines",
            help="Rank customers for products that were first sold in the last months instead, by what they buy that "
            "is like them, and count who bought them since, beside simple rankings.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Hold out what was bought last, make the lists from what was known before, and compare."""
    from recsys.evaluation.evaluate import evaluate as evaluated
    from recsys.evaluation.evaluate import everyone
    from recsys.evaluation.list_hits import seasonal_hits, unsold_hits
    from recsys.evaluation.order_history import read_catalogue, read_orders, read_product_texts
    from recsys.evaluation.readme_tables import rewrite
    from recsys.evaluation.report import evaluation_report
    from recsys.evaluation.seeds import spread_of_seeds
    from recsys.evaluation.served_version import served_version
    from recsys.options import BuildOptions
    from recsys.schema.build_report import Seeds

    try:
        orders = read_orders(data, products)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if alerts:
        _test_alerts(orders, _lost_rule(lost), as_json=as_json)
        return
    if new_lines:
        _test_new_lines(orders, read_catalogue(data, products), as_json=as_json)
        return
    split = _split(orders, protocol, cut, days)
    served = served_version(artifacts, split) if artifacts else None
    progress, options = BarProgress(), BuildOptions()
    texts = read_product_texts(data)
    evaluation = evaluated(split, _models(split, models, served, texts), progress, everyone(split))
    more = {
        "seeds": spread_of_seeds(split, seeds, progress) if seeds > 1 and "ranker" in evaluation.results else Seeds(),
        "seasonal": seasonal_hits(split, options.list_length),
        "unsold": unsold_hits(split, orders, read_catalogue(data, products), options.unsold_places),
    }
    report = evaluation_report(evaluation, orders, products, served).model_copy(update=more)
    if readme:
        rewrite(readme, report)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        _print(evaluation, report)


def _lost_rule(text: str) -> "LostRule":
    from recsys.schema.reorder_rules import LostRule

    try:
        purchases, gaps, days, worth = text.split(",")
        return LostRule(int(purchases), float(gaps), int(days), float(worth))
    except ValueError as error:
        known = "it must be four numbers such as 6,1.5,21,200"
        raise typer.BadParameter(f"--lost is '{text}'; {known} ({error})") from error


def _test_alerts(orders: "Interactions", rule: "LostRule", *, as_json: bool) -> None:
    """Print the back-test of the rules."""
    from recsys.evaluation.alerts import backtest_alerts

    found = backtest_alerts(orders, rule)
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    elif found.why_not:
        out.print(f"not tested: {found.why_not}")
    else:
        out.print(f"rules asked on {found.cut}, what came of it in the {found.days} days from then on")
        for kind in dict.fromkeys(rule.kind for rule in found.rules):
            _print_table(_alerts_table(kind, [rule for rule in found.rules if rule.kind == kind]))


def _test_new_lines(orders: "Interactions", products: "Catalogue | None", *, as_json: bool) -> None:
    """Print the back-test of who fits a new line."""
    from recsys.evaluation.catalogue import categories_of
    from recsys.evaluation.new_lines import new_line_test

    found = new_line_test(orders, categories_of(products, orders.product_ids) if products else None)
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    elif found.why_not:
        out.print(f"not tested: {found.why_not}")
    else:
        out.print(
            f"{found.products:,} products, {found.kind}, cuts from {found.cuts[0]} to {found.cuts[-1]}; who of "
            f"{found.customers:,.0f} customers bought them within {found.weeks} weeks: {found.buyers:,} purchases"
        )
        _print_table(_new_lines_table(found))
        _print_table(_new_line_gains(found))


def _new_lines_table(found: "NewLineTest") -> Table:
    rows: list[tuple[str, ...]] = [
        (
            f"{figure.ranking}, first {figure.first}",
            f"{figure.n:,}",
            _mean(figure.hits, 2),
            _mean(figure.precision, 3),
            _mean(figure.recall, 3),
            _mean(figure.lift, 2),
        )
        for figure in found.figures
    ]
    return _table("means over products", ("products", "hits", "precision", "recall", "lift"), rows)


def _new_line_gains(found: "NewLineTest") -> Table:
    rows: list[tuple[str, ...]] = [
        (f"over {gain.over}, first {gain.first}", f"{gain.n:,}", _mean(gain.hits, 2)) for gain in found.gains
    ]
    return _table("more hits by profile, paired by product", ("products", "hits"), rows)


def _mean(one: "MeanInterval", decimals: int) -> str:
    if one.mean is None or one.low is None or one.high is None:
        return "-"
    return f"{one.mean:.{decimals}f} ({one.low:.{decimals}f} to {one.high:.{decimals}f})"


def _alerts_table(kind: str, rules: "list[AlertRule]") -> Table:
    rows: list[tuple[str, ...]] = []
    for rule in rules:
        precision = _share(rule.precision, rule.precision_low, rule.precision_high)
        recall = _share(rule.recall, rule.recall_low, rule.recall_high)
        after = "-" if rule.told_after_days is None else f"{rule.told_after_days:.0f}"
        rows.append((rule.name, f"{rule.alerts:,}", f"{rule.right:,}", precision, recall, after))
    first = rules[0]
    title = (
        f"{kind}: {first.true:,} of {first.looked_at:,} {'products of customers' if kind == 'lost' else 'customers'}"
    )
    return _table(title, ("alerts", "right", "precision", "recall", "said after days"), rows)


def _share(share: float | None, low: float | None, high: float | None) -> str:
    return "-" if share is None or low is None or high is None else f"{share:.2f} ({low:.2f} to {high:.2f})"


def _split(orders: "Interactions", protocol: Protocol, cut: datetime | None, days: int) -> "Split":
    from recsys.evaluation.split import calendar, last_basket

    if protocol is Protocol.last_basket:
        if cut is not None:
            raise typer.BadParameter("--cut is of the calendar protocol; last-basket holds out everyone's last basket")
        return last_basket(orders)
    return calendar(orders, cut.date() if cut else None, days)


def _models(
    split: "Split", names: str | None, served: "ServedVersion | None", texts: "ProductTexts"
) -> "dict[str, Model]":
    """Return the requested models by name: the served version first, a build's lists and its ranker last."""
    baseline: dict[str, Model] = {served.model.name: served.model} if served else {}
    return baseline | _named(split, names, texts)


def _named(split: "Split", names: str | None, texts: "ProductTexts") -> "dict[str, Model]":
    from recsys.evaluation.baselines import compared_models
    from recsys.lists.as_model import NAME, new_lists

    available = compared_models(split)
    available[NAME] = new_lists(split, texts)
    available["ranker"] = available.pop("ranker")
    if names is None:
        return available
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in available]
    if unknown or not wanted:
        raise typer.BadParameter(f"--models has '{', '.join(unknown)}'; known are {', '.join(available)}")
    return {name: available[name] for name in wanted}


def _print(evaluation: "Evaluation", report: "EvaluationReport") -> None:
    split, served = evaluation.split, report.published
    when = f", cut {split.cut}, {split.days} days" if split.cut else ""
    out.print(f"{split.protocol}{when}; means over customers, ± half of the 95 % interval")
    if served:
        out.print(f"published: {served.version}, as of {served.as_of}, by {served.compared_by}")
    measured = [part for part, rows in evaluation.rows.items() if len(rows)]
    for part in evaluation.rows:
        if part in measured:
            _print_table(_metrics_table(evaluation, part))
        else:
            out.print(f"\n{part}: nothing to measure, {_WHY_NOTHING[part]}")
    for part in evaluation.rows:
        _print_breadth(evaluation, part)
    for table in (*_paired_table(evaluation, measured), *_seeds_table(report), *_group_tables(evaluation, measured)):
        _print_table(table)
    out.print("")
    _print_hits(report)
    if report.published:
        _print_table(_published_table(report.published))


def _print_table(table: Table) -> None:
    out.print("")
    out.table(table)


def _table(title: str, heads: "Iterable[str]", rows: list[tuple[str, ...]]) -> Table:
    """Return a table whose first column has the names of models, parts or lists."""
    return Table(("", *heads), rows, texts=("",), title=title)


def _metrics_table(evaluation: "Evaluation", part: str) -> Table:
    from recsys.evaluation.metrics import METRICS

    rows: list[tuple[str, ...]] = []
    for name, means in evaluation.overall(part).items():
        result = evaluation.results[name]
        cost = (f"{result.fit_s:.1f}", f"{result.score_s:.1f}", f"{result.peak_mb:,.0f}")
        cells = (_with_interval(each) if at < 2 else f"{each.mean:.3f}" for at, each in enumerate(means))
        rows.append((name, *cells, *cost))
    return _table(f"{part}, n {len(evaluation.rows[part]):,}", (*METRICS, "fit s", "score s", "peak MB"), rows)


def _print_breadth(evaluation: "Evaluation", part: str) -> None:
    from recsys.evaluation.breadth import BREADTH_MEASURES
    from recsys.evaluation.evaluate import BREADTH_AT

    found = {name: result.parts[part].breadth for name, result in evaluation.results.items()}
    n = max(each.lists for each in found.values())
    if not n:
        out.print(f"\nbreadth, {part}: nothing to measure, no list has a product")
        return
    rows = [(name, *(_or_dash(getattr(each, measure)) for measure in BREADTH_MEASURES)) for name, each in found.items()]
    heads = (f"{name.replace('_', ' ')}@{BREADTH_AT}" for name in BREADTH_MEASURES)
    _print_table(_table(f"breadth, {part}, up to {n:,} lists", heads, rows))


def _or_dash(number: float | None) -> str:
    return "-" if number is None or isnan(number) else f"{number:.3f}"


def _with_interval(estimate: "Estimate", form: str = ".3f") -> str:
    """Return a mean and half of its interval, which a single customer does not have."""
    half = estimate.high - estimate.mean
    return f"{estimate.mean:{form}}" if isnan(half) else f"{estimate.mean:{form}} ± {half:{form.removeprefix('+')}}"


def _paired_table(evaluation: "Evaluation", measured: list[str]) -> "Iterator[Table]":
    """Yield by how much the last model exceeds each reference, with intervals."""
    from recsys.evaluation.baselines import REFERENCES

    last = list(evaluation.results)[-1]
    references = [name for name in REFERENCES if name in evaluation.results and name != last]
    if not references or not measured:
        return
    rows: list[tuple[str, ...]] = []
    for name in references:
        gains = (each for part in measured for each in evaluation.paired(last, name, part)[:2])
        rows.append((name, *(_with_interval(each, "+.4f") for each in gains)))
    heads = (f"{metric}@10, {part}" for part in measured for metric in ("recall", "ndcg"))
    yield _table(f"{last} above", heads, rows)


def _seeds_table(report: "EvaluationReport") -> "Iterator[Table]":
    """Yield how far the ranker's metrics depend on the seed that its examples are drawn by."""
    metrics = ("recall@10", "ndcg@10", "hr@1", "precision@10")
    rows = [
        (part, *(f"{spread.mean:.4f} ± {spread.sd:.4f}" for spread in (spreads[metric] for metric in metrics)))
        for part, spreads in report.seeds.spreads.items()
        if spreads
    ]
    if rows:
        yield _table(f"ranker, {report.seeds.n} seeds: mean ± standard deviation", metrics, rows)


def _print_hits(report: "EvaluationReport") -> None:
    """Print how well seasonal products, and those that nobody had bought, were met."""
    for name, found, wanted in (
        ("seasonal", report.seasonal, "purchases of what was bought before, but not lately"),
        ("unsold", report.unsold, "first sales"),
    ):
        if found.why_not:
            out.print(f"{name}: not measured, {found.why_not}")
        else:
            out.print(
                f"{name}: {found.bought:,} of {found.rows:,} rows in {found.lists:,} lists were bought; "
                f"there were {found.wanted:,} {wanted}"
            )


def _published_table(served: "ServedReport") -> Table:
    """Return the figures of the served version's own lists."""
    heads = ("lists", "rows a list", "own reason", "coverage@10", "largest share@10", "overlap@10", "novelty@10")
    rows: list[tuple[str, ...]] = []
    for name, found in served.lists.items():
        shares = (found.own_share, found.coverage, found.largest_share, found.overlap, found.novelty)
        rows.append((name, f"{found.lists:,}", f"{found.rows_per_list:.1f}", *map(_or_dash, shares)))
    return _table("published lists", heads, rows)


def _group_tables(evaluation: "Evaluation", measured: list[str]) -> "Iterator[Table]":
    """Yield recall by activity and by segment, of each group with a tested customer."""
    groups = {f"{name} baskets": keep for name, keep in evaluation.bands().items()} | evaluation.segments()
    for part in measured:
        estimates = {name: evaluation.subgroup(part, keep) for name, keep in groups.items()}
        shown = {name: by_model for name, by_model in estimates.items() if next(iter(by_model.values()))[0].n}
        heads = (f"{name}, n {next(iter(by_model.values()))[0].n:,}" for name, by_model in shown.items())
        rows = [
            (model, *(f"{by_model[model][0].mean:.3f}" for by_model in shown.values())) for model in evaluation.results
        ]
        yield _table(f"recall@10, {part}", heads, rows)
