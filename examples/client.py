"""A typed client of Repertoire's API, for Python's standard library alone; copy it into your own code.

    shop = Repertoire("https://repertoire.example", token)
    for item in shop.recommendations("10482", "new")["items"]:
        print(item["name"], item["reason"]["sentence"])

An answer that was asked for before is asked for again with its ETag: where it is the same, nothing travels.
"""

import json
import urllib.error
import urllib.request
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote, urlencode

List = Literal["new", "usual", "due", "lost", "seasonal"]
Basis = Literal["customer", "segment", "everyone"]


class Chance(TypedDict):
    value: float
    n: int


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
    quantity: float | None
    price: float | None
    value: float | None
    chance: Chance | None
    expected: float | None
    reason: Reason


class Recommendations(TypedDict):
    version: str
    as_of: str
    customer_id: NotRequired[str]
    basis: Basis
    items: list[Item]


class Problem(Exception):
    """What the API says is wrong: the status, and what to do."""

    def __init__(self, status: int, detail: str, retry_seconds: float | None = None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.retry_seconds = status, detail, retry_seconds


class Repertoire:
    """The API of one installation."""

    def __init__(self, address: str, token: str, timeout: float = 5.0) -> None:
        self._base, self._token, self._timeout = f"{address.rstrip('/')}/api/v1", token, timeout
        self._kept: dict[str, tuple[str, Any]] = {}

    def recommendations(self, customer: str, name: List = "new", limit: int = 20, segment: str = "") -> Recommendations:
        """Return a customer's list; of an unknown customer what sells best in the segment."""
        query = {"list": name, "limit": limit, "segment": segment}
        found: Recommendations = self._get(f"/customers/{quote(customer, safe='')}/recommendations", query)
        return found

    def complete(self, products: dict[str, float], customer: str = "", limit: int = 4) -> Recommendations:
        """Return what goes with a basket: quantity by product."""
        lines = [{"product_id": one, "quantity": quantity} for one, quantity in products.items()]
        body = {"lines": lines, "customer_id": customer, "limit": limit}
        found: Recommendations = self._send("POST", "/baskets/complete", body)
        return found

    def also_bought(self, product: str, limit: int = 8) -> dict[str, Any]:
        """Return what is ordered with a product."""
        found: dict[str, Any] = self._get(f"/products/{quote(product, safe='')}/also-bought", {"limit": limit})
        return found

    def _get(self, path: str, query: dict[str, Any]) -> Any:
        address = f"{path}?{urlencode({name: value for name, value in query.items() if value != ''})}"
        etag, kept = self._kept.get(address, ("", None))
        return self._send("GET", address, headers={"If-None-Match": etag} if etag else {}, kept=kept)

    def _send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, kept: Any = None
    ) -> Any:
        sent = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, sent, method=method)  # noqa: S310 - its caller's address
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                found = json.loads(answer.read() or b"null")
                if method == "GET" and answer.headers["ETag"]:
                    self._kept[path] = (answer.headers["ETag"], found)
                return found
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return kept
            detail = json.loads(error.read() or b"{}").get("detail", error.reason)
            retry = error.headers.get("Retry-After")
            raise Problem(error.code, detail, float(retry) if retry else None) from None
