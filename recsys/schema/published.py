"""The published tables, which a build writes and the dashboard reads.

`artifacts/` checks what is published against `ARTIFACT_TABLES`. Columns are named here and in `clean.py` alone.
"""

from recsys.schema.bundle_groups import BUNDLE_GROUPS
from recsys.schema.clean import CUSTOMERS, PRODUCTS
from recsys.schema.columns import Column, Table
from recsys.schema.segments import RFM_NAMES, SCHEMES

LISTS = ("usual", "new", "seasonal", "lost")
# The groups of features that a score is made of.
SCORE_FAMILIES = ("own", "similar", "together", "attributes", "rising", "season", "popular")
REASON_KINDS = (
    "due_again",
    "stopped",
    "bought_before",
    "similar_customers",
    "bought_together",
    "rising",
    "same_season",
    "alike",
    "popular_in_segment",
    "popular",
    "best_seller",
    "pattern",
)
OWN_REASON_KINDS = ("due_again", "stopped", "bought_before", "same_season")  # the customer's own orders are the reason
EVERYONE = ""  # the segment of all customers

# ---- published tables: what the dashboard reads; sorted by key ----

_NOT_SCORED = "without an order day in the 12 months"

_CUSTOMER_FACTS = (
    Column("attributes", "text", "further columns of the clean table, as a JSON object"),
    Column("first_order_on", "date", "null for a customer without orders"),
    Column("last_order_on", "date", "null for a customer without orders"),
    Column("n_orders", "whole", "orders up to as_of", required=True),
    Column("n_order_days", "whole", "baskets: days with an order, up to as_of", required=True),
    Column("usual_gap_days", "number", "median days between two order days; null below three order days"),
    Column("longest_gap_days", "whole", "longest days between two order days; null below two"),
    Column("revenue_12m", "number", "in the 12 months up to and with as_of", required=True),
    Column("revenue_12m_before", "number", "in the 12 months before those", required=True),
    Column("orders_12m", "whole", "orders in the 12 months", required=True),
    Column("orders_12m_before", "whole", "orders in the 12 months before those", required=True),
    Column("active_products", "whole", "products bought in the 12 months", required=True),
    Column(
        "similar_active_products",
        "number",
        "median active products of the similar customers; null without any",
    ),
    Column("top_category", "text", "top-level category with the most revenue in the 12 months"),
    Column("top_category_share", "number", "its share of that revenue, 0-1"),
    Column("usual_left_out", "whole", "products that the list usual leaves out as not worth it", at_least=0),
    Column("new_left_out", "whole", "products that the list new leaves out as not worth it", at_least=0),
    Column("recent_gap_days", "number", "mean of the last three gaps, the silence since the last order among them"),
    Column("order_days_90d", "whole", "order days in the last 90 days"),
    Column("order_days_90d_before", "whole", "order days in the 90 days before those"),
    Column("revenue_90d", "number", "in the last 90 days"),
    Column("revenue_90d_before", "number", "in the 90 days before those"),
    Column("stopped", "whole", "of `as_silent` customers: did not order for half a year; null without a usual gap"),
    Column("as_silent", "whole", "customers who had been silent for as many usual gaps, half a year before as_of"),
    Column("stopped_then", "whole", "`stopped` as it was on the day of the last order"),
    Column("as_silent_then", "whole", "`as_silent` as it was on the day of the last order"),
    Column("due_products", "whole", "rows of the lists usual and seasonal that are due, see reorder_rules"),
    Column("due_expected", "number", "sum of what is expected of them; null without chances"),
    Column("new_products", "whole", "rows of the list new"),
    Column("new_expected", "number", "sum of what is expected of them; null without chances"),
    Column("lost_products", "whole", "rows of the list lost, before the team's rule"),
    Column("lost_expected", "number", "sum of what is expected of them; null without chances"),
    Column("recency_days", "whole", "days from the last order day to as_of; null without orders", at_least=0),
    Column("order_days_12m", "whole", "order days in the 12 months", at_least=0),
    *(
        Column(f"rfm_{name}", "whole", f"score of {figure}, 5 is best; null {_NOT_SCORED}", at_least=1, at_most=5)
        for name, figure in (
            ("recency", "the days since the last order"),
            ("frequency", "order_days_12m"),
            ("monetary", "revenue_12m"),
        )
    ),
    Column("rfm_segment", "text", f"named segment, see segments; null {_NOT_SCORED}", choices=RFM_NAMES),
    Column(
        "rfm_segment_before",
        "text",
        "the same in the version before; null where there is none, or the customer had none in it",
        choices=RFM_NAMES,
    ),
    Column(
        "cluster",
        "whole",
        f"cluster of k-means, 1 has the most revenue a customer; null {_NOT_SCORED}, or with too few customers",
        at_least=1,
    ),
    Column("cluster_before", "whole", "the same in the version before, by its centres; null likewise", at_least=1),
)

