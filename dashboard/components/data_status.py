"""How old the data are: a chip with icon, word and age, and a panel with the details behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon
from dashboard.components.empty_states import reload_button
from dashboard.display.formats import Formats
from dashboard.records.versions import DataState
from dashboard.settings import Settings
from recsys.artifacts.layout import AHEAD, CURRENT

Age = Literal["fresh", "ageing", "old", "ahead"]
ICONS: dict[Age, str] = {
    "fresh": "check-circle-fill",
    "ageing": "exclamation-triangle-fill",
    "old": "x-octagon-fill",
    "ahead": "x-octagon-fill",
}
WORDS: dict[Age, str] = {"fresh": "Fresh", "ageing": "Ageing", "old": "Old", "ahead": "Wrong date"}


@dataclass(frozen=True)
class Chip:
    """What the chip and its panel hold."""

    words: list[Component]
    panel: list[Component]


def chip_of(state: DataState | None, formats: Formats, settings: Settings, now: datetime) -> Chip:
    """Return the chip for the data served, or for none."""
    if state is None:
        none = [icon("x-octagon-fill", "rp-bad"), html.Span("No data", className="rp-chip-word")]
        return Chip(none, [html.P("No version of the data can be shown. Build one with `python -m recsys build`.")])
    return Chip(_words(state, formats, settings, now), _panel(state, formats, settings, now))


def age_of(built_at: datetime, now: datetime, settings: Settings) -> Age:
    """Return `fresh` under `fresh_hours` after the build, `old` from `stale_hours` on, else `ageing`.

    `ahead` is what is dated in the future: a clock is wrong, so that the age is not known.
    """
    age = now - built_at
    if age < -AHEAD:
        return "ahead"
    if age < timedelta(hours=settings.fresh_hours):
        return "fresh"
    return "ageing" if age < timedelta(hours=settings.stale_hours) else "old"


def _words(state: DataState, formats: Formats, settings: Settings, now: datetime) -> list[Component]:
    """Return the text of the chip: on a phone only the icon and the word."""
    age = age_of(state.built_at, now, settings)
    orders = f"Orders up to {formats.day(state.as_of, formats.today(now))}"
    built = formats.age(now - state.built_at, short=True)
    return [
        icon(ICONS[age], f"rp-age-{age}"),
        html.Span(WORDS[age], className="rp-chip-word"),
        html.Span(orders, className="rp-chip-orders num"),
        html.Span("dated in the future" if age == "ahead" else f"built {built} ago", className="rp-chip-built num"),
    ]


def _panel(state: DataState, formats: Formats, settings: Settings, now: datetime) -> list[Component]:
    """Return the panel: when and from what the version was built, rejected rows and why, what the icons mean."""
    is_ahead = age_of(state.built_at, now, settings) == "ahead"
    ago = "after now: a clock is wrong" if is_ahead else f"{formats.age(now - state.built_at)} ago"
    rows = (
        ("Built", f"{formats.moment(state.built_at)}, {ago}"),
        ("Orders up to", formats.day(state.as_of)),
        ("Order lines", formats.number(state.n_lines)),
        ("Version", state.version),
    )
    facts = [html.Div([html.Dt(label), html.Dd(value, className="num")]) for label, value in rows]
    return [
        html.H2([icon("clock-history"), html.Span("The data shown")], className="rp-panel-title"),
        html.Dl(facts, className="rp-panel-facts"),
        *_refused(state, formats),
        html.P(
            [
                _key("fresh", f"under {settings.fresh_hours} h"),
                _key("ageing", f"under {settings.stale_hours} h"),
                _key("old", "from then on"),
            ],
            className="rp-panel-key",
        ),
    ]


def new_data(version: str | None) -> Component | None:
    """Return a notice of a version that was published after the page was drawn; None if there is none."""
    if version is None:
        return None
    return reload_button("New data, show them", "btn btn-quiet rp-new-data")


def _refused(state: DataState, formats: Formats) -> list[Component]:
    if state.refused_version is None:
        return []
    when = f" ({formats.moment(state.refused_at)})" if state.refused_at else ""
    return [
        html.P(
            f"{_name(state.refused_version)} was refused{when}: {formats.with_days(state.refused_why or '')}. "
            f"Version {state.version} is shown instead.",
            className="rp-panel-refused",
        )
    ]


def _name(refused: str) -> str:
    return f"The file {CURRENT}, which names the version to show," if refused == CURRENT else f"Version {refused}"


def _key(age: Age, words: str) -> Component:
    return html.Span([icon(ICONS[age]), f"{WORDS[age]} {words}"])
