"""The shop: sessions of customers who order there, and the mails of campaigns, as events."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from recsys.sample.campaigns import Mailings
from recsys.sample.lines import SampleLines
from recsys.sample.scenario import Scenario
from recsys.sample.tastes import draw_by_taste
from recsys.sample.workdays import Values
from recsys.schema.clean import EVENT_KINDS, EVENTS

DAYS = 180  # that sessions are kept for
ONLINE = 0.6  # share of the order days of customers of the shop that are ordered there
VIEWED, DAYS_BEFORE = 0.5, 10  # share of first purchases that were viewed in the days before
SEEN_VIEWED = 0.7  # share of what is ordered in a session that is viewed in it
IMPRESSIONS = 5  # rows of the list of new products that a session shows
CLICKED = {"a": 0.04, "b": 0.1}  # by arm of a test, share of them that is clicked
OPENED = 0.45  # share of the mails that are opened
STEP_SECONDS = 25
_IMPRESSION, _CLICK, _VIEW, CART, _ORDER, _ASSIGNED, _MAILED, _OPENED, UNCART = range(len(EVENT_KINDS))


@dataclass(frozen=True)
class Events:
    """One entry an event; -1 where there is no product, session, arm or list.

    session  number of the visit within the block
    named    position in `names`: the list or campaign
    arm      position in `arms`
    """

    customer: np.ndarray
    product: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    second: np.ndarray
    session: np.ndarray
    named: np.ndarray
    arm: np.ndarray
    names: tuple[str, ...] = ("new",)
    arms: tuple[str, ...] = tuple(CLICKED)

    def __len__(self) -> int:
        return len(self.customer)

    def and_then(self, others: "Events") -> "Events":
        """Return these events and others of the same names and arms, whose visits get the numbers after these."""
        moved = replace(others, session=others.session + self.session.max(initial=-1) + 1)
        columns = [field.name for field in fields(self) if field.name not in ("names", "arms")]
        joined: dict[str, Any] = {name: np.concatenate([getattr(self, name), getattr(moved, name)]) for name in columns}
        return replace(self, **joined)

    def table(self, scenario: Scenario, number: int, session: int) -> pa.Table:
        """Return the clean table by time; events are numbered from `number` on and sessions from `session` on."""
        order = np.lexsort((self.kind, self.second, self.customer, self.day))
        days = scenario.days
        monday = self.day - days.weekday[self.day]
        versions, version = np.unique(monday, return_inverse=True)
        shown = np.isin(self.kind, (_IMPRESSION, _CLICK))
        columns = [
            pa.array([f"E{one:08}" for one in range(number, number + len(self))]),
            _named(scenario.customer_ids, self.customer[order]),
            _named(scenario.product_ids, self.product[order]),
            _named(EVENT_KINDS, self.kind[order]),
            days.moments(self.day[order], self.second[order]),
            _named([f"S{session + one:07}" for one in range(self.session.max(initial=-1) + 1)], self.session[order]),
            _named(self.names, self.named[order]),
            _named([f"{days.date(day):%Y-%m-%d}-043000" for day in versions], np.where(shown, version, -1)[order]),
            _named(self.arms, self.arm[order]),
        ]
        return pa.Table.from_arrays(columns, schema=EVENTS.arrow_schema())


def mail_events(scenario: Scenario, mailings: Mailings, rng: np.random.Generator) -> Events:
    """Return who was put into which arm of each campaign, who got its mail, and who opened it."""
    everyone, got = np.arange(len(mailings.customer)), np.flatnonzero(mailings.mailed)
    opened = got[rng.random(len(got)) < OPENED]
    rows = np.concatenate([everyone, got, opened])
    kind = np.repeat([_ASSIGNED, _MAILED, _OPENED], [len(everyone), len(got), len(opened)])
    later = np.where(kind == _OPENED, rng.integers(600, 30_000, len(rows)), 0)
    return Events(
        customer=mailings.customer[rows],
        product=mailings.product[rows],
        kind=kind,
        day=mailings.day[rows],
        second=6 * 3600 + 60 * kind + later,
        session=np.full(len(rows), -1),
        named=mailings.campaign[rows],
        arm=np.where(mailings.mailed[rows], 1, 0),
        names=tuple(campaign.name for campaign in mailings.campaigns),
        arms=("control", "mailed"),
    )


def draw_events(scenario: Scenario, lines: SampleLines, rng: np.random.Generator) -> Events:
    """Return the sessions of the shop around some customers' order lines, all the lines that these customers have."""
    begin = scenario.days.n - DAYS
    in_shop = scenario.in_shop[lines.customer]
    online = np.flatnonzero(in_shop & (lines.day >= begin))
    visits, visit = np.unique(lines.customer[online] * scenario.days.n + lines.day[online], return_inverse=True)
    kept = rng.random(len(visits)) < ONLINE
    customer, day = visits[kept] // scenario.days.n, visits[kept] % scenario.days.n
    session = np.cumsum(kept) - 1
    online, visit = online[kept[visit]], session[visit[kept[visit]]]
    first = first_purchases(scenario, lines)
    early = first[in_shop[first] & (lines.day[first] >= begin + DAYS_BEFORE)]
    early = early[rng.random(len(early)) < VIEWED]
    begun = rng.integers(6 * 3600, 18 * 3600, len(customer))
    steps = list(_steps(scenario, customer, day, lines.product[online], visit, rng))
    parts = [
        (who, what, kind, begun[who] + STEP_SECONDS * step + rng.integers(0, 20, len(who)))
        for who, what, kind, step in steps
    ]
    who, what, kind, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    shown = np.isin(kind, (_IMPRESSION, _CLICK))
    return Events(
        customer=np.concatenate([customer[who], lines.customer[early]]),
        product=np.concatenate([what, lines.product[early]]),
        kind=np.concatenate([kind, np.full(len(early), _VIEW)]),
        day=np.concatenate([day[who], lines.day[early] - rng.integers(1, DAYS_BEFORE + 1, len(early))]),
        second=np.concatenate([second, rng.integers(6 * 3600, 20 * 3600, len(early))]),
        session=np.concatenate([who, len(customer) + np.arange(len(early))]),
        named=np.concatenate([np.where(shown, 0, -1), np.full(len(early), -1)]),
        arm=np.concatenate([np.where(shown, customer[who] % len(CLICKED), -1), np.full(len(early), -1)]),
    )


