"""The pages, in the order of the navigation; each has a `register(app)`."""

from dashboard.campaigns.figures import is_campaign
from dashboard.display.page_context import PageContext
from dashboard.display.urls import (
    ALERTS_PATH,
    AUDIT_PATH,
    BASKET_ENDING,
    CAMPAIGNS_PATH,
    CUSTOMERS_PATH,
    MODEL_PATH,
    NEW_CAMPAIGN_PATH,
    ORDERS_ENDING,
    PEOPLE_PATH,
    PRODUCTS_PATH,
    RESULTS_PATH,
    SEGMENTS_PATH,
    TOKENS_PATH,
    id_of,
)
from dashboard.pages.alerts import callbacks as alerts
from dashboard.pages.audit import callbacks as audit
from dashboard.pages.basket import callbacks as basket
from dashboard.pages.bundles import callbacks as bundles
from dashboard.pages.calls import callbacks as calls
from dashboard.pages.campaign import callbacks as campaign
from dashboard.pages.campaigns import callbacks as campaigns
from dashboard.pages.customer import callbacks as customer
from dashboard.pages.customers import callbacks as customers
from dashboard.pages.model import callbacks as model
from dashboard.pages.new_campaign import callbacks as new_campaign
from dashboard.pages.orders import callbacks as orders
from dashboard.pages.people import callbacks as people
from dashboard.pages.product import callbacks as product
from dashboard.pages.products import callbacks as products
from dashboard.pages.results import callbacks as results
from dashboard.pages.segments import callbacks as segments
from dashboard.pages.tokens import callbacks as tokens
from dashboard.pages.unknown import callbacks as unknown

PAGES = (
    calls,
    customers,
    customer,
    orders,
    basket,
    products,
    product,
    alerts,
    results,
    segments,
    bundles,
    campaigns,
    new_campaign,
    campaign,
    model,
    people,
    tokens,
    audit,
    unknown,
)
_CUSTOMER = f"{CUSTOMERS_PATH}/"
_OF_CUSTOMER = {BASKET_ENDING: "basket", ORDERS_ENDING: "orders"}
_PRODUCT = f"{PRODUCTS_PATH}/"
_CAMPAIGN = f"{CAMPAIGNS_PATH}/"
_AT = {
    "/": "calls",
    CUSTOMERS_PATH: "customers",
    PRODUCTS_PATH: "products",
    SEGMENTS_PATH: "segments",
    "/bundles": "bundles",
    CAMPAIGNS_PATH: "campaigns",
    NEW_CAMPAIGN_PATH: "new_campaign",
    MODEL_PATH: "model",
    ALERTS_PATH: "alerts",
    RESULTS_PATH: "results",
    PEOPLE_PATH: "people",
    TOKENS_PATH: "tokens",
    AUDIT_PATH: "audit",
}


def name_at(path: str) -> str | None:
    """Return the name under which the page at a path is registered, known id or not; None for no page."""
    if path.startswith(_CUSTOMER):
        return next((name for ending, name in _OF_CUSTOMER.items() if path.endswith(ending)), "customer")
    if path.startswith(_PRODUCT):
        return "product"
    if path.startswith(_CAMPAIGN) and path not in _AT:
        return "campaign"
    return _AT.get(path)


def is_known(path: str, context: PageContext) -> bool:
    """Return whether there is a page at a path for a viewer; `path` is below the URL prefix and starts with a slash."""
    if path.startswith(_CUSTOMER):
        segment = path.removeprefix(_CUSTOMER)
        for ending in _OF_CUSTOMER:
            segment = segment.removesuffix(ending)
        return context.customers.get(id_of(segment)) is not None
    if path.startswith(_PRODUCT):
        return context.products.get(id_of(path.removeprefix(_PRODUCT))) is not None
    if path.startswith(_CAMPAIGN) and path not in _AT:
        return is_campaign(context, path.removeprefix(_CAMPAIGN))
    return path in _AT
