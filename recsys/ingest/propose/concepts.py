"""Which column of a table is what: names and values compared with each concept, and each column given to one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from recsys.ingest.propose.profiles import Described, Profile
from recsys.ingest.propose.vocabulary import vocabulary

LEAST = 0.6  # of a match
_SEVERAL = ("ignored", "other_date")  # concepts that any number of columns may have
_MANY_CHOICES = 0.6  # different values a row: more are no choice among a few
_STATUSES = ("active", "blocked", "closed")
_HALF = 0.5
_MOST_UNITS = 100_000
_KEY_WORDS = frozenset(("id", "key", "no", "nr", "number", "code"))
_STEEP = 8  # one column that fits well counts more than two that hardly do
_MOST_STATUSES = 40
_READ = 0.95  # share of values that have to be numbers


# (column, concept) -> how well the name fits, and how well name and values together do.
Scores = tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]


@dataclass(frozen=True)
class Match:
    """A column that was found to be a concept.

    score      from 0 to 1, of its name and its values
    name       how well its name fits, from 0 to 1
    is_linked  it is one side of a link between tables
    """

    column: str
    concept: str
    score: float
    name: float
    is_linked: bool = False


def match_columns(table: Described, found_scores: Scores) -> dict[str, Match]:
    """Return concept -> the column of a table that fits it best; a column has one concept, a concept one column."""
    columns = list(table.profiles)
    concepts = list(vocabulary().concepts)
    named, scores = found_scores
    slots = [concept for concept in concepts for _ in range(len(columns) if concept in _SEVERAL else 1)]
    matrix = np.array([[scores[column, concept] for concept in slots] for column in columns])
    found: dict[str, Match] = {}
    weights = np.where(matrix >= LEAST, matrix**_STEEP, 0.0)
    for row, slot in zip(*linear_sum_assignment(weights, maximize=True), strict=True):
        column, concept = columns[row], slots[slot]
        if matrix[row, slot] >= LEAST and concept not in _SEVERAL:
            found[concept] = Match(column, concept, float(matrix[row, slot]), named[column, concept])
    return found


def match_scores(table: Described) -> Scores:
    """Return how well each column's name fits each concept, and how well its name and values together do."""
    words = vocabulary()
    named: dict[tuple[str, str], float] = {}
    scores: dict[tuple[str, str], float] = {}
    for column, profile in table.profiles.items():
        for concept in words.concepts:
            name = words.name_score(column, concept, table.given.about)
            named[column, concept] = name
            scores[column, concept] = name * fits(profile, concept) if name else 0.0
    return named, scores


def fits(profile: Profile, concept: str) -> float:
    """Return from 0 to 1 how well a column's values fit a concept; 0 for values that cannot be meant."""
    if not profile.n_filled:
        return 0.3 if concept in ("ignored", "other_date") else 0.1
    return _FITS.get(concept, _anything)(profile)


def may_be_units(column: str, profile: Profile) -> bool:
    """Return whether a column may count the units of a line: whole numbers that are no key, by values and name."""
    words = set(vocabulary().words(column))
    is_key = profile.uniqueness > _HALF or words & _KEY_WORDS
    is_whole = profile.numbers >= _READ and profile.whole > _READ and not profile.date_formats
    return is_whole and not is_key and (profile.most or 0) <= _MOST_UNITS


def _anything(profile: Profile) -> float:
    return 1.0


def _id(profile: Profile) -> float:
    if profile.date_formats and not all(value.isdigit() for value in profile.values[:3]):
        return 0.1
    if profile.numbers >= _READ and profile.whole < 0.99:
        return 0.15  # 12.50 is no number of anything
    if profile.length > 60:
        return 0.3
    return 1.0 if profile.n_values > 1 else 0.7


def _text(profile: Profile) -> float:
    letters = profile.share(profile.n_letters)
    return 0.2 + 0.8 * letters if letters < 0.7 else 1.0