def _steps(
    scenario: Scenario,
    customer: np.ndarray,
    day: np.ndarray,
    ordered: np.ndarray,
    visit: np.ndarray,
    rng: np.random.Generator,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (visit, product, kind, step) of what happens in sessions, in the order of the steps.

    customer, day   of each visit
    ordered, visit  the products that are ordered, and in which visit
    """
    seen = np.repeat(np.arange(len(customer)), IMPRESSIONS)
    on_sale = scenario.opens <= day.min(initial=scenario.days.n)
    shown = draw_by_taste(scenario.tastes * on_sale, *scenario.kind(customer[seen]), rng)
    step = np.tile(np.arange(IMPRESSIONS), len(customer))
    yield seen, shown, np.full(len(seen), _IMPRESSION), np.zeros(len(seen), dtype=int)
    rate = np.array(list(CLICKED.values()))[customer[seen] % len(CLICKED)]
    clicked = np.flatnonzero(rng.random(len(seen)) < rate)
    for kind in (_CLICK, _VIEW):
        yield seen[clicked], shown[clicked], np.full(len(clicked), kind), 1 + step[clicked]
    nth = IMPRESSIONS + 2 + np.arange(len(visit)) - np.searchsorted(visit, visit)
    viewed = np.flatnonzero(rng.random(len(visit)) < SEEN_VIEWED)
    yield visit[viewed], ordered[viewed], np.full(len(viewed), _VIEW), nth[viewed]
    yield visit, ordered, np.full(len(visit), CART), nth + 1
    last = np.bincount(visit, minlength=len(customer))[visit] + IMPRESSIONS + 4
    yield visit, ordered, np.full(len(visit), _ORDER), last


def first_purchases(scenario: Scenario, lines: SampleLines) -> np.ndarray:
    """Return the positions of the lines with which a customer first bought a product."""
    order = np.argsort(lines.day, kind="stable")
    key = (lines.customer * len(scenario.products) + lines.product)[order]
    return np.sort(order[np.unique(key, return_index=True)[1]])


def _named(names: tuple[str, ...] | list[str], positions: np.ndarray) -> Values:
    """Return the names at the positions, null for -1."""
    return pa.array(names, pa.string()).take(pa.array(np.maximum(positions, 0), mask=positions < 0))
