"""What the model page shows of quality: the serving version beside its baselines and the version before. No Dash."""

from dataclasses import dataclass

from dashboard.data.version_queries import VersionQueries
from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import OnPhone, TableCell, TableColumn, TableRow, TableRows, table_of_rows
from dashboard.records.model_report import RANKER, Gain, MetricMean, ModelFigures, Report
from recsys.schema.build_report import PARTS

MODEL_WORDS = {
    RANKER: "Ranker",
    "popular": "Best sellers",
    "own_frequent_only": "Own favourites",
    "own_frequent": "Own favourites, then best sellers",
    "customer_knn": "Similar customers",
    "item_cosine": "Similar products",
    "tifu_knn": "TIFU-KNN",
    "ease": "EASE",
}
PUBLISHED = {name: MODEL_WORDS[name] for name in ("tifu_knn", "ease")}
TITLES = {"all": "Evaluation, all products", "new": "Evaluation, new products"}
PART_WORDS = {"all": "All products", "new": "New to the customer"}

FIGURES = {"all": "figures", "new": "newfigures"}  # the tables' names
GAINS = "gains"
_METRICS = (  # column, metric, head, whose meaning is under the same word; those first have their interval
    ("recall", "recall@10", "Recall"),
    ("ndcg", "ndcg@10", "NDCG"),
    ("hit", "hr@10", "Hit rate"),
    ("first", "hr@1", "First hit"),
    ("mrr", "mrr", "MRR"),
    ("precision", "precision@10", "Precision"),
    ("coverage", "coverage@10", "Coverage"),
    ("largest", "largest_share@10", "Largest share"),
    ("overlap", "overlap@10", "Overlap"),
)
_WITH_INTERVAL = ("recall@10", "ndcg@10")
_WIDE = ("precision", "coverage")  # heads of one long word
DECIMALS = 3


@dataclass(frozen=True)
class ModelPage:
    """A version's report, and that of the version before where one is kept."""

    report: Report
    before: Report | None


def model_page(version: VersionQueries) -> ModelPage:
    """Return the page of a version."""
    return ModelPage(version.report(), version.report_before())


def _mean(report: Report, part: str, metric: str = "recall@10") -> float | None:
    found = report.figures(RANKER, part)
    estimate = found.metrics.get(metric) if found else None
    return estimate.mean if estimate else None


# ---- the models beside each other ----


def figure_columns() -> tuple[TableColumn, ...]:
    """Return the columns of the evaluation tables."""
    columns = [TableColumn("model", "Model", width=236, grow=3)]
    for name, metric, label in _METRICS:
        on_phone: OnPhone = "fact" if metric in (*_WITH_INTERVAL, "hr@10") else "hidden"
        width = 84 if name in _WIDE else 76
        columns.append(
            TableColumn(name, label, "number", width, on_phone=on_phone, meaning=MEANINGS[label], decimals=4)
        )
        if metric in _WITH_INTERVAL:
            half = f"\N{PLUS-MINUS SIGN} {label}"
            columns.append(
                TableColumn(f"{name}_half", half, "number", 76, meaning=MEANINGS["Half interval"], decimals=4)
            )
    return (*columns, TableColumn("n", "Customers", "number", 92, meaning=MEANINGS["Customers tested"], decimals=0))


def figure_table(page: ModelPage, part: str, formats: Formats) -> TableRows:
    """Return one part's models: the ranker, that of the version before, then the baselines, most recall first."""
    of_part = [one for one in page.report.models if one.part == part]
    first = [(one.name, _model_words(one.name), one) for one in of_part if one.name == RANKER]
    if page.before and (earlier := page.before.figures(RANKER, part)):
        first.append(("before", f"{_model_words(RANKER)}, version before", earlier))
    rest = sorted((one for one in of_part if one.name != RANKER), key=_recall_of, reverse=True)
    rows = (*first, *((one.name, _model_words(one.name), one) for one in rest))
    return table_of_rows(
        (FIGURES[part], TITLES[part], ("model", "models")),
        figure_columns(),
        tuple(TableRow(key, _figure_cells(words, one, formats)) for key, words, one in rows),
    )


def _recall_of(one: ModelFigures) -> float:
    return one.metrics["recall@10"].mean if "recall@10" in one.metrics else 0.0


def _figure_cells(words: str, figures: ModelFigures, formats: Formats) -> tuple[TableCell, ...]:
    cells = [TableCell(words, words)]
    for _, metric, _ in _METRICS:
        estimate = figures.metrics.get(metric)
        cells.append(_number_cell(estimate.mean if estimate else None, formats))
        if metric in _WITH_INTERVAL:
            cells.append(_half_cell(estimate, formats))
    return (*cells, TableCell(figures.n, formats.number(figures.n)))


