"""What an evidence panel shows, as plain records. No Dash, no repository."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dashboard.display.timeline import Timeline
from dashboard.records.customers import Bought, Buyers
from dashboard.records.products import ProductBuyer, TookBoth


@dataclass(frozen=True)
class Dots:
    """Purchases on a line of time.

    title, gap  the words above the line, left and right; `summary` says all of it at once
    is_late     more days have passed than usual
    """

    line: Timeline
    title: str
    gap: str
    summary: str
    is_late: bool = False


@dataclass(frozen=True)
class Fact:
    """A count in words."""

    label: str
    value: str


@dataclass(frozen=True)
class ChanceEvidence:
    """The line's own chance as it is on the line, `1 in 8`, how many of such suggestions were bought, and which."""

    words: str
    counts: str
    such: str


@dataclass(frozen=True)
class Instead:
    """What a lost product was worth, and its substitute: the words before and after its name."""

    worth: str
    product_id: str = ""
    name: str = ""
    why: str = ""


@dataclass(frozen=True)
class Evidence:
    """What the panel shows, from top to bottom; `origin` says where quantity and price come from.

    days_of_others  order days with both that the customers in `together` have not
    second          what speaks for it besides, before the table of similar customers; empty where they come first
    recent, others  customers whom the viewer sees who bought it lately, and how many more there are
    alike           what the customer buys of the same category or supplier
    instead         of a lost product: what to offer instead, and why; its `product_id` is empty where none is known
    shares          of the score by family; empty where the ranker did not score it
    chance          the line's, and how many such suggestions were bought; None where no chance is shown
    no_chance       why not, where others on the list have one
    """

    dots: Dots | None = None
    buyers: Buyers | None = None
    second: str = ""
    together: tuple[TookBoth, ...] = ()
    days_of_others: int = 0
    facts: tuple[Fact, ...] = ()
    note: str = ""
    recent: tuple[ProductBuyer, ...] = ()
    others: int = 0
    alike: tuple[Bought, ...] = ()
    instead: Instead | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    chance: ChanceEvidence | None = None
    no_chance: str = ""
    origin: str = ""
    as_of: date = date.min
