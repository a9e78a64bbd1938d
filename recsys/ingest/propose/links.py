"""Which column of a table holds the key of another: by names and by how many of its values are found there."""

from collections.abc import Sequence
from dataclasses import dataclass

from recsys.ingest.propose.concepts import Match, Scores
from recsys.ingest.propose.profiles import Described, Profile
from recsys.ingest.propose.vocabulary import vocabulary
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import identifier

_KEYS = ("order_id", "customer_id", "product_id", "category", "subcategory", "supplier", "rep", "region")
_ID_WORDS = frozenset(("id", "key", "no", "nr", "number", "code", "num", "#", "uuid", "guid"))
_LEAST_AFFINITY = 0.6
_LEAST_FOUND = 0.5  # share of rows whose key the other table has
_LEAST_UNIQUE = 0.5  # of the other table's keys: some have a row twice
_ABOUT = 0.2  # what a table gains whose name says that it is about the key
_COVERED = 0.1  # of the other table's keys: fewer look like small numbers that happen to be there
_LEAST_SCORE = 0.45


@dataclass(frozen=True)
class Link:
    """A table's column that holds the key of another table.

    found       share of the rows, of those with a value, whose value the other table has
    uniqueness  different values for each row of the other table
    score       from 0 to 1: both, and how alike the columns' names are
    why         what speaks for it, if it is no key of another table
    """

    table: str
    column: str
    other: str
    key: str
    found: float
    uniqueness: float
    score: float
    why: str = ""


def links_of(session: ImportSession, tables: Sequence[Described], found_scores: dict[str, Scores]) -> list[Link]:
    """Return the links between tables, the best of each column and other table, best first."""
    scores = {name: both for name, (_, both) in found_scores.items()}
    found = []
    for table in tables:
        for other in tables:
            if table is not other:
                found += _between(session, table, other, scores)
    return sorted(found, key=lambda link: -link.score)


def _between(
    session: ImportSession, table: Described, other: Described, scores: dict[str, dict[tuple[str, str], float]]
) -> list[Link]:
    found = []
    for column, profile in table.profiles.items():
        best: Link | None = None
        for key, keys in other.profiles.items():
            affinity = max(
                _likeness(table, column, other, key),
                max(min(scores[table.name][column, c], scores[other.name][key, c]) for c in _KEYS),
            )
            if affinity < _LEAST_AFFINITY or not _may_be_key(profile) or not _may_be_key(keys):
                continue
            if keys.uniqueness < _LEAST_UNIQUE or (keys.n_values < 2 and column != key):
                continue
            share = _found(session, table, column, other, key)
            covered = min(1.0, profile.n_values / keys.n_values / _COVERED)
            score = share * (0.5 + 0.5 * affinity) * min(1.0, keys.uniqueness + 0.25) * (0.6 + 0.4 * covered)
            link = Link(table.name, column, other.name, key, share, keys.uniqueness, score)
            if share >= _LEAST_FOUND and score >= _LEAST_SCORE and (best is None or score > best.score):
                best = link
        if best is not None:
            found.append(best)
    return found


def _may_be_key(profile: Profile) -> bool:
    if not profile.n_filled or (profile.date_formats and profile.numbers < 0.9):
        return False
    return not (profile.numbers >= 0.95 and profile.whole < 0.99) and profile.length <= 60


def _likeness(table: Described, column: str, other: Described, key: str) -> float:
    """Return from 0 to 1 how alike two columns' names are; `id` in a file of customers is `customer id`."""
    ours = _stems(column)
    return max(_overlap(ours, theirs) for theirs in (_stems(key), *(_stems(key) | {e} for e in other.given.about)))


def _stems(name: str) -> frozenset[str]:
    words = vocabulary()
    return frozenset("id" if word in _ID_WORDS else words.entity(word) for word in words.words(name))


def _overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    if not (ours & theirs) - {"id"}:
        return 0.0
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def _found(session: ImportSession, table: Described, column: str, other: Described, key: str) -> float:
    """Return the share of a table's rows with a value that the other table has it too."""
    mine, theirs = identifier(table.given.relation), identifier(other.given.relation)
    share = session.rows(
        f"SELECT avg(CASE WHEN {identifier(column)} IN (SELECT {identifier(key)} FROM {theirs}) THEN 1.0 ELSE 0 END) "
        f"FROM {mine} WHERE {identifier(column)} IS NOT NULL"
    )[0][0]
    return float(share or 0.0)


def best_link(
    links: Sequence[Link], table: str, matches: dict[str, Match], concept: str, tables: dict[str, Described]
) -> Link | None:
    """Return the link of a table that leads to the customers, products or orders, None without one."""
    about = {"customer_id": "customer", "product_id": "product", "order_id": "order"}[concept]
    match = matches.get(concept)
    leading = [
        link
        for link in links
        if link.table == table
        and ((match is not None and link.column == match.column) or about in tables[link.other].given.about)
        and "return" not in tables[link.other].given.about
    ]
    return max(leading, key=lambda link: link.score + _ABOUT * (about in tables[link.other].given.about), default=None)
