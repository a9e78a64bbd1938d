"""What a notebook asks: a published version, and one customer's list as a rep reads it."""

from dataclasses import dataclass
from pathlib import Path

from recsys.artifacts.open_version import Version
from recsys.artifacts.reader import Reader
from recsys.cli.plain_text import PlainFormatter
from recsys.errors import RecsysError
from recsys.reasons import Reason, sentence
from recsys.schema.published import LISTS


@dataclass(frozen=True)
class Suggestion:
    """One row of a customer's list.

    quantity   units to offer
    price      of one unit, net, in the currency
    chance     that the customer buys it within 28 days after as_of, 0-1
    expected   chance x quantity x price
    reason     one sentence

    quantity, price, chance and expected are None where they are not known.
    """

    rank: int
    product_id: str
    product: str
    quantity: float | None
    price: float | None
    chance: float | None
    expected: float | None
    reason: str


def open_version(artifacts: Path, version: str | None = None) -> Version:
    """Return a version of a folder of artifacts, by default the one that is served. It stays open while it is used.

    Raises ArtifactError if there is none, it is not kept any more, or it is not whole.
    """
    reader = Reader(artifacts)
    try:
        return reader.current() if version is None else reader.at(version)
    finally:
        reader.close()


def customer_list(version: Version, customer_id: str, name: str = "new") -> list[Suggestion]:
    """Return one customer's list, best first; `name` is usual, new or seasonal.

    An empty list has no rows. Raises RecsysError for a customer that the version does not have, ValueError for another
    list.
    """
    if name not in LISTS:
        raise ValueError(f"there is no list '{name}'; the lists are {', '.join(LISTS)}")
    if version.row("customers", customer_id) is None:
        raise RecsysError(f"version {version.id} has no customer '{customer_id}'; ids are text, as in the clean tables")
    formatter = PlainFormatter(
        lambda key: _name(version, "customers", key), lambda key: _name(version, "products", key)
    )
    return [
        Suggestion(
            rank=row["rank"],
            product_id=row["product_id"],
            product=formatter.product(row["product_id"]),
            quantity=row["quantity"],
            price=row["price"],
            chance=row["chance"],
            expected=row["expected"],
            reason=sentence(Reason.from_row(row), formatter),
        )
        for row in version.rows("recommendations", customer_id)
        if row["list"] == name
    ]


def _name(version: Version, table: str, key: str) -> str:
    found = version.row(table, key)
    if found is None:
        raise RecsysError(f"version {version.id} has no {table.removesuffix('s')} '{key}'; build again")
    return str(found["name"])
