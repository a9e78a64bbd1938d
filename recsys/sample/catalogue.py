"""The products: drawn from the families without repeating a name, some of them with a planted role."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from itertools import product as every
from typing import Literal

import numpy as np

from recsys.sample.families import Family, Pack, families

Role = Literal["plain", "seasonal", "bundle", "substitute", "replaced", "successor", "new", "out_of_stock"]

BUNDLES = (
    ("Burger buns", "Burger patties", "Burger sauce", "Fries"),
    ("Pizza dough balls", "Pizza tomatoes", "Mozzarella", "Pizza boxes"),
    ("Bratwurst", "Mustard", "Schrippen"),
    ("Baker's yeast", "Wheat flour", "Butter"),
    ("Paper cups", "Cup lids"),
    ("Nacho chips", "Salsa"),
    ("Black tea", "Lemons"),
    ("Dishwasher detergent", "Rinse aid"),
)
SUBSTITUTES = ("Espresso beans", "Oat drink", "Cola", "Ketchup", "Bratöl", "Napkins", "Toilet paper", "Spaghetti")
REPLACED = ("Filter coffee", "All-purpose cleaner", "Orange juice", "Yoghurt")

MARGINS = {"Drinks": 0.22, "Dairy": 0.18, "Meat and fish": 0.2, "Cleaning and hygiene": 0.34, "Coffee and tea": 0.32}
USUAL_MARGIN = 0.26
BRAND_PREMIUM = 1.12

_Make = tuple[str, Pack, str]  # variety, pack, brand


@dataclass(frozen=True)
class SampleProduct:
    """One product; `set_no` is the number of its bundle, substitutes or replacement, -1 for none."""

    product_id: str
    family: Family
    make: _Make
    unit_price: float
    cost: float
    role: Role
    set_no: int

    @property
    def name(self) -> str:
        variety, pack, brand = self.make
        return f"{' '.join(filter(None, (self.family.noun, variety, brand)))}, {pack.size}"

    @property
    def supplier(self) -> str:
        return self.family.brands[self.make[2]]


@dataclass(frozen=True)
class _Draft:
    family: Family
    make: _Make
    role: Role
    set_no: int = -1


class _Makes:
    """The makes of each family that no product has yet."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.families = {family.noun: family for family in families()}
        self._makes = {noun: _shuffled(rng, family) for noun, family in self.families.items()}

    def take(self, noun: str, role: Role, set_no: int = -1) -> _Draft:
        """Return a draft of the family's next make, which is then taken."""
        return _Draft(self.families[noun], self._makes[noun].pop(), role, set_no)

    def take_like(self, draft: _Draft) -> _Draft:
        """Return a draft of the same variety and pack, of another brand."""
        makes = self._makes[draft.family.noun]
        make = next(make for make in makes if make[:2] == draft.make[:2])
        makes.remove(make)
        return _Draft(draft.family, make, draft.role, draft.set_no)

    def rounds(self, nouns: list[str]) -> Iterator[str]:
        """Yield family after family, round and round, as long as they have makes left."""
        return (noun for noun in cycle(nouns) if self._makes[noun])


def make_products(n: int, rng: np.random.Generator) -> list[SampleProduct]:
    """Return n products in the order of their ids: two digits for the top category, three to count within it."""
    makes_left = _Makes(rng)
    drafts = list(_with_roles(makes_left))
    nouns = list(rng.permutation(list(makes_left.families)))
    for noun in islice(makes_left.rounds(nouns), n - len(drafts)):
        drafts.append(makes_left.take(noun, "seasonal" if makes_left.families[noun].months else "plain"))
    order = {noun: number for number, noun in enumerate(makes_left.families)}
    drafts.sort(key=lambda draft: (order[draft.family.noun], draft.make[0], draft.make[2], draft.make[1].unit_price))
    _give_roles(drafts, rng)
    return _numbered(drafts, rng)


def _with_roles(makes_left: _Makes) -> Iterator[_Draft]:
    for number, nouns in enumerate(BUNDLES):
        yield from (makes_left.take(noun, "bundle", number) for noun in nouns)
    for number, noun in enumerate(SUBSTITUTES):
        first = makes_left.take(noun, "substitute", number)
        yield from (first, makes_left.take_like(first))
    for number, noun in enumerate(REPLACED):
        yield from (makes_left.take(noun, "replaced", number), makes_left.take(noun, "successor", number))
    yield from (makes_left.take(noun, "seasonal") for noun, family in makes_left.families.items() if family.months)


def _give_roles(drafts: list[_Draft], rng: np.random.Generator) -> None:
    plain = [position for position, draft in enumerate(drafts) if draft.role == "plain"]
    n = max(4, len(drafts) // 100)
    chosen = rng.choice(plain, 2 * n, replace=False)
    roles: tuple[Role, Role] = ("new", "out_of_stock")
    for role, positions in zip(roles, np.split(chosen, 2), strict=True):
        for position in positions:
            drafts[position] = _Draft(drafts[position].family, drafts[position].make, role)


def _numbered(drafts: list[_Draft], rng: np.random.Generator) -> list[SampleProduct]:
    tops = list(dict.fromkeys(draft.family.top for draft in drafts))
    counts = dict.fromkeys(tops, 0)
    products = []
    for draft in drafts:
        top = draft.family.top
        counts[top] += 1
        price, cost = _price(draft, rng)
        number = f"{tops.index(top) + 1:02}{counts[top]:03}"
        products.append(SampleProduct(number, draft.family, draft.make, price, cost, draft.role, draft.set_no))
    return products


def _price(draft: _Draft, rng: np.random.Generator) -> tuple[float, float]:
    """Return list price, a multiple of 5 cents, and cost."""
    _, pack, brand = draft.make
    price = round(pack.unit_price * (BRAND_PREMIUM if brand else 1) * rng.uniform(0.95, 1.05) * 20) / 20
    margin = MARGINS.get(draft.family.top, USUAL_MARGIN) * rng.uniform(0.8, 1.2)
    return price, round(price * (1 - margin), 2)


def _shuffled(rng: np.random.Generator, family: Family) -> list[_Make]:
    """Return the makes in random order, but last, where they are taken first, the plain one: first variety and pack."""
    plain, *makes = every(family.varieties, family.packs, family.brands)
    return [*(makes[position] for position in rng.permutation(len(makes))), plain]
