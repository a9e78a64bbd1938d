"""What is written about products, word by word."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

TOLD_BY = ("name", "category", "supplier")  # columns of products
_WORD = re.compile(r"[^\W_]+")


def words_of(told: Sequence[Sequence[str | None]]) -> csr_matrix:
    """Return (n_products, n_words) float64, 1 where the product's texts hold the word; words ascend.

    told  each product's texts in the order of TOLD_BY; None or empty where unknown
    A name is parted into words; a category or a supplier is one word, whatever is in it.
    """
    words = [sorted(set(_words(texts))) for texts in told]
    known = sorted({word for each in words for word in each})
    column = {word: at for at, word in enumerate(known)}
    indices = np.array([column[word] for each in words for word in each], dtype=np.int32)
    indptr = np.concatenate(([0], np.cumsum([len(each) for each in words], dtype=np.int64)))
    return csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(words), len(known)))


def _words(texts: Sequence[str | None]) -> Iterable[str]:
    for column, text in zip(TOLD_BY, texts, strict=True):
        if text and column == "name":
            yield from _WORD.findall(text.lower())
        elif text:
            yield f"{column}: {text.lower()}"
