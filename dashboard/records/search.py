"""What a search answers with."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from dashboard.records.customers import Customer
from dashboard.records.products import Product


@dataclass(frozen=True)
class Piece:
    """A part of a shown name, and whether the search found it there."""

    text: str
    found: bool


What = TypeVar("What", Customer, Product)


@dataclass(frozen=True)
class Hit(Generic[What]):
    """A customer or product that a search found; name and number are cut where the search text is in them."""

    what: What
    name: tuple[Piece, ...]
    number: tuple[Piece, ...]


@dataclass(frozen=True)
class Hits(Generic[What]):
    """The best hits of one kind, and how many there are in all.

    is_close    none of them holds every word: they are spelled most like it, the closest first
    """

    shown: tuple[Hit[What], ...] = ()
    total: int = 0
    is_close: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found; the kind whose first hit answers better is first."""

    customers: Hits[Customer] = Hits()
    products: Hits[Product] = Hits()
    products_first: bool = False
