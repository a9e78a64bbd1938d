"""The assortment of a food-and-catering wholesaler: families of products, from which the catalogue makes products.

A family is one line of text: sub-category | noun | varieties | packs | months of its season, if it has one.
A pack is its size, its unit, and a price in euro: `6 x 1 l case 11.40`. `-` means no variety.
"""

from dataclasses import dataclass

from recsys.sample.fresh import FRESH
from recsys.sample.store import STORE

# The wholesaler's own lines, in every category.
OWN_BRANDS = {"Spreegut": "Spreegut Handelsmarken", "Marktfein": "Marktfein Kontor", "Gastro Basis": "Basis Einkauf"}


@dataclass(frozen=True)
class Pack:
    """A size that a product is sold in; `unit_price` is the list price of one unit, net, in euro."""

    size: str
    unit: str
    unit_price: float


@dataclass(frozen=True)
class Family:
    """Products of one kind.

    months  of its season, 1 to 12; empty for products sold all year
    brands  brand -> supplier; the brand `` is the wholesaler's plain ware
    """

    top: str
    sub: str
    noun: str
    varieties: tuple[str, ...]
    packs: tuple[Pack, ...]
    months: tuple[int, ...]
    brands: dict[str, str]

    @property
    def category(self) -> str:
        """The three levels of the category, joined by ` > `."""
        return f"{self.top} > {self.sub} > {self.noun}"


def families() -> tuple[Family, ...]:
    """Return all families, in the order of their top categories."""
    return tuple(
        _family(top, brands, line)
        for top, (brands, lines) in {**STORE, **FRESH}.items()
        for line in lines.strip().splitlines()
    )


def _family(top: str, brands: dict[str, str], line: str) -> Family:
    sub, noun, varieties, packs, *season = (part.strip() for part in line.split("|"))
    return Family(
        top=top,
        sub=sub,
        noun=noun,
        varieties=tuple("" if variety == "-" else variety for variety in varieties.split(", ")),
        packs=tuple(_pack(pack) for pack in packs.split(", ")),
        months=_months(season[0]) if season else (),
        brands=_fitting({**brands, **OWN_BRANDS}, sub),
    )


def _fitting(brands: dict[str, str], sub: str) -> dict[str, str]:
    """Return the brands of a sub-category: a supplier may be followed by `: ` and the only sub-categories it makes."""
    parts = {brand: supplier.partition(": ") for brand, supplier in brands.items()}
    return {brand: supplier for brand, (supplier, _, subs) in parts.items() if not subs or sub in subs.split(", ")}


def _pack(text: str) -> Pack:
    size, unit, price = text.rsplit(" ", 2)
    return Pack(size, unit, float(price))


def _months(text: str) -> tuple[int, ...]:
    first, last = map(int, text.split("-"))
    return tuple(range(first, last + 1))
