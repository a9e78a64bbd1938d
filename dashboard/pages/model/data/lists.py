"""All published lists of a version together: how long, how broad, whose reasons; and what else was tried. No Dash."""

from collections.abc import Iterator

from dashboard.display.formats import SPACE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.new_line_words import hits_words
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows, table_of_rows
from dashboard.pages.model.data.build import LIST_WORDS
from dashboard.pages.model.data.verdict import in_common_text
from dashboard.records.model_report import Report
from recsys.schema.build_report import ListFigures, ListHits

RANKINGS = {
    "profile": "By profile",
    "order days": "Most order days",
    "breadth": "Most different products",
    "category": "Most order days in its category",
    "random": "By lot",
}
LISTS = "lists"
LIST_COLUMNS = (
    TableColumn("list", "List", width=110, grow=2),
    TableColumn("lists", "Customers", "number", 96, meaning=MEANINGS["Customers with a list"], decimals=0),
    TableColumn("rows", "Rows each", "number", 88, meaning=MEANINGS["Rows each"], decimals=1),
    TableColumn("own", "Own reason", "number", 100, meaning=MEANINGS["Own reason"], decimals=4),
    TableColumn("products", "Products", "number", 90, meaning=MEANINGS["Products on lists"], decimals=0),
    TableColumn("coverage", "Coverage", "number", 90, meaning=MEANINGS["Coverage"], decimals=4),
    TableColumn("largest", "Largest share", "number", 90, meaning=MEANINGS["Largest share"], decimals=4),
    TableColumn("common", "In common", "number", 96, meaning=MEANINGS["In common"], decimals=2),
    TableColumn("known", "Popularity", "number", 96, meaning=MEANINGS["Popularity"], decimals=4),
)


def list_table(report: Report, formats: Formats) -> TableRows:
    """Return a row for each kind of list that anyone has: those of new products first."""
    of = report.build.lists
    rows = [TableRow(name, _cells(words, of[name], formats)) for name, words in LIST_WORDS.items() if name in of]
    return table_of_rows((LISTS, "The lists of this version", ("list", "lists")), LIST_COLUMNS, tuple(rows))


def _cells(words: str, found: ListFigures, formats: Formats) -> tuple[TableCell, ...]:
    popularity = None if found.novelty is None else 1 - found.novelty
    common = formats.number(None) if found.overlap is None else in_common_text(found.overlap, formats)
    return (
        TableCell(words, words),
        TableCell(found.lists, formats.number(found.lists)),
        TableCell(found.rows_per_list, formats.number(found.rows_per_list, 1)),
        TableCell(found.own_share, formats.percent(found.own_share)),
        TableCell(found.products, formats.number(found.products)),
        TableCell(found.coverage, formats.percent(found.coverage)),
        TableCell(found.largest_share, formats.percent(found.largest_share)),
        TableCell(found.overlap, common),
        TableCell(popularity, formats.percent(popularity)),
    )


def seeds_words(report: Report, formats: Formats) -> str:
    """Return how far the figures depend on the seed, in one sentence; empty if only one was tried."""
    seeds = report.build.evaluation.seeds
    ranges = [
        f"{formats.number(spread.lowest, 3)} to {formats.number(spread.highest, 3)} on {part} products"
        for part, of in seeds.spreads.items()
        if (spread := of.get("recall@10")) is not None
    ]
    if seeds.n < 2 or not ranges:
        return ""
    return f"Learned from {formats.number(seeds.n)} seeds, recall at 10 is {', '.join(ranges)}."


def hit_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return what became of seasonal products and of those that nobody had bought; nothing of an older version."""
    tested = report.build.evaluation
    return (
        *_hits(tested.seasonal, "Seasonal", "Bought again after 12 weeks", formats),
        *_hits(tested.unsold, "Never sold", "First purchases of such products", formats),
    )


def _hits(found: ListHits, words: str, wanted: str, formats: Formats) -> Iterator[tuple[str, str]]:
    if found.why_not:
        yield f"{words}: not tested", formats.with_days(found.why_not)
    elif found.rows is not None:
        yield f"{words}: rows that were bought", f"{formats.number(found.bought)} of {formats.number(found.rows)}"
        yield f"{words}: customers with such rows", formats.number(found.lists)
        yield wanted, formats.number(found.wanted)


def new_line_facts(report: Report, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return how many of the first customers of each ranking bought a new product; nothing where it was not tested."""
    test = report.build.new_lines
    if not test.figures:
        return ()
    found = [
        (f"{words}, first {first.replace(' %', f'{SPACE}%')}", hits_words(figure.hits, formats))
        for name, words in RANKINGS.items()
        for first in (("50", "100", "5 %") if name == "profile" else ("100",))
        if (figure := test.figure(name, first)) is not None
    ]
    profile = test.figure("profile", "100")
    recall = [("Share of the buyers, first 100", formats.percent(profile.recall.mean))] if profile else []
    tested = ("Products and their buyers", f"{formats.number(test.products)} and {formats.number(test.buyers)}")
    return (*found, *recall, tested, ("Customers ranked", formats.number(test.customers)))
