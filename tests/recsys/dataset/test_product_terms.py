from recsys.dataset.product_terms import word_matrix


def test_names_are_split_into_words_and_categories_are_not() -> None:
    words = word_matrix([("Blue Mug, 2-pack", "Mugs & cups", None), ("MUG", "mugs & cups", ""), (None, None, None)])
    # In order: 2, blue, category: mugs & cups, mug, pack
    assert words.toarray().tolist() == [[1, 1, 1, 1, 1], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0]]


def test_repeated_word_counts_once_and_a_supplier_is_no_name() -> None:
    words = word_matrix([("tea tea", None, "Tea"), ("Tea", None, None)])
    assert words.toarray().tolist() == [[1, 1], [0, 1]]  # supplier: tea, tea


def test_no_products_have_no_words() -> None:
    assert word_matrix([]).shape == (0, 0)
