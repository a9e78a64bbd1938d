"""Campaigns with a known truth: nothing was sent, and there is no effect; orders were planted, and there is one.

Customers are drawn as the app draws them, their orders are the real ones of the last weeks of a version; only the seed
of the lot differs. An interval that leaves no effect out where there is none is a false alarm: at 95 % five of 100 are
to be expected, and at most eight are let pass.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

import numpy as np

from dashboard.access.viewer import EVERYONE
from dashboard.activity.campaign_records import SENT, Member
from dashboard.activity.database.connect import open_database
from dashboard.campaigns.draw import DrawOptions, draw
from dashboard.campaigns.effects import Comparison, compared
from dashboard.campaigns.offers import members_of
from dashboard.campaigns.orders import Ordered, Window, orders_of
from dashboard.campaigns.sources import Source
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.display.page_context import PageContext
from dashboard.display.urls import Links
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.soak.result import Result
from tests.support.screens import FORMATS

WINDOW_DAYS = 28
HELD_SHARE = 0.3
PRODUCTS = 3
PLANTED = 0.24  # of those who get the mail and did not order anyway, so many do


def run(artifacts: Path, n: int) -> list[Result]:
    """Draw n campaigns by n seeds from the newest version of a folder, and look what is found."""
    with _context(artifacts) as context:
        truth = [_drawn(context, seed) for seed in range(n)]
    alarms = [seed for seed, (found, _, _) in enumerate(truth) if found.difference and found.difference.is_clear]
    revenue = [seed for seed, (found, _, _) in enumerate(truth) if found.revenue and found.revenue.is_clear]
    missed, outside = [], []
    for seed, (_, planted, true) in enumerate(truth):
        interval = planted.difference
        if interval is None or not interval.is_clear:
            missed.append(seed)
        if interval is None or not interval.low <= true <= interval.high:
            outside.append(seed)
    first = truth[0][0]
    size = f"{first.sent.n} sent, {first.held.n} held out, {first.held.share or 0:.0%} order anyway"
    found = [
        ("campaigns: nothing planted, shares", alarms, size),
        ("campaigns: nothing planted, revenue", revenue, size),
        ("campaigns: planted orders, true difference in the interval", outside, f"{n - len(missed)} of {n} clear"),
    ]
    return [
        Result(what, n, _too_many(which, n), f"{len(which)} of {n} false; {measured}")
        for what, which, measured in found
    ]


def most(n: int) -> int:
    """Return how many of n intervals at 95 % may be wrong: 8 of 100."""
    return int(0.05 * n + 1.4 * sqrt(0.0475 * n))


def _too_many(which: Sequence[int], n: int) -> tuple[str, ...]:
    return () if len(which) <= most(n) else tuple(f"seed {seed}" for seed in which)


def _drawn(context: PageContext, seed: int) -> tuple[Comparison, Comparison, float]:
    """Return what is found without an effect and with one, and the true difference of the latter."""
    source = Source("segment")  # everybody
    found = draw(context, source, DrawOptions(seed=seed, held_share=HELD_SHARE))
    members = members_of(context, found)
    window = Window(context.as_of - timedelta(WINDOW_DAYS - 1), WINDOW_DAYS, context.as_of)
    offered = dict.fromkeys((one.customer_id for one in members), _usual_products(context))
    orders = orders_of(context.snapshot, members, offered, window)
    planted, true = _planted(members, offered, orders, window.sent_on, seed)
    return compared(members, orders), compared(members, planted), true


def _planted(
    members: Sequence[Member], offered: Mapping[str, frozenset[str]], orders: Sequence[Ordered], on: date, seed: int
) -> tuple[list[Ordered], float]:
    """Return the orders with planted ones of those who get the mail, and the true difference that these make."""
    rng = np.random.default_rng(10_000 + seed)
    ordered = {one.customer_id for one in orders}
    more = [
        Ordered(one.customer_id, min(offered[one.customer_id]), on, 40.0)
        for one in members
        if one.arm == SENT and one.customer_id not in ordered and rng.random() < PLANTED
    ]
    return [*orders, *more], PLANTED * (1 - len(ordered) / len(members))


def _usual_products(context: PageContext) -> frozenset[str]:
    """Return products that a good part of the customers buys within weeks, but by far not all."""
    products = sorted(context.products.everything(), key=lambda one: -one.n_baskets)
    return frozenset(one.product_id for one in products[20 : 20 + PRODUCTS])


@contextmanager
def _context(artifacts: Path) -> Iterator[PageContext]:
    reader = Reader(artifacts)
    with tempfile.TemporaryDirectory(prefix="repertoire-campaigns.") as folder:
        database = open_database(Settings(state=Path(folder)))
        database.prepare()
        snapshot = Repository(reader).snapshot(EVERYONE)
        as_of = snapshot.source.manifest.facts.as_of
        yield PageContext(snapshot, FORMATS, Links("/"), Desk(database, LostRule(), as_of))
        database.close()
    reader.close()