PUBLISHED_CUSTOMERS = Table(
    "customers", "who can order, and how they do", ("customer_id",), CUSTOMERS.columns + _CUSTOMER_FACTS
)

PUBLISHED_PRODUCTS = Table(
    "products",
    "what can be ordered, and how it is",
    ("product_id",),
    (
        # Versions of earlier releases, which are still read, have no priority; a build has heeded it in the lists.
        *(column for column in PRODUCTS.columns if column.name != "priority"),
        Column("first_sold_on", "date", "null for a product without sales"),
        Column("last_sold_on", "date", "null for a product without sales"),
        Column("n_customers", "whole", "customers who ever bought it", required=True),
        Column("n_baskets", "whole", "baskets that contain it", required=True),
        Column("last_price", "number", "median price paid on its last day of sale, revenue / quantity"),
        Column("units_12m", "number", "units sold in the 12 months up to as_of", required=True),
        Column("revenue_12m", "number", "in the 12 months up to as_of", required=True),
        Column("stock", "number", "units at the last count up to as_of; null where none was counted", at_least=0),
        Column("stock_on", "date", "day of that count"),
    ),
)

PURCHASES = Table(
    "purchases",
    "what each customer buys, one row a customer and product",
    ("customer_id", "product_id"),
    (
        Column("customer_id", "text", "who", required=True),
        Column("product_id", "text", "what", required=True),
        Column("n_baskets", "whole", "order days on which it was bought", required=True),
        Column("first_on", "date", "first order day with it", required=True),
        Column("last_on", "date", "last order day with it", required=True),
        Column("usual_gap_days", "number", "median days between two purchases; null below three"),
        Column("usual_quantity", "number", "median units an order day", required=True),
        Column("last_price", "number", "price of a unit on the last order day", required=True),
        Column("units", "number", "all units", required=True),
        Column("revenue", "number", "all revenue", required=True),
        Column("revenue_12m", "number", "in the 12 months up to as_of", required=True),
        Column("gap_spread_days", "number", "median distance of its gaps from the usual one; null below three"),
        Column("long_gap_days", "number", "95 % of its gaps are no longer; null below three"),
        Column("longest_gap_days", "whole", "longest days between two purchases; null below three"),
    ),
)

BASKET_LINES = Table(
    "basket_lines",
    "each product of each basket: the evidence behind a reason",
    ("customer_id", "product_id", "ordered_on"),
    (
        Column("customer_id", "text", "who", required=True),
        Column("product_id", "text", "what", required=True),
        Column("ordered_on", "date", "the order day", required=True),
        Column("quantity", "number", "units that day", required=True),
        Column("revenue", "number", "that day", required=True),
    ),
)

