"""How the files of each source write days and numbers; a question where a day can be read in two ways."""

from dataclasses import replace

from recsys.ingest.propose.concepts import Match
from recsys.ingest.propose.drafts import Draft, Section, listed
from recsys.ingest.propose.lines import ordered_on
from recsys.ingest.propose.profiles import ISO, Described
from recsys.ingest.propose.roles import Roles
from recsys.ingest.propose.views import View

_NUMBERS = ("quantity", "revenue", "price", "cost", "discount", "gross", "tax", "order_total")


def draft_formats(roles: Roles, draft: Draft, used: set[str], views: list[View]) -> None:
    """Add to each source how its files are written: dates of the columns that the map reads, and numbers."""
    certain = {
        table.profiles[name].date_formats[0]
        for table in roles.tables.values()
        for name in table.profiles
        if len(table.profiles[name].date_formats) == 1
    }
    for name in sorted(used):
        if name in roles.tables:
            _format(roles.tables[name], roles.matches[name], draft, certain, _days(name, views))


def _days(name: str, views: list[View]) -> list[str]:
    """Return the columns of a table that a view reads as days."""
    found = []
    for view in views:
        for concept in ("ordered_on", "introduced_on"):
            column = ordered_on(view) if concept == "ordered_on" else view.find(concept)
            if column is not None and (column.join or view.base.name) in (
                name,
                "first" if view.base.name == name else name,
            ):
                found.append(column.match.column)
    return list(dict.fromkeys(found))


def _format(table: Described, matches: dict[str, Match], draft: Draft, certain: set[str], days: list[str]) -> None:
    section, form = draft.section(f"sources.{table.name}"), table.form
    if form.delimiter != ",":
        section.add("delimiter", form.delimiter, 0.99, "by it, the rows have as many columns as the header")
    if form.encoding != "utf-8":
        section.add("encoding", form.encoding, 0.9, "it is no UTF-8, and its letters are those of this encoding")
    if not any(name in matches for name in _NUMBERS):
        form = replace(form, decimal=".", thousands="")  # none of its numbers is read
    if form.decimal != ".":
        section.add("decimal", form.decimal, 0.97, "its numbers are read so")
    if form.thousands:
        section.add("thousands", form.thousands, 0.97, "its numbers are read so")
    _dates(table, section, certain, days)


def _dates(table: Described, section: Section, certain: set[str], days: list[str]) -> None:
    formats: list[str] = []
    for name in days:
        profile = table.profiles[name]
        found = profile.date_formats or _serial(profile.least, profile.most)
        if found == (ISO,) or not found:
            continue
        if len(found) > 1:
            known = [text for text in found if text in certain]
            if len(known) != 1:
                choices = " or ".join(f'"{text}"' for text in found)
                section.ask(
                    f"date_format: the days of '{name}', such as '{profile.values[0]}', can be read as {choices}; "
                    "which?\n"
                    f'date_format = "{found[0]}"'
                )
                continue
            found = tuple(known)
        formats.append(found[0])
        if profile.locale and profile.locale != "en":
            section.add("locale", profile.locale, 0.95, f"months are named as in '{profile.values[0]}'")
    if formats:
        unique = list(dict.fromkeys(formats))
        value: object = unique[0] if len(unique) == 1 else unique
        example = table.profiles[days[0]].values[0]
        section.add("date_format", value, 0.95, f"it reads the days, such as '{example}'; {listed(days)}")


def _serial(least: float | None, most: float | None) -> tuple[str, ...]:
    if least is None or most is None:
        return ()
    if least > 20_000 and most < 80_000:
        return ("excel",)
    if least > 6e8 and most < 5e9:
        return ("unix",)
    return ("unix_ms",) if least > 6e11 and most < 5e12 else ()
