"""What names of columns and files mean: their words, compared with those that exports use in several languages."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_QUALIFIER = 0.2  # weight of a word that hardly changes a meaning
_WRITTEN_TOGETHER = 0.97
_LATER = 0.05  # what the last phrase of a concept counts less than its first: of two columns the plainer name wins
_OTHERS = 0.5  # of a name that speaks of somebody else
_ITEMS = frozenset(("item", "position", "article", "artikel", "product"))
_KEYED = ("customer", "product", "order")
_COUNT = re.compile(r"\b(?:num|number|no|nr|nb|nombre|numero)[\s_]*(?:of|de|d)[\s_]+", re.IGNORECASE)
_OF_CUSTOMERS = frozenset((
    "customer_id", "company", "customer_name", "first_name", "last_name", "email", "phone", "segment", "may_contact",
    "parent_id",
))  # fmt: skip
_OF_PRODUCTS = frozenset((
    "product_id", "product_name", "category", "subcategory", "department", "supplier", "unit", "pack_size", "cost",
    "available", "discontinued", "introduced_on", "replaced_by",
))  # fmt: skip
_LINKS = ("", "s", "n", "en", "e", "er", "es")  # between the parts of a German or Dutch compound
_MAX_PARTS = 4
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[%#]|[^\W\d_A-Za-z]+")


@dataclass(frozen=True)
class Vocabulary:
    """The words of vocabulary.toml, compared as `words` gives them.

    concepts    concept -> the phrases that name it, each as its words
    entities    what a file is about -> the words for it
    values      what a value means -> the values, in small letters
    qualifiers  words that hardly change what a name means
    fillers     words that change nothing
    known       all words of concepts and entities
    phrases     all phrases of all concepts, in any order of their words
    """

    concepts: dict[str, tuple[tuple[str, ...], ...]]
    entities: dict[str, frozenset[str]]
    values: dict[str, frozenset[str]]
    qualifiers: frozenset[str]
    fillers: frozenset[str]
    known: frozenset[str]
    phrases: frozenset[tuple[str, ...]] = frozenset()

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a name in small letters, without accents, plural s and what stands between them."""
        return _words(name, self.known, self.fillers)

    def is_phrase(self, name: str) -> bool:
        """Return whether a name is that of a concept, whatever the order of its words."""
        words = self.words(name)
        bare = tuple(word for word in words if word not in self.qualifiers)
        return tuple(sorted(words)) in self.phrases or bool(bare) and tuple(sorted(bare)) in self.phrases

    def name_score(self, name: str, concept: str, about: frozenset[str] = frozenset()) -> float:
        """Return from 0 to 1 how well a column's name fits a concept.

        about  the entities of the column's file: `name` in a file of customers is a customer's name
        """
        own = self.words(name)
        last = self.words(re.split(r"[/.]", name)[-1])  # `Order Lines/Product`
        variants = [own, *([last] if last else []), *((entity, *own) for entity in about if entity not in own)]
        return max(
            (
                self._likeness(words, phrase)
                * (1.0 if number == 0 else _WRITTEN_TOGETHER)
                * (1 - _LATER * place / len(self.concepts[concept]))
                for number, words in enumerate(variants)
                for place, phrase in enumerate(self.concepts[concept])
            ),
            default=0.0,
        ) * (_OTHERS if self._is_of_another(own, concept) else 1.0)

    def _is_of_another(self, words: tuple[str, ...], concept: str) -> bool:
        """Return whether a name has a word for products though the concept is of customers, or the other way round."""
        meant = "customer" if concept in _OF_CUSTOMERS else "product" if concept in _OF_PRODUCTS else ""
        others = {"customer": ("product", "supplier"), "product": ("customer",)}.get(meant, ())
        return any(set(words) & {other} for other in others) and meant not in words

    def about(self, name: str) -> frozenset[str]:
        """Return the entities that the name of a file or table is about."""
        words = set(self.words(name))
        found = {entity for entity, named in self.entities.items() if words & named}
        if "order" in found and words & _ITEMS:  # `order_items` are lines of orders
            found = (found - {"product"}) | {"line"}
        return frozenset(found)

    def entity(self, word: str) -> str:
        """Return the customer, product or order that a word stands for, or the word itself."""
        return next((entity for entity in _KEYED if word in self.entities[entity]), word)

    def means(self, value: str, meaning: str) -> bool:
        """Return whether a value of a file has a meaning, such as `cancelled`."""
        return value.strip().lower() in self.values[meaning]

    def _likeness(self, words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
        if words == phrase:
            return 1.0
        if "".join(words) == "".join(phrase):
            return _WRITTEN_TOGETHER
        ours, theirs = set(words), set(phrase)
        shared = self._weight(ours & theirs)
        if not any(word not in self.qualifiers for word in ours & theirs):
            return 0.0  # nothing in common but words that say little
        return 2 * shared / (self._weight(ours) + self._weight(theirs))

    def _weight(self, words: set[str]) -> float:
        return sum(_QUALIFIER if word in self.qualifiers else 1.0 for word in words)


@lru_cache(100_000)
def _words(name: str, known: frozenset[str], fillers: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    counted = _COUNT.sub("count ", _plain(name))  # `number of items` is no number of an item
    for word in " ".join(_WORDS.findall(counted)).lower().split():
        found += _parts(_singular(word), known) or _parts(word, known) or [_singular(word)]
    return tuple(word for word in found if word not in fillers) or tuple(found)


def _plain(name: str) -> str:
    """Return a text without accents; a German ss for ß, as in most column names."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ł", "l").replace("Ł", "L"))
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@cache
def _parts(word: str, known: frozenset[str], most: int = _MAX_PARTS) -> list[str]:
    """Return the known words that a word is made of, as few as can be; none if it cannot be taken apart."""
    if word in known:
        return [word]
    if most == 1 or len(word) < 4:
        return []
    best: list[str] = []
    for end in range(len(word) - 1, 1, -1):
        if word[:end] not in known:
            continue
        for link in _LINKS:
            if not word[end:].startswith(link) or len(word) - end - len(link) < 2:
                continue
            rest = _parts(word[end + len(link) :], known, most - 1)
            if rest and (not best or len(rest) + 1 < len(best)):
                best = [word[:end], *rest]
    return best


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the program."""
    text = (files("recsys.ingest.propose") / "vocabulary.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    fillers = frozenset(content["fillers"])
    bare = Vocabulary({}, {}, {}, frozenset(), fillers, frozenset())
    concepts = {
        concept: tuple(dict.fromkeys(bare.words(phrase) for phrase in phrases))
        for concept, phrases in content["concepts"].items()
    }
    entities = {
        entity: frozenset(word for phrase in (entity, *named) for word in bare.words(phrase))
        for entity, named in content["entities"].items()
    }
    single = {word for phrases in concepts.values() for phrase in phrases for word in phrase}
    known = frozenset(word for word in single.union(*entities.values()) if len(word) > 1)
    qualifiers = frozenset(word for phrase in content["qualifiers"] for word in bare.words(phrase))
    values = {meaning: frozenset(listed) for meaning, listed in content["values"].items()}
    listed = frozenset(tuple(sorted(phrase)) for phrases in concepts.values() for phrase in phrases)
    return Vocabulary(concepts, entities, values, qualifiers, fillers, known, listed)