RECOMMENDATIONS = Table(
    "recommendations",
    "what to pitch to each customer and why, best first",
    ("customer_id", "list", "rank"),
    (
        Column("customer_id", "text", "to whom", required=True),
        Column(
            "list",
            "text",
            "usual: bought before; new: never bought; seasonal: bought in these weeks of last year and not since; "
            "lost: bought again and again and silent for longer than usual, of which the team's rule takes its part",
            required=True,
            choices=LISTS,
        ),
        Column("rank", "whole", "1 is best; no gaps", required=True),
        Column("product_id", "text", "what", required=True),
        Column("model", "text", "the model of the registry whose score it is", required=True),
        Column("score", "number", "for ordering only, never shown", required=True),
        Column("quantity", "number", "units to offer; null without any purchase to take it from", above=0),
        Column(
            "quantity_before_cap",
            "number",
            "what it was before it was cut to the most that is usual for the product; null if it was not cut",
            above=0,
        ),
        Column(
            "quantity_from",
            "text",
            "whose median it is; similar: of three similar customers or more",
            choices=("own", "similar", "buyers"),
        ),
        Column("price", "number", "of one unit; null if unknown", at_least=0),
        Column(
            "price_from",
            "text",
            "own last price, list price or last price of anyone",
            choices=("own_last", "list", "last"),
        ),
        Column("value", "number", "quantity x price; null if either is"),
        Column(
            "chance",
            "number",
            "calibrated probability that the customer buys it within 28 days after as_of; null if not calibrated",
            at_least=0,
            at_most=1,
        ),
        Column("expected", "number", "chance x value, in the currency, 28 days; null if either is", at_least=0),
        *(
            Column(f"share_{family}", "number", f"{part}; null if the ranker did not score it", at_least=0, at_most=1)
            for family, part in (
                ("own", "share of the score: the customer's own purchases; the shares add up to 1"),
                ("similar", "share of the score: similar customers"),
                ("together", "share of the score: products bought by the same customers or in the same baskets"),
                ("attributes", "share of the score: name, category and supplier"),
                ("rising", "share of the score: what sells more now than before"),
                ("season", "share of the score: the same weeks of last year"),
                ("popular", "share of the score: best sellers, and what is equal for all products"),
            )
        ),
        Column("reason_kind", "text", "which sentence it is", required=True, choices=REASON_KINDS),
        Column(
            "reason_n",
            "whole",
            "the count in the sentence: buyers, baskets or times; best_seller: its place, pattern: order days",
            required=True,
        ),
        Column("reason_of", "whole", "out of how many; rising: buyers in the 28 days before the last 28"),
        Column("reason_lift", "number", "bought_together: times what chance would give"),
        Column("reason_on", "date", "last purchase that the sentence names"),
        Column("reason_gap_days", "number", "due_again, stopped: usual days between two purchases"),
        Column("reason_since_days", "whole", "due_again, stopped, bought_before: days since the last, at as_of"),
        Column("reason_customer_id", "text", "similar_customers: the most similar one who buys it"),
        Column("reason_product_id", "text", "bought_together, alike: the product they buy"),
        Column("reason_segment", "text", "popular_in_segment, best_seller: which"),
        Column(
            "reason_region",
            "text",
            "popular_in_segment, best_seller: which, if it is counted in the segment's region alone",
        ),
        Column("reason_attribute", "text", "alike: the category or supplier that both products have"),
        Column("due_on", "date", "usual, lost: a usual gap after the last purchase; null where no gap is known"),
        Column("worth", "number", "lost: revenue in the year up to the last purchase", at_least=0),
        Column("at_stake", "number", "lost: what of it the last 12 months did not bring", at_least=0),
        Column(
            "substitute_id", "text", "lost: product of the category that similar customers buy most, and they do not"
        ),
        Column("substitute_n", "whole", "lost: similar customers who buy the substitute"),
        Column("also_due", "flag", "lost: whether it is also among the due rows of the list usual"),
        Column("long_gap_days", "number", "lost: 95 % of its gaps are no longer", at_least=0),
    ),
)

SIMILAR_CUSTOMERS = Table(
    "similar_customers",
    "most similar customers, best first",
    ("customer_id", "rank"),
    (
        Column("customer_id", "text", "whose neighbours", required=True),
        Column("rank", "whole", "1 is nearest", required=True),
        Column("neighbour_id", "text", "customer_id of the neighbour", required=True),
        Column(
            "similarity",
            "number",
            "cosine of their baskets x shared products / (shared products + 5), above 0 and under 1",
            required=True,
        ),
        Column("n_shared", "whole", "products that both ever bought", required=True),
        Column("n_products", "whole", "products that the neighbour ever bought", required=True),
    ),
)

