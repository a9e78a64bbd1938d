"""The Inter font from its installed package, cut to what the screens write, as one small file that the app serves.

The package holds every script and three axes in 880 kB; kept are Latin letters with their accents, punctuation,
currencies and arrows, weights 400 to 600, at the optical size of text. Without the package the system's font serves.
"""

import hashlib
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "fontpkg_inter"
FAMILY = "Inter"
WEIGHTS = (400, 600)
OPTICAL_SIZE = 14  # the axis' smallest: made for text of 11 to 20 px
# Measured against Liberation Sans (Arial's widths) over letters as often as English has them.
STAND_IN = "size-adjust:107.04%;ascent-override:90.50%;descent-override:22.53%;line-gap-override:0%"
RECIPE = "2"  # part of the cache's key: raise it when the cut changes

# Basic Latin, Latin-1, Latin Extended-A; letters of Vietnamese, comma-below letters; spaces, dashes, quotes, dots;
# minus; currencies; arrows.
UNICODES = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x1A0, 0x1B1),
    *range(0x218, 0x21C),
    *range(0x1EA0, 0x1EFA),
    *range(0x2000, 0x2050),
    *range(0x20A0, 0x20C1),
    0x2116,
    0x2122,
    *range(0x2190, 0x219A),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
)
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "calt", "liga", "tnum")


def inter_file() -> Path | None:
    """Return the upright variable font of the installed package, or None where there is none."""
    package = find_spec(PACKAGE)
    folders = package.submodule_search_locations if package else None
    found = [path for folder in folders or [] for path in Path(folder, "files").glob(f"{FAMILY}[[]*.ttf")]
    return min(found, default=None)


def prepared_font(cache: Path, source: Path | None = None) -> Path | None:
    """Return the cut font in the cache folder, made there once; None where the font is not installed.

    Its name carries a fingerprint of what it was made from, so that it can be served for a year. Several processes
    may ask at once: each writes beside and renames, the results are the same.
    Raises OSError where the cache cannot be written.
    """
    source = source or inter_file()
    if source is None:
        return None
    target = cache / f"inter-{_fingerprint(source)}.woff2"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _write(_cut(source), target)
    return target


def font_face(url: str) -> str:
    """Return the rules that name the font, and a stand-in that takes as much room until it is there.

    The page asks for the font while its scripts load, so that it is there before the first text. Where it comes
    later, nothing shifts: the stand-in is the system's Arial or one of the same widths, scaled to Inter's.
    """
    return (
        f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:{WEIGHTS[0]} {WEIGHTS[1]};'
        f'font-display:swap;src:url("{url}") format("woff2");}}\n'
        f'@font-face{{font-family:"{FAMILY} stand-in";src:local("Arial"),local("Liberation Sans");'
        f"{STAND_IN}}}\n"
    )


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256(source.read_bytes())
    digest.update(repr((RECIPE, WEIGHTS, OPTICAL_SIZE, UNICODES, FEATURES)).encode())
    return digest.hexdigest()[:16]


def _cut(source: Path) -> TTFont:
    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.flavor = "woff2"
    options.hinting = False
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    font = TTFont(source)
    cutter.populate(unicodes=UNICODES)
    cutter.subset(font)
    limits = {"wght": WEIGHTS, "opsz": OPTICAL_SIZE}
    axes = {axis.axisTag for axis in font["fvar"].axes}
    instancer.instantiateVariableFont(font, {tag: limit for tag, limit in limits.items() if tag in axes}, inplace=True)
    font.flavor = "woff2"
    return font


def _write(font: TTFont, target: Path) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            font.save(file)
        Path(temporary).chmod(0o640)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
