"""A typed client of Repertoire's API, for Python's standard library alone; copy it into your own code.

    shop = Repertoire("https://repertoire.example", token)
    for item in shop.recommendations("10482", "new")["items"]:
        print(item["name"], item["reason"]["sentence"])

An answer that was asked for before is asked for again with its ETag: where it is the same, nothing travels.
"""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any, Literal, NotRequired, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

List = Literal["new", "usual", "due", "lost", "seasonal"]
MOST_KEPT = 1000  # answers


class Reason(TypedDict):
    kind: str
    sentence: str
    n: int
    of: int | None


class Item(TypedDict):
    rank: int
    product_id: str
    name: str
    category: str | None
    price: float | None
    quantity: NotRequired[float | None]
    chance: NotRequired[dict[str, float] | None]
    reason: NotRequired[Reason]  # of recommendations
    sentence: NotRequired[str]  # of what is also bought
    is_successor: NotRequired[bool]  # of substitutes
    n_customers: NotRequired[int | None]  # who ever bought both


class Items(TypedDict):
    version: str
    as_of: str
    basis: NotRequired[Literal["customer", "segment", "everyone"]]
    items: list[Item]


class Problem(Exception):
    """What the API says is wrong, and its status; 0 where it does not answer."""

    def __init__(self, status: int, detail: str, retry_seconds: float | None = None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.retry_seconds = status, detail, retry_seconds


class Repertoire:
    """The API of one installation; threads may share it."""

    def __init__(self, address: str, token: str, timeout: float = 5.0) -> None:
        self._base, self._token, self._timeout = f"{address.rstrip('/')}/api/v1", token, timeout
        self._kept: dict[str, tuple[str, Any]] = {}
        self._opener = build_opener(_NoRedirect)

    def recommendations(self, customer: str, name: List = "new", limit: int = 20, segment: str = "") -> Items:
        """Return a customer's list; of an unknown customer what sells best in the segment."""
        query = {"list": name, "limit": limit, "segment": segment}
        return self._items(f"/customers/{_in_path(customer)}/recommendations", query)

    def product(self, product: str) -> dict[str, Any]:
        """Return a product's name, category, price, and whether it can be had."""
        found: dict[str, Any] = self._get(f"/products/{_in_path(product)}", {})
        return found

    def also_bought(self, product: str, limit: int = 8) -> Items:
        """Return what is ordered with a product."""
        return self._items(f"/products/{_in_path(product)}/also-bought", {"limit": limit})

    def substitutes(self, product: str, limit: int = 8) -> Items:
        """Return what can be had in place of a product."""
        return self._items(f"/products/{_in_path(product)}/substitutes", {"limit": limit})

    def complete(self, products: Mapping[str, float], customer: str = "", limit: int = 4) -> Items:
        """Return what goes with a basket: quantity by product."""
        lines = [{"product_id": one, "quantity": quantity} for one, quantity in products.items()]
        body = {"lines": lines, "customer_id": customer, "limit": limit}
        found: Items = self._send("POST", "/baskets/complete", body)
        return found

    def events(self, batch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Send what happened in the shop, 1 to 1,000 events; to send one again changes nothing."""
        found: dict[str, Any] = self._send("POST", "/events", {"events": list(batch)})
        return found

    def availability(self, batch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Say which products can be had, 1 to 1,000 of them; an older word changes nothing."""
        found: dict[str, Any] = self._send("PUT", "/products/availability", {"products": list(batch)})
        return found

    def _items(self, path: str, query: Mapping[str, Any]) -> Items:
        found: Items = self._get(path, query)
        return found

    def _get(self, path: str, query: Mapping[str, Any]) -> Any:
        address = f"{path}?{urlencode({name: value for name, value in query.items() if value != ''})}".rstrip("?")
        etag, kept = self._kept.get(address, ("", None))
        return self._send("GET", address, headers={"If-None-Match": etag} if etag else {}, kept=kept)

    def _send(self, method: str, path: str, body: Any = None, headers: Any = None, kept: Any = None) -> Any:
        sent = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._base + path, data, sent, method=method)  # noqa: S310 - its caller's address
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                found = json.loads(answer.read())
                if method == "GET" and answer.headers["ETag"]:
                    if len(self._kept) >= MOST_KEPT:
                        self._kept.clear()
                    self._kept[path] = (answer.headers["ETag"], found)
                return found
        except HTTPError as error:
            if error.code == 304:
                return kept
            raise _problem(error) from None
        except (OSError, HTTPException, ValueError) as error:
            raise Problem(0, f"no answer: {error}") from None


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow to nowhere: the token is for this address alone."""


def _in_path(text: str) -> str:
    return quote(text, safe="")


def _problem(error: HTTPError) -> Problem:
    retry = error.headers.get("Retry-After", "")
    try:
        detail = json.loads(error.read())["detail"]
    except (OSError, HTTPException, ValueError, LookupError, TypeError):  # a proxy's page
        detail = error.reason
    return Problem(error.code, str(detail), float(retry) if retry.isdigit() else None)
