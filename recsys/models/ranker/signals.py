"""Signals: all that is learned of customers and products up to a day, for the ranker's features."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recsys.array_types import Positions
from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.kernels.neighbours import all_nearest, mean_weights, similarity_matrix, tf_idf, unit_rows
from recsys.models.customer_knn import CustomerKnn, FittedCustomerKnn
from recsys.models.ease import Ease, FittedEase
from recsys.models.item_cosine import FittedItemCosine, ItemCosine
from recsys.models.ranker.engagement import Engagement, learn_engagement

HALF_LIVES = (14, 30, 45, 60, 90, 120)  # days
FADES = (0.5, 0.8, 0.95)  # weight of a basket relative to the customer's next later one
TREND_DAYS = (7, 14, 28, 56, 120)
FIRST_BUYER_DAYS = (14, 28)
_RECENT_HALF_LIFE = 45
_WRITTEN_HALF_LIFE = 90
_NEAR, _NEARER = 20, 50
_NEAR_WRITTEN = 30
_PRIOR_GAPS, _PRIOR_GAP_DAYS = 3, 60.0  # prior of a product's mean gap: so many gaps of so many days
_PRIOR_BUYERS = 10.0


@dataclass(frozen=True)
class Neighbours:
    """Similar customers and similar products, by several measures.

    recent     as customer_knn.weights, but with similarity of purchases that lose half their weight in 45 days
    nearer     as customer_knn.weights, but of the nearest 50 only
    near       (n_customers, n_customers) 1 for the nearest 20
    cosine     (n_products, n_products) cosine of the sets of buyers, as item_cosine has it but not sharpened
    together   (n_products, n_products) cosine of the sets of baskets
    words      (n_products, n_words) tf-idf of the words that describe each product, rows of length one
    written    (n_products, n_products) squared cosine of the words
    """

    customer_knn: FittedCustomerKnn
    item_cosine: FittedItemCosine
    ease: FittedEase
    recent: csr_matrix
    nearer: csr_matrix
    near: csr_matrix
    cosine: csr_matrix
    together: csr_matrix
    words: csr_matrix
    written: csr_matrix


@dataclass(frozen=True)
class Profiles:
    """The purchases of each customer, (n_customers, n_products) each.

    decayed     by half-life in days, purchases weighted by age
    faded       by factor of FADES, purchases weighted by the factor ** number of the customer's later baskets
    last_age    days since the last purchase, 1 on the day as_of
    first_age   days since the first purchase, likewise
    words       (n_customers, n_words) words of the products that the customer buys, rows of length one
    """

    decayed: dict[int, csr_matrix]
    faded: dict[float, csr_matrix]
    last_age: csr_matrix
    first_age: csr_matrix
    words: csr_matrix


@dataclass(frozen=True)
class Signals:
    """All that was learned from the interactions.

    products    by name, (n_products,) facts of the product
    customers   by name, (n_customers,) facts of the customer
    engagement  None where no events are known, or they are not used
    """

    interactions: Interactions
    neighbours: Neighbours
    profiles: Profiles
    products: dict[str, NDArray[Any]]
    customers: dict[str, NDArray[Any]]
    engagement: Engagement | None = None

    def without_events(self) -> "Signals":
        """Return the same signals as if no events were known."""
        return replace(self, interactions=replace(self.interactions, events=None), engagement=None)

    def scores(self, rows: Positions) -> dict[str, csr_matrix]:
        """Return by source of candidates the scores of a block of customers, (len(rows), n_products) each."""
        near, decayed = self.neighbours, self.profiles.decayed
        weights, recent = near.customer_knn.weights[rows], decayed[60][rows]
        return {
            "similar_14": csr_matrix(weights @ decayed[14]),
            "similar_45": csr_matrix(weights @ decayed[45]),
            "similar_recent": csr_matrix(near.recent[rows] @ decayed[14]),
            "similar_nearer": csr_matrix(near.nearer[rows] @ decayed[14]),
            "similar_buyers": csr_matrix(near.near[rows] @ self.interactions.bought),
            "alike_sharp": csr_matrix(recent @ near.item_cosine.closeness),
            "alike": csr_matrix(decayed[120][rows] @ near.cosine),
            "together": csr_matrix(recent @ near.together),
            "ease": near.ease.score(rows),
            "written_near": csr_matrix(decayed[_WRITTEN_HALF_LIFE][rows] @ near.written),
        }


def learn_signals(
    interactions: Interactions, customer_knn: CustomerKnn, item_cosine: ItemCosine, ease: Ease
) -> Signals:
    """Return the signals of the interactions, learned from these alone."""
    words = _words(interactions)
    profiles = _profiles(interactions, words)
    return Signals(
        interactions,
        _neighbours(interactions, profiles, words, customer_knn, item_cosine, ease),
        profiles,
        _product_facts(interactions, profiles),
        _customer_facts(interactions),
        learn_engagement(interactions, profiles.last_age),
    )


def basket_ages(interactions: Interactions) -> NDArray[np.int64]:
    """Return (n_baskets,) days since each basket, 1 on the day as_of."""
    return np.asarray(day_number(interactions.as_of) + 1 - interactions.basket_days.astype(np.int64))


def _words(interactions: Interactions) -> csr_matrix:
    """Return (n_products, n_words) tf-idf of the words that two products or more have, rows of length one.

    No columns if the words are unknown. A product that nobody bought has no words here: the ranker cannot learn from
    such products, so they are no candidates.
    """
    if interactions.words is None:
        return csr_matrix((interactions.n_products, 0))
    words = csr_matrix(diags_array((interactions.baskets_with() > 0).astype(np.float64)) @ interactions.words)
    common = np.bincount(words.indices, minlength=words.shape[1]) >= 2
    return unit_rows(tf_idf(csr_matrix(words[:, np.flatnonzero(common)])))


def _neighbours(
    interactions: Interactions,
    profiles: Profiles,
    words: csr_matrix,
    customer_knn: CustomerKnn,
    item_cosine: ItemCosine,
    ease: Ease,
) -> Neighbours:
    customers, products = customer_knn.fit(interactions), item_cosine.fit(interactions)
    recent = all_nearest(
        unit_rows(tf_idf(profiles.decayed[_RECENT_HALF_LIFE])), customer_knn.k, customer_knn.block_rows
    )
    near = similarity_matrix(customers.near.first(_NEAR))
    near.data[:] = 1
    written = similarity_matrix(all_nearest(words, _NEAR_WRITTEN, item_cosine.block_rows))
    written.data **= 2
    together = all_nearest(unit_rows(interactions.baskets.T.tocsr()), item_cosine.k, item_cosine.block_rows)
    return Neighbours(
        customers,
        products,
        ease.fit(interactions),
        mean_weights(recent),
        mean_weights(customers.near.first(_NEARER)),
        near,
        similarity_matrix(products.near),
        similarity_matrix(together),
        words,
        written,
    )


def _profiles(interactions: Interactions, words: csr_matrix) -> Profiles:
    owners, ages = interactions.basket_customers, basket_ages(interactions)
    n_later = np.cumsum(np.bincount(owners, minlength=interactions.n_customers))[owners] - 1.0 - np.arange(len(owners))
    counts = interactions.counts
    baskets, keys = _line_keys(interactions)
    order = np.lexsort((-ages[baskets], keys))  # oldest first
    differs = np.diff(keys[order], prepend=-1, append=-1) != 0  # before the first line and after the last too
    starts, ends = np.flatnonzero(differs[:-1]), np.flatnonzero(differs[1:])
    in_order = ages[baskets][order].astype(float)
    return Profiles(
        {half_life: interactions.decayed(half_life) for half_life in HALF_LIVES},
        {fade: interactions.weighted(np.power(fade, n_later).astype(np.float64)) for fade in FADES},
        csr_matrix((in_order[ends], counts.indices, counts.indptr), counts.shape),
        csr_matrix((in_order[starts], counts.indices, counts.indptr), counts.shape),
        unit_rows(csr_matrix(interactions.decayed(_WRITTEN_HALF_LIFE) @ words)),
    )


def _line_keys(interactions: Interactions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return of each basket line its basket, and its customer row * n_products + product column."""
    baskets = np.repeat(np.arange(len(interactions.basket_days)), np.diff(interactions.baskets.indptr))
    owners = interactions.basket_customers[baskets].astype(np.int64)
    return baskets, owners * interactions.n_products + interactions.baskets.indices