SIMILAR_PRODUCTS = Table(
    "similar_products",
    "nearest products by cosine of their buyers, best first",
    ("product_id", "rank"),
    (
        Column("product_id", "text", "whose neighbours", required=True),
        Column("rank", "whole", "1 is nearest", required=True),
        Column("other_id", "text", "product_id of the neighbour", required=True),
        Column("similarity", "number", "cosine, above 0 to 1", required=True),
        Column("n_customers", "whole", "customers who bought both", required=True),
        Column("n_baskets", "whole", "baskets with both", required=True),
        Column("lift", "number", "of the pair over all baskets; null if never in one basket"),
    ),
)

BUNDLES = Table(
    "bundles",
    "frequent itemsets of two to four products, and pairs that are substitutes",
    ("segment", "group", "bundle_id"),
    (
        Column("segment", "text", "the name within the group; empty: over all customers", required=True),
        # Versions of earlier releases, which are still read, have segments alone, and not what has no `required` here.
        Column("group", "text", "whose order days; a build always says it", choices=BUNDLE_GROUPS),
        Column("bundle_id", "whole", "1 is the most typical of its group; no gaps", required=True),
        Column("bundle_key", "text", "what an address holds: /1, Cafe/1, region:North/1, rfm:At risk/1", required=True),
        Column("products", "texts", "two to four product ids, in the order of the ids", required=True),
        Column("size", "whole", "how many products", required=True),
        Column("n_baskets", "whole", "baskets with all of them", required=True),
        Column("of_baskets", "whole", "baskets of the group's customers", required=True),
        Column("support", "number", "n_baskets / of_baskets", required=True),
        Column("consequent_id", "text", "the product that the others predict best", required=True),
        Column("confidence", "number", "share of the baskets with the others that have it too", required=True),
        Column("lift", "number", "confidence over the consequent's own support", required=True),
        Column("lift_low", "number", "lower end of the lift's 95 % interval", at_least=0),
        Column("lift_high", "number", "upper end of the lift's 95 % interval", at_least=0),
        Column("zhangs_metric", "number", "-1: never together, 0: by chance, 1: never apart", at_least=-1, at_most=1),
        Column("leverage", "number", "support less what it would be by chance", at_least=-1, at_most=1),
        Column(
            "redundant",
            "flag",
            "a larger bundle is in nearly as many baskets: in at least the share that the build's options say",
            required=True,
        ),
        Column("substitutes", "flag", "two products of one kind that are bought instead of each other"),
        Column("price", "number", "of one unit of each, list price, else last price; null if one is unknown"),
        Column("cost", "number", "of one unit of each; null if one is unknown"),
        Column("n_have_all", "whole", "active customers of the group who ever bought all of them", required=True),
        Column("n_miss_one", "whole", "active customers of the group who bought all but exactly one", required=True),
        Column("n_miss_two", "whole", "active customers of the group who bought some, but lack exactly two"),
        Column("typical", "number", "lift_low x n_miss_one; substitutes come after all others", at_least=0),
    ),
)

POPULAR = Table(
    "popular",
    "best sellers, best first",
    ("segment", "rank"),
    (
        Column("segment", "text", "empty: over all customers", required=True),
        Column("rank", "whole", "1 is best", required=True),
        Column("product_id", "text", "what", required=True),
        Column("n_customers", "whole", "customers of the segment who ever bought it", required=True),
        Column("of_customers", "whole", "customers of the segment with orders", required=True),
        Column("n_baskets", "whole", "baskets of the segment with it", required=True),
    ),
)

CUSTOMER_MONTHS = Table(
    "customer_months",
    "what each customer spent in each month with an order",
    ("customer_id", "month"),
    (
        Column("customer_id", "text", "who", required=True),
        Column("month", "date", "its first day", required=True),
        Column("revenue", "number", "of the month, up to as_of", required=True),
        Column("n_orders", "whole", "orders of the month, up to as_of", required=True),
    ),
)

