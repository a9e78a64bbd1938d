"""The pages, in the order of the navigation; each has a `register(app)`."""

from urllib.parse import unquote

from dashboard.display.page_context import PageContext
from dashboard.display.urls import MODEL_PATH
from dashboard.pages.bundles import callbacks as bundles
from dashboard.pages.customer import callbacks as customer
from dashboard.pages.home import callbacks as home
from dashboard.pages.model import callbacks as model
from dashboard.pages.product import callbacks as product
from dashboard.pages.unknown import callbacks as unknown

PAGES = (home, customer, product, bundles, model, unknown)
_CUSTOMERS = "/customers/"
_PRODUCTS = "/products/"


def is_known(path: str, context: PageContext) -> bool:
    """Return whether there is a page at a path for a viewer; `path` is below the URL prefix and starts with a slash."""
    if path.startswith(_CUSTOMERS):
        return context.customers.get(unquote(path.removeprefix(_CUSTOMERS))) is not None
    if path.startswith(_PRODUCTS):
        return context.products.get(unquote(path.removeprefix(_PRODUCTS))) is not None
    return path in ("/", "/bundles", MODEL_PATH)
