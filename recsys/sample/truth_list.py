"""The truths of a scenario, written down as data."""

import numpy as np

from recsys.sample import carts, shop
from recsys.sample import pitches as pitched
from recsys.sample.campaigns import Mailings
from recsys.sample.catalogue import Role
from recsys.sample.holidays import feasts, holidays
from recsys.sample.pitches import Pitches
from recsys.sample.promotions import UPLIFT_A_SHARE
from recsys.sample.rhythm import SLOW_DAYS
from recsys.sample.scenario import Scenario, successor
from recsys.sample.styles import CUISINES, STYLES, best_styles, style_name
from recsys.sample.tastes import planted_tastes
from recsys.sample.truths import (
    Cycle,
    Drop,
    Newcomer,
    NewProduct,
    NotRelevant,
    OutOfStock,
    PlantedBundle,
    PlantedCarts,
    PlantedPitches,
    PlantedPromotions,
    PlantedSeason,
    PlantedShop,
    Replacement,
    SlowDown,
    StockOut,
    Stopped,
    Style,
    Substitutes,
    Truths,
)


def sets(scenario: Scenario, role: Role) -> list[np.ndarray]:
    """Return the positions of the products of each set in a role."""
    number = np.array([product.set_no if product.role == role else -1 for product in scenario.products])
    return [np.flatnonzero(number == one) for one in range(number.max() + 1)]


def list_truths(
    scenario: Scenario,
    cycles: np.ndarray,
    drops: np.ndarray,
    bundles: list[PlantedBundle],
    mailings: Mailings,
    pitches: Pitches,
) -> Truths:
    """Return the truths of a scenario, as data.

    cycles, drops  (n, 3) customer, product, and gap in days or day of the end
    """
    products, date = scenario.products, scenario.days.date
    customers, product_ids = scenario.customer_ids, scenario.product_ids
    few, rhythm = scenario.n_order_days, scenario.rhythm

    def positions(role: Role) -> list[int]:
        return [int(position) for position in np.flatnonzero(scenario.with_role(role))]

    return Truths(
        tastes=planted_tastes(),
        cycles=tuple(Cycle(customers[c], product_ids[p], int(gap)) for c, p, gap in cycles),
        seasons=tuple(PlantedSeason(product_ids[p], products[p].family.months) for p in positions("seasonal")),
        bundles=tuple(bundles),
        substitutes=tuple(Substitutes(tuple(product_ids[p] for p in one)) for one in sets(scenario, "substitute")),
        drops=tuple(Drop(customers[c], product_ids[p], date(day)) for c, p, day in drops),
        slow_downs=tuple(
            SlowDown(customers[c], date(scenario.days.n - SLOW_DAYS)) for c in np.flatnonzero(rhythm.slow)
        ),
        newcomers=tuple(
            Newcomer(customers[c], date(scenario.order_days_of(int(c))[0]))
            for c in np.flatnonzero(rhythm.newcomer & (few > 0))
        ),
        stopped=tuple(
            Stopped(customers[c], date(scenario.order_days_of(int(c))[-1] + 1)) for c in np.flatnonzero(rhythm.stopped)
        ),
        new_products=tuple(
            NewProduct(
                product_ids[p],
                date(scenario.opens[p]),
                tuple(style_name(style) for style in best_styles(scenario.tastes[:, :, p])),
            )
            for p in positions("new")
        ),
        out_of_stock=tuple(OutOfStock(product_ids[p], date(scenario.closes[p])) for p in positions("out_of_stock")),
        replacements=tuple(
            Replacement(product_ids[p], product_ids[successor(products, p)], date(scenario.closes[p]))
            for p in positions("replaced")
        ),
        styles=tuple(
            Style(
                style_name(position),
                CUISINES[cuisine],
                tuple(customers[c] for c in np.flatnonzero(scenario.style == position)),
            )
            for position, (cuisine, _) in enumerate(STYLES)
        ),
        holidays=holidays(scenario.days),
        feasts=feasts(scenario.days),
        promotions=PlantedPromotions(UPLIFT_A_SHARE),
        stock_outs=tuple(
            StockOut(product_ids[p], date(first), date(last))
            for p, first, last in zip(*vars(scenario.stock_outs).values(), strict=True)
        ),
        campaigns=mailings.campaigns,
        shop=PlantedShop(
            date(scenario.days.n - shop.DAYS),
            tuple(customers[c] for c in np.flatnonzero(scenario.in_shop)),
            shop.VIEWED,
            shop.DAYS_BEFORE,
            shop.CLICKED,
            PlantedCarts(carts.CARTED, carts.ORDERED_LATER, carts.DAYS_BEFORE),
        ),
        pitches=PlantedPitches(
            date(scenario.days.n - pitched.DAYS),
            tuple(
                NotRelevant(customers[c], product_ids[p])
                for c, p, answer in zip(pitches.customer, pitches.product, pitches.answer, strict=True)
                if answer == pitched.NEVER
            ),
        ),
        low_priority=tuple(product_ids[p] for p in np.flatnonzero(scenario.low_priority)),
        without_orders=tuple(customers[c] for c in np.flatnonzero(few == 0)),
        one_or_two_order_days=tuple(customers[c] for c in np.flatnonzero((few == 1) | (few == 2))),
    )
