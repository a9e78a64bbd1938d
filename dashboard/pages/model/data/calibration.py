"""How well chances hold, in numbers and in a sentence. No Dash."""

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows, table_of_rows
from dashboard.records.model_report import Report
from recsys.schema.build_report import Reliability

BINS = "bins"
BIN_COLUMNS = (
    TableColumn("chance", "Chance shown", "number", 130, meaning=MEANINGS["Chance shown"], decimals=4),
    TableColumn("part", "Suggestions", width=150, grow=2, on_phone="plain", meaning=MEANINGS["Suggestions"]),
    TableColumn("low", "From", "number", 80, on_phone="hidden", meaning=MEANINGS["Lowest chance"], decimals=4),
    TableColumn("high", "To", "number", 80, on_phone="hidden", meaning=MEANINGS["Highest chance"], decimals=4),
    TableColumn("bought", "Bought", "number", 96, meaning=MEANINGS["Bought"], decimals=4),
    TableColumn("n_bought", "Were bought", "number", 110, meaning=MEANINGS["Were bought"], decimals=0),
    TableColumn("n", "Of", "number", 96, meaning=MEANINGS["Suggestions in all"], decimals=0),
)
_BEFORE = " Each chance was learned before the days that it is compared with."
BIN_WORDS = {"usual": "Usual lists", "new": "New lists", "lost": "Silent products"}


def bin_table(report: Report, formats: Formats) -> TableRows:
    """Return the reliability table: the chance that was shown, and what share was bought."""
    rows = []
    for part, known in report.calibrations.items():
        for at, one in enumerate(known.bins):
            raw_text = (
                (one.predicted, formats.percent(one.predicted, 1)),
                (BIN_WORDS[part], BIN_WORDS[part]),
                (one.low, formats.percent(one.low, 1)),
                (one.high, formats.percent(one.high, 1)),
                (one.bought, formats.percent(one.bought, 1)),
                (one.n_bought, formats.number(one.n_bought)),
                (one.n, formats.number(one.n)),
            )
            rows.append(TableRow(f"{part}.{at}", tuple(TableCell(raw, text) for raw, text in raw_text)))
    return table_of_rows((BINS, "Chances in numbers", ("row", "rows")), BIN_COLUMNS, tuple(rows), choice="part")


def calibration_sentence(report: Report, formats: Formats) -> str:
    """Return what the calibration chart shows, in words."""
    known = report.calibrations
    sentences = [_error_words(known[part], words, formats) for part, words in BIN_WORDS.items() if part in known]
    folds = next((one.folds for one in known.values() if one.folds), None)
    how = f" Each chance came from a model that had not seen the customer ({folds} folds)." if folds else _BEFORE
    return "; ".join(sentences) + f".{how}"


def _error_words(known: Reliability, words: str, formats: Formats) -> str:
    of = f"{words}: {formats.number(known.n)} suggestions"
    if known.ece is None:
        return of
    return f"{of}, shown and bought {formats.number(known.ece * 100, 1)} percentage points apart on average"
