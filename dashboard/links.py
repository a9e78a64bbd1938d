"""The addresses of the pages, under the prefix that the app answers under."""

from dataclasses import dataclass
from urllib.parse import quote

CUSTOMER_TEMPLATE = "/customers/<customer_id>"


@dataclass(frozen=True)
class Links:
    """Addresses for one installation; `prefix` starts and ends with a slash."""

    prefix: str = "/"

    def home(self) -> str:
        return self.prefix

    def customer(self, customer_id: str) -> str:
        """An id may hold anything: slashes and spaces too."""
        return f"{self.prefix}customers/{quote(customer_id, safe='')}"
