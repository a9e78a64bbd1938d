"""The customers' table: names and contacts, with the regions and reps of the scenario."""

import numpy as np
import pyarrow as pa

from recsys.sample.names import FIXED, QUARTERS, firm_names, plain_letters
from recsys.sample.reps import REGIONS, REPS
from recsys.sample.scenario import Scenario
from recsys.sample.tastes import SEGMENTS
from recsys.schema.clean import CUSTOMERS

CHAIN_SHARE = 0.03
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

# Numbers reserved for fiction: "Rufnummern für Medienproduktionen (Drama Numbers)", Bundesnetzagentur,
# Mitteilung 148/2021, Amtsblatt 7/2021: Berlin (0)30 23125 000 to 999, mobile (0)171 39200 00 to 99.
LANDLINES = tuple(f"030 23125{number:03}" for number in range(1000))
MOBILES = tuple(f"0171 39200{number:02}" for number in range(100))


def customers_table(scenario: Scenario, rng: np.random.Generator) -> pa.Table:
    """Return the clean table customers, ordered by id, with delivery_day as an additional column."""
    ids, segments, rhythm = scenario.customer_ids, scenario.segment, scenario.rhythm
    n = len(ids)
    region_names = [REGIONS[code] for code in scenario.region]
    names = firm_names([SEGMENTS[code] for code in segments], region_names, rng)
    for position, (_, name) in zip(scenario.fixed, FIXED, strict=True):
        names[position] = name
    parents = _join_chains(scenario, names, region_names, rng)
    columns = {
        "customer_id": ids,
        "name": names,
        "segment": [SEGMENTS[code] for code in segments],
        "region": region_names,
        "rep": [REPS[code] for code in scenario.rep],
        "phone": _with_gaps(_phones(n, rng), 0.04, rng),
        "email": _with_gaps([_email(name, position) for position, name in enumerate(names)], 0.06, rng),
        "may_contact": (rng.random(n) >= 0.12).tolist(),
        "status": rhythm.status.tolist(),
        "parent_id": parents,
    }
    schema = CUSTOMERS.arrow_schema().append(pa.field("delivery_day", pa.string()))
    return pa.table({**columns, "delivery_day": [WEEKDAYS[day] for day in rhythm.weekday]}, schema=schema)


def _join_chains(
    scenario: Scenario, names: list[str], regions: list[str], rng: np.random.Generator
) -> list[str | None]:
    """Make some customers branches of an earlier one in their segment: rename them in `names`, return their parents."""
    ids, segments = scenario.customer_ids, scenario.segment
    parents: list[str | None] = [None] * len(ids)
    in_chain: set[int] = set(scenario.fixed.tolist())
    for head in rng.integers(0, len(ids), max(1, round(len(ids) * CHAIN_SHARE / 4))).tolist():
        branches = (head + 1 + np.flatnonzero(segments[head + 1 :] == segments[head])[:3]).tolist()
        if in_chain.intersection([head, *branches]):
            continue
        in_chain.update([head, *branches])
        for number, branch in enumerate(branches, start=2):
            parents[branch] = ids[head]
            quarters = QUARTERS[regions[branch]]
            names[branch] = f"{names[head]}, Filiale {quarters[number % len(quarters)]} {number}"
    return parents


def _phones(n: int, rng: np.random.Generator) -> list[str]:
    numbers = [*LANDLINES, *MOBILES]
    order = rng.permutation(len(numbers))
    return [numbers[order[position % len(order)]] for position in range(n)]


def _email(name: str, position: int) -> str:
    return f"{plain_letters(name)}@{'example.org' if position % 3 == 0 else 'example.com'}"


def _with_gaps(values: list[str], share: float, rng: np.random.Generator) -> list[str | None]:
    return [None if gone else value for value, gone in zip(values, rng.random(len(values)) < share, strict=True)]
