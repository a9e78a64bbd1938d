"""Campaigns: a product is offered by mail to half of a group of customers; the other half is the control."""

from dataclasses import dataclass

import numpy as np

from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.scenario import Scenario
from recsys.sample.truths import Campaign

CAMPAIGNS = 6
WEEKS_BETWEEN = 5
LAST_BEFORE_END = 35  # days before the end of the orders that the last one was sent
GROUP_SHARE = 0.3  # of the customers who order within the days after the mail
DAYS = 21
MAILED, CONTROL = 0.3, 0.06  # chance of a purchase within these days


@dataclass(frozen=True)
class Mailings:
    """One entry a customer of a campaign's group.

    campaign  position in `campaigns`
    mailed    whether the customer got the mail
    """

    campaigns: tuple[Campaign, ...]
    campaign: np.ndarray
    customer: np.ndarray
    product: np.ndarray
    day: np.ndarray
    mailed: np.ndarray


def plant_campaigns(scenario: Scenario, planted: Pairs, rng: np.random.Generator) -> tuple[Mailings, Pairs]:
    """Return the campaigns, and the pairs of their groups: who does not buy then never does.

    planted  pairs that are taken: their customers are in no group of the product
    """
    candidates = np.flatnonzero(scenario.lasting & ~scenario.low_priority)
    products = rng.choice(candidates, CAMPAIGNS, replace=False)
    campaigns, parts, rows = [], [], []
    for number, product in enumerate(products):
        before = LAST_BEFORE_END + (CAMPAIGNS - 1 - number) * WEEKS_BETWEEN * 7
        sent = int(scenario.days.next_open(saturdays=False)[scenario.days.n - before])
        group = _group(scenario, planted, product, sent, rng)
        mailed = rng.permutation(len(group)) < len(group) // 2
        buys = rng.random(len(group)) < np.where(mailed, MAILED, CONTROL)
        on = scenario.next_order_day(group, np.full(len(group), sent + 1))
        parts.append(pairs(group, np.full(len(group), product), buys.astype(float), first=on, last=on + 1))
        rows.append(
            (np.full(len(group), number), group, np.full(len(group), product), np.full(len(group), sent), mailed)
        )
        day = scenario.days.date(sent)
        name = f"{day:%Y-%m} {scenario.products[product].family.noun}"
        campaigns.append(Campaign(name, scenario.product_ids[product], day, DAYS, MAILED, CONTROL))
    columns = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Mailings(tuple(campaigns), *columns), joined(parts)


def _group(scenario: Scenario, planted: Pairs, product: int, sent: int, rng: np.random.Generator) -> np.ndarray:
    """Return active customers, without pairs of the product, who order within the days after the mail."""
    everyone = np.arange(len(scenario.customer_ids))
    soon = scenario.next_order_day(everyone, np.full(len(everyone), sent + 1)) <= sent + DAYS
    free = ~np.isin(everyone, planted.customer[planted.product == product])
    group = np.flatnonzero(soon & free & (scenario.rhythm.status == "active"))
    return np.sort(rng.permutation(group)[: round(GROUP_SHARE * len(group))])