def _product_facts(interactions: Interactions, profiles: Profiles) -> dict[str, NDArray[Any]]:
    n, counts = interactions.n_products, interactions.counts
    baskets, _ = _line_keys(interactions)
    items, ages = interactions.baskets.indices, basket_ages(interactions)[baskets]
    youngest, oldest = np.full(n, 10_000.0), np.zeros(n)
    np.minimum.at(youngest, items, ages)
    np.maximum.at(oldest, items, ages)
    buyers = np.bincount(counts.indices, minlength=n)
    again = np.bincount(counts.indices, weights=counts.data >= 2, minlength=n)
    spans = np.bincount(counts.indices, weights=profiles.first_age.data - profiles.last_age.data, minlength=n)
    gaps = np.bincount(counts.indices, weights=counts.data - 1, minlength=n)
    facts: dict[str, NDArray[Any]] = {
        "baskets": interactions.baskets_with(),
        "buyers": buyers,
        "repeat_share": (again + 1) / (buyers + _PRIOR_BUYERS),
        "gap": (spans + _PRIOR_GAPS * _PRIOR_GAP_DAYS) / (gaps + _PRIOR_GAPS),
        "last_age": youngest,
        "first_age": oldest,
    }
    for days in TREND_DAYS:
        facts[f"baskets_{days}"] = np.bincount(items[ages <= days], minlength=n)
    for days in FIRST_BUYER_DAYS:
        is_recent = profiles.first_age.data <= days
        facts[f"first_buyers_{days}"] = np.bincount(counts.indices[is_recent], minlength=n)
    return facts


def _customer_facts(interactions: Interactions) -> dict[str, NDArray[Any]]:
    n, owners, ages = interactions.n_customers, interactions.basket_customers, basket_ages(interactions)
    youngest, oldest = np.full(n, 10_000.0), np.zeros(n)
    np.minimum.at(youngest, owners, ages)
    np.maximum.at(oldest, owners, ages)
    n_baskets = np.bincount(owners, minlength=n)
    lines = np.bincount(owners, weights=np.diff(interactions.baskets.indptr), minlength=n)
    return {
        "n_baskets": n_baskets,
        "last_age": youngest,
        "gap": np.maximum(oldest - youngest + _PRIOR_GAP_DAYS, 1) / np.maximum(n_baskets, 1),
        "basket_size": lines / np.maximum(n_baskets, 1),
        "n_products": np.diff(interactions.bought.indptr),
    }
