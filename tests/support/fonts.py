"""The font as it is served, cut once for all apps of all runs: that takes seconds."""

import shutil
from contextlib import suppress
from pathlib import Path

from dashboard.state.folder import CACHE
from dashboard.web.fonts import prepared_font

# `prepared_font` makes it again when what it is made from has changed, and several processes may ask for it at once.
FONTS = Path(__file__).parents[2] / ".pytest_cache" / "fonts"


def put_font(state: Path) -> None:
    """Put the font into the cache of a state folder, where an app then finds it; not into one that cannot be one."""
    font = prepared_font(FONTS)
    if font is not None:
        with suppress(OSError):
            (state / CACHE).mkdir(parents=True, exist_ok=True)
            shutil.copy(font, state / CACHE)
