"""Finding customers and products by what somebody typed: indexes of one version, and whom the viewer may find.

Names of a version never change, so an index is made once a version, at its first search, and kept.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.records.customers import Customer
from dashboard.records.products import Product
from dashboard.records.search import Found, Hit, Hits, What
from dashboard.search.index import CLOSE, INSIDE, NO_ANSWER, Answers, SearchIndex
from dashboard.search.matching import fold, pieces, words
from recsys.artifacts.kept_by_version import kept_by_version

MOST_HITS = 20
MOST_CLOSE = 6  # of one kind that are only spelled like it
NEAREST = 5
LONGEST_TEXT = 80  # letters of a search text or a wrong id that are looked at
CLOSE_BEHIND = 0.2  # so much less like the text than the other kind's best, and it is not worth a look

KEPT_VIEWERS = 128

Who = TypeVar("Who")  # a viewer, or whatever else says who may find whom; it is a key


@dataclass(frozen=True)
class _Indexed:
    """A version's customers by name and products by sales, in the order of their indexes."""

    customers: tuple[Customer, ...]
    customer_index: SearchIndex
    products: tuple[Product, ...]
    product_index: SearchIndex


class Finder(Generic[Who]):
    """Answers searches.

    read        returns a version's customers and products, and never other ones for the same id
    visible     returns the ids of the version's customers whom a viewer sees
    """

    def __init__(
        self,
        read: Callable[[str], tuple[Sequence[Customer], Sequence[Product]]],
        visible: Callable[[str, Who], Container[str]],
    ) -> None:
        self._read = read
        self._visible_ids = visible
        self._kept = kept_by_version(self._make)
        self._making = Lock()
        self._visible = kept_by_version(self._pick_visible, KEPT_VIEWERS)

    def search(self, version_id: str, viewer: Who, text: str, *, prefer_products: bool = False) -> Found:
        """Return the viewer's customers and the products whose name or id holds every word of the text.

        Where no word begins so, those that are spelled most like it follow. No words find nothing.

        prefer_products     products come first where both kinds answer equally well
        """
        wanted = words(text[:LONGEST_TEXT])
        if not wanted:
            return Found()
        at, visible = self._indexed(version_id), self._visible(version_id, viewer)
        customers = at.customer_index.exact(wanted, MOST_HITS, visible)
        products = at.product_index.exact(wanted, MOST_HITS)
        if min(customers.level, products.level) >= INSIDE:
            customers, products = _not_far_behind(
                _followed(customers, at.customer_index.closest(wanted, MOST_CLOSE, visible)),
                _followed(products, at.product_index.closest(wanted, MOST_CLOSE)),
            )
        room = max(MOST_HITS // 2, MOST_HITS - len(products.places))
        few = customers.places[:room]
        return Found(
            _hits(at.customers, customers, few, wanted, lambda one: one.customer_id),
            _hits(at.products, products, products.places[: MOST_HITS - len(few)], wanted, lambda one: one.product_id),
            _answers_better(products, customers, prefer_products=prefer_products),
        )

    def prepare(self, version_id: str) -> None:
        """Build a version's indexes ahead: the first search is as fast as any other."""
        self._indexed(version_id)

    def nearest_customers(self, version_id: str, viewer: Who, text: str) -> tuple[Customer, ...]:
        """Return up to five of the viewer's customers whose id or name is spelled most like the text."""
        at = self._indexed(version_id)
        found = _nearest(at.customer_index, text, self._visible(version_id, viewer))
        return tuple(at.customers[place] for place in found)

    def nearest_products(self, version_id: str, text: str) -> tuple[Product, ...]:
        """Return up to five products whose id or name is spelled most like the text."""
        at = self._indexed(version_id)
        return tuple(at.products[place] for place in _nearest(at.product_index, text, None))

    def _indexed(self, version_id: str) -> _Indexed:
        """Return the version's indexes, built once however many ask at a time: 200,000 names take two seconds."""
        with self._making:
            return self._kept(version_id)

    def _make(self, version_id: str) -> _Indexed:
        customers, products = self._read(version_id)
        by_name = tuple(sorted(customers, key=lambda one: (fold(one.name), one.customer_id)))
        by_sales = tuple(sorted(products, key=lambda one: (-one.n_baskets, fold(one.name), one.product_id)))
        return _Indexed(
            by_name,
            SearchIndex([one.customer_id for one in by_name], [one.name for one in by_name]),
            by_sales,
            SearchIndex([one.product_id for one in by_sales], [one.name for one in by_sales]),
        )

    def _pick_visible(self, version_id: str, viewer: Who) -> NDArray[np.bool_]:
        visible = self._visible_ids(version_id, viewer)
        return np.array([one.customer_id in visible for one in self._indexed(version_id).customers], dtype=bool)


def _nearest(index: SearchIndex, text: str, among: NDArray[np.bool_] | None) -> tuple[int, ...]:
    wanted = words(text[:LONGEST_TEXT])
    return _followed(index.exact(wanted, NEAREST, among), index.closest(wanted, NEAREST, among)).places[:NEAREST]


def _followed(exact: Answers, close: Answers) -> Answers:
    """Return the exact answers, then the close ones that are not among them."""
    places = tuple(dict.fromkeys((*exact.places, *close.places)))
    return Answers(places, max(exact.total, len(places)), min(exact.level, close.level), close.like)


def _not_far_behind(customers: Answers, products: Answers) -> tuple[Answers, Answers]:
    """Return both kinds, one of them empty if it is far less like the text than the other."""
    if customers.level == products.level == CLOSE:
        if customers.like < products.like - CLOSE_BEHIND:
            return Answers(), products
        if products.like < customers.like - CLOSE_BEHIND:
            return customers, Answers()
    return customers, products


def _answers_better(products: Answers, customers: Answers, *, prefer_products: bool) -> bool:
    ours, theirs = (products.level, -products.like), (customers.level, -customers.like)
    return ours < theirs or (ours == theirs != (NO_ANSWER, 0.0) and prefer_products)


def _hits(
    all_of_them: Sequence[What],
    answers: Answers,
    places: Sequence[int],
    wanted: tuple[str, ...],
    number: Callable[[What], str],
) -> Hits[What]:
    shown = tuple(
        Hit(one, pieces(one.name, wanted), pieces(number(one), wanted))
        for one in (all_of_them[place] for place in places)
    )
    return Hits(shown, answers.total, answers.level == CLOSE)
