"""Who is in the shop: a visit is a browser's cookie, its customer if they said who they are, and its basket."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from uuid import uuid4

MOST_VISITS = 10_000  # who was away longest goes first
MOST_LINES = 50
MOST_QUANTITY = 9_999


@dataclass(frozen=True)
class Product:
    """What the shop knows of a product; facts that no answer had yet are None."""

    product_id: str
    name: str
    category: str | None = None
    price: float | None = None
    unit: str | None = None
    pack_size: str | None = None
    is_available: bool = True


@dataclass(frozen=True)
class Line:
    """A product in the basket."""

    product: Product
    quantity: int

    @property
    def amount(self) -> float | None:
        return None if self.product.price is None else round(self.product.price * self.quantity, 2)


@dataclass
class Visit:
    """One visit. `session` is what Repertoire learns of it: the cookie is nobody else's business."""

    customer: str = ""  # empty: a visitor who did not say who they are
    session: str = field(default_factory=lambda: uuid4().hex)
    said: str = ""  # shown once, on the next page
    shown: frozenset[tuple[str, str]] = frozenset()  # (list, product) of the page on the screen
    returns_to: str = ""  # after an action on that page
    _basket: dict[str, Line] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def lines(self) -> tuple[Line, ...]:
        with self._lock:
            return tuple(self._basket.values())

    @property
    def product_ids(self) -> frozenset[str]:
        return frozenset(one.product.product_id for one in self.lines)

    @property
    def total(self) -> float:
        """Return the sum of what has a price."""
        return round(sum(one.amount or 0.0 for one in self.lines), 2)

    def add(self, product: Product, quantity: int) -> Line | None:
        """Put more of a product into the basket and return its line; None where the basket is full."""
        with self._lock:
            known = self._basket.get(product.product_id)
            if known is None and len(self._basket) >= MOST_LINES:
                return None
            line = Line(product, min(quantity + (known.quantity if known else 0), MOST_QUANTITY))
            self._basket[product.product_id] = line
            return line

    def change(self, product_id: str, quantity: int) -> Line | None:
        """Set a line's quantity, 0 takes it out, and return it as it was; None for what is not in the basket."""
        with self._lock:
            known = self._basket.get(product_id)
            if known is not None and quantity:
                self._basket[product_id] = replace(known, quantity=min(quantity, MOST_QUANTITY))
            elif known is not None:
                del self._basket[product_id]
            return known

    def take_all(self) -> tuple[Line, ...]:
        """Empty the basket and return what was in it: of two orders at once the second has nothing."""
        with self._lock:
            lines, self._basket = tuple(self._basket.values()), {}
            return lines

    def comes_back_to(self, path: str) -> bool:
        """Return whether a page is asked for only because something was done on it, once."""
        path_of_action, self.returns_to = self.returns_to, ""
        return bool(path_of_action) and path_of_action == path

    def next_said(self) -> str:
        """Return what is to be said, once."""
        said, self.said = self.said, ""
        return said


class Visits:
    """The visits by cookie; threads may share it."""

    def __init__(self, most: int = MOST_VISITS) -> None:
        self._most, self._lock = most, Lock()
        self._by_cookie: OrderedDict[str, Visit] = OrderedDict()

    def find(self, cookie: str) -> Visit | None:
        """Return a cookie's visit."""
        with self._lock:
            if cookie in self._by_cookie:
                self._by_cookie.move_to_end(cookie)
            return self._by_cookie.get(cookie)

    def begin(self, customer: str) -> tuple[str, Visit]:
        """Return a new visit with its cookie."""
        cookie, visit = secrets.token_urlsafe(32), Visit(customer)
        with self._lock:
            self._by_cookie[cookie] = visit
            while len(self._by_cookie) > self._most:
                self._by_cookie.popitem(last=False)
        return cookie, visit

    def end(self, cookie: str) -> None:
        """Forget a visit."""
        with self._lock:
            self._by_cookie.pop(cookie, None)