PRODUCT_MONTHS = Table(
    "product_months",
    "how each product sold in each month with a sale",
    ("product_id", "month"),
    (
        Column("product_id", "text", "what", required=True),
        Column("month", "date", "its first day", required=True),
        Column("units", "number", "sold in the month, up to as_of", required=True),
        Column("revenue", "number", "of the month, up to as_of", required=True),
        Column("n_customers", "whole", "customers who bought it that month", required=True),
    ),
)

PRODUCT_SEGMENTS = Table(
    "product_segments",
    "who buys each product, by segment; only segments with a buyer",
    ("product_id", "segment"),
    (
        Column("product_id", "text", "what", required=True),
        Column("segment", "text", "empty: all customers", required=True),
        Column("n_customers", "whole", "customers of the segment who ever bought it", required=True),
        Column("of_customers", "whole", "customers of the segment with orders", required=True),
        Column("n_baskets", "whole", "baskets of the segment with it", required=True),
    ),
)

BUYERS = Table(
    "buyers",
    "all who ever bought a product, most baskets first",
    ("product_id", "rank"),
    (
        Column("product_id", "text", "what", required=True),
        Column(
            "rank", "whole", "1 bought it on the most order days; equal ones: the later last day first", required=True
        ),
        Column("customer_id", "text", "who", required=True),
        Column("n_baskets", "whole", "order days on which it was bought", required=True),
        Column("last_on", "date", "last order day with it", required=True),
        Column("usual_quantity", "number", "median units an order day", required=True),
        Column("revenue_12m", "number", "in the 12 months up to as_of", required=True),
    ),
)

PROSPECTS = Table(
    "prospects",
    "the lists of new products by product: whom to offer it, best first",
    ("product_id", "rank"),
    (
        Column("product_id", "text", "what", required=True),
        Column(
            "rank",
            "whole",
            "1 is best: most expected, then customers with orders, then highest in its own list, then by score",
            required=True,
        ),
        Column("customer_id", "text", "to whom", required=True),
        Column("list", "text", "new: never bought", required=True, choices=LISTS),
        Column("list_rank", "whole", "its rank in the customer's list", required=True),
        Column("chance", "number", "see recommendations", at_least=0, at_most=1),
        Column("expected", "number", "see recommendations", at_least=0),
    ),
)

# Of products that nobody bought before the last weeks. The build report says how good the ranking is.

PROFILE_FITS = Table(
    "profile_fits",
    "whom a new product fits by what they buy that is described by the same words, best first",
    ("product_id", "rank"),
    (
        Column("product_id", "text", "what: never bought, or first in the last eight weeks", required=True),
        Column("rank", "whole", "1 is best; of equal ones the customer with more order days", required=True),
        Column("customer_id", "text", "to whom: with an order in the 12 months, who never bought it", required=True),
        Column(
            "score",
            "number",
            "share of the products nearest to it by words that they bought; the nearer one counts more",
            required=True,
            above=0,
            at_most=1,
        ),
        Column("like_id", "text", "the nearest product that they bought", required=True),
        Column("like_baskets", "whole", "order days on which they bought that one", required=True, at_least=1),
    ),
    optional=True,
)

RETURNED = Table(
    "returned",
    "what each customer returned; quantity and revenue are positive",
    ("customer_id", "returned_on"),
    (
        Column("customer_id", "text", "who", required=True),
        Column("returned_on", "date", "day of the return", required=True),
        Column("order_id", "text", "the document that the line belongs to", required=True),
        Column("product_id", "text", "what", required=True),
        Column("quantity", "number", "units", required=True, above=0),
        Column("revenue", "number", "of the line, net, in the currency", required=True, at_least=0),
    ),
    unique=False,
)

# What rules for lost products and slowing customers are back-tested on: as it was at the cut, some 90 days before the
# last order, and what came of it since. The build report says where it is and of how many customers these are.

ALERT_PAIRS = Table(
    "alert_pairs",
    "products of customers as they were at the cut: what any rule for lost products looks at",
    ("customer_id", "product_id"),
    (
        Column("customer_id", "text", "who", required=True),
        Column("product_id", "text", "what", required=True),
        Column("n_baskets", "whole", "order days with it up to the cut", required=True),
        Column("usual_gap_days", "number", "median days between two purchases", required=True),
        Column("long_gap_days", "number", "95 % of its gaps are no longer", required=True),
        Column("silent_days", "whole", "days since the last purchase", required=True, at_least=0),
        Column("worth", "number", "revenue in the year up to the last purchase; null if unknown", at_least=0),
        Column("stopped", "flag", "not bought again in the 90 days from the cut on", required=True),
    ),
    optional=True,
)

