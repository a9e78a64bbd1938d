"""The reliability diagram: the chance that was shown against the share that was bought."""

from typing import Any

from dashboard.components.chart import SCATTER_HEIGHT, Chart, Mark
from dashboard.display.formats import Formats
from dashboard.pages.model.data.calibration import BIN_WORDS, calibration_sentence
from dashboard.records.model_report import Report
from recsys.schema.build_report import Reliability

CALIBRATION = "calibration"
_MARKS: dict[str, tuple[str, Mark, str]] = {
    "usual": ("circle", "circle", "--rp-bar-2"),
    "new": ("square", "square", "--rp-accent"),
    "lost": ("diamond", "diamond", "--rp-lost"),
}
_SMALLEST, _LARGEST = 7, 18  # pixels across


def calibration_chart(report: Report, formats: Formats) -> Chart:
    """Return the diagram: a point on the line is well calibrated; its area grows with its number of suggestions."""
    known = report.calibrations
    most = max((max(one.predicted, one.bought) for each in known.values() for one in each.bins), default=1.0)
    top = min(100.0, round(most * 105 + 1, 1))
    line: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, top],
        "y": [0, top],
        "hoverinfo": "skip",
        "line": {"color": "--rp-line-input", "width": 1, "dash": "dot"},
    }
    axis = {"range": [-top / 40, top], "showgrid": True, "gridcolor": "--rp-line", "nticks": 6, "ticksuffix": " %"}
    return Chart(
        name=CALIBRATION,
        title="Chances shown and kept",
        sentence=calibration_sentence(report, formats),
        traces=[line, *(_points(part, one, formats) for part, one in known.items())],
        key=[(_MARKS[part][1], BIN_WORDS[part]) for part in known],
        height=SCATTER_HEIGHT,
        x=axis | _title("Chance shown"),
        y=axis | _title("Bought within 28 days"),
        titled=True,
    )


def _points(part: str, known: Reliability, formats: Formats) -> dict[str, Any]:
    symbol, _, colour = _MARKS[part]
    most = max(one.n for one in known.bins)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(one.predicted * 100, 2) for one in known.bins],
        "y": [round(one.bought * 100, 2) for one in known.bins],
        "text": [
            f"{BIN_WORDS[part]}: {formats.percent(one.predicted, 1)} shown,<br>"
            f"{formats.percent(one.bought, 1)} bought, {formats.number(one.n_bought)} of {formats.number(one.n)}"
            for one in known.bins
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": symbol,
            "size": [round(max(_SMALLEST, _LARGEST * (one.n / most) ** 0.5), 1) for one in known.bins],
            "color": colour,
            "opacity": 0.85,
            "line": {"width": 1, "color": "--rp-line-input"},
        },
        "cliponaxis": False,
    }


def _title(words: str) -> dict[str, Any]:
    return {"title": {"text": words, "font": {"size": 12, "color": "--rp-text-2"}, "standoff": 8}}
