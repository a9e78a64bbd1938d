"""The addresses of the pages, under the prefix that the app answers under.

An id stands in an address percent-encoded: `A%207`. That is not enough for some: a browser takes `..` for the
folder above, percent-encoded or not, and proxies refuse `%2F`, make a slash of it, or decode `%25` twice. Such an id
has a tilde in front, and each character that could be misread is a tilde and two hexadecimal digits a byte: `~..`,
`~A~2F7`. Nothing between browser and app has a reason to touch that. An id that is in an older address as `A%2F7` is
found all the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote, urlencode

from recsys.schema.bundle_groups import EVERYBODY, Members

CUSTOMER_TEMPLATE = "/customers/<customer_id>"
PRODUCT_TEMPLATE = "/products/<product_id>"
BASKET_ENDING, ORDERS_ENDING = "/basket", "/orders"
CALL_SHEET_ENDING, DAY_SHEET_PATH = "/call-sheet.pdf", "/calls.pdf"
CUSTOMERS_PATH = "/customers"
PRODUCTS_PATH = "/products"
MODEL_PATH = "/model"
RESULTS_PATH = "/results"
CAMPAIGNS_PATH = "/campaigns"
CAMPAIGN_TEMPLATE = "/campaigns/<campaign_id>"
NEW_CAMPAIGN_PATH = "/campaigns/new"
ALERTS_PATH = "/alerts"
CAMPAIGN_FILES = {"csv": "list.csv", "xlsx": "list.xlsx", "pdf": "result.pdf"}
PEOPLE_PATH = "/people"
TOKENS_PATH = "/tokens"
AUDIT_PATH = "/audit"
SEGMENTS_PATH = "/segments"
_MISREAD = re.compile(r"""[\x00-\x1f\x7f-\x9f/\\%?#;<>"'`{}|^\[\]]|^\.{1,2}$|^~""")
_SURE = re.compile(r"[A-Za-z0-9._-]")


def segment_of(key: str) -> str:
    """Return what stands for an id in an address; ids may contain anything, also slashes and blanks."""
    return _with_tildes(key) if _MISREAD.search(key) else quote(key, safe="")


def id_of(segment: str) -> str:
    """Return the id that a part of an address stands for, in either of its forms.

    A tilde in front that `segment_of` would not have put there belongs to the id.
    """
    plain = unquote(segment)
    if not plain.startswith("~"):
        return plain
    key = unquote(plain[1:].replace("%", "%25").replace("~", "%"))
    return key if segment_of(key) == plain else plain


def _with_tildes(key: str) -> str:
    """Return an id with a tilde in front, of whose characters only letters, digits and `._-` are left as they are."""
    parts = (
        each if _SURE.match(each) else "".join(f"~{byte:02X}" for byte in each.encode("utf-8", "surrogatepass"))
        for each in key
    )
    return f"~{''.join(parts)}"


def dial_address(phone: str) -> str:
    """Return the address that dials a number: it takes no spaces."""
    return "tel:" + "".join(letter for letter in phone if letter.isdigit() or letter in "+*#")


@dataclass(frozen=True)
class Links:
    """Addresses for one installation; `prefix` starts and ends with a slash."""

    prefix: str = "/"

    def home(self) -> str:
        return self.prefix

    def sign_in(self) -> str:
        """Return the address of the sign-in."""
        return f"{self.prefix}sign-in"

    def account(self) -> str:
        """Return the address of the page of who is signed in."""
        return f"{self.prefix}account"

    def customers(self) -> str:
        """Return the address of the list of all customers."""
        return f"{self.prefix}{CUSTOMERS_PATH.removeprefix('/')}"

    def products(self) -> str:
        """Return the address of the list of all products."""
        return f"{self.prefix}{PRODUCTS_PATH.removeprefix('/')}"

    def customer(self, customer_id: str) -> str:
        """Return the address of a customer's page; ids may contain anything, also slashes and spaces."""
        return f"{self.prefix}customers/{segment_of(customer_id)}"

    def basket(self, customer_id: str) -> str:
        """Return the address of the basket for a customer."""
        return f"{self.customer(customer_id)}{BASKET_ENDING}"

    def orders(self, customer_id: str) -> str:
        """Return the address of a customer's past orders."""
        return f"{self.customer(customer_id)}{ORDERS_ENDING}"

    def call_sheet(self, customer_id: str) -> str:
        """Return the address of a customer's call sheet, a PDF."""
        return f"{self.customer(customer_id)}{CALL_SHEET_ENDING}"

    def day_sheet(self, query: str = "") -> str:
        """Return the address of the PDF of a day's calls; `query` has the call list's filters."""
        return f"{self.prefix}{DAY_SHEET_PATH.removeprefix('/')}{f'?{query}' if query else ''}"

    def product(self, product_id: str) -> str:
        """Return the address of a product's page; ids may contain anything."""
        return f"{self.prefix}products/{segment_of(product_id)}"

    def product_prospects(self, product_id: str) -> str:
        """Return the address of a product's page that shows all prospects, not only the first."""
        return f"{self.product(product_id)}?all=should"

    def reason(self, customer_id: str, list_name: str, product_id: str) -> str:
        """Return the address of a customer's page with one reason open."""
        return f"{self.customer(customer_id)}?{urlencode({'list': list_name, 'open': product_id})}"

    def model(self) -> str:
        """Return the address of the model page."""
        return f"{self.prefix}{MODEL_PATH.removeprefix('/')}"

    def alerts(self, **query: str) -> str:
        """Return the address of the alerts, with a kind in front and filters."""
        return f"{self.prefix}{ALERTS_PATH.removeprefix('/')}{'?' if query else ''}{urlencode(query)}"

    def segments(self, **query: str) -> str:
        """Return the address of the segments of customers, some of them chosen: `by=cluster`, `cell=R2F3,R2F4`."""
        return f"{self.prefix}{SEGMENTS_PATH.removeprefix('/')}{'?' if query else ''}{urlencode(query, safe=',')}"

    def bundles_of_segment(self, name: str) -> str:
        """Return the address of the bundles of a named segment."""
        return self.bundles(("rfm", name))

    def customers_of_segment(self, name: str) -> str:
        """Return the address of the list of customers in a named segment."""
        return f"{self.customers()}?{urlencode({'rfm': name})}"

    def new_campaign(self, **query: str) -> str:
        """Return the address of a new campaign, for whom the query says: `from=bundle&bundle=Cafe/1`."""
        return f"{self.prefix}{NEW_CAMPAIGN_PATH.removeprefix('/')}{'?' if query else ''}{urlencode(query, safe=',/')}"

    def results(self) -> str:
        """Return the address of one's own results."""
        return f"{self.prefix}{RESULTS_PATH.removeprefix('/')}"

    def campaigns(self) -> str:
        """Return the address of the list of campaigns."""
        return f"{self.prefix}{CAMPAIGNS_PATH.removeprefix('/')}"

    def campaign(self, campaign_id: int) -> str:
        """Return the address of a campaign."""
        return f"{self.campaigns()}/{campaign_id}"

    def campaign_file(self, campaign_id: int, ending: str) -> str:
        """Return the address of a campaign's file: `csv`, `xlsx` with who gets the mail, `pdf` with what came of it."""
        return f"{self.campaign(campaign_id)}/{CAMPAIGN_FILES[ending]}"

    def people(self, person: str = "") -> str:
        """Return the address of the people, one of them open."""
        return f"{self.prefix}{PEOPLE_PATH.removeprefix('/')}{f'?person={person}' if person else ''}"

    def tokens(self, *, new: bool = False, revoked: bool = False) -> str:
        """Return the address of the API's tokens: with the form of a new one, with the revoked ones."""
        said = "&".join(name for name, is_so in (("new=1", new), ("revoked=1", revoked)) if is_so)
        return f"{self.prefix}{TOKENS_PATH.removeprefix('/')}{'?' if said else ''}{said}"

    def api_description(self) -> str:
        """Return the address of the page that describes the API."""
        return f"{self.prefix}api/v1/docs"

    def audit(self) -> str:
        """Return the address of the audit trail."""
        return f"{self.prefix}{AUDIT_PATH.removeprefix('/')}"

    def bundles(self, members: Members = EVERYBODY, selected: str = "") -> str:
        """Return the address of some customers' bundles, one of them selected: `?group=rfm&segment=At+risk`."""
        group, name = members
        said = {"group": "" if group in ("all", "segment") else group, "segment": name, "selected": selected}
        named = {key: value for key, value in said.items() if value}
        return f"{self.prefix}bundles{'?' if named else ''}{urlencode(named)}"

    def bundle_of(self, members: Members) -> Callable[[str], str]:
        """Return what makes the address of each of some customers' bundles, selected: a page has thousands of them."""
        begin = self.bundles(members)
        begin += f"{'&' if '?' in begin else '?'}selected="
        return lambda key: f"{begin}{quote_plus(key)}"