ALERT_CUSTOMERS = Table(
    "alert_customers",
    "customers as they were at the cut: what any rule for slowing customers looks at",
    ("customer_id",),
    (
        Column("customer_id", "text", "who", required=True),
        Column("n_order_days", "whole", "order days up to the cut", required=True),
        Column("usual_gap_days", "number", "median days between two order days; at most 45", required=True),
        Column(
            "recent_gap_days", "number", "mean of the last three gaps, the silence at the cut among them", required=True
        ),
        Column("order_days_90d", "whole", "order days in the 90 days before the cut", required=True),
        Column("order_days_90d_before", "whole", "order days in the 90 days before those", required=True),
        Column(
            "slowed",
            "flag",
            "in the 90 days from the cut on at most half the order days that the usual gap promises",
            required=True,
        ),
    ),
    optional=True,
)

# The customers with an order day in the 12 months up to as_of, by segment. The build report says how many have none.

SEGMENTS = Table(
    "segments",
    "segments of customers: how many they are, and what they bring",
    ("scheme", "segment"),
    (
        Column("scheme", "text", "rfm: by recency and frequency; cluster: by k-means", required=True, choices=SCHEMES),
        Column("segment", "text", "rfm: one of the eleven names; cluster: its number", required=True),
        Column("n_customers", "whole", "customers in it", required=True, at_least=0),
        Column("revenue_12m", "number", "of them, in the 12 months up to as_of", required=True),
        Column("revenue_12m_before", "number", "of them, in the 12 months before those", required=True),
        Column("orders_12m", "whole", "orders of them in the 12 months", required=True, at_least=0),
        Column("order_days_12m", "whole", "order days of them in the 12 months", required=True, at_least=0),
        Column("median_recency_days", "number", "median days since the last order; null without customers"),
        Column("median_order_days", "number", "median order days in the 12 months; null without customers"),
        Column("median_revenue", "number", "median revenue in the 12 months; null without customers"),
        Column("n_before", "whole", "customers in it in the version before; null without such a version"),
        Column("moved_in", "whole", "customers in it who were not in the version before; null likewise"),
        Column("moved_out", "whole", "customers who were in it in the version before and are not; null likewise"),
        Column("rule", "text", "rfm: its cells of recency and frequency"),
        Column("description", "text", "who is in it, in words", required=True),
    ),
    optional=True,
)

COHORTS = Table(
    "cohorts",
    "customers by the quarter of their first order: who ordered in each quarter since",
    ("cohort", "quarter"),
    (
        Column("cohort", "text", "the quarter of the first order: 2026-Q1", required=True),
        Column("quarter", "date", "first day of the quarter in question, from the first one on", required=True),
        Column("first_quarter", "date", "first day of the quarter of the first order", required=True),
        Column("n_customers", "whole", "customers whose first order is in that quarter", required=True, at_least=1),
        Column("n_active", "whole", "of them, with an order in the quarter, up to as_of", required=True, at_least=0),
        Column("revenue", "number", "of them in the quarter, up to as_of", required=True),
    ),
    optional=True,
)

ARTIFACT_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        PUBLISHED_CUSTOMERS,
        PUBLISHED_PRODUCTS,
        PURCHASES,
        BASKET_LINES,
        RECOMMENDATIONS,
        SIMILAR_CUSTOMERS,
        SIMILAR_PRODUCTS,
        BUNDLES,
        POPULAR,
        CUSTOMER_MONTHS,
        PRODUCT_MONTHS,
        PRODUCT_SEGMENTS,
        BUYERS,
        PROSPECTS,
        PROFILE_FITS,
        RETURNED,
        ALERT_PAIRS,
        ALERT_CUSTOMERS,
        SEGMENTS,
        COHORTS,
    )
}
