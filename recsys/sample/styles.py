"""The styles of kitchens: a cuisine and a price level, across the segments. Customers of a style buy alike.

A style takes a product up in a wave: from a day on, ever fewer of its customers begin to buy it. Styles are truths, and
not in the tables.
"""

import numpy as np

from recsys.sample.catalogue import SampleProduct
from recsys.sample.workdays import Workdays

# The families that a cuisine buys most; a family may be in several, one that is in none is liked by all alike.
CUISINES: dict[str, tuple[str, ...]] = {
    "Italian": (
        "Pizza dough balls", "Pizza tomatoes", "Mozzarella", "Parmesan", "Spaghetti", "Penne", "Lasagne sheets",
        "Olive oil", "Balsamic vinegar", "Ciabatta", "House wine", "Tomatoes", "Espresso beans",
    ),
    "German": (
        "Potatoes", "Potato dumplings", "Goulash", "Schnitzel", "Bratwurst", "Mustard", "Maultaschen", "Pilsner",
        "Wheat beer", "Kale", "Rösti", "Bratöl", "Goose",
    ),
    "Burgers": (
        "Burger buns", "Burger patties", "Burger sauce", "Fries", "Ketchup", "Mayonnaise", "Cola", "Chicken nuggets",
        "Frying fat", "Menu boxes", "Onions", "Gouda",
    ),
    "Asian": (
        "Soy sauce", "Rice", "Vegetable mix", "Green tea", "Chicken breast", "Peppers", "Mushrooms", "Iced tea",
        "Salad bowls", "Wooden cutlery", "Pollock", "Rapeseed oil",
    ),
    "Levantine": (
        "Chickpeas", "Lentils", "Falafel", "Feta", "Yoghurt", "Black tea", "Minced beef", "Cucumbers", "Fresh herbs",
        "Aluminium foil", "Roasted nuts", "Lemons",
    ),
    "Breakfast": (
        "Croissants", "Eggs", "Jam", "Cooked ham", "Orange juice", "Café crème beans", "Butter", "Schrippen", "Toast",
        "Filter coffee", "UHT milk", "Bananas", "Wiener",
    ),
    "Patisserie": (
        "Couverture", "Wheat flour", "Sugar", "Baker's yeast", "Whipping cream", "Baking paper", "Sheet cake", "Danish",
        "Mixed berries", "Hazelnut spread", "Drinking chocolate", "Muffins",
    ),
    "Wholefood": (
        "Oat drink", "Soya drink", "Vegan mince", "Leaf spinach", "Salad mix", "Herbal tea", "Apple juice", "Pumpkin",
        "Rye flour", "Sourdough bread", "Garden peas", "Vegetable stock",
    ),
    "Snacks": (
        "Nacho chips", "Salsa", "Sweetcorn", "Crisps", "Fruit gums", "Chocolate bars", "Lemonade", "Gin",
        "Ice lollies", "Paper cups", "Pretzels", "Coffee biscuits",
    ),
    "Fine": (
        "Salmon", "Asparagus", "Sour cream", "Prosecco", "Mineral water", "Chai latte powder", "Napkins",
        "Strawberries", "Fresh milk", "Waffle biscuits", "Ice cream tub", "Hand soap",
    ),
}  # fmt: skip
LEVELS = ("value", "premium")
STYLES = tuple((cuisine, level) for cuisine in CUISINES for level in LEVELS)
VALUE_BRANDS = ("Gastro Basis", "Marktfein")
PLAIN_BRANDS = ("", "Spreegut")

OWN_FAMILY, OTHERS_FAMILY = 12.0, 0.12  # weight of a family of the style's cuisine, and of one of other cuisines only
OWN_LEVEL, OTHER_LEVEL = 4.0, 0.25  # weight of the style's price level, and of the other one
SPREAD = 0.8  # of the weights of a family's products, as the deviation of their logarithm
BEFORE = 400  # days before the orders from which on waves may have begun
NEWCOMER_STYLES = 2  # styles that take a new product up


def style_name(position: int) -> str:
    """Return what a style of STYLES is called: `Italian, value`."""
    return ", ".join(STYLES[position])


def make_liking(products: list[SampleProduct], rng: np.random.Generator) -> np.ndarray:
    """Return (n_styles, n_products) how strongly each style likes each product, above 0."""
    nouns = np.array([product.family.noun for product in products])
    own = np.array([np.isin(nouns, CUISINES[cuisine]) for cuisine, _ in STYLES])
    family = np.where(own, OWN_FAMILY, np.where(own.any(axis=0), OTHERS_FAMILY, 1.0))
    levels = np.array([_level(product) for product in products])
    of_style = np.array([level for _, level in STYLES])[:, None]
    level = np.where(levels == of_style, OWN_LEVEL, np.where(levels == "", 1.0, OTHER_LEVEL))
    liking: np.ndarray = family * level * rng.lognormal(0, SPREAD, family.shape)
    return liking


def make_waves(opens: np.ndarray, days: Workdays, rng: np.random.Generator) -> np.ndarray:
    """Return (n_styles, n_products) the day on which each style begins to take each product up.

    A product that is introduced within the two years is taken up from then on; others come into fashion one day.
    """
    shape = (len(STYLES), len(opens))
    introduced, any_day = opens + rng.integers(0, 30, shape), rng.integers(-BEFORE, days.n, shape)
    return np.where(opens > 0, introduced, any_day)


def best_styles(weight: np.ndarray) -> np.ndarray:
    """Return the positions of the NEWCOMER_STYLES styles that like a product most.

    weight  (n_segments, n_styles) of the product
    """
    return np.sort(np.argsort(-weight.mean(axis=0), kind="stable")[:NEWCOMER_STYLES])


def _level(product: SampleProduct) -> str:
    """Return the price level that a product is made for, empty for both."""
    brand = product.make[2]
    if brand in PLAIN_BRANDS:
        return ""
    return "value" if brand in VALUE_BRANDS else "premium"
