"""Search for misspelled names of customers and products: time, and the share found among the first ten."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.orders import Size
from benchmarks.tasks import OURS, Answer, Benchmark, Outcome, Task
from dashboard.search.index import SearchIndex
from dashboard.search.matching import fold

_QUERIES = 200
_SHOWN = 10
_WORDS = 20_000
_SYLLABLES = [
    "ba",
    "be",
    "bri",
    "co",
    "da",
    "el",
    "fa",
    "gro",
    "ha",
    "il",
    "ju",
    "ka",
    "lo",
    "mi",
    "no",
    "or",
    "pa",
    "qui",
    "ste",
]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_LETTERS = 5  # shorter words are not misspelled: too many others are as close
_TOLERANCE = 0.02

Names = dict[str, list[str]]  # of customers, of products
Find = Callable[[str], list[tuple[str, int]]]  # the first ten: kind and position


def make(size: Size, folder: Path) -> None:
    """Write names of two or three made-up words, and texts that misspell some of them by one letter."""
    rng = np.random.default_rng(11)
    words = np.array(["".join(rng.choice(_SYLLABLES, rng.integers(2, 5))).title() for _ in range(_WORDS)])
    names = {
        kind: _names(rng, words, n) for kind, n in (("customers", size.n_customers), ("products", size.n_products))
    }
    queries: list[tuple[str, str, int]] = []
    while len(queries) < _QUERIES:
        kind = ("customers", "products")[len(queries) % 2]
        place = int(rng.integers(len(names[kind])))
        text = _misspelled(rng, names[kind][place])
        if text:
            queries.append((text, kind, place))
    (folder / "names.json").write_text(json.dumps({"names": names, "queries": queries}), encoding="utf-8")


def _names(rng: np.random.Generator, words: np.ndarray, n: int) -> list[str]:
    """Return n distinct names; some words are much more frequent than others."""
    found: dict[str, None] = {}
    while len(found) < n:
        ranks = (len(words) * rng.random((n, 3)) ** 2).astype(int)
        lengths = rng.integers(2, 4, n)
        found.update(dict.fromkeys(" ".join(words[row[:length]]) for row, length in zip(ranks, lengths, strict=True)))
    return list(found)[:n]


def _misspelled(rng: np.random.Generator, name: str) -> str:
    """Return a name with a letter of its longest word swapped, left out, replaced or added; empty if all are short."""
    words = name.split()
    at = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[at].lower()
    if len(word) < _LEAST_LETTERS:
        return ""
    place, letter = int(rng.integers(1, len(word) - 1)), str(rng.choice(list(_LETTERS)))
    ways = (
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + letter + word[place:],
    )
    words[at] = ways[int(rng.integers(len(ways)))]
    return " ".join(words)


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether ours finds as large a share of the intended names, less 0.02."""
    return bool(ours["found"].mean() >= theirs["found"].mean() - _TOLERANCE)


def _implementation(prepare: Callable[[Names], Find]) -> Callable[[Path], Callable[[], Outcome]]:
    def ready(folder: Path) -> Callable[[], Outcome]:
        given = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        start = time.perf_counter()
        find = prepare(given["names"])
        prepared = time.perf_counter() - start
        find(given["names"]["customers"][0])

        def run() -> Outcome:
            took, found = [], []
            for text, kind, place in given["queries"]:
                start = time.perf_counter()
                first = find(text)
                took.append((time.perf_counter() - start) * 1e3)
                found.append((kind, place) in first)
            p50, p99 = np.percentile(took, [50, 99])
            share = float(np.mean(found))
            figures = {"p50_ms": float(p50), "p99_ms": float(p99), "found": share, "prepared_s": prepared}
            return Outcome(lambda: {"found": np.array(found)}, figures)

        return run

    return ready


def _ours(names: Names) -> Find:
    indexes = {kind: SearchIndex([f"{place:06d}" for place in range(len(some))], some) for kind, some in names.items()}

    def find(text: str) -> list[tuple[str, int]]:
        wanted = fold(text).split()
        found: list[tuple[str, int]] = []
        for kind, index in indexes.items():
            places = index.exact(wanted, _SHOWN).places or index.closest(wanted, _SHOWN // 2).places
            found += [(kind, place) for place in places]
        return found

    return find


def _rapidfuzz(names: Names) -> Find:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    everything = [(kind, place, fold(name)) for kind, some in names.items() for place, name in enumerate(some)]
    folded = [name for _, _, name in everything]

    def find(text: str) -> list[tuple[str, int]]:
        best = process.extract(fold(text), folded, scorer=OSA.normalized_similarity, limit=_SHOWN)
        return [everything[place][:2] for _, _, place in best]

    return find


SEARCH = Benchmark(
    "search",
    make,
    (Task("search", {OURS: _implementation(_ours), "rapidfuzz full scan": _implementation(_rapidfuzz)}, same),),
)
