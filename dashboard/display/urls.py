"""The addresses of the pages, under the prefix that the app answers under."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

CUSTOMER_TEMPLATE = "/customers/<customer_id>"
PRODUCT_TEMPLATE = "/products/<product_id>"
CUSTOMERS_PATH = "/customers"
PRODUCTS_PATH = "/products"
MODEL_PATH = "/model"


@dataclass(frozen=True)
class Links:
    """Addresses for one installation; `prefix` starts and ends with a slash."""

    prefix: str = "/"

    def home(self) -> str:
        return self.prefix

    def customers(self) -> str:
        """Return the address of the list of all customers."""
        return f"{self.prefix}{CUSTOMERS_PATH.removeprefix('/')}"

    def products(self) -> str:
        """Return the address of the list of all products."""
        return f"{self.prefix}{PRODUCTS_PATH.removeprefix('/')}"

    def customer(self, customer_id: str) -> str:
        """Return the address of a customer's page; ids may contain anything, also slashes and spaces."""
        return f"{self.prefix}customers/{quote(customer_id, safe='')}"

    def product(self, product_id: str) -> str:
        """Return the address of a product's page; ids may contain anything."""
        return f"{self.prefix}products/{quote(product_id, safe='')}"

    def product_prospects(self, product_id: str) -> str:
        """Return the address of a product's page that shows all prospects, not only the first."""
        return f"{self.product(product_id)}?all=should"

    def reason(self, customer_id: str, list_name: str, product_id: str) -> str:
        """Return the address of a customer's page with one reason open."""
        return f"{self.customer(customer_id)}?{urlencode({'list': list_name, 'open': product_id})}"

    def model(self) -> str:
        """Return the address of the model page."""
        return f"{self.prefix}{MODEL_PATH.removeprefix('/')}"

    def bundles(self, segment: str = "", selected: str = "") -> str:
        """Return the address of a segment's bundles, one of them selected."""
        named = {name: value for name, value in (("segment", segment), ("selected", selected)) if value}
        return f"{self.prefix}bundles{'?' if named else ''}{urlencode(named)}"