def _number_cell(number: float | None, formats: Formats) -> TableCell:
    return TableCell(number, formats.number(number, DECIMALS))


def _half_cell(estimate: MetricMean | None, formats: Formats) -> TableCell:
    if estimate is None or estimate.low is None or estimate.high is None:
        return TableCell(None, NONE)
    half = (estimate.high - estimate.low) / 2
    return TableCell(half, formats.number(half, DECIMALS))


def _model_words(name: str) -> str:
    return MODEL_WORDS.get(name, name.replace("_", " "))


def held_out_words(report: Report, formats: Formats) -> str:
    """Return what the figures were measured on, in one sentence."""
    tested = report.build.evaluation
    days, customers = tested.data.days, tested.data.history_customers
    of = f" of {formats.number(customers)} customers" if customers is not None else ""
    if tested.protocol == "calendar" and days is not None:
        return f"Lists made from the orders{of} up to {formats.days(days)} before the last, against what came after."
    return f"Lists made from the orders{of} before those that were held out, against the latter."


def methods_words(report: Report) -> str:
    """Return which of the models shown are published methods; empty if none is."""
    names = [words for name, words in PUBLISHED.items() if any(one.name == name for one in report.models)]
    if not names:
        return ""
    are = "is a published method" if len(names) == 1 else "are published methods"
    return f"{' and '.join(names)} {are}, run on the same orders."


def version_before_words(page: ModelPage, formats: Formats) -> str:
    """Return how the version before compares; each was measured on its own last days, so there is no interval."""
    before = page.before
    if before is None:
        return "No older version is kept to compare with."
    changes = [
        f"{formats.number_change(now - then, DECIMALS)} on {part} products"
        for part in PARTS
        if (now := _mean(page.report, part)) is not None and (then := _mean(before, part)) is not None
    ]
    if not changes:
        return f"The version before, {before.version}, was built without an evaluation of the ranker."
    return (
        f"Recall at 10 against the version before, {before.version}: {', '.join(changes)}. Each was measured on its "
        "own last days, so the difference has no interval."
    )


# ---- gains ----


def gain_columns() -> tuple[TableColumn, ...]:
    """Return the columns of the table of gains."""
    columns = [
        TableColumn("reference", "Ranker against", width=200, grow=3, meaning=MEANINGS["Ranker against"]),
        TableColumn("part", "Products", width=150, grow=2, on_phone="plain", meaning=MEANINGS["Products that count"]),
    ]
    for name, label, gain in (("recall", "Recall", "Gain in recall"), ("ndcg", "NDCG", "Gain in NDCG")):
        bounds: OnPhone = "fact" if name == "recall" else "hidden"
        columns += [
            TableColumn(name, label, "number", 80, meaning=MEANINGS[gain], decimals=4),
            TableColumn(
                f"{name}_low", f"{label} from", "number", 96, on_phone=bounds, meaning=MEANINGS["Lower end"], decimals=4
            ),
            TableColumn(
                f"{name}_high", f"{label} to", "number", 96, on_phone=bounds, meaning=MEANINGS["Upper end"], decimals=4
            ),
        ]
    return (
        *columns,
        TableColumn("reading", "Reading", width=120, on_phone="plain", meaning=MEANINGS["Reading"]),
        TableColumn("n", "Customers", "number", 92, meaning=MEANINGS["Customers tested"], decimals=0),
    )


def gain_table(report: Report, formats: Formats) -> TableRows:
    """Return what the ranker reaches above each reference, customer by customer, with 95 % intervals."""
    rows = [TableRow(f"{one.reference}.{one.part}", _gain_cells(one, formats)) for one in report.gains]
    about = (GAINS, "Gain over the baselines", ("comparison", "comparisons"))
    return table_of_rows(about, gain_columns(), tuple(rows), choice="part")


def _gain_cells(gain: Gain, formats: Formats) -> tuple[TableCell, ...]:
    reference, part = _model_words(gain.reference), PART_WORDS[gain.part]
    cells = [TableCell(reference, reference), TableCell(part, part)]
    for metric in _WITH_INTERVAL:
        one = gain.metrics.get(metric)
        interval = (one.mean, one.low, one.high) if one else (None, None, None)
        cells += [TableCell(each, formats.number_change(each, DECIMALS)) for each in interval]
    reading = _reading(gain.metrics.get(_WITH_INTERVAL[0]))
    return (*cells, TableCell(reading, reading), TableCell(gain.n, formats.number(gain.n)))


def _reading(recall: MetricMean | None) -> str:
    if recall is None or recall.low is None or recall.high is None:
        return "not measured"
    return "better" if recall.low > 0 else "worse" if recall.high < 0 else "no clear difference"
