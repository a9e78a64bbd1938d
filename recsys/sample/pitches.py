"""Pitches: what reps offered from lists of new products in the last months, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from recsys.sample.pairs import FOREVER, Pairs, pairs
from recsys.sample.reps import user_ids
from recsys.sample.scenario import Scenario
from recsys.sample.tastes import draw_by_taste
from recsys.schema.clean import OUTCOMES

DAYS = 150
PITCHED_SHARE = 0.2  # of the order days of active customers have a pitch
CHANCES = (0.1, 0.2, 0.3, 0.4)  # that a pitch ends in an order; the lists show them
SNOOZED, NOT_RELEVANT = 0.2, 0.15  # share of the other pitches
SNOOZE_DAYS = (14, 28, 56)
BUYS_LATER = 0.2  # chance of a purchase on an order day after the snooze
WHY_NOT_NOW = ("enough in stock", "after the season", "asks the chef first", "no budget this month")
WHY_NOT = ("not on the menu", "has a contract elsewhere", "too expensive", "pack too large")
ORDERED, LATER, NEVER = "ordered", "snoozed", "not_relevant"


@dataclass(frozen=True)
class Pitches:
    """One entry a pitch.

    answer  `ordered`, `snoozed`, `not_relevant`, or empty if there was none
    until   first day on which a snoozed product may come back
    """

    customer: np.ndarray
    product: np.ndarray
    day: np.ndarray
    chance: np.ndarray
    answer: np.ndarray
    until: np.ndarray

    def table(self, scenario: Scenario, rng: np.random.Generator) -> pa.Table:
        """Return the clean table outcomes: a row a pitch, and one more where it has an answer."""
        n = len(self.customer)
        rank, second = rng.integers(1, 11, n), rng.integers(7 * 3600, 15 * 3600, n)
        answered = np.flatnonzero(self.answer != "")
        pitch = np.concatenate([np.arange(n), answered])
        is_answer = np.arange(len(pitch)) >= n
        at = second[pitch] + np.where(is_answer, rng.integers(30, 600, len(pitch)), 0)
        order = np.lexsort((at, self.day[pitch]))
        pitch, is_answer, at = pitch[order], is_answer[order], at[order]
        kind = np.where(is_answer, self.answer[pitch], "pitched")
        days, users = scenario.days, user_ids()
        monday = [days.date(day - days.weekday[day]) for day in self.day[pitch]]
        columns = {
            "outcome_id": [f"P{number:07}" for number in range(1, len(pitch) + 1)],
            "customer_id": [scenario.customer_ids[one] for one in self.customer[pitch]],
            "product_id": [scenario.product_ids[one] for one in self.product[pitch]],
            "kind": kind.tolist(),
            "at": days.moments(self.day[pitch], at),
            "user_id": [users[scenario.rep[one]] for one in self.customer[pitch]],
            "list": ["new"] * len(pitch),
            "rank": rank[pitch],
            "chance": self.chance[pitch],
            "version": [f"{day:%Y-%m-%d}-043000" for day in monday],
            "reason": _reasons(kind, rng),
            "until": [
                days.first + timedelta(int(until)) if one == LATER else None
                for one, until in zip(kind, self.until[pitch], strict=True)
            ],
            "scope": ["product"] * len(pitch),
        }
        return pa.table(columns, schema=OUTCOMES.arrow_schema())


def plant_pitches(scenario: Scenario, planted: Pairs, rng: np.random.Generator) -> tuple[Pitches, Pairs]:
    """Return the pitches, and their pairs: who took the product bought it that day, who did not never does.

    planted  pairs that are taken: they are not pitched
    """
    visits = np.flatnonzero(
        (scenario.day >= scenario.days.n - DAYS)
        & (scenario.rhythm.status[scenario.customer] == "active")
        & (rng.random(len(scenario.day)) < PITCHED_SHARE)
    )
    customer, day = scenario.customer[visits], scenario.day[visits]
    product = draw_by_taste(
        scenario.tastes * (scenario.lasting & ~scenario.low_priority), *scenario.kind(customer), rng
    )
    key, n_products = customer * len(scenario.products) + product, len(scenario.products)
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    kept = first & ~np.isin(key, planted.customer * n_products + planted.product)
    customer, product, day = customer[kept], product[kept], day[kept]
    chance = rng.choice(CHANCES, len(day))
    other = np.where(rng.random(len(day)) < NOT_RELEVANT / (1 - SNOOZED), NEVER, "")
    answer = np.where(rng.random(len(day)) < SNOOZED, LATER, other)
    answer = np.where(rng.random(len(day)) < chance, ORDERED, answer)
    until = day + rng.choice(SNOOZE_DAYS, len(day))
    buys = np.select([answer == ORDERED, answer == LATER], [1.0, BUYS_LATER], 0.0)
    return Pitches(customer, product, day, chance, answer, until), pairs(
        customer,
        product,
        buys,
        first=np.where(answer == LATER, until, day),
        last=np.where(answer == LATER, FOREVER, day + 1),
    )


def _reasons(kind: np.ndarray, rng: np.random.Generator) -> list[str | None]:
    texts = {LATER: WHY_NOT_NOW, NEVER: WHY_NOT}
    places = rng.integers(0, len(WHY_NOT), len(kind))
    return [texts[one][place] if one in texts else None for one, place in zip(kind.tolist(), places, strict=True)]
