"""The words that describe products, as a matrix."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

TEXT_COLUMNS = ("name", "category", "supplier")  # columns of products
_WORD = re.compile(r"[^\W_]+")


def word_matrix(texts: Sequence[Sequence[str | None]]) -> csr_matrix:
    """Return (n_products, n_words) float64, 1 where the product's texts have the word; words are sorted.

    texts  each product's texts in the order of TEXT_COLUMNS; None or empty if unknown

    A name is split into words; a category or a supplier is one word.
    """
    words = [sorted(set(_words(of_product))) for of_product in texts]
    known = sorted({word for each in words for word in each})
    column = {word: at for at, word in enumerate(known)}
    indices = np.array([column[word] for each in words for word in each], dtype=np.int32)
    indptr = np.concatenate(([0], np.cumsum([len(each) for each in words], dtype=np.int64)))
    return csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(words), len(known)))


def _words(texts: Sequence[str | None]) -> Iterable[str]:
    for column, text in zip(TEXT_COLUMNS, texts, strict=True):
        if text and column == "name":
            yield from _WORD.findall(text.lower())
        elif text:
            yield f"{column}: {text.lower()}"
