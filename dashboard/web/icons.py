"""The icons, taken one by one out of the sprite of the installed Bootstrap package into one small stylesheet.

Each is a mask that its element's colour shines through, so that it follows text and theme. The sprite of all icons
is 1.1 MB; the few that the screens use are a few kilobytes.
"""

import re
from importlib.resources import files
from urllib.parse import quote

NAMES = (
    "arrow-clockwise",
    "arrow-repeat",
    "bag-check",
    "basket",
    "bell",
    "book",
    "bookmark-plus",
    "box-seam",
    "calendar-check",
    "calendar-event",
    "calendar-x",
    "calendar3",
    "caret-down-fill",
    "caret-up-fill",
    "chat-left-text",
    "chat-quote",
    "check-circle-fill",
    "check-lg",
    "check2-square",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-half",
    "clipboard-data",
    "clock-fill",
    "clock-history",
    "collection",
    "copy",
    "dash-lg",
    "download",
    "exclamation-diamond-fill",
    "exclamation-triangle-fill",
    "file-earmark-pdf",
    "file-earmark-spreadsheet",
    "graph-up",
    "grid-3x3-gap",
    "journal-text",
    "key",
    "keyboard",
    "list",
    "moon",
    "pencil-square",
    "people",
    "person",
    "person-circle",
    "plus-lg",
    "plus-square-fill",
    "printer",
    "search",
    "send",
    "shop",
    "sliders",
    "speedometer2",
    "telephone",
    "telephone-plus",
    "three-dots",
    "upload",
    "x-lg",
    "x-octagon-fill",
)

_BASE = (
    ".bi{display:inline-block;flex:none;width:1em;height:1em;vertical-align:-.125em;background-color:currentColor;"
    "-webkit-mask:var(--bi) center/contain no-repeat;mask:var(--bi) center/contain no-repeat;"
    "forced-color-adjust:none;-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
    "@media (forced-colors:active){.bi{background-color:CanvasText}}\n"
)


def sprite() -> str:
    """Return the text of the installed package's sprite."""
    package = files("flask_bootstrap")
    return (package / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg").read_text(encoding="utf-8")


def icon_stylesheet(symbols: str, names: tuple[str, ...] = NAMES) -> str:
    """Return the rules for `.bi` and one `.bi-<name>` an icon. Raises ValueError for one that the sprite lacks."""
    return _BASE + "".join(f'.bi-{name}{{--bi:url("{_data_address(symbols, name)}")}}\n' for name in names)


def _data_address(symbols: str, name: str) -> str:
    found = re.search(rf'<symbol[^>]*viewBox="([^"]+)"[^>]*id="{re.escape(name)}"[^>]*>(.*?)</symbol>', symbols)
    if found is None:
        raise ValueError(f"the icon sprite has no '{name}'; take one of its names")
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{found[1]}">{found[2]}</svg>'
    return "data:image/svg+xml," + quote(drawing, safe=" =:/'")
