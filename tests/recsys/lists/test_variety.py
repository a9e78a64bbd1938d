"""Near-duplicates and categories of a list."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recsys.lists.variety import ProductGroups, category_limits, name_without_pack_size, product_groups


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Onions Yellow, 10 kg sack", "onions yellow"),
        ("Cola Cherry, 12 x 1 l", "cola cherry"),
        ("Fries 10 mm, 4 x 2,5 kg", "fries 10 mm"),
        ("Napkins White, pack of 500", "napkins white"),
        ("SET OF 4 FAIRY CAKE PLACEMATS", "fairy cake placemats"),
        ("SET/4 FAIRY CAKE PLACEMATS", "fairy cake placemats"),
        ("Bier Helles, 24er Kiste", "bier helles"),
        ("RED RETROSPOT MUG", "red retrospot mug"),
        ("Milk 1.5 % fat", "milk 1 5 fat"),
        ("10 kg", "10 kg"),
    ],
)
def test_the_size_of_a_pack_is_no_part_of_what_a_product_is(name: str, bare: str) -> None:
    assert name_without_pack_size(name) == bare


def test_near_duplicates_have_the_same_category_and_the_same_name_but_for_the_pack() -> None:
    names = ["Onions, 10 kg", "Onions, 5 kg", "Onions, 5 kg", None, None, "Leeks, 5 kg"]
    groups = product_groups(names, ["Veg", "Veg", "Frozen", "Veg", "Veg", None])
    assert groups.twins[0] == groups.twins[1]
    assert len(set(groups.twins.tolist())) == 5
    assert groups.categories[5] == -1
    assert groups.of(np.array([5, 0])).categories.tolist() == [-1, groups.categories[0]]


def test_a_category_gets_two_places_or_as_many_tenths_as_the_customer_buys_of_it() -> None:
    # The first customer buys on 9 of 20 order days from category 0, the second never.
    counts = csr_matrix(np.array([[9.0, 0, 11, 0], [0, 0, 3, 0]]))
    groups = ProductGroups(np.array([0, 0, 1, -1]), np.arange(4))
    customers, items = np.array([0, 0, 1, 1]), np.array([1, 3, 1, 3])
    assert category_limits(groups, counts, customers, items).tolist() == [5, 2, 2, 2]


def test_without_categories_every_limit_is_two() -> None:
    groups = ProductGroups(np.array([-1, -1]), np.arange(2))
    assert category_limits(groups, csr_matrix((1, 2)), np.array([0]), np.array([1])).tolist() == [2]
