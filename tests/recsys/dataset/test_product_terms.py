from recsys.dataset.product_terms import words_of


def test_names_are_parted_into_words_and_categories_are_not() -> None:
    words = words_of([("Blue Mug, 2-pack", "Mugs & cups", None), ("MUG", "mugs & cups", ""), (None, None, None)])
    # In order: 2, blue, category: mugs & cups, mug, pack
    assert words.toarray().tolist() == [[1, 1, 1, 1, 1], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0]]


def test_a_word_that_stands_twice_counts_once_and_a_supplier_is_no_name() -> None:
    words = words_of([("tea tea", None, "Tea"), ("Tea", None, None)])
    assert words.toarray().tolist() == [[1, 1], [0, 1]]  # supplier: tea, tea


def test_no_products_have_no_words() -> None:
    assert words_of([]).shape == (0, 0)
