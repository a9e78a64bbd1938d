"""The names of months in a language, as DuckDB's strptime can read them: in English."""

import calendar
from functools import cache

from babel import Locale, UnknownLocaleError

from recsys.errors import SourceError
from recsys.runtime.did_you_mean import nearest


@cache
def month_names(locale: str) -> dict[str, str]:
    """Return the English name for each name of a month in a locale, in small letters: `märz` and `mrz` are `March`.

    Long names give long ones, short names short ones. Raises SourceError for a locale that Babel does not have.
    """
    try:
        found = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise SourceError(
            f"locale is '{locale}'{nearest(locale, ['de', 'en', 'es', 'fr', 'it', 'nl', 'pt', 'pl', 'tr'])}; "
            "it must be the code of a language, such as de or pt_BR"
        ) from None
    names: dict[str, str] = {}
    for width, english in (("wide", calendar.month_name), ("abbreviated", calendar.month_abbr)):
        for context in ("format", "stand-alone"):
            for number, name in found.months[context][width].items():
                names.setdefault(name.lower().rstrip("."), english[number])
    return names
