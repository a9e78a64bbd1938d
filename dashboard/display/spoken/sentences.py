"""Makes the sentences that a rep says of a line or of a product, of the templates in the catalogue.

A sentence names no customer: nothing here is given one. Numbers, amounts, days and spans of time are Babel's for the
locale. Which of several ways is chosen depends only on the place that is asked for.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta

from dashboard.display.formats import Formats
from dashboard.display.spoken.catalogue import Catalogue, catalogue, spoken_locale
from dashboard.records.customers import Recommendation
from dashboard.records.products import Product
from recsys.reasons import Reason, odds

DUE_FROM = 0.8  # of the usual gap since the last purchase: from here on it is time
LATE_FROM = 1.5  # and from here on more than time
DAY_UP_TO = 14  # days ago that are said as a date: it stays true when the data are some days old
LONG_AGO = 120  # days since a single purchase, from which on nobody is asked how it was
MANY = 1 / 3  # of the similar customers
MUCH = 1 / 3  # of the order days with one product that have another too
LEAST_ODDS = 0.1  # `1 in 56` persuades nobody
_YEAR_DAYS = 300  # from which on a day without its year is misunderstood
_SMALL_WORDS = {"a", "and", "at", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


class Speech:
    """What is said in one locale and currency."""

    def __init__(self, formats: Formats, product_of: Callable[[str], Product | None]) -> None:
        """product_of   returns a product by its id"""
        self._formats, self._catalogue = _speech_of(formats.locale, formats.currency)
        self._product_of = product_of

    @property
    def language(self) -> str:
        """Return the language's code: `en`."""
        return self._catalogue.locale.language

    # ---- of a line ----

    def of_line(self, what: Recommendation, place: int = 0) -> str:
        """Return what to say to the customer of one line: what speaks for it, and a question.

        place   chooses among the ways to say it, so that neighbouring lines do not sound alike
        """
        reason = what.reason
        names = {"product": self._name_of(what.product_id, what.product_name), **self._numbers(reason)}
        if reason.product_id is not None:
            names["other"] = self._name_of(reason.product_id, reason.product_id)
        statement = self._way(self._argument(what), place, **names)
        return f"{_started(statement)} {self._question(what, place)}"

    def _argument(self, what: Recommendation) -> str:
        """Return the group of templates that states a line's reason."""
        product = self._product_of(what.product_id)
        if what.reason.kind == "alike" and product is not None and product.supplier == what.reason.attribute:
            return "alike_supplier"
        return argument(what.reason)

    def _question(self, what: Recommendation, place: int) -> str:
        quantity, price = what.quantity, what.price
        if what.reason.kind == "stopped":
            return self._way("ask_lost", place // 2)
        if quantity is None:
            return self._way("ask_order", place)
        names = {"quantity": self._formats.quantity(quantity)}
        group = _question_of(what)
        if group == "ask_new" and price is not None:
            group, names = "ask_priced", {**names, "price": self._formats.price(price)}
        ways = self._catalogue.ways(group)
        # The other way round, so that the same argument does not always come with the same question.
        return self._catalogue.text(ways[(place // 2) % len(ways)], _whole(quantity), **names)

    def _numbers(self, reason: Reason) -> dict[str, str]:
        """Return the reason's numbers and days as text, as far as it has them."""
        formats, names = self._formats, {"n": self._formats.number(reason.n), "times": self._times(reason.n)}
        if reason.of:
            names |= {"of": formats.number(reason.of), "odds": self._odds(reason.n / reason.of)}
        if reason.since_days is not None:
            names["ago"] = self._ago(reason)
        if reason.gap_days is not None:
            names["every"] = self._every(reason.gap_days)
        if reason.on is not None:
            names["month"] = format_date(reason.on, "LLLL", locale=self._catalogue.locale)
            names["since"] = self._since(reason.on, reason.since_days or 0)
        return names

    def _ago(self, reason: Reason) -> str:
        since = reason.since_days or 0
        if since < DAY_UP_TO and reason.on is not None:
            return self._catalogue.text("ago", day=format_skeleton("MMMMd", reason.on, locale=self._catalogue.locale))
        return self._span(timedelta(days=-since), direction=True)

    def _since(self, on: date, since_days: int) -> str:
        """Return the last day: `4 August`, of a year ago and longer `August 2025`."""
        form = "MMMMd" if since_days < _YEAR_DAYS else "yMMMM"
        return format_skeleton(form, on, locale=self._catalogue.locale)

    def _every(self, gap_days: float) -> str:
        gap = int(Decimal(str(gap_days)).quantize(Decimal(1), ROUND_HALF_UP))
        if gap <= 1:
            return self._catalogue.text("every.day")
        return self._catalogue.text("every.span", span=self._span(timedelta(days=gap), direction=False))

    def _span(self, span: timedelta, *, direction: bool) -> str:
        """Return `3 weeks`, or `3 weeks ago`: a unit is used from two of it on."""
        return format_timedelta(
            span, granularity="day", threshold=2, add_direction=direction, locale=self._catalogue.locale
        )

    def _times(self, n: int) -> str:
        return self._catalogue.text("times.two" if n == 2 else "times.many", n=self._formats.number(n))

    def _odds(self, share: float) -> str:
        """Return a share of order days, 0-1, as people say it, by the same rule as a chance on the screen."""
        said = odds(share)
        if said.bound == "over ":
            return self._catalogue.text("odds.nearly_all")
        number = self._formats.number
        return self._catalogue.text("odds", said.numerator, n=number(said.numerator), of=number(said.denominator))

    # ---- of a product ----

    def add_on(self, product: Product, other: Product, n_together: int) -> str:
        """Return the sentence for a product bought on the same days: how often, or where that is rare how many."""
        share = n_together / product.n_baskets
        names = {"product": spoken_name(product), "other": spoken_name(other)}
        if share < LEAST_ODDS:
            return self._catalogue.text("add_on.count", n=self._formats.number(n_together), **names)
        return _started(self._catalogue.text("add_on.share", odds=self._odds(share), **names))

    def of_product(self, product: Product, instead: Product | None = None) -> str:
        """Return name and price of a product; of one that cannot be had, what there is instead."""
        name = spoken_name(product)
        if product.can_be_sold:
            known = product.price is not None
            return self._catalogue.text(
                "priced" if known else "bare", product=_sized(product), price=self._formats.price(product.price)
            )
        if instead is None:
            return self._catalogue.text("unavailable", product=name)
        return self._catalogue.text(
            "instead.priced" if instead.price is not None else "instead.bare",
            product=name,
            other=spoken_name(instead),
            price=self._formats.price(instead.price),
        )

    # ---- inner ----

    def _way(self, group: str, place: int, **names: str) -> str:
        ways = self._catalogue.ways(group)
        return self._catalogue.text(ways[place % len(ways)], **names)

    def _name_of(self, product_id: str, otherwise: str) -> str:
        product = self._product_of(product_id)
        return spoken_name(product) if product is not None else otherwise


@lru_cache(maxsize=8)
def _speech_of(locale: Locale, currency: str) -> tuple[Formats, Catalogue]:
    """Return the forms and templates of a locale: both English where the language has no catalogue."""
    return Formats(str(spoken_locale(locale)), currency), catalogue(locale)


def argument(reason: Reason) -> str:
    """Return the group of templates that states a reason."""
    if reason.kind == "due_again":
        gaps = (reason.since_days or 0) / max(reason.gap_days or 1, 1)
        return "early" if gaps < DUE_FROM else "due" if gaps < LATE_FROM else "late"
    if reason.kind == "similar_customers":
        few = {1: "similar_one", 2: "similar_two"}
        return few.get(reason.n, "similar_many" if reason.n >= MANY * (reason.of or 1) else "similar_some")
    if reason.kind == "bought_together":
        return "together_much" if reason.n >= MUCH * (reason.of or 1) else "together_some"
    if reason.kind == "bought_before":
        return "before" if reason.n > 1 else "once" if (reason.since_days or 0) < LONG_AGO else "once_long"
    return {"same_season": "season", "popular_in_segment": "trade"}.get(reason.kind, reason.kind)


def _question_of(what: Recommendation) -> str:
    if what.list == "new":
        return "ask_new"
    several = what.reason.kind == "due_again" or (what.reason.kind == "bought_before" and what.reason.n > 2)
    return "ask_usual" if several else "ask_again"


def spoken_name(product: Product) -> str:
    """Return a product's name as it is said: without the pack size at its end, and not in capitals alone."""
    name = re.sub(r" +([,.;])", r"\1", " ".join(product.name.split()))
    size = product.pack_size
    if size and name.lower().endswith(f", {size.lower()}") and len(name) > len(size) + 2:
        name = name[: -len(size) - 2]
    return _calm(name) if name.isupper() else name


def _started(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _calm(name: str) -> str:
    """Return a name that is all capitals with a capital at the start of each word but the small ones."""
    words = [word.lower() if word.lower() in _SMALL_WORDS else word.capitalize() for word in name.split()]
    return " ".join([words[0].capitalize(), *words[1:]])


def _whole(quantity: float) -> Decimal | int:
    """Return a quantity so that 1.0 is one of it."""
    return int(quantity) if quantity == int(quantity) else Decimal(str(quantity))


def _sized(product: Product) -> str:
    """Return the name with the pack size, which is said once."""
    name = spoken_name(product)
    return f"{name}, {product.pack_size}" if product.pack_size else name