def _name(profile: Profile) -> float:
    if profile.date_formats and profile.n_letters == 0:
        return 0.1
    return _text(profile) * (0.7 if profile.length < 2 else 1.0)


def _choice(profile: Profile) -> float:
    if profile.n_rows > 30 and profile.uniqueness > _MANY_CHOICES and profile.n_values > 60:
        return 0.6
    return 0.4 if profile.numbers >= _READ and profile.whole < 0.99 else 1.0


def _number(profile: Profile) -> float:
    return 1.0 if profile.numbers >= _READ and not _is_day(profile) else 0.75 if profile.numbers >= 0.8 else 0.1


def _is_day(profile: Profile) -> bool:
    return bool(profile.date_formats) and profile.numbers < _READ


def _price(profile: Profile) -> float:
    few_negative = profile.share(profile.n_negative) < 0.2
    return _number(profile) * (1.0 if few_negative else 0.7)


def _quantity(profile: Profile) -> float:
    whole = profile.whole
    return _number(profile) * (1.0 if whole > 0.5 else 0.85)


def _date(profile: Profile) -> float:
    if profile.date_formats:
        return 1.0
    if profile.numbers >= _READ and profile.least is not None and profile.most is not None:
        is_serial = profile.least > 20_000 and profile.most < 80_000
        is_unix = profile.least > 6e8 and profile.most < 5e9
        is_unix_ms = profile.least > 6e11 and profile.most < 5e12
        return 0.85 if is_serial or is_unix or is_unix_ms else 0.1
    best = max(profile.dates.values(), default=0)
    return 0.8 if profile.share(best) > 0.7 else 0.1


def _flag(profile: Profile) -> float:
    return 1.0 if profile.n_values <= 3 else 0.2


def _email(profile: Profile) -> float:
    return 0.2 + 0.8 * profile.share(profile.n_emails)


def _phone(profile: Profile) -> float:
    digits = 1.0 if profile.numbers >= _READ or profile.share(profile.n_phones) > 0.6 else 0.6
    return digits if profile.length >= 4 else 0.3


def _currency(profile: Profile) -> float:
    return 1.0 if profile.share(profile.n_currencies) > 0.8 else 0.4


def _discount(profile: Profile) -> float:
    return 1.0 if profile.numbers >= _READ or any("%" in value for value in profile.values) else 0.2


def _city(profile: Profile) -> float:
    return _text(profile)


def _status(profile: Profile) -> float:
    if profile.n_values > _MOST_STATUSES:
        return 0.3
    words = vocabulary()
    return 1.0 if any(words.means(value, meaning) for value in profile.values for meaning in words.values) else 0.65


def _customer_status(profile: Profile) -> float:
    words = vocabulary()
    known = [value for value in profile.values if any(words.means(value, meaning) for meaning in _STATUSES)]
    return 1.0 if len(known) > _HALF * len(profile.values) else 0.3


_FITS: dict[str, Callable[[Profile], float]] = {
    "order_id": _id, "customer_id": _id, "product_id": _id, "line_no": _id, "parent_id": _id, "replaced_by": _id,
    "company": _name, "customer_name": _name, "first_name": _name, "last_name": _name, "product_name": _name,
    "rep": _anything, "supplier": _anything, "segment": _choice, "country": _choice, "region": _choice,
    "state": _choice, "city": _city,
    "category": _choice, "subcategory": _choice, "department": _choice, "unit": _choice, "pack_size": _anything,
    "price": _price, "cost": _price, "quantity": _quantity, "revenue": _number, "gross": _number,
    "order_total": _number, "tax": _anything, "freight": _number, "profit": _number, "discount": _discount,
    "ordered_on": _date, "other_date": _date, "introduced_on": _date, "email": _email, "phone": _phone,
    "may_contact": _flag, "available": _flag, "discontinued": _flag, "currency": _currency, "status": _status,
    "order_kind": _status, "customer_status": _customer_status,
}  # fmt: skip
