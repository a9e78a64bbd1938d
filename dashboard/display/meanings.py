"""What column heads and labels of figures say in full: one sentence or two each, on screen as a tooltip.

The same words are in docs/glossary.md under "Column heads"; a test compares the two.
"""

MEANINGS = {
    # customers
    "What": "Silent: no order for more than twice the usual gap. Falling: a quarter or more below the year before. "
    "No orders: none ever.",
    "Why": "The figures behind it.",
    "At stake": "Falling: how much less they bought than the year before. "
    "Silent: what they bought in the last 12 months.",
    "Segment": "Kind of business, as your data name it.",
    "Rep": "The sales rep who looks after the customer.",
    "Revenue": "What the customer bought in the last 12 months.",
    "Revenue by the year before": "What the customer bought in the 12 months before the last 12.",
    "vs year before": "Revenue of the last 12 months against the 12 months before.",
    "Last order": "Day of the last order.",
    "Days since": "Days from the last order to the day that the orders reach to.",
    "Usual gap": "Median days between two order days, from three order days on.",
    "Days since / usual": "Days since the last order, and the median days between two order days.",
    "Orders": "Orders in the last 12 months; two of one day are two.",
    "Average order": "Revenue of the last 12 months over its orders.",
    "Active products": "Different products bought in the last 12 months.",
    "Largest category": "Share of the last 12 months' revenue that the largest category has.",
    # lists
    "Quantity × price": "Units to offer and the price of one: the customer's own usual quantity, for a new product "
    "that of similar customers, else of all buyers.",
    "If ordered": "Quantity × price: what an order of it brings.",
    "Chance": "How likely the customer buys it within the next 4 weeks: so many of such suggestions were bought.",
    "Expected": "Chance × quantity × price, for the next 4 weeks.",
    # what was bought
    "Times": "Order days with the product.",
    "Usual gap of a product": "Median days between two purchases of the product, from three on.",
    "First": "First order day with the product.",
    "Last": "Last order day with the product.",
    "Usual quantity": "Median units of the product on an order day.",
    "Revenue of a product": "What the customer bought of the product in the last 12 months.",
    "Returned": "Day on which it came back.",
    "Document": "Number of the return, as your data name it.",
    "Quantity returned": "Units that came back.",
    "Value returned": "What the customer got back for it.",
    # products
    "Customers, ever": "Customers who ever bought it.",
    "Order days": "Days on which customers ordered it: two customers on one day are two.",
    "Units sold": "Units sold in the last 12 months.",
    "Revenue sold": "What it brought in the last 12 months.",
    "Last sold": "Last day on which anybody ordered it.",
    "State": "Whether your data say that it can be sold.",
    "Category": "As your data name it, the last level.",
    "Pack": "What one unit holds.",
    "Price": "Of one unit: the list price, else the price paid last.",
    "Together": "Order days with both products.",
    "Share": "Of the order days with this product, the share that has the other one too.",
    "Days with both": "Order days on which the customer took both.",
    "Last days with both": "The newest of these days.",
    # bundles
    "Order days with all": "Order days with all products of the bundle.",
    "Support": "Share of all order days that have all products of the bundle.",
    "Confidence": "Of the order days with the other products, the share that has the best predicted one too.",
    "Lift": "How many times as often as by chance; 1 is chance.",
    "Price of set": "One unit of each product.",
    "Have all": "Customers who ever bought all products of the bundle.",
    "Miss one": "Customers who ever bought all products of the bundle but exactly one.",
    "Misses": "The one product of the bundle that the customer never bought.",
    # months
    "Month": "A calendar month.",
    "12 months": "The last twelve full months.",
    "Year before": "The same month of the year before; an en dash where the data do not hold it whole.",
}
