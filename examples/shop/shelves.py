"""What the shop shows: products and lists, made of Repertoire's answers."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import ceil
from threading import Lock
from typing import Any

from examples.client import Item, Items, List, Repertoire
from examples.shop.asking import Asking
from examples.shop.visits import MOST_QUANTITY, Product, Visit
from examples.shop.words import count

VISITOR = "visitor"  # of nobody in particular: Repertoire knows no such customer, and answers what sells best
MOST_REMEMBERED = 10_000  # products
NEW: List = "new"
LOOKED_AT = "looked_at"  # a reason
OF_PRODUCTS = 40  # are asked for, as some of them are in the basket
USUAL_ASKED = 100
_FIELDS = tuple(one.name for one in fields(Product))


@dataclass(frozen=True)
class Offer:
    """A product on a list, how many are added at a tap, and why it is there.

    last_price  what this customer paid last; None on a list of what they have not bought
    """

    product: Product
    quantity: int
    sentence: str
    last_price: float | None = None


@dataclass(frozen=True)
class Shelf:
    """A list. `name` is what Repertoire calls it; `is_own`: made from the customer's own orders."""

    name: str
    title: str
    offers: tuple[Offer, ...]
    is_own: bool = False

    @property
    def shown(self) -> frozenset[tuple[str, str]]:
        return frozenset((self.name, one.product.product_id) for one in self.offers)


class Catalogue:
    """What Repertoire last said of products: a page that was seen before works without it."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most, self._lock = most, Lock()
        self._products: OrderedDict[str, Product] = OrderedDict()

    def find(self, product_id: str) -> Product | None:
        """Return a product as it was when it was last asked for."""
        with self._lock:
            return self._products.get(product_id)

    def remember(self, answer: Mapping[str, Any], **more: Any) -> Product:
        """Return the product of an answer; facts that it does not have are those of an earlier one."""
        product_id = answer["product_id"]
        with self._lock:
            known = self._products.pop(product_id, None)
            facts = vars(known) if known else {}
            new = {name: answer[name] for name in _FIELDS if name in answer}
            product = self._products[product_id] = Product(**{**facts, **new, **more})
            while len(self._products) > self._most:
                self._products.popitem(last=False)
        return product


class Shelves:
    """Fills the shop's lists for one page."""

    def __init__(self, api: Repertoire, catalogue: Catalogue, asking: Asking, visit: Visit) -> None:
        self._api, self._catalogue, self._asking, self._visit = api, catalogue, asking, visit

    def product(self, product_id: str) -> Product | None:
        """Return a product; None if it is not known and Repertoire is away. Raises NotThere for one that is none."""
        answer = self._asking(f"products/{product_id}", lambda: self._api.product(product_id))
        return self._catalogue.find(product_id) if answer is None else self._catalogue.remember(answer)

    def of_customer(self, name: List, title: str, n: int) -> Shelf | None:
        """Return a list of the visit's customer without what is in the basket; of a visitor what sells best."""
        answer = self._recommended(self._visit.customer or VISITOR, name, OF_PRODUCTS)
        if answer is None:
            return None
        is_own = answer.get("basis") == "customer"
        offers = self._offers(answer, n, is_usual=name != NEW)
        return Shelf(name, title if is_own or name != NEW else "What others buy", offers, is_own)

    def usual(self, product_id: str) -> Offer | None:
        """Return how the customer takes a product that they have bought before; that they look at it they know."""
        answer = self._recommended(self._visit.customer, "usual", USUAL_ASKED) if self._visit.customer else None
        found = [one for one in answer["items"] if one["product_id"] == product_id] if answer else []
        offer = self._offer(found[0], is_usual=True) if found else None
        return replace(offer, sentence="") if offer and found[0]["reason"]["kind"] == LOOKED_AT else offer

    def also_bought(self, product_id: str, n: int) -> Shelf | None:
        """Return what is ordered with a product."""
        what = f"products/{product_id}/also-bought"
        answer = self._asking(what, lambda: self._api.also_bought(product_id, OF_PRODUCTS))
        return Shelf("also_bought", "Goes with it", self._offers(answer, n)) if answer else None

    def substitutes(self, product_id: str, n: int) -> Shelf | None:
        """Return what can be had in place of a product."""
        what = f"products/{product_id}/substitutes"
        answer = self._asking(what, lambda: self._api.substitutes(product_id, OF_PRODUCTS))
        return Shelf("substitutes", "In its place", self._offers(answer, n)) if answer else None

    def with_basket(self, n: int) -> Shelf | None:
        """Return what goes with the basket."""
        basket = {one.product.product_id: float(one.quantity) for one in self._visit.lines}
        if not basket:
            return None
        answer = self._asking("baskets/complete", lambda: self._api.complete(basket, self._visit.customer, n))
        return Shelf("basket", "Goes with your basket", self._offers(answer, n)) if answer else None

    def _recommended(self, who: str, name: List, n: int) -> Items | None:
        what = f"customers/{who}/recommendations?list={name}"
        return self._asking(what, lambda: self._api.recommendations(who, name, n))

    def _offers(self, answer: Items, n: int, *, is_usual: bool = False) -> tuple[Offer, ...]:
        in_basket = self._visit.product_ids
        wanted = [one for one in answer["items"] if one["product_id"] not in in_basket][:n]
        return tuple(self._offer(one, is_usual=is_usual) for one in wanted)

    def _offer(self, item: Item, *, is_usual: bool = False) -> Offer:
        """Return an item as the shop shows it; what one customer paid is no price of the shop's."""
        price = item["price"]
        facts = {name: value for name, value in item.items() if name != "price"}
        known = facts if is_usual or price is None else {**facts, "price": price}
        quantity = min(max(ceil(item.get("quantity") or 1), 1), MOST_QUANTITY)
        product = self._catalogue.remember(known, is_available=True)
        return Offer(product, quantity, _why(item), price if is_usual else None)


def _why(item: Item) -> str:
    """Return the sentence of an item; of a substitute, which has numbers alone, the shop's own."""
    if "reason" in item:
        return item["reason"]["sentence"]
    if item.get("is_successor"):
        return "It takes the place of this one."
    n = item.get("n_customers")
    return f"{count(n, 'customer has', 'customers have')} bought both." if n else item.get("sentence", "")
