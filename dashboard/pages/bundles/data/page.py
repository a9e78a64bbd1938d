"""What the bundles page shows, put together for one viewer; no Dash, no components but plain records."""

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.pages.bundles.data.filters import Advice, Filters, advice, places
from dashboard.pages.bundles.data.whose import of_whose, whose
from dashboard.records.bundles import Bundle, MembersOf
from recsys.schema.bundle_groups import Members

MOST_ADVICE = 2
_NOUNS = {"": ("bundle", "bundles"), "substitutes": ("pair of substitutes", "pairs of substitutes")}


@dataclass(frozen=True)
class BundlesPage:
    """The page for some filters.

    members     whose bundles can be asked for
    n_of_kind   how many bundles of the kind asked for the chosen ones have
    n_baskets   their order days; None where nothing says it
    places      which of theirs fit, counted from 0; `shown` are these, the most typical first
    advice      which conditions exclude everything, where nothing fits
    needed      order days that are needed for bundles; None where the version does not say
    """

    version: str
    as_of: date
    built_at: datetime
    filters: Filters
    members: tuple[MembersOf, ...]
    categories: tuple[str, ...]
    n_of_kind: int
    n_baskets: int | None
    places: tuple[int, ...]
    shown: tuple[Bundle, ...]
    advice: tuple[Advice, ...]
    needed: int | None
    least: int | None

    @property
    def whose(self) -> Members:
        return self.filters.members


def bundles_page(context: PageContext, filters: Filters) -> BundlesPage:
    """Return the page of a version that has bundles."""
    own = context.bundles.of(filters.members)
    fit = places(own, filters)
    members = context.bundles.members()
    counted = next((one.n_baskets for one in members if one.members == filters.members), None)
    return BundlesPage(
        version=context.version.id,
        as_of=context.as_of,
        built_at=context.version.built_at,
        filters=filters,
        members=members,
        categories=context.bundles.categories(),
        n_of_kind=sum(bundle.substitutes is bool(filters.kind) for bundle in own),
        n_baskets=own[0].of_baskets if own else counted,
        places=fit,
        shown=tuple(own[at] for at in fit),
        advice=() if fit else advice(own, filters)[:MOST_ADVICE],
        needed=context.bundles.needed_baskets(),
        least=context.bundles.least_baskets(filters.members),
    )


def has_bundles(context: PageContext) -> bool:
    """Return whether a version has any bundle at all."""
    return any(one.n_bundles or one.n_substitutes for one in context.bundles.members())


# ---- words ----


def built_words(page: BundlesPage, formats: Formats) -> str:
    """Return `Built 17 Nov 2026, 03:10, from 12,480 order days of Cafe customers`."""
    days = f"{formats.number(page.n_baskets)} order days" if page.n_baskets is not None else "the order days"
    return f"Built {formats.moment(page.built_at)}, from {days}{of_whose(page.whose)}"


def count_words(page: BundlesPage, formats: Formats) -> tuple[str, str]:
    """Return `14` and ` of 312 bundles`."""
    return formats.number(len(page.shown)), f" of {_counted(page.n_of_kind, formats, page.filters.kind)}"


def empty_title(page: BundlesPage, formats: Formats) -> str:
    """Return `No bundle reaches lift 3 on 50 order days`; of who has no bundles `No bundles of Cafe customers`."""
    filters = page.filters
    if not page.n_of_kind:
        return f"No {_NOUNS[filters.kind][1]} of {whose(page.whose)}"
    what = f"No {_NOUNS[filters.kind][0]}"
    if filters.kind:
        return f"{what} with {filters.category} in it"
    if filters.size:
        what += f" of {filters.size} products"
    if filters.category:
        what += f" with {filters.category} in it"
    reached = [
        words
        for words, value in (
            (f"support {formats.quantity(filters.support)} %", filters.support),
            (f"confidence {formats.quantity(filters.confidence)} %", filters.confidence),
            (f"lift {formats.quantity(filters.lift)}", filters.lift),
        )
        if value
    ]
    said = f" reaches {' and '.join(reached)}" if reached else ""
    if filters.baskets:
        said += f"{' on' if reached else ' is on'} {formats.quantity(filters.baskets)} order days"
    return f"{what}{said or ' is left'}"


def empty_why(page: BundlesPage, formats: Formats) -> str:
    """Return a sentence with the condition that excludes all bundles."""
    if not page.n_of_kind:
        return _why_none(page, formats)
    if not page.advice:
        everything = _counted(page.n_of_kind, formats)
        return f"No single condition excludes them, several do together. Without any there are {everything}."
    first = page.advice[0]
    rest, best = _counted(first.n_without, formats, page.filters.kind), formats.quantity(round(first.best, 2))
    fit = "fits" if first.n_without == 1 else "fit"
    endings = {
        "baskets": f"The order days are what excludes them: {rest} {fit} all else, on {best} order days at most.",
        "support": f"The support is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "confidence": f"The confidence is what excludes them: {rest} {fit} all else, the highest has {best} %.",
        "lift": f"The lift is what excludes them: {rest} {fit} all else, the highest has {best}.",
        "category": f"The category is what excludes them: {rest} without it {fit} all else.",
        "size": f"The number of products is what excludes them: {rest} of other sizes {fit} all else.",
        "hide": f"Hiding the redundant ones is what excludes them: {rest} {fit} all else.",
    }
    return endings[first.name]


def _why_none(page: BundlesPage, formats: Formats) -> str:
    """Return why some customers have no bundles at all: too few order days, or none often enough."""
    have = None if page.n_baskets is None else formats.number(page.n_baskets)
    if have is not None and page.needed is not None and page.n_baskets is not None and page.n_baskets < page.needed:
        return f"They have {have} order days; {formats.number(page.needed)} are needed, so that nothing rests on a few."
    of = f"their {have} order days" if have is not None else "their order days"
    if page.filters.kind:
        return (
            f"Two products of one kind are substitutes if they are on fewer of {of} together than chance would give, "
            "for certain. Of none that is so."
        )
    least = f"on {formats.number(page.least)} or more" if page.least else "on enough"
    return f"No two products are together {least} of {of}."


def advice_words(one: Advice, formats: Formats) -> str:
    """Return `Set order days to 50 (13 bundles)`."""
    unit = " %" if one.name in ("support", "confidence") else ""
    does = {"category": "Any category", "size": "Any size", "hide": "Show redundant ones"}
    name = {"baskets": "order days"}.get(one.name, one.name)
    words = does[one.name] if one.name in does else f"Set {name} to {formats.quantity(one.value)}{unit}"
    return f"{words} ({_counted(one.n, formats)})"


def chart_sentence(page: BundlesPage, formats: Formats) -> str:
    """Return what the chart shows in words, for people who do not see it."""
    if not page.shown:
        return "No bundle to show."
    supports = [bundle.support for bundle in page.shown]
    lifts = [bundle.lift for bundle in page.shown]
    return (
        f"Support and lift of {_counted(len(page.shown), formats, page.filters.kind)}: support from "
        f"{formats.percent(min(supports), 1)} to {formats.percent(max(supports), 1)}, lift from "
        f"{formats.number(min(lifts), 1)} to {formats.number(max(lifts), 1)}. The table above lists them."
    )


def _counted(n: int, formats: Formats, kind: str = "") -> str:
    return f"{formats.number(n)} {_NOUNS[kind][0] if n == 1 else _NOUNS[kind][1]}"
