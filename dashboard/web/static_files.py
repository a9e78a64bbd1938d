"""Stylesheets and the font, served by the app itself: no request leaves the network.

Bootstrap's stylesheet is the installed package's; the icons and the font are cut to what the screens use. The app's
own stylesheets, one a component and one a page, are joined, so that a first visit asks for one file and not for
thirty. All are kept in memory. Their addresses carry a fingerprint of their bytes, so that browsers keep them for a
year and yet get new ones at once.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, abort

from dashboard.state.errors import StateError
from dashboard.web.fonts import font_face, prepared_font
from dashboard.web.icons import icon_stylesheet, sprite

FOLDER = "static"
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class StaticFile:
    """One file in memory."""

    name: str
    content: bytes
    mimetype: str

    @property
    def path(self) -> str:
        """Return the path below the URL prefix: `static/<fingerprint>/<name>`."""
        return f"{FOLDER}/{hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"


@dataclass(frozen=True)
class Vendor:
    """What other people made: stylesheets in the order in which they are to load, and what they refer to."""

    stylesheets: tuple[StaticFile, ...]
    others: tuple[StaticFile, ...]


def vendor_files(cache: Path) -> Vendor:
    """Gather the files; the font is cut once and then kept in the cache folder.

    Where the font's package is not installed there is no font: the system's serves. Raises StateError where the
    cache cannot be written.
    """
    bootstrap = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    stylesheets = [_stylesheet("bootstrap.css", _without_map(bootstrap.read_text(encoding="utf-8")))]
    stylesheets.append(_stylesheet("icons.css", icon_stylesheet(sprite())))
    font = _font(cache)
    if font is None:
        return Vendor(tuple(stylesheets), ())
    up = "../" * 2  # from static/<fingerprint>/ to the prefix
    stylesheets.append(_stylesheet("inter.css", font_face(up + font.path)))
    return Vendor(tuple(stylesheets), (font,))


def own_stylesheet(assets: Path) -> StaticFile:
    """Return the folder's stylesheets as one: its own files, then `components/`, `pages/`, `print/`, each by name.

    A later rule wins over an equal one, so that a page may change what a component says.
    """
    paths = sorted(assets.rglob("*.css"), key=lambda path: (path.parent != assets, path))
    return _stylesheet("repertoire.css", "\n".join(path.read_text(encoding="utf-8") for path in paths))


def serve_files(
    server: Flask, prefix: str, stylesheets: Sequence[StaticFile], others: Sequence[StaticFile] = ()
) -> list[str]:
    """Register the files with the server and return the addresses of the stylesheets."""
    by_path = {file.path: file for file in (*stylesheets, *others)}

    def serve(path: str) -> Response:
        file = by_path.get(f"{FOLDER}/{path}") or abort(404)
        response = Response(file.content, mimetype=file.mimetype)
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
        return response

    server.add_url_rule(f"{prefix}{FOLDER}/<path:path>", "static_files", serve)
    return [prefix + file.path for file in stylesheets]


def _font(cache: Path) -> StaticFile | None:
    try:
        file = prepared_font(cache)
        return StaticFile("inter.woff2", file.read_bytes(), "font/woff2") if file else None
    except OSError as error:
        raise StateError(f"the font cannot be kept in {cache} ({error.strerror}); make room or mend that") from error


def _stylesheet(name: str, text: str) -> StaticFile:
    return StaticFile(name, text.encode(), "text/css")


def _without_map(stylesheet: str) -> str:
    """Return the text without the comment that makes developer tools ask for a file that is not served."""
    return stylesheet.partition("/*# sourceMappingURL=")[0]
