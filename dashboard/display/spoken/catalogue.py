"""The templates of what a rep says, a gettext catalogue a language: `en.po` and `de.po` beside this file.

They are read when the first sentence of a language is asked for. A number at the end of an id counts the ways to say
the same thing; a language may have more of them than another, and has every thing that English has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

FALLBACK = "en"  # what is spoken where a locale's language has no catalogue
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """The templates of one language: by id the form for one, then the form for all other numbers, if they differ."""

    locale: Locale
    templates: Mapping[str, tuple[str, ...]]

    def text(self, name: str, count: Decimal | int = 0, /, **names: str) -> str:
        """Return a template with its names filled in, in the form for a count. Raises KeyError for an unknown id."""
        forms = self.templates[name]
        one = len(forms) > 1 and self.locale.plural_form(count) == "one"
        return (forms[0] if one else forms[-1]).format(**names)

    def ways(self, group: str) -> list[str]:
        """Return the ids of the ways to say one thing, in their order: `due.1`, `due.2`."""
        return [name for name in self.templates if name.rpartition(".")[0] == group]


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.stem for path in _FOLDER.glob("*.po"))


def spoken_locale(locale: Locale) -> Locale:
    """Return the locale itself if its language has a catalogue, else British English."""
    return locale if locale.language in languages() else Locale(FALLBACK, "GB")


@lru_cache(maxsize=8)
def catalogue(locale: Locale) -> Catalogue:
    """Return the templates of the locale's language."""
    found = spoken_locale(locale)
    with (_FOLDER / f"{found.language}.po").open("rb") as file:
        messages = read_po(file, abort_invalid=True)
    return Catalogue(found, {_texts(message.id)[0]: _texts(message.string) for message in messages if message.id})


def _texts(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return one text, or that for one and that for more, as a tuple."""
    return (text,) if isinstance(text, str) else tuple(text or ())
