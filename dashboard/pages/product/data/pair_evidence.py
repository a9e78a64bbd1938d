"""The proof of one pair: how often either is in an order, and customers who took both. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.records.products import PairProof, TookBoth
from recsys.reasons import times_chance


@dataclass(frozen=True)
class Proof:
    """What the panel shows, from top to bottom.

    nobody  what is said in the place of the customers where there are none
    """

    facts: tuple[tuple[str, str], ...]
    customers: tuple[TookBoth, ...]
    nobody: str
    say: str
    language: str
    as_of: date


def proof_of(context: PageContext, pair: tuple[str, str]) -> Proof | None:
    """Return the proof of a product and another one, named by their ids; None where they are no pair."""
    viewer, formats = context.viewer, context.formats
    found = context.products.pair_proof(*pair)
    if found is None or not found.product.n_baskets:
        return None
    whose = f"customers of {viewer.who}" if viewer.role == "rep" else "customers"
    return Proof(
        _facts(found, formats),
        found.customers,
        f"None of the {whose} looked through took both on one day.",
        context.speech.add_on(found.product, found.pair.other, found.pair.n_baskets),
        context.speech.language,
        context.as_of,
    )


def _facts(found: PairProof, formats: Formats) -> tuple[tuple[str, str], ...]:
    product, pair = found.product, found.pair
    facts = [
        (f"Order days with {product.name}, all customers", formats.number(product.n_baskets)),
        (f"Order days with {pair.other.name}", formats.number(pair.other.n_baskets)),
        ("Order days with both", _with_share(pair.n_baskets, product.n_baskets, formats)),
    ]
    if pair.lift:
        facts.append(("Both by chance alone", formats.number(pair.n_baskets / pair.lift, 1)))
        facts.append(("Bought together", times_chance(pair.lift, formats.number)))
    facts.append(("Customers who have bought both", formats.number(pair.n_customers)))
    return tuple(facts)


def _with_share(n: int, of: int, formats: Formats) -> str:
    return f"{formats.number(n)} ({formats.percent(n / of)})"
