"""A table with its look-ups, as a section of the map sees it: columns by what they are, wherever they come from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from recsys.ingest.propose.concepts import Match
from recsys.ingest.propose.drafts import reference
from recsys.ingest.propose.links import Link
from recsys.ingest.propose.profiles import Described, Profile
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.value_parsing import number, parsed

Matches = dict[str, dict[str, Match]]


@dataclass(frozen=True)
class Found:
    """A column of a view.

    join  the look-up that it comes from, empty for the table itself
    """

    match: Match
    profile: Profile
    table: Described
    join: str = ""

    @property
    def plain(self) -> str:
        """The column as `columns` names it."""
        return f"{self.join}.{self.match.column}" if self.join else self.match.column

    @property
    def expression(self) -> str:
        """The column as an expression names it."""
        return reference(self.match.column, self.join)

    @property
    def sql(self) -> str:
        """SQL of the column's text in the view's relation."""
        return identifier(f"{self.join}.{self.match.column}" if self.join else self.match.column)

    @property
    def number(self) -> str:
        """SQL of the column's number in the view's relation."""
        return number(self.sql, self.table.form)

    @property
    def label(self) -> str:
        """The column's name with that of its file, for evidence."""
        return f"'{self.match.column}'" + (f" of {self.join}" if self.join else "")


@dataclass
class View:
    """A table and the tables that are joined to it by their keys.

    elsewhere    concept -> the look-up whose column counts, though the table itself has one too
    filled_down  columns of the table in which an empty cell means the value above it
    """

    session: ImportSession
    base: Described
    matches: Matches
    joins: dict[str, tuple[Described, Link, str]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    filled_down: frozenset[str] = frozenset()

    def join(self, table: Described, link: Link, of: str = "") -> str:
        """Add a look-up and return its name.

        of  the look-up whose column holds the key, empty for the table itself
        """
        self.joins[table.name] = (table, link, of)
        return table.name

    def find(self, concept: str, *, of: str | None = None) -> Found | None:
        """Return the column that a concept has, of the table itself before that of its look-ups.

        of  only in this look-up; empty: only in the table itself
        """
        if of is None and concept in self.elsewhere:
            of = self.elsewhere[concept]
        for name, table in self._tables():
            if of is not None and name != of:
                continue
            match = self.matches[table.name].get(concept)
            if match is not None:
                return Found(match, table.profiles[match.column], table, name)
        return None

    def column(self, name: str, concept: str, score: float) -> Found:
        """Return a column of the table itself by its name."""
        return Found(Match(name, concept, score, 0.0), self.base.profiles[name], self.base)

    def relation(self) -> str:
        """Return SQL of the table's rows with the columns of its look-ups, one row a key of theirs."""
        selected = [f"base.{identifier(name)}" for name in self.base.profiles]
        tables = f"{identifier(self.base.given.relation)} AS base"
        for name, (table, link, of) in self.joins.items():
            alias = identifier(f"join {name}")
            key = identifier(link.key)
            rows = f"(SELECT DISTINCT ON ({key}) * FROM {identifier(table.given.relation)} WHERE {key} IS NOT NULL)"
            mine = f"{identifier(f'join {of}')}.{identifier(link.column)}" if of else f"base.{identifier(link.column)}"
            tables += f" LEFT JOIN {rows} AS {alias} ON {mine} = {alias}.{key}"
            selected += [
                f"{alias}.{identifier(column)} AS {identifier(f'{name}.{column}')}" for column in table.profiles
            ]
        return f"(SELECT {', '.join(selected)} FROM {tables})"

    def share(self, claim: str, among: str = "true") -> float:
        """Return the share of the view's rows, of those `among`, for which an SQL claim is true; 0 without a row."""
        [[share]] = self.session.rows(
            f"SELECT avg(CASE WHEN {claim} THEN 1.0 ELSE 0.0 END) FROM {self.relation()} WHERE {among}"
        )
        return float(share or 0.0)

    def number(self, sql: str) -> int:
        """Return a number that an SQL expression has over all rows of the view."""
        return self.session.number(f"SELECT {sql} FROM {self.relation()}")

    def _tables(self) -> Iterator[tuple[str, Described]]:
        yield "", self.base
        yield from ((name, table) for name, (table, _, _) in self.joins.items())


def day(found: Found) -> str:
    """Return SQL of a column's day, NULL where it is none."""
    forms = found.profile.date_formats
    if not forms or forms[0] == "iso" or found.profile.locale:
        return f"try_cast({found.sql} AS DATE)"
    return f"({parsed(found.sql, forms[0])})::DATE"
